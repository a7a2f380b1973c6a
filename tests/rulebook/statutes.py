"""Reading law texts: articles by number, Chinese numerals, and the numbers with their units that a text states."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from zhunsheng.norms.yaml_source import read_yaml

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[零〇一二两三四五六七八九十百千万]+"
UNIT_WORDS = {
    "minutes": ("分钟",),
    "hours": ("小时", "时", "H"),
    "days": ("个工作日", "工作日", "日", "天", "D", "WD"),
    "months": ("个月", "月", "M"),
    "years": ("周岁", "年", "岁", "Y"),
}
UNIT_OF = {word: unit for unit, words in UNIT_WORDS.items() for word in words}
REFERENCES = re.compile(
    rf"第(?:{NUMERAL}|\d+)[条款项章节号]|[A-Z]{{2,5}}\d+|(?:19|20)\d\d(?=[年版法修起-]|\d\d)"
)
PERCENT = re.compile(rf"百分之({NUMERAL})")
STATED = re.compile(
    rf"({NUMERAL}|\d+(?:\.\d+)?)(?:以内|以上|以下)?\s*(个工作日|工作日|小时|分钟|个月|周岁|WD|[日天月年岁时HDMY](?![A-Za-z])|%)?"
)

Number = tuple[str, Decimal]
"""A unit, empty for a bare number, and the amount."""


@dataclass(frozen=True)
class Law:
    """An entry of rulebook/laws.yaml."""

    key: str
    cited_as: str
    text: str | None
    articles: dict[str, str] = field(compare=False)

    @property
    def excerpt(self) -> bool:
        """Whether only pieces of the law are known, so that its articles cannot be checked."""
        return not self.text or self.text.startswith("_")


def read_laws(rulebook: Path, texts: Path | None) -> dict[str, Law]:
    """Every law of the rulebook by key, with its articles when the folder of texts is there."""
    found = {}
    for entry in read_yaml(rulebook / "laws.yaml"):
        text = entry.get("text")
        whole = text and not text.startswith("_")
        articles = articles_of((texts / f"{text}.md").read_text(encoding="utf-8")) if whole and texts else {}
        found[entry["key"]] = Law(entry["key"], entry["cited_as"], text, articles)
    return found


def articles_of(text: str) -> dict[str, str]:
    """The articles of a law text by number ("36"; "133-1" for 第一百三十三条之一)."""
    heads = list(re.finditer(rf"(?m)^[*\s　]*第({NUMERAL})条(?:之({NUMERAL}))?[*\s　]", text))
    ends = [h.start() for h in heads[1:]] + [len(text)]
    found: dict[str, str] = {}
    for head, end in zip(heads, ends, strict=True):
        number = str(chinese_number(head[1])) + (f"-{chinese_number(head[2])}" if head[2] else "")
        found.setdefault(number, text[head.end() : end])
    return found


def chinese_number(text: str) -> int:
    """三百二十 → 320, 十五 → 15, 一万 → 10000."""
    total, section, digit = 0, 0, 0
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in SCALES:
            section += (digit or 1) * SCALES[c]
            digit = 0
        else:
            total += (section + digit or 1) * 10_000
            section, digit = 0, 0
    return total + section + digit


def stated_numbers(text: str) -> set[Number]:
    """Every number a legal text states: with its unit, and bare; references to articles and years are not numbers."""
    found: set[Number] = {("", Decimal(chinese_number(n)) / 100) for n in PERCENT.findall(text)}
    for match in STATED.finditer(REFERENCES.sub("", PERCENT.sub("", text))):
        amount = Decimal(match[1]) if match[1][0].isdigit() else Decimal(chinese_number(match[1]))
        amount = amount / 100 if match[2] == "%" else amount
        found |= {("", amount)} | ({(UNIT_OF[match[2]], amount)} if match[2] in UNIT_OF else set())
    return found


def plain(text: str) -> str:
    """A text without spaces, markup and punctuation, for finding a quotation in it."""
    return re.sub(r"[\s　*，,。；;：:、“”\"‘’《》〈〉（）()]", "", text)
