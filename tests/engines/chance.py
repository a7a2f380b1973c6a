"""Plans of all six forms by chance, and small nasty logs for them; a seed tells which."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from tests.engines.conditions import FIELDS, NUMBERS, TEXTS, flag, roles, types, value
from tests.engines.logs import A, instant
from zhunsheng.norms.binding import but_not
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import (
    Check,
    Conflict,
    Covered,
    Extend,
    Form,
    Plan,
    Prior,
    Ref,
    ScopeKey,
    Standing,
    Stop,
    Tier,
    Timed,
)

COUNTINGS = (
    Counting("calendar"), Counting("natural", hours="from_next_hour", roll=True), Counting("custody", hours="from_next_hour"),
    Counting("few", roll=True, working_days_up_to=3, working_day_numbers=(5,)),
)
SCENES = {
    "Asia/Shanghai": ("2026-02-13", "2026-09-29", "2026-12-25", "2003-12-28", "2026-01-29"),
    "Europe/Rome": ("2026-03-27", "2026-10-23", "2024-02-27"),
}
"""Holidays and make-up days, the ends of the calendar, ends of months, and the days on which clocks change."""
HOURS = ("00:00", "02:30", "09:15", "10:00", "10:00:00.5", "23:59:59.999999")
CALENDARS = {"china": Calendar.china(), "weekdays": Calendar.weekdays(2026, 2026), "none": Calendar.none()}
SCOPES = ((), (), (ScopeKey("person"),), (ScopeKey("kind", "f_kind"),), (ScopeKey("person"), ScopeKey("item")),
          (ScopeKey("person"), ScopeKey("kind", "f_kind")), (ScopeKey("lost", "f_lost"),))
MOST = {"minutes": 90, "hours": 30, "days": 6, "working_days": 4, "months": 1}


def cond(r: Random, depth: int = 1):
    """No condition, or some."""
    return flag(r, depth) if r.random() < 0.35 else None


def ref(r: Random, *, any_type: bool = False) -> Ref:
    return Ref(types(r, any_type=any_type), cond(r))


def refs(r: Random, most: int) -> tuple[Ref, ...]:
    return tuple(ref(r) for _ in range(r.randint(0, most)))


def period(r: Random, counting: Counting, unit: str | None = None) -> Period:
    """A term as the binding leaves it: in the unit the law counts it in."""
    unit = unit or r.choice(("minutes", "hours", "hours", "days", "days", "working_days", "working_days", "months"))
    return counting.as_counted(Period(r.randint(0, MOST[unit]), unit))


def maybe(r: Random, made, chance: float = 0.5):
    return made() if r.random() < chance else None


def extensions(r: Random, counting: Counting, unit: str) -> tuple[Extend, ...]:
    made = []
    for entry in range(r.randint(0, 2)):
        adds, granted = r.random() < 0.6, ref(r)
        length = Period(r.randint(0, MOST[unit]), unit) if adds else period(r, counting)
        made += [Extend(granted, length, adds, entry)] * r.choice((1, 1, 2))
    return tuple(made)


def stops(r: Random) -> tuple[Stop, ...]:
    return tuple(Stop(ref(r), ref(r), r.choice((None, None, "f_kind"))) for _ in range(r.randint(0, 2)))


def deadline(r: Random) -> Form:
    counting = r.choice(COUNTINGS)
    term = period(r, counting)
    how = r.choice(("plain", "rich", "rich", "rich", "by", "open"))
    given = {"open": ref(r, any_type=True), "meet": ref(r, any_type=True), "counting": counting, "already": r.random() < 0.3,
             "first_only": r.random() < 0.3, "voids": refs(r, 2), "warn_before_us": r.choice((None, 3_600_000_000))}
    if how == "by":
        return Timed(**given, by=value(r, r.choice(("date", "time"))))
    if how == "open":
        return Timed(**given)
    if how == "plain":
        return Timed(**given, period=term)
    tiers = tuple(Tier(flag(r), Period(r.randint(0, MOST[term.unit]), term.unit)) for _ in range(r.randint(0, 2)))
    return Timed(**given, period=term, tiers=tiers, extends=extensions(r, counting, term.unit), stops=stops(r))


def stopped(r: Random) -> Form:
    """A deadline whose clock is often stopped when what it asks is done; stops end afterwards, or never."""
    counting = r.choice(COUNTINGS)
    term = period(r, counting)
    halts = (Stop(Ref(("c",), cond(r, 0)), Ref(r.choice((("d",), ("b",), ("b", "d")))), r.choice((None, None, "f_kind"))), *stops(r))
    extends = extensions(r, counting, term.unit) if r.random() < 0.4 else ()
    return Timed(open=Ref(("a",)), meet=Ref(r.choice((("b",), ("d",), ("b", "d")))), counting=counting, period=term, extends=extends,
                 stops=halts[: r.choice((1, 1, 3))], voids=refs(r, 1), already=r.random() < 0.1, warn_before_us=r.choice((None, 3_600_000_000)))


def retention(r: Random) -> Form:
    counting = r.choice(COUNTINGS)
    tiers = tuple(Tier(flag(r), period(r, counting)) for _ in range(r.randint(0, 2)))
    return Timed(open=ref(r), meet=ref(r), counting=counting, period=maybe(r, lambda: period(r, counting)), tiers=tiers,
                 voids=refs(r, 1), keep=True)


def accompanied(r: Random) -> Form:
    """Company by another act, with an excuse."""
    counting = r.choice(COUNTINGS)
    bare = ref(r)
    return Timed(open=but_not(bare, flag(r)), bare=bare, meet=ref(r, any_type=True), counting=counting, period=period(r, counting), already=True)


def prior(r: Random) -> Form:
    counting, bare = r.choice(COUNTINGS), ref(r, any_type=True)
    unless = flag(r) if r.random() < 0.4 else None
    return Prior(but_not(bare, unless), ref(r, any_type=True), counting, maybe(r, lambda: ref(r)),
                 maybe(r, lambda: period(r, counting)), maybe(r, lambda: period(r, counting)), r.random() < 0.3,
                 bare if unless is not None else None)


def standing(r: Random) -> Form:
    counting = r.choice(COUNTINGS)
    state = r.random() < 0.75
    return Standing(ref(r, any_type=True), counting, cond(r), ref(r) if state else None, maybe(r, lambda: ref(r)) if state else None,
                    maybe(r, lambda: period(r, counting)) if state else None, cond(r))


def conflict(r: Random) -> Form:
    return Conflict(ref(r, any_type=True), ref(r, any_type=True), roles(r), roles(r), cond(r))


def check(r: Random) -> Form:
    return Check(ref(r, any_type=True), flag(r, 2), cond(r))


def covered(r: Random) -> Form:
    return Covered(ref(r), ref(r, any_type=True), r.choice((0, 60_000_000, 3_600_000_000)), cond(r))


FORMS = {"deadline": deadline, "stopped": stopped, "retention": retention, "accompanied": accompanied, "requires": prior, "forbids": standing, "separation": conflict, "check": check,
         "covered": covered}


def plan(r: Random, form: str, number: int) -> Plan:
    """One version of a norm; its days in force are such that some acts fall outside."""
    first, last = r.choice((0, 0, 0, 20_490)), r.choice((None, None, None, 20_500, 20_360))
    governed = value(r, "date") if r.random() < 0.15 else None
    return Plan(f"{form}{number}", "2020-01-01", "deadline", "serious", r.choice(SCOPES), governed, first, last, r.random() < 0.6,
                FORMS[form](r), None, None)


@dataclass(frozen=True)
class Scene:
    """A log to be written, and the moment to look at it."""

    zone: str
    acts: list[A]
    calendar: Calendar
    as_of_us: int
    closed: bool


def moment(r: Random, zone: str, start: str, span: int = 9) -> int:
    day = dt.date.fromisoformat(start) + dt.timedelta(days=r.randint(0, span))
    found = instant(f"{day}T{r.choice(HOURS)}", zone)
    assert found is not None
    return found


def stated(r: Random, zone: str, start: str, gaps: float):
    """What an act states; any field may be missing."""
    first = (dt.date.fromisoformat(start) - dt.date(1970, 1, 1)).days
    values = {"number": lambda: r.choice((*NUMBERS, -12_345)), "text": lambda: r.choice(TEXTS), "flag": lambda: r.random() < 0.6,
              "date": lambda: first + r.randint(0, 9), "time": lambda: moment(r, zone, start)}
    return {name: values[kind]() for name, kind in FIELDS.items() if r.random() >= gaps}


def officers(r: Random, gaps: float):
    def part(*values):
        return None if r.random() < gaps else r.choice(values)

    return tuple((part("o1", "o2", "o3"), part("handler", "chief"), part("r", "r", "s"), part("q", "q", "p")) for _ in range(r.choice((0, 1, 1, 2, 2, 3))))


def act(r: Random, zone: str, start: str, cases: int, gaps: float, untimed: float) -> A:
    at = None if r.random() < untimed else moment(r, zone, start)
    length = r.choice((None, 0, 60_000_000, 1_800_000_000, 90_000_000_000)) if r.random() >= gaps / 2 else None
    subjects = tuple((r.choice(("person", "person", "item")), r.choice("甲乙")) for _ in range(r.choice((0, 1, 1, 2, 3))))
    return A(r.choice("aabbccd"), at, str(r.randint(1, cases)), None if at is None or length is None else at + length,
             officers(r, gaps), subjects, stated(r, zone, start, gaps), r.choice((None, "u", "v")))


def scene(r: Random) -> Scene:
    """A log with ties, gaps, acts without a time, acts written down twice or out of order, seen in the midst of things."""
    zone = r.choice(sorted(SCENES))
    start = r.choice(SCENES[zone])
    cases, gaps, untimed = r.choice((2, 6, 10)), r.choice((0.0, 0.1, 0.3)), r.choice((0.0, 0.0, 0.08))
    acts = [act(r, zone, start, cases, gaps, untimed) for _ in range(cases * r.choice((4, 7)))]
    acts += r.sample(acts, 2)
    if r.random() < 0.4:
        acts.sort(key=lambda a: (a.at is None, a.at))
    return Scene(zone, acts, r.choice(list(CALENDARS.values())), moment(r, zone, start, 14), r.random() < 0.3)
