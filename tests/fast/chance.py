"""Random small logs and norms of every form, dense in ties, gaps and missing facts, for holding executions equal."""

from __future__ import annotations

from random import Random

from tests.engines.logs import A
from zhunsheng.norms import expressions as ex
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import (
    Check,
    Conflict,
    Covered,
    Extend,
    Plan,
    Prior,
    Ref,
    ScopeKey,
    Standing,
    Stop,
    Tier,
    Timed,
)

TYPES = ("开", "办", "停", "复", "延", "撤")
FIELDS = {"n": "number", "m": "number", "yes": "flag", "word": "text", "other": "text", "on": "date", "due": "time"}
START = 1_766_000_000_000_000
"""17 December 2025: New Year and Spring Festival are near."""
HOUR = 3_600_000_000
DAYS = 40
FIRST_DAY = START // (24 * HOUR)
COUNTINGS = (
    Counting("plain"),
    Counting("rolling", roll=True),
    Counting("hours", hours="from_next_hour", roll=True),
)
UNITS = ("minutes", "hours", "days", "working_days", "months")


def log_of(r: Random, cases: int = 25, gaps: float = 1.0) -> list[A]:
    """Acts of some cases, mixed, in an order that is not that of time; `gaps` says how much of the facts is missing."""
    found = [act(r, f"案{case}", gaps) for case in range(cases) for _ in range(r.randrange(1, 9))]
    r.shuffle(found)
    return found


def instant(r: Random) -> int:
    return START + r.randrange(DAYS * 4) * 6 * HOUR + r.choice((0, 0, 1, 12_345_678))


def act(r: Random, case: str, gaps: float) -> A:
    at = None if r.random() < 0.06 * gaps else instant(r)
    people = ("甲", "乙", "丙")
    officers = tuple(
        (
            r.choice(people),
            *(None if r.random() < 0.3 * gaps else r.choice(c) for c in (("主办", "协办"), ("警司", "警员"), ("初级", "高级"))),
        )
        for _ in range(r.choice((0, 1, 2, 2) if gaps == 1 else (1, 2)))
    )
    subjects = tuple(
        (kind, name)
        for kind in ("person", "item")
        for name in ("一", "二", "三")
        if r.random() < 0.25
    )
    ended = None if at is None or r.random() < 0.3 * gaps else at + r.randrange(30) * HOUR
    facts = {
        "n": r.randrange(-3, 4) * 5_000, "m": r.randrange(3) * 10_000, "yes": r.random() < 0.5,
        "word": r.choice("xyz"), "other": r.choice("wxy"), "on": FIRST_DAY + r.randrange(DAYS), "due": instant(r),
    }
    stated = {name: value for name, value in facts.items() if r.random() > 0.25 * gaps}
    return A(r.choice(TYPES), at, case, ended, officers, subjects, stated, r.choice((None, "所一", "所二")))


def number(r: Random, depth: int) -> ex.Node:
    """A numeric expression."""
    pick = r.randrange(7 if depth > 0 else 3)
    if pick == 0:
        return ex.Const("number", r.randrange(-2, 5) * 10_000)
    if pick <= 2:
        return ex.Fact("number", r.choice(("f_n", "f_m", "hour", "weekday")))
    if pick == 3:
        return ex.Arithmetic("number", r.choice(("+", "-", "*")), number(r, 0), number(r, 0))
    if pick == 4:
        return ex.Between("number", "days", ex.Fact("date", "day"), ex.Fact("date", "f_on"))
    if pick == 5:
        return ex.Dated("number", "p", ((0, FIRST_DAY + 9, 10_000), (FIRST_DAY + 12, None, 20_000)))
    fn = r.choice(("count", "sum", "min", "max", "first", "last"))
    where = flag(r, 0) if r.random() < 0.5 else None
    column = None if fn == "count" else r.choice(("f_n", "f_m"))
    return ex.Earlier("number", fn, types(r), column, where)


