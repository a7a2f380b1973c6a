"""What the first rows of a feed would become, with the units and officers that lead to nobody here; nothing is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.exchange.connect.events import Event, Gone, Rejected
from zhunsheng.exchange.connect.preview import Preview
from zhunsheng.norms.calendar_days import Language
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
    lines = [Line(good=False, what=both(one.zh, one.en), more=place(one.where)) for one in found.unreadable]
    for one in found.outcomes:
        if isinstance(one, Rejected):
            lines.append(Line(good=False, what=both(one.zh, one.en), more=place(one.where)))
        elif isinstance(one, Gone):
            lines.append(
                Line(good=True, what=both(f"编号{one.key}：对方已删除", f"{one.key}: deleted there"))
            )
        else:
            assert isinstance(one, Event)
            what = both(label(one.type), label(one.type, "en"))
            lines.append(Line(good=True, what=what, more=both(told(one, "zh"), told(one, "en"))))
    return lines


def told(event: Event, language: Language) -> str:
    """What an event says, as people read it."""
    when = (
        ""
        if event.at is None
        else f"{dt.datetime.fromisoformat(event.at).astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
    )
    who = [
        o["officer"] + (f"（{label(o['role'], language)}）" if "role" in o else "") for o in event.officers
    ]
    about = ["、".join(names) for names in event.subjects.values()]
    stated = [f"{label(name, language)}：{said(value, language)}" for name, value in event.fields.items()]
    return " · ".join(part for part in (when, event.case, event.unit or "", *who, *about, *stated) if part)


def said(value: object, language: Language) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    return label(str(value), language)


def place(where: str) -> str:
    """A place without the folders above it."""
    return where.rpartition("/")[2] if where.startswith("/") else where


def strangers(found: Preview) -> tuple[list[str], list[str]]:
    """The codes of units and of officers in these rows that lead to none registered here."""
    units = Unit.objects.filter(code__in=list(found.units)).values_list("code", flat=True)
    officers = Officer.objects.filter(number__in=list(found.officers)).values_list("number", flat=True)
    return missing(found.units, units), missing(found.officers, officers)


def missing(told_: Iterable[str], known: Iterable[str]) -> list[str]:
    """What is not known, in order."""
    return sorted(set(told_) - set(known))
