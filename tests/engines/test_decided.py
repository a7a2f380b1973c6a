"""What an act has decided stays decided: nothing that comes later moves its due time, and stops count up to that act."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.chance import plan as plan_by_chance
from tests.engines.chance import scene
from tests.engines.conditions import FIELDS
from tests.engines.logs import A, instant, prepared
from tests.engines.test_run_interpret import plan
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Ref, Stop, Timed
from zhunsheng.norms.run_interpret import run_interpret

ZONE, CHINA = "Asia/Shanghai", Calendar.china()
FORMS = ("deadline", "stopped", "stopped", "retention")
COLUMNS = ("status", "due_at", "warn_at", "met_by", "evidence")


def judged(acts: list[A], plans, *, as_of_us: int, calendar: Calendar = CHINA, zone: str = ZONE, closed: bool = False):
    """Rows by norm, case, scope and opening act; acts go by their place in the whole log, whatever is left out of it."""
    with tempfile.TemporaryDirectory() as folder:
        log = prepared(Path(folder), acts, zone=zone, fields=FIELDS, slots=3)
        rows = run_interpret(log, plans, calendar=calendar, as_of_us=as_of_us, closed=closed).table().to_pylist()
    return {(r["norm_id"], r["case_id"], r["scope"], r["opened_by"]): r for r in rows}


def cut(acts: list[A], seq: int) -> list[A]:
    """The log as it was once an act had come: what comes after it in the order of its own case has not been done."""
    last = acts[seq]
    kept = [a.case != last.case or a.at is None or (a.at, n) <= (last.at, seq) for n, a in enumerate(acts)]
    # What is gone leaves an act of no meaning in its place, so that the others keep their numbers.
    return [a if keep else A("gone", a.at, "none") for a, keep in zip(acts, kept, strict=True)]


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_a_decided_row_is_what_it_was_when_the_deciding_act_came(seed):
    r = Random(seed)
    seen = scene(r)
    plans = [plan_by_chance(r, form, n) for n, form in enumerate(FORMS)]
    around = {"calendar": seen.calendar, "zone": seen.zone}
    now = judged(seen.acts, plans, as_of_us=seen.as_of_us, closed=seen.closed, **around)
    for key, row in now.items():
        if row["status"] == "unknown" or row["met_seq"] is None:
            continue
        deciding = max((row["met_seq"], row["opened_seq"]), key=lambda seq: (seen.acts[seq].at, seq))
        at = seen.acts[deciding].at
        then = judged(cut(seen.acts, deciding), plans, as_of_us=at, **around)[key]
        assert [then[c] for c in COLUMNS] == [row[c] for c in COLUMNS], (key, seed)


def case_by_chance(r: Random, number: int, whole_days: bool) -> list[A]:
    """An opening, stops that often do not end or end afterwards, and mostly an act that meets it."""
    hour = 0 if whole_days else r.randrange(24)
    start = dt.datetime.fromisoformat("2026-02-09") + dt.timedelta(days=r.randrange(20), hours=hour)
    unit = dt.timedelta(days=1) if whole_days else dt.timedelta(hours=1)
    places = r.sample(range(1, 24), r.choice((1, 2, 3, 5)))
    done = [r.choice(("stop", "stop", "go")) for _ in places]
    if r.random() < 0.8:
        done[r.randrange(len(done))] = "then"
    times = [0, *places]
    acts = ["open", *done]
    return [A(t, (start + n * unit).isoformat(), f"c{number}") for n, t in sorted(zip(times, acts, strict=True))]


def simulated(acts: list[A], term: int, unit: str, as_of_us: int) -> tuple[str, int]:
    """Status and due time, by letting the clock tick: an hour or a day at a time, standing while a stop stands."""
    tick = 3_600_000_000 * (1 if unit == "hours" else 24)
    at = [instant(a.at, ZONE) for a in acts]
    offsets = [(us - at[0]) // tick for us in at]
    met = next((n for n, a in zip(offsets, acts, strict=True) if a.type == "then"), None)
    end = met if met is not None else (as_of_us - at[0]) // tick

    def stands(n: int) -> bool:
        """Whether the clock stands from place n on: some stop before has not ended, or not yet."""
        before = [a.type for o, a in zip(offsets, acts, strict=True) if o <= n and a.type in ("stop", "go")]
        return bool(before) and before[-1] == "stop"

    opened_day = (at[0] + 8 * 3_600_000_000) // 86_400_000_000
    left, due, n = term, None, 0
    while due is None:
        if stands(n) and n < end:
            n += 1
        elif unit == "working_days" and n and not CHINA.is_workday(opened_day + n) and left == 0:
            n += 1  # a term in working days does not end on a day off
        elif left == 0:
            due = n
        else:
            n += 1
            left -= 1 if unit != "working_days" or CHINA.is_workday(opened_day + n) else 0
    last_of_day = (opened_day + due + 1) * 86_400_000_000 - 8 * 3_600_000_000 - 1
    due_us = at[0] + due * tick if unit == "hours" else last_of_day
    if met is not None:
        return ("met" if at[offsets.index(met)] <= due_us else "late"), due_us
    return ("overdue" if as_of_us > due_us else "pending"), due_us


@pytest.mark.parametrize("unit", ["hours", "days", "working_days"])
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_stops_count_as_a_clock_that_stands_would(unit, seed):
    r = Random(seed)
    term = r.randrange(0, 9)
    form = Timed(Ref(("open",)), Ref(("then",)), Counting("plain"), Period(term, unit), stops=(Stop(Ref(("stop",)), Ref(("go",))),))
    cases = [case_by_chance(r, n, unit != "hours") for n in range(40)]
    as_of = instant("2026-03-28T00:00", ZONE)
    found = judged([a for case in cases for a in case], [plan(form)], as_of_us=as_of)
    assert len(found) == len(cases)
    for (_, case, _, _), row in found.items():
        acts = cases[int(case[1:])]
        status, due_us = simulated(acts, term, unit, as_of)
        told = [(a.type, a.at) for a in acts]
        assert (row["status"], instant(row["due_at"].replace(tzinfo=None).isoformat(), ZONE)) == (status, due_us), (term, told)
