"""What a norm asks, in words: its demand piece by piece, its basis and versions, and how far beyond it breaches went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from zhunsheng.norms.language import ActRef, Basis, Span
from zhunsheng.norms.periods import Period
from zhunsheng.norms.plans import Plan
from zhunsheng.supervision.report.words import Words

EDGES = (0, 1, 3, 7, 15, 30, 60, 90, 180, 365)
"""Upper ends, in days, of the classes of the histogram; the last class is open."""

NAMES = frozenset({"act", "role", "rank", "qualification"})
"""Keys whose values are names with words of their own."""
CHOICES = {
    "if_absent": {"broken": ("即为违反", "a breach"), "ignore": ("不检查", "not checked")},
    "each": {"every": ("每一次", "every time"), "first": ("只取首次", "the first only")},
}
"""Settings with few values, in words."""
Label = Callable[[str], str]


@dataclass(frozen=True)
class Overrun:
    """How many days breaches went over: total, median, most, and (first day, last day or None, number) by class."""

    number: int
    median: int
    most: int
    classes: tuple[tuple[int, int | None, int], ...]


def overrun(days: Sequence[tuple[int, int]]) -> Overrun | None:
    """The distribution of (days over, number) pairs in ascending order; None when there are none."""
    number = sum(n for _, n in days)
    if not number:
        return None
    seen, median = 0, 0
    for day, n in days:
        seen += n
        if 2 * seen >= number:
            median = day
            break
    return Overrun(number, median, days[-1][0], tuple(classes(days)))


def classes(days: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int | None, int]]:
    """The classes up to the last that holds anything."""
    first = 0
    for last in (*EDGES, None):
        yield first, last, sum(n for day, n in days if day >= first and (last is None or day <= last))
        if last is None or days[-1][0] <= last:
            return
        first = last + 1


def demand(plan: Plan, words: Words, label: Label) -> list[tuple[str, str]]:
    """The kind's own keys with their values, as a lawyer reads them."""
    return [(words.demand(name), value) for name, value in told(plan.body.body, words, label)]


def told(part: BaseModel, words: Words, label: Label) -> Iterator[tuple[str, str]]:
    """Each key that says something, with its value in words."""
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        if value is None or value == [] or value is False or value == info.default:
            continue
        yield name, in_words(name, value, words, label)


def in_words(name: str, value: Any, words: Words, label: Label) -> str:
    """One value: an act by its label, a span as a period, a condition as it is written in the norm file."""
    if isinstance(value, Span):
        return Period.parse(value.amounts()).text(words.language)
    if isinstance(value, ActRef):
        return act_words(value, words, label)
    if isinstance(value, BaseModel):
        pairs = [
            condition(v, words) if k == "if_" else words.colon(words.demand(k), v)
            for k, v in told(value, words, label)
        ]
        return ("; " if words.second else "；").join(pairs)
    if isinstance(value, list):
        parts = [in_words(name, v, words, label) for v in value]
        return words.joined(parts) if all(isinstance(v, str | ActRef) for v in value) else " / ".join(parts)
    if value is True:
        return "yes" if words.second else "是"
    if name in CHOICES:
        return CHOICES[name][value][words.second]
    return label(value) if name in NAMES else str(value)


def act_words(ref: ActRef, words: Words, label: Label) -> str:
    """The acts meant, with their condition."""
    names = (" or " if words.second else "或").join(label(name) for name in ref.act)
    by = [] if ref.by is None else [in_words("by", ref.by, words, label)]
    extra = [*([condition(ref.if_, words)] if ref.if_ is not None else []), *by]
    bracket = ", ".join(extra) if words.second else "，".join(extra)
    return names + ((f" ({bracket})" if words.second else f"（{bracket}）") if extra else "")


def condition(text: str, words: Words) -> str:
    """A condition, in the language of the norm file."""
    return f"if {text}" if words.second else f"条件 {text}"


def cited(basis: Basis, words: Words, label: Label) -> str:
    """`《治安管理处罚法》第九十七条`, or as the norm file cites it."""
    law = label(basis.law)
    if basis.cite:
        return (
            basis.cite
            if law in basis.cite
            else (f"{law}, {basis.cite}" if words.second else f"《{law}》{basis.cite}")
        )
    return f"{law}, art. {basis.article}" if words.second else f"《{law}》第{basis.article}条"


def in_force(first: dt.date, last: dt.date | None, words: Words) -> str:
    """`2013-01-01 至 2025-12-31`."""
    return f"{first.isoformat()} {words('to')} {last.isoformat() if last else words('now')}"
