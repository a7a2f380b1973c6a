"""The glossary keeps its word: each term and name once, every act type real, every article cited using the term."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.consistency.tree import ROOT
from zhunsheng.acts.vocabulary import vocabulary

PAGE = ROOT / "docs" / "glossary.md"
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
ARTICLE = re.compile(r"^\W{0,4}第([零一二三四五六七八九十百]+)条\W")


class Row(NamedTuple):
    """One line of the glossary."""

    zh: str
    en: str
    code: str
    source: str


def table_rows(columns: int) -> list[list[str]]:
    """The cells of every table line with that many columns, headings left out."""
    lines = [
        [c.strip() for c in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    return [cells for cells in lines if len(cells) == columns and cells[0] not in {"中文", "简称", "---"}]


ROWS = [Row(zh, en, code.strip("`"), source) for zh, en, code, source in table_rows(4)]
TITLES = dict(table_rows(2))


def number(chinese: str) -> int:
    """一百一十八 → 118."""
    total = digit = 0
    for c in chinese:
        if c in DIGITS:
            digit = DIGITS[c]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[c]
            digit = 0
    return total + digit


def articles(text: Path) -> dict[int, str]:
    """Article number → its words."""
    found: dict[int, str] = {}
    current = 0
    for line in text.read_text(encoding="utf-8").splitlines():
        if opening := ARTICLE.match(line):
            current = number(opening[1])
        if current and not line.startswith("#"):
            found[current] = found.get(current, "") + line
    return found


def test_there_are_about_as_many_terms_as_the_law_needs() -> None:
    assert len(ROWS) > 120


@pytest.mark.parametrize("column", ["zh", "code"])
def test_every_term_and_every_name_stands_once(column: str) -> None:
    counted = Counter(getattr(row, column) for row in ROWS)
    assert [value for value, times in counted.items() if times > 1] == []


def test_every_act_type_named_exists() -> None:
    assert [row.code for row in ROWS if "." in row.code and row.code not in vocabulary().types] == []


def test_every_source_has_its_title_in_full() -> None:
    assert {row.source.split()[0] for row in ROWS if row.source != "~"} == set(TITLES)


def test_every_article_cited_uses_the_term(shared: Path) -> None:
    # The newest edition of a law sorts last and stays.
    texts = {p.stem.split("_")[0]: articles(p) for p in sorted((shared / "law" / "texts").glob("[!_]*.md"))}
    wrong = []
    for row in ROWS:
        if cited := re.fullmatch(r"(\S+) (\d+)(?: → (\S+))?", row.source):
            law, article, wording = TITLES[cited[1]].split("（")[0], int(cited[2]), cited[3] or row.zh
            if wording not in texts[law].get(article, ""):
                wrong.append(row)
        elif row.source != "~":
            wrong.append(row)
    assert wrong == []