def flag(r: Random, depth: int = 2) -> ex.Node:
    """A condition."""
    pick = r.randrange(11 if depth > 0 else 7)
    if pick == 0:
        return ex.Compare("flag", r.choice(("<", "<=", "==", "!=", ">", ">=")), number(r, depth), number(r, depth))
    if pick == 1:
        return ex.Fact("flag", "f_yes")
    if pick == 2:
        right = r.choice((ex.Const("text", "x"), ex.Fact("text", "f_other"), ex.Const("text", "无")))
        return ex.Compare("flag", r.choice(("==", "!=", "<", ">=")), ex.Fact("text", "f_word"), right)
    if pick == 3:
        return ex.Member("flag", ex.Fact("text", "f_word"), ("x", "无"))
    if pick == 4:
        return ex.TextTest("flag", r.choice(("starts_with", "contains")), ex.Fact("text", "unit"), r.choice(("所", "一")))
    if pick == 5:
        return ex.Known("flag", ex.Fact("number", "f_n"))
    if pick == 6:
        return ex.Compare("flag", "<=", ex.Fact("time", "at_us"), ex.Fact("time", "f_due"))
    if pick == 7:
        return ex.Company("flag", r.choice((1, 2)), r.choice(((), ("主办",))), r.choice(((), ("警司",))), r.choice(((), ("高级",))))
    if pick == 8:
        return ex.Shared("flag", r.choice(((), ("主办",))), r.choice((("主办",), ("协办",))))
    if pick == 9:
        return ex.Not("flag", flag(r, depth - 1))
    if r.random() < 0.3:
        last = ex.Earlier("text", r.choice(("first", "last", "min", "max")), types(r), "f_word", None)
        return ex.Compare("flag", "==", last, ex.Fact("text", "f_other"))
    return ex.Logic("flag", r.choice(("and", "or")), (flag(r, depth - 1), flag(r, depth - 1)))


def types(r: Random) -> tuple[str, ...]:
    return r.choice(((), *((t,) for t in TYPES), TYPES[:2], TYPES[2:4], ("无此",), (TYPES[0], TYPES[5], TYPES[3])))


def ref(r: Random, sure: float = 0.6) -> Ref:
    return Ref(types(r), None if r.random() < sure else flag(r))


def period(r: Random, units: tuple[str, ...] = UNITS) -> Period:
    return Period(r.choice((0, 1, 2, 3, 5, 10)), r.choice(units))


def timed(r: Random) -> Timed:
    keep = r.random() < 0.2
    unit = r.choice(UNITS)
    by = ex.Fact(*r.choice((("date", "f_on"), ("time", "f_due")))) if r.random() < 0.15 and not keep else None
    term = None if by is not None or r.random() < 0.1 else period(r, (unit,))
    tiers = tuple(Tier(flag(r), period(r)) for _ in range(r.choice((0, 0, 1, 2)))) if term else ()
    extends = tuple(
        Extend(ref(r, 0.8), period(r, (unit,)), r.random() < 0.6, entry) for entry in range(r.choice((0, 0, 1, 2))) for _ in range(r.choice((1, 2)))
    ) if term and not tiers and not keep else ()
    stops = tuple(
        Stop(ref(r, 0.8), ref(r, 0.8), r.choice((None, "f_word"))) for _ in range(r.choice((0, 0, 1, 2)))
    ) if term and not keep else ()
    return Timed(
        open=ref(r), meet=ref(r, 0.8), counting=r.choice(COUNTINGS), period=term, tiers=tiers, by=by,
        first_only=r.random() < 0.2, already=not keep and r.random() < 0.2, extends=extends, stops=stops,
        voids=tuple(ref(r, 0.8) for _ in range(r.choice((0, 0, 1, 2)))),
        warn_before_us=r.choice((None, HOUR)), keep=keep,
    )


def form(r: Random):
    """One of the six forms."""
    pick = r.randrange(10)
    unless = flag(r) if r.random() < 0.3 else None
    roles = (("主办",), ("协办",), ())
    if pick <= 3:
        return timed(r)
    if pick == 4:
        return Prior(ref(r), ref(r), r.choice(COUNTINGS), ref(r) if r.random() < 0.4 else None,
                     r.choice((None, period(r))), r.choice((None, period(r))), r.random() < 0.3)
    if pick == 5:
        start = ref(r) if r.random() < 0.8 else None
        return Standing(ref(r), r.choice(COUNTINGS), flag(r) if start is None or r.random() < 0.3 else None, start,
                        ref(r) if start and r.random() < 0.5 else None, period(r) if start and r.random() < 0.5 else None, unless)
    if pick == 6:
        return Conflict(ref(r), ref(r), r.choice(roles), r.choice(roles), unless)
    if pick == 7:
        return Covered(ref(r), ref(r), r.choice((0, 6 * HOUR)), unless)
    return Check(ref(r), flag(r), unless)


def plan_of(r: Random, number: int) -> Plan:
    """A plan with a scope, a governing date and a span in force."""
    per = r.choice(((), (), (), (ScopeKey("person"),), (ScopeKey("person"), ScopeKey("item")), (ScopeKey("word", "f_word"),)))
    governed = ex.Fact("date", "f_on") if r.random() < 0.15 else None
    to_day = r.choice((None, None, FIRST_DAY + 30))
    return Plan(f"n{number:02}", "2020-01-01", "deadline", "serious", per, governed, r.choice((0, 0, FIRST_DAY + 5)), to_day,
                r.random() < 0.7, form(r), None, None)
