"""Ways to plant a breach in a lawful case: leave an act out, do it late, alone, by the wrong hand, or state it otherwise.

Every way is a function of the case that says whether the case had what it takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from zhunsheng.norms.calendar import Calendar
from zhunsheng.supervision.demo.case_file import NOTHING, CaseFile, DemoAct, Value

EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
Plant = Callable[[CaseFile], bool]
Beside = Callable[[CaseFile], tuple[str, ...]]
Kind = Literal["broken", "late", "overdue"]
NEW_LAW = dt.date(2026, 1, 1)
Wanted = Value | tuple[Value, ...]


@dataclass(frozen=True)
class Breach:
    """One norm and a way to break it."""

    norm: str
    plant: Plant
    zh: str
    en: str
    shapes: tuple[str, ...] = ()
    """Shapes of cases it fits; empty for all."""
    also: tuple[str, ...] = ()
    """Neighbouring norms that the same fault breaks as well, always."""
    since: dt.date | None = None
    """Only in cases that begin on this day or later."""
    until: dt.date | None = None
    """Only in cases that are over by this day."""
    room: int = 45
    """Days the case must leave before the log ends, so that the breach shows."""
    kind: Kind = "broken"
    """How it is broken: by an act, by an act that comes late, or by one that has not come."""
    beside: Beside | None = None
    """More neighbours, told from the facts of the case once it is planted: which law governs, whether there is a victim."""

    def neighbours(self, case: CaseFile) -> tuple[str, ...]:
        """The norms that the fault, planted in this case, breaks besides its own."""
        return (*self.also, *(self.beside(case) if self.beside is not None else ()))


def fits(act: DemoAct, name: str, where: Mapping[str, Wanted]) -> bool:
    """Whether the act has the type and the facts wanted; a tuple lists what will do."""
    facts = act.fields
    return act.type == name and all(
        facts.get(k) in wanted if isinstance(wanted, tuple) else facts.get(k) == wanted
        for k, wanted in where.items()
    )


def found(case: CaseFile, name: str, where: Mapping[str, Wanted]) -> list[DemoAct]:
    """The acts that fit, in order."""
    return [a for a in case.acts if fits(a, name, where)]


def without(name: str, **where: Wanted) -> Plant:
    """Such acts are left out."""

    def plant(case: CaseFile) -> bool:
        gone = found(case, name, where)
        case.acts = [a for a in case.acts if not any(a is g for g in gone)]
        return bool(gone)

    return plant


def lacking(name: str) -> Plant:
    """Nothing is changed; the case must not have such an act."""
    return lambda case: not found(case, name, {})


def having(name: str, **where: Wanted) -> Plant:
    """Nothing is changed; the case must have such an act."""
    return lambda case: bool(found(case, name, where))


def apart(name: str, other: str, *, hours: int) -> Plant:
    """Nothing is changed; the first of the one and the first of the other must be more hours apart."""

    def plant(case: CaseFile) -> bool:
        first, second = found(case, name, {}), found(case, other, {})
        return bool(first and second) and second[0].at - first[0].at > dt.timedelta(hours=hours)

    return plant


def by_law(name: str, *, new: tuple[str, ...], old: tuple[str, ...] = (), **where: Wanted) -> Beside:
    """Neighbours of the new law where the first such act was done since it came into force, else those of the old."""

    def beside(case: CaseFile) -> tuple[str, ...]:
        acts = found(case, name, where)
        return new if acts and acts[0].at.date() >= NEW_LAW else old

    return beside


def by_field(name: str, field: str, norms: Mapping[Value | None, str]) -> Beside:
    """The neighbour that goes with what the first such act states."""

    def beside(case: CaseFile) -> tuple[str, ...]:
        acts = found(case, name, {})
        told = norms.get(acts[0].fields.get(field)) if acts else None
        return () if told is None else (told,)

    return beside


def if_any(name: str, *norms: str, **where: Wanted) -> Beside:
    """Neighbours where the case has such an act."""
    return lambda case: norms if found(case, name, where) else ()


def unless_any(names: tuple[str, ...], *norms: str) -> Beside:
    """Neighbours where the case has none of these acts."""
    return lambda case: () if any(a.type in names for a in case.acts) else norms


def both_of(*parts: Beside) -> Beside:
    """The neighbours of each."""
    return lambda case: tuple(norm for part in parts for norm in part(case))


def stated(name: str, facts: dict[str, Value], *, nth: int = 0, **where: Wanted) -> Plant:
    """One such act states something else."""

    def plant(case: CaseFile) -> bool:
        acts = found(case, name, where)
        if len(acts) <= nth:
            return False
        acts[nth].fields.update(facts)
        return True

    return plant


def moved(name: str, *, days: int = 0, hours: int = 0, nth: int = 0, **where: Wanted) -> Plant:
    """One such act is done at another time, and nothing else changes."""

    def plant(case: CaseFile) -> bool:
        acts = found(case, name, where)
        if len(acts) <= nth:
            return False
        shift(acts[nth], dt.timedelta(days=days, hours=hours))
        case.acts.sort(key=lambda a: a.at)
        return True

    return plant


def stalled(name: str, *, days: int = 0, hours: int = 0, nth: int = 0, **where: Wanted) -> Plant:
    """The case stands still before one such act; all that follows comes later.

    Weeks are not added where that would bring other days off among what follows, which might then be late itself.
    """

    def plant(case: CaseFile) -> bool:
        acts = found(case, name, where)
        if len(acts) <= nth:
            return False
        start = acts[nth].at
        last = max(act.at for act in case.acts)
        if days and days % 7 == 0 and worked(start, last) != worked(start, last, days):
            return False
        for act in case.acts:
            if act.at >= start:
                shift(act, dt.timedelta(days=days, hours=hours))
        return True

    return plant


def worked(first: dt.datetime, last: dt.datetime, later: int = 0) -> list[bool | None]:
    """Which days from the one to the other, so many days later, are worked."""
    day = first.toordinal() - EPOCH_DAY + later
    return [workdays().is_workday(day + n) for n in range((last.date() - first.date()).days + 1)]


@cache
def workdays() -> Calendar:
    """China's calendar."""
    return Calendar.china()


