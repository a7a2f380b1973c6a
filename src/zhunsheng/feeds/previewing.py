"""What the first rows of a feed would become, with the units and officers that lead to nobody here; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhunsheng.acts.words import label
from zhunsheng.exchange.connect.events import Event, Gone, Rejected
from zhunsheng.exchange.connect.preview import Preview, told
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer, Unit


@dataclass(frozen=True)
class Line:
    """One row: what it becomes, or why it becomes nothing."""

    good: bool
    what: object
    more: object = ""


def lines_of(found: Preview) -> list[Line]:
    """The rows as people read them."""
    lines = [Line(good=False, what=both(one.zh, one.en), more=one.where) for one in found.unreadable]
    for one in found.outcomes:
        if isinstance(one, Rejected):
            lines.append(Line(good=False, what=both(one.zh, one.en), more=one.where))
        elif isinstance(one, Gone):
            lines.append(
                Line(good=True, what=both(f"编号{one.key}：对方已删除", f"{one.key}: deleted there"))
            )
        else:
            assert isinstance(one, Event)
            lines.append(Line(good=True, what=both(label(one.type), label(one.type, "en")), more=told(one)))
    return lines


def strangers(found: Preview) -> tuple[list[str], list[str]]:
    """The codes of units and of officers in these rows that lead to none registered here."""
    units = Unit.objects.filter(code__in=list(found.units)).values_list("code", flat=True)
    officers = Officer.objects.filter(number__in=list(found.officers)).values_list("number", flat=True)
    return missing(found.units, units), missing(found.officers, officers)


def missing(told_: Iterable[str], known: Iterable[str]) -> list[str]:
    """What is not known, in order."""
    return sorted(set(told_) - set(known))
