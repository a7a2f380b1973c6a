"""The last day of a period in days, working days, months or years, forwards and backwards, one day at a time."""

from __future__ import annotations

from calendar import monthrange
from functools import lru_cache

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import FIRST_DATE, LAST_DATE, date_of
from zhunsheng.norms.period_types import Counting, Period

MONTHS_IN = {"months": 1, "years": 12}


def due_day(
    start_day: int, period: Period, counting: Counting, calendar: Calendar, *, rolled: bool = True
) -> int | None:
    """The last day of a period that opens on `start_day`, which is not counted itself.

    Rolled over days off where the counting says so and `rolled` is true; a period of 0 is the opening day, unrolled.
    None when the calendar is needed and does not reach, or the year 9999 is passed. ValueError for hours and minutes.
    """
    amount = period.amount
    if counting.counts_working(period):
        return calendar.workday_after(start_day, amount)
    day = _shifted(start_day, amount, period)
    if day is None or not (rolled and counting.roll and amount):
        return day
    return calendar.roll(day)


def latest_day_before(event_day: int, period: Period, counting: Counting, calendar: Calendar) -> int | None:
    """The latest day at least `period` before the event; the event's day is not counted, and nothing rolls.

    None when the calendar is needed and does not reach, or the year 1 is passed. ValueError for hours and minutes.
    """
    if counting.counts_working(period):
        return calendar.workday_before(event_day, period.amount)
    return _shifted(event_day, -period.amount, period)


def _shifted(day: int, amount: int, period: Period) -> int | None:
    if period.unit == "days":
        shifted: int | None = day + amount
    elif period.unit in MONTHS_IN:
        shifted = add_months(day, amount * MONTHS_IN[period.unit])
    else:
        msg = f"a period in {period.unit} ends at an instant, not on a day: use due_us"
        raise ValueError(msg)
    return shifted if shifted is not None and FIRST_DATE <= shifted <= LAST_DATE else None


@lru_cache(maxsize=1 << 16)
def add_months(day: int, months: int) -> int | None:
    """The corresponding day so many months on (or back, when negative); None outside the years 1 to 9999.

    The last day of a month leads to the last day of a month; a day the target month lacks, to that month's last day
    (Supreme People's Court, Interpretation on the Criminal Procedure Law, art. 202).
    """
    if not FIRST_DATE <= day <= LAST_DATE:
        return None
    start = date_of(day)
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last_here, last_there = monthrange(start.year, start.month)[1], monthrange(year, month0 + 1)[1]
    target = last_there if start.day == last_here else min(start.day, last_there)
    return day + (start.replace(year=year, month=month0 + 1, day=target) - start).days
