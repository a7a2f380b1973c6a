"""Every period against a counter that walks day by day, and the tables against the one-day functions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import FIRST_DATE, LAST_DATE, date_of, number_of
from zhunsheng.norms.periods import (
    NULL,
    Counting,
    Period,
    back_table,
    countings,
    due_day,
    due_table,
    end_of_day_us,
    end_table,
    latest_day_before,
    ordinal_table,
    roll_table,
)

CHINA = Calendar.china()
CALENDARS = [CHINA, Calendar.weekdays(2019, 2021), Calendar.none()]
COUNTINGS = [
    *countings(Path(__file__).parents[2] / "rulebook" / "countings.yaml").values(),
    Counting("own", roll=True, days_as="working", working_days_up_to=4, working_day_numbers=(9,)),
]

calendars = st.sampled_from(CALENDARS)
laws = st.sampled_from(COUNTINGS)
periods = st.one_of(
    st.builds(Period, st.integers(0, 70), st.sampled_from(["days", "working_days"])),
    st.builds(Period, st.integers(0, 30), st.just("months")),
    st.builds(Period, st.integers(0, 6), st.just("years")),
)
near = st.dates(dt.date(2003, 6, 1), dt.date(2027, 6, 1)).map(number_of)


def walk(day: int, period: Period, counting: Counting, calendar: Calendar, step: int) -> int | None:
    """Count the period one day at a time, forwards or backwards, without rolling; only `is_workday` is asked."""
    if period.unit in {"months", "years"}:
        return walk_months(day, period.amount * (12 if period.unit == "years" else 1), step)
    working = counted_as_working(period, counting)
    if working and period.amount and calendar.is_workday(day) is None:
        return None
    left = period.amount
    while left:
        day += step
        worked = calendar.is_workday(day) if working else True
        if worked is None:
            return None
        left -= worked
    return day


def counted_as_working(period: Period, counting: Counting) -> bool:
    if period.unit == "working_days" or counting.days_as == "working":
        return period.unit in {"days", "working_days"}
    up_to = range(counting.working_days_up_to + 1) if counting.working_days_up_to else ()
    return period.unit == "days" and period.amount in [*up_to, *counting.working_day_numbers]


def walk_months(day: int, months: int, step: int) -> int:
    """Step month by month through first days, then look for the day of the month; the month's end sticks."""
    start = date_of(day)
    first = start.replace(day=1)
    for _ in range(months):
        first = (first + dt.timedelta(days=32 * step if step > 0 else -1)).replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    month = [first + dt.timedelta(days=n) for n in range((following - first).days)]
    if (start + dt.timedelta(days=1)).day == 1:
        return number_of(month[-1])
    return number_of(([d for d in month if d.day == start.day] or month)[-1])


def rolled(day: int | None, calendar: Calendar) -> int | None:
    while day is not None and calendar.is_workday(day) is False:
        day += 1
    return None if day is None or calendar.is_workday(day) is None else day


@given(near, periods, laws, calendars)
def test_due_day_is_what_walking_finds(start: int, period: Period, counting: Counting, calendar: Calendar):
    last = walk(start, period, counting, calendar, 1)
    assert due_day(start, period, counting, calendar, rolled=False) == last
    if counting.roll and period.amount and not counted_as_working(period, counting):
        last = rolled(last, calendar)
    assert due_day(start, period, counting, calendar) == last


@given(near, periods, laws, calendars)
def test_counting_back_is_what_walking_back_finds(
    event: int, period: Period, counting: Counting, calendar: Calendar
):
    assert latest_day_before(event, period, counting, calendar) == walk(event, period, counting, calendar, -1)


@given(near, near, periods, laws)
def test_a_later_opening_is_never_due_earlier(one: int, other: int, period: Period, counting: Counting):
    first, second = (due_day(start, period, counting, CHINA) for start in sorted((one, other)))
    assert first is None or second is None or first <= second


@given(near, st.integers(1, 60), laws)
def test_forwards_and_backwards_agree_on_unrolled_days(start: int, amount: int, counting: Counting):
    period = counting.as_counted(Period(amount, "days"))
    last = due_day(start, period, counting, CHINA, rolled=False)
    if last is not None:
        back = latest_day_before(last, period, counting, CHINA)
        assert back == start or (
            period.unit == "working_days" and not CHINA.is_workday(start) and back < start
        )


@given(near, periods, laws)
def test_a_rolled_last_day_is_worked(start: int, period: Period, counting: Counting):
    due = due_day(start, period, counting, CHINA)
    if due is not None and period.amount and counting.roll:
        assert CHINA.is_workday(due)


def scalars(values: list[int | None]) -> list[int]:
    return [NULL if value is None else value for value in values]


@settings(deadline=None, max_examples=150)
@given(near, st.integers(0, 90), periods, laws, calendars)
def test_tables_are_the_one_day_functions(
    first: int, length: int, period: Period, counting: Counting, calendar: Calendar
):
    days = range(first, first + length + 1)
    for roll in (True, False):
        due = due_table(first, days[-1], period, counting, calendar, rolled=roll)
        assert due.tolist() == scalars([due_day(d, period, counting, calendar, rolled=roll) for d in days])
    back = back_table(first, days[-1], period, counting, calendar)
    assert back.tolist() == scalars([latest_day_before(d, period, counting, calendar) for d in days])
    assert roll_table(first, days[-1], calendar).tolist() == scalars([calendar.roll(d) for d in days])
    assert ordinal_table(first, days[-1], calendar).tolist() == scalars(
        [calendar.workday_ordinal(d) for d in days]
    )


@pytest.mark.parametrize("edge", [FIRST_DATE, LAST_DATE])
@pytest.mark.parametrize(
    "period",
    [
        Period(3, "days"),
        Period(3, "working_days"),
        Period(2, "months"),
        Period(1, "years"),
        Period(0, "days"),
    ],
)
@pytest.mark.parametrize("counting", COUNTINGS, ids=lambda counting: counting.name)
def test_tables_agree_at_the_ends_of_time(edge: int, period: Period, counting: Counting):
    days = range(edge - 400, edge + 401)
    due, back = (
        due_table(days[0], days[-1], period, counting, CHINA),
        back_table(days[0], days[-1], period, counting, CHINA),
    )
    assert due.tolist() == scalars([due_day(d, period, counting, CHINA) for d in days])
    assert back.tolist() == scalars([latest_day_before(d, period, counting, CHINA) for d in days])
    assert end_table(LAST_DATE - 1, LAST_DATE + 1, "Asia/Shanghai")[-1] == NULL


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Rome", "America/Sao_Paulo"])
def test_end_table_is_end_of_day(zone: str):
    first = number_of(dt.date(2011, 1, 1))
    assert end_table(first, first + 800, zone).tolist() == [
        end_of_day_us(d, zone) for d in range(first, first + 801)
    ]


def test_tables_of_hours_do_not_exist():
    with pytest.raises(ValueError, match="instant"):
        due_table(0, 1, Period(1, "hours"), COUNTINGS[0], CHINA)


def test_tables_are_shared_and_cannot_be_changed():
    table = due_table(0, 9, Period(1, "days"), COUNTINGS[0], CHINA)
    assert table.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 1


def test_an_empty_range_is_an_empty_table():
    assert due_table(5, 4, Period(1, "days"), COUNTINGS[0], CHINA).tolist() == []
    assert end_table(5, 4, "Asia/Shanghai").tolist() == []
