"""The day arithmetic over whole ranges of days at once, as int64 arrays for the compiled engines; NULL marks None.

Element i belongs to day `first_day + i`; both ends of the range are included. Tables are cached and read-only.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from zhunsheng.norms.calendar import Calendar, Days
from zhunsheng.norms.calendar_days import FIRST_DATE, LAST_DATE
from zhunsheng.norms.period_days import MONTHS_IN
from zhunsheng.norms.period_instants import end_of_day_us
from zhunsheng.norms.period_types import Counting, Period

NULL = -(2**62)
"""Stands for None in every table; far outside all days and instants."""


@lru_cache(maxsize=512)
def due_table(
    first_day: int, last_day: int, period: Period, counting: Counting, calendar: Calendar, rolled: bool = True
) -> Days:
    """`due_day` for every opening day of the range."""
    days = _range(first_day, last_day)
    if counting.counts_working(period):
        return _sealed(_workdays_from(days, period.amount, calendar))
    due = _shifted(days, period.amount, period)
    return _sealed(_rolled(due, calendar) if rolled and counting.roll and period.amount else due)


@lru_cache(maxsize=512)
def back_table(first_day: int, last_day: int, period: Period, counting: Counting, calendar: Calendar) -> Days:
    """`latest_day_before` for every event day of the range."""
    days = _range(first_day, last_day)
    if counting.counts_working(period):
        return _sealed(_workdays_from(days, -period.amount, calendar))
    return _sealed(_shifted(days, -period.amount, period))


@lru_cache(maxsize=64)
def end_table(first_day: int, last_day: int, zone: str) -> Days:
    """`end_of_day_us` for every day of the range; NULL for days that have no date."""
    ends = (
        end_of_day_us(day, zone) if FIRST_DATE <= day <= LAST_DATE else NULL
        for day in range(first_day, last_day + 1)
    )
    return _sealed(np.fromiter(ends, dtype=np.int64, count=max(last_day + 1 - first_day, 0)))


@lru_cache(maxsize=64)
def roll_table(first_day: int, last_day: int, calendar: Calendar) -> Days:
    """`Calendar.roll` for every day of the range."""
    return _sealed(_rolled(_range(first_day, last_day), calendar))


@lru_cache(maxsize=64)
def ordinal_table(first_day: int, last_day: int, calendar: Calendar) -> Days:
    """`Calendar.workday_ordinal` for every day of the range; `calendar.workdays[ordinal - 1]` leads back."""
    return _sealed(_taken(calendar.ordinals, _range(first_day, last_day) - calendar.first_day))


def _range(first_day: int, last_day: int) -> Days:
    return np.arange(first_day, last_day + 1, dtype=np.int64)


def _sealed(table: Days) -> Days:
    table.flags.writeable = False
    return table


def _taken(source: Days, at: Days, known: npt.NDArray[np.bool_] | None = None) -> Days:
    """`source[at]`, NULL where `at` leaves the source or `known` is false."""
    inside = (at >= 0) & (at < len(source))
    inside = inside if known is None else inside & known
    taken = np.full(len(at), NULL, dtype=np.int64)
    taken[inside] = source[at[inside]]
    return taken


def _workdays_from(days: Days, count: int, calendar: Calendar) -> Days:
    """The `count`-th workday after each day, or before it when negative."""
    if count == 0:
        return days
    ordinals = _taken(calendar.ordinals, days - calendar.first_day)
    if count > 0:
        return _taken(calendar.workdays, ordinals + count - 1, ordinals != NULL)
    worked = _taken(calendar.working.astype(np.int64), days - calendar.first_day)
    return _taken(calendar.workdays, ordinals - worked + count, ordinals != NULL)


def _rolled(days: Days, calendar: Calendar) -> Days:
    at = days - calendar.first_day
    ordinals, worked = _taken(calendar.ordinals, at), _taken(calendar.working.astype(np.int64), at)
    return np.where(worked == 1, days, _taken(calendar.workdays, ordinals, worked == 0))


def _shifted(days: Days, amount: int, period: Period) -> Days:
    if period.unit == "days":
        shifted = days + amount
    elif period.unit in MONTHS_IN:
        shifted = _add_months(days, amount * MONTHS_IN[period.unit])
    else:
        msg = f"a period in {period.unit} ends at an instant, not on a day"
        raise ValueError(msg)
    return np.where((shifted >= FIRST_DATE) & (shifted <= LAST_DATE), shifted, NULL)


def _add_months(days: Days, months: int) -> Days:
    """`period_days.add_months` on numpy's own month arithmetic."""
    dated = (days >= FIRST_DATE) & (days <= LAST_DATE)
    here = np.where(dated, days, 0).astype("datetime64[D]").astype("datetime64[M]")
    first_here, next_here = _day_numbers(here), _day_numbers(here + 1)
    first_there, next_there = _day_numbers(here + months), _day_numbers(here + months + 1)
    same = np.minimum(first_there + (days - first_here), next_there - 1)
    return np.where(dated, np.where(days == next_here - 1, next_there - 1, same), NULL)


def _day_numbers(months: npt.NDArray[np.datetime64]) -> Days:
    return months.astype("datetime64[D]").astype(np.int64)
