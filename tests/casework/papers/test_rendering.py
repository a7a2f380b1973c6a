"""Every paper in both formats says the same, and says what the case says; the page is that of GB/T 9704."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.casework.papers.full_case import NAME, START, full_case, made_of, sheet
from tests.casework.papers.reading import docx_text, pdf_needed, pdf_pages, pdf_text, plain
from zhunsheng.base.clock import LOCAL
from zhunsheng.casework.papers.docx import paper_docx
from zhunsheng.casework.papers.filling import Sheet
from zhunsheng.casework.papers.kinds import Kind, kinds
from zhunsheng.casework.papers.print import foot_of, paper_html, paper_pdf

KINDS = [kind for kind in kinds().values() if kind.version_on(START.date())]
BEFORE = dt.datetime(2025, 12, 1, 9, 0, tzinfo=LOCAL)
SAMPLE = ("penalty-decision", "filing-register", "seizure-list")


def said(filled: Sheet) -> str:
    """All the texts of a paper."""
    return plain(
        "".join(
            run.text
            for b in filled.blocks
            for run in (*b.runs, *(r for row in b.rows for c in row for r in c.runs))
        )
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_full_case_leaves_nothing_missing_that_the_law_asks_for(kind: Kind) -> None:
    filled = sheet(kind, full_case())
    assert [word.zh for word, _ in filled.needed] == []
    if kind.per == "person" and kind.code not in ("seizure-list", "service-receipt"):
        assert full_case().parties[made_of(kind, full_case()).person].name in said(filled)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_paper_as_word_says_what_the_screen_says(kind: Kind) -> None:
    filled = sheet(kind, full_case())
    word, screen = docx_text(paper_docx(filled, shown="signed")), paper_html(filled, shown="signed")
    assert filled.title in word
    assert "\ue000" not in word + screen
    assert "{{" not in word + screen
    assert "None" not in word + screen
    for block in filled.blocks:
        for runs in (block.runs, *(cell.runs for row in block.rows for cell in row)):
            for run in runs:
                assert plain(run.text) in word


@pdf_needed
@pytest.mark.parametrize(
    "code", [c if c in SAMPLE else pytest.param(c, marks=pytest.mark.slow) for c in (k.code for k in KINDS)]
)
def test_pdf_and_word_have_the_same_text(code: str) -> None:
    """One source, two formats: not a character apart."""
    filled = sheet(kinds()[code], full_case())
    assert pdf_text(paper_pdf(filled, shown="signed")) == docx_text(paper_docx(filled, shown="signed"))


@pytest.mark.parametrize(
    "code", ["penalty-decision", "suspension-decision", "summons", "acceptance-register", "family-notice"]
)
def test_an_older_paper_has_the_older_text(code: str) -> None:
    """The day of the act picks the version: before 2026 the old law is cited, and cases are accepted instead of opened."""
    old = sheet(kinds()[code], full_case(BEFORE))
    assert old.version.name == "2012"
    assert "第一百一十五条" not in said(old)
    if code != "acceptance-register":
        new = sheet(kinds()[code], full_case())
        assert new.version.name == "2026"
        assert old.digest != new.digest


def test_the_old_register_gives_way_to_the_new_one() -> None:
    codes = {kind.code for kind in kinds().values() if kind.version_on(BEFORE.date())}
    assert "acceptance-register" in codes
    assert "filing-register" not in codes
    assert kinds()["acceptance-receipt"].version_on(START.date()) is None


@pdf_needed
def test_the_page_has_22_lines_of_28_characters() -> None:
    import weasyprint

    from zhunsheng.casework.papers.print import sheet_of_style

    html = (
        '<body class="paper-page"><article class="paper" lang="zh-CN"><p>'
        + "法" * 28 * 25
        + "</p></article></body>"
    )
    made = weasyprint.HTML(string=html).write_pdf(stylesheets=[sheet_of_style()])
    lines = [line for line in pdf_pages(made)[0].splitlines() if "法" in line]
    assert [len(line.strip()) for line in lines] == [28] * 22


@pdf_needed
def test_rare_characters_come_through() -> None:
    made = sheet(kinds()["penalty-decision"], full_case())
    assert NAME in pdf_text(paper_pdf(made, shown="signed"))
    assert NAME in docx_text(paper_docx(made, shown="signed"))


@pdf_needed
def test_a_preview_says_so_and_a_signed_paper_bears_its_code() -> None:
    filled = sheet(
        kinds()["penalty-decision"], full_case(), number="甲公（一）行罚决字〔2026〕12号", signed_at=START
    )
    assert "预览" in pdf_text(paper_pdf(filled, shown="preview"))
    signed = pdf_text(
        paper_pdf(filled, shown="signed", foot=foot_of(filled, "a-token", "https://zs.example"))
    )
    assert "预览" not in signed
    assert "https://zs.example/verify/a-token/" in signed
    assert filled.digest in signed
    assert "甲公（一）行罚决字〔2026〕12号" in signed


def test_a_missing_fact_is_marked_and_listed() -> None:
    """On screen by name, in print as room to write."""
    kind = kinds()["summons"]
    one = made_of(kind, full_case())
    from tests.casework.papers.full_case import REGISTER
    from zhunsheng.casework.papers.filling import lacking_words
    from zhunsheng.casework.papers.making import sheet_of

    filled = sheet_of(full_case(), REGISTER, one, {})
    assert lacking_words(filled.missing) == "缺：约定时间、地点"
    assert "缺：约定时间" in paper_html(filled, shown="screen")
    assert "缺：" not in paper_html(filled, shown="signed")


def test_what_a_text_states_is_no_markup() -> None:
    """Names are put in as they are, and do nothing."""
    from dataclasses import replace

    facts = full_case()
    acts = tuple(
        replace(a, fields={**a.fields, "name": "<b>某</b>{{ 7 * 7 }}"}) if a.fields.get("name") == NAME else a
        for a in facts.acts
    )
    filled = sheet(kinds()["penalty-decision"], replace(facts, acts=acts))
    assert "&lt;b&gt;某&lt;/b&gt;{{ 7 * 7 }}" in paper_html(filled, shown="screen")
    assert "<b>某</b>{{7*7}}" in docx_text(paper_docx(filled, shown="signed"))
