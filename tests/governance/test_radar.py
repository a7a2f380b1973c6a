"""The change of 2026 as the test of the radar: what changed is listed, what did not is not, and stale texts are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.governance import radar as radar_of
from zhunsheng.governance.radar import Radar, arabic, counted, radar
from zhunsheng.norms.loading import load_norms

OLD, NEW = "public-order-law-2012", "public-order-law-2025"

# Checked by hand against both texts: article before and after, and what the law changed there.
FIGURES = {
    "decision.case-period": ("99", "118", "受理三十日加三十日，改为立案三十日加两个三十日"),
    "decision.station-cap": ("91", "109", "派出所五百元改为一千元"),
    "enforcement.spot-cap-public-order": ("104", "123", "当场收缴五十元改为二百元"),
    "hearing.right-told": ("98", "117", "听证二千元改为四千元"),
    "inquiry.duration-public-order": ("83", "97", "询问八、二十四小时，改为八、十二、二十四小时"),
    "juvenile.guardian-at-questioning": ("84", "98", "监护人到场十六周岁改为十八周岁"),
    "summary.cap": ("100", "119", "当场处罚二百元改为五百元"),
}
CONTENT = {
    "detention.not-executed-public-order",
    "inspection.female-body",
    "inspection.warrant",
    "preservation.not-unrelated",
    "suspension.bond-refunded",
    "suspension.guarantee",
}
ONLY_RENUMBERED = {
    "decision.prior-notice",
    "enforcement.fine-receipt",
    "inspection.two-officers",
    "service.victim-decision",
}


@pytest.fixture(scope="module")
def found() -> Radar:
    return radar(OLD, NEW, load_norms([rulebook_folder()]))


def test_every_norm_whose_figure_changed_appears_and_no_other(found: Radar) -> None:
    listed = {t.id: t for t in found.of("figures", kind="norm")}
    assert set(listed) == set(FIGURES)
    for id_, (before, after, _) in FIGURES.items():
        assert (before in listed[id_].old, after in listed[id_].new) == (True, True), id_
        assert listed[id_].differences, id_
    assert "at_most: 50 → 200" in listed["enforcement.spot-cap-public-order"].differences
    assert "quote: 二千元 → 四千元" in listed["hearing.right-told"].differences
    assert "quote: 二百元 → 五百元" in listed["summary.cap"].differences
    assert found.since == "2026-01-01"


def test_what_only_has_another_article_is_told_apart(found: Radar) -> None:
    assert {t.id for t in found.of("wording", kind="norm")} == CONTENT
    renumbered = {t.id for t in found.of("cited-anew", kind="norm")}
    assert renumbered >= ONLY_RENUMBERED
    assert not renumbered & (set(FIGURES) | CONTENT)


def test_norms_the_new_law_brought_are_listed(found: Radar) -> None:
    added = {t.id for t in found.of("added", kind="norm")}
    assert {
        "legal-review.passed-first",
        "hearing.juvenile-told",
        "inspection.sample-once",
        "summary.one-officer",
    } <= added


def test_recidivism_and_penalties_appear_among_the_tables(found: Radar) -> None:
    listed = {t.id: t for t in found.of("figures", kind="discretion")}
    assert "quote: 六个月 → 一年" in listed["general.punished-within-six-months"].differences
    assert {"po.beating", "po.theft", "po.gambling"} <= set(listed)


def test_what_was_left_under_the_old_law_is_named(found: Radar) -> None:
    assert {t.id for t in found.of("left-behind", kind="norm")} == {"discretion.ceiling-2012"}


def test_papers_that_cite_the_law_appear_with_both_articles(found: Radar) -> None:
    papers = {t.id: t for t in found.touched if t.kind == "paper"}
    assert papers["penalty-notice"].state == "cited-anew"
    assert any("第一百一十七条" in told for told in papers["penalty-notice"].differences)
    assert papers["summons"].place.partition(":")[0].endswith(".yaml")


def test_lower_rules_that_still_say_the_old_thing_are_named_with_it(found: Radar) -> None:
    conflicts = {t.id for t in found.touched if t.kind == "norm" and t.conflicts}
    assert {
        "decision.case-period",
        "hearing.right-told",
        "summary.cap",
        "inquiry.duration-public-order",
    } <= conflicts
    assert "enforcement.spot-cap-public-order" in conflicts


def test_the_products_own_texts_give_no_figure_of_the_old_law(found: Radar) -> None:
    assert [s for s in found.stale if s.figure in ("二千元", "二百元", "五十元")] == []


def test_a_text_with_an_old_figure_is_found_whichever_way_it_is_written(tmp_path: Path) -> None:
    page = tmp_path / "portal" / "templates" / "hearing.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        "<p>罚款二千元以上可以要求听证</p>\n<p>罚款2,000元</p>\n<p>罚款一万二千元</p>\n<p>罚款四千元</p>\n",
        encoding="utf-8",
    )
    paper = tmp_path / "casework" / "papers" / "forms"
    paper.mkdir(parents=True)
    (paper / "n.yaml").write_text("- p: 处五百元以下罚款\n", encoding="utf-8")
    found = radar(OLD, NEW, load_norms([rulebook_folder()]), texts=tmp_path)
    assert [(s.kind, s.place, s.figure) for s in found.stale] == [
        ("page", "portal/templates/hearing.html:1", "二千元"),
        ("page", "portal/templates/hearing.html:2", "二千元"),
        ("paper", "casework/papers/forms/n.yaml:1", "五百元"),
    ]
    assert found.stale[0].norms == ("hearing.right-told",)


def test_questions_of_inspections_with_an_old_figure_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = tmp_path / "rulebook" / "inspections.yaml"
    questions.parent.mkdir()
    questions.write_text("- title: {zh: 罚款二千元以上的告知了听证权利}\n", encoding="utf-8")
    monkeypatch.setattr(radar_of, "rulebook_folder", lambda: questions.parent)
    found = radar(OLD, NEW, load_norms([rulebook_folder()]))
    old = [(s.kind, s.place, s.figure) for s in found.stale if "rulebook/" in s.place]
    assert old == [("checklist", "rulebook/inspections.yaml:1", "二千元")]


@pytest.mark.parametrize(
    ("text", "number"),
    [("二千", 2000), ("十", 10), ("十五", 15), ("二十四", 24), ("五百", 500), ("一万二千", 12000)],
)
def test_chinese_numbers(text: str, number: int) -> None:
    assert counted(text) == number
    assert f"{number}元" in arabic(f"{text}元")


def test_a_law_nothing_rests_on_touches_nothing() -> None:
    found = radar("no-such-law", "nor-this", load_norms([rulebook_folder()]))
    assert (found.touched, found.since, found.stale) == ((), "", ())


def test_checklists_that_ask_what_changed_are_listed_and_only_those(found: Radar) -> None:
    followed = {one.id: one.norms for one in found.followed}
    assert followed["safe-enforcement"] == (
        "inquiry.duration-public-order",
        "juvenile.guardian-at-questioning",
    )
    assert followed["long-open"] == ("decision.case-period",)
    changed = {t.id for t in found.touched if t.state not in ("cited-anew", "added")}
    assert all(norms and set(norms) <= changed for norms in followed.values())
    assert all("inspections.yaml:" in one.place for one in found.followed)
