"""How papers write numbers, money, days and decisions in Chinese."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.words import label
from zhunsheng.casework.forms.codes import choices_for

DIGITS = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")


def chinese(number: Decimal | int) -> str:
    """A whole number below a hundred million: 15 → 十五, 2005 → 二千零五; others stay in figures."""
    whole = int(number)
    if whole != number or not 0 <= whole < 10**8:
        return (
            f"{number:f}".rstrip("0").rstrip(".")
            if isinstance(number, Decimal) and whole != number
            else str(number)
        )
    if whole >= 10_000:
        rest = whole % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return f"{below_ten_thousand(whole // 10_000)}万{gap}{below_ten_thousand(rest) if rest else ''}"
    return below_ten_thousand(whole)


def below_ten_thousand(number: int) -> str:
    """Four figures at most."""
    if number == 0:
        return "零"
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap else "") + DIGITS[digit] + UNITS[place]
            gap = False
        elif said:
            gap = True
    return said.removeprefix("一") if said.startswith("一十") else said


def day(value: dt.date | None) -> str | None:
    """2026年3月2日."""
    return None if value is None else f"{value.year}年{value.month}月{value.day}日"


def moment(value: dt.datetime | None) -> str | None:
    """2026年3月2日9时05分, in local time."""
    return None if value is None else f"{day(value)}{value.hour}时{value.minute:02d}分"


def yuan(value: Decimal | None) -> str | None:
    """An amount of money: 五百元."""
    return None if value is None else f"{chinese(value)}元"


def days(value: Decimal | None) -> str | None:
    """A number of days: 十日."""
    return None if value is None else f"{chinese(value)}日"


def cited(article: str) -> str:
    """An article as papers cite it: 第51条第1款第(2)项 → 第五十一条第一款第二项."""
    said = article if article.startswith("第") else f"第{article}条"
    return re.sub(r"[(（]?(\d+)[)）]?(?=[条款项])", lambda found: chinese(int(found[1])), said)


def coded(name: str, value: Any, act_type: str = "") -> str | None:
    """A value of a field in words: by the codes the field has at such an act; elsewhere a code means something else."""
    if value in (None, ""):
        return None
    declared = vocabulary().fields.get(name)
    known: Mapping[str, tuple[str, str]] = {}
    if declared is not None:
        known = declared.values or (choices_for(act_type, name) if act_type else {})
    return known[str(value)][0] if str(value) in known else label(str(value))


def decided(fields: Mapping[str, Any]) -> str | None:
    """What a proposal or decision is, in words: 行政拘留十日，并处罚款五百元."""
    decision, amount, length = fields.get("decision"), fields.get("amount"), fields.get("days")
    if not decision:
        return None
    words = coded("decision", decision) or ""
    if decision == "detention":
        words = f"行政拘留{days(length) or ''}"
        return f"{words}，并处罚款{yuan(amount)}" if amount else words
    if decision == "fine":
        return f"罚款{yuan(amount)}" if amount else None
    return f"{words}，并处罚款{yuan(amount)}" if amount else words