def kept_longer(name: str, *, hours: int, **where: Wanted) -> Plant:
    """What was left to do that day, from one such act on, comes some hours later."""

    def plant(case: CaseFile) -> bool:
        acts = found(case, name, where)
        if not acts:
            return False
        start = acts[0].at
        for act in case.acts:
            if act.at >= start and act.at.date() == start.date():
                shift(act, dt.timedelta(hours=hours))
        case.acts.sort(key=lambda a: a.at)
        return True

    return plant


def shift(act: DemoAct, by: dt.timedelta) -> None:
    """Move an act, its end, and the last day of a detention it begins."""
    act.at += by
    act.ended = act.ended + by if act.ended is not None else None
    until = act.fields.get("detained_until")
    if isinstance(until, dt.date):
        act.fields["detained_until"] = until + dt.timedelta(days=by.days)


def alone(name: str, **where: Wanted) -> Plant:
    """The act is done by the first officer only."""

    def plant(case: CaseFile) -> bool:
        acts = [a for a in found(case, name, where) if len(a.officers) > 1]
        for act in acts[:1]:
            act.officers = act.officers[:1]
        return bool(acts)

    return plant


def by_handler(name: str, role: str, **where: Wanted) -> Plant:
    """The officer who handles the case plays another part as well."""

    def plant(case: CaseFile) -> bool:
        acts = [a for a in found(case, name, where) if any(r == role for _, r in a.officers)]
        for act in acts[:1]:
            act.officers = tuple((case.first if r == role else o, r) for o, r in act.officers)
        return bool(acts)

    return plant


def with_auxiliary(name: str, role: str, **where: Wanted) -> Plant:
    """An auxiliary takes the second officer's place."""

    def plant(case: CaseFile) -> bool:
        acts = found(case, name, where)
        for act in acts[:1]:
            act.officers = (*act.officers[:1], (case.station.auxiliary, role))
        return bool(acts)

    return plant


def without_role(name: str, role: str) -> Plant:
    """Nobody plays that part in the act."""

    def plant(case: CaseFile) -> bool:
        acts = [a for a in found(case, name, {}) if any(r == role for _, r in a.officers)]
        for act in acts:
            act.officers = tuple(o for o in act.officers if o[1] != role)
        return bool(acts)

    return plant


def film_cut(name: str, **where: Wanted) -> Plant:
    """The recording of the act breaks off long before the act ends."""

    def plant(case: CaseFile) -> bool:
        for act in found(case, name, where):
            films = [f for f in case.acts if f.type == "recording.made" and covers(f, act)]
            for film in films:
                film.ended = act.at + dt.timedelta(minutes=2)
            if films:
                return True
        return False

    return plant


def covers(film: DemoAct, act: DemoAct) -> bool:
    """Whether the recording holds the whole act."""
    return film.ended is not None and act.ended is not None and film.at <= act.at and act.ended <= film.ended


def again(name: str, *, minutes: int, nth: int = 0, **where: Wanted) -> Plant:
    """The act is done once more some minutes later."""

    def plant(case: CaseFile) -> bool:
        acts = found(case, name, where)
        if len(acts) <= nth:
            return False
        act = acts[nth]
        twin = replace(act, subjects=dict(act.subjects), fields=dict(act.fields))
        shift(twin, dt.timedelta(minutes=minutes))
        case.acts.append(twin)
        case.acts.sort(key=lambda a: a.at)
        return True

    return plant


def added(
    name: str,
    facts: dict[str, Value],
    after: str,
    where: Mapping[str, Wanted] = NOTHING,
    *,
    days: int = 0,
    minutes: int = 5,
) -> Plant:
    """An act that should not be there follows another one, about the same people and things."""

    def plant(case: CaseFile) -> bool:
        acts = found(case, after, where)
        if not acts:
            return False
        act = acts[0]
        at = act.at + dt.timedelta(days=days, minutes=minutes)
        case.acts.append(DemoAct(name, at, act.unit, case.one, None, dict(act.subjects), dict(facts)))
        case.acts.sort(key=lambda a: a.at)
        return True

    return plant


def all_of(*plants: Plant) -> Plant:
    """Several changes that make one fault; none unless all are possible."""

    def plant(case: CaseFile) -> bool:
        before = [replace(a, subjects=dict(a.subjects), fields=dict(a.fields)) for a in case.acts]
        if all(p(case) for p in plants):
            return True
        case.acts = before
        return False

    return plant
