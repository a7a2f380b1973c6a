"""Days and instants in a time zone, and the instant at which a period ends; instants are microseconds since 1970 UTC."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import EPOCH, date_of
from zhunsheng.norms.period_days import due_day
from zhunsheng.norms.period_types import Counting, Period

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US
ELAPSED_US = {"minutes": 60 * SECOND_US, "hours": HOUR_US}
UTC_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST_US = (dt.datetime.max.replace(tzinfo=dt.UTC) - UTC_EPOCH) // dt.timedelta(microseconds=1)

Instants = TypeVar("Instants", int, npt.NDArray[np.int64])


@lru_cache(maxsize=64)
def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name such as Asia/Shanghai; InputError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise InputError(
            zh=f"没有这个时区：{name}",
            en=f"no such time zone: {name}",
            remedy_zh="用 IANA 名称，如 Asia/Shanghai、Europe/Rome",
            remedy_en="use an IANA name such as Asia/Shanghai or Europe/Rome",
        ) from fault


def local_time(us: int, zone: str) -> dt.datetime:
    """The wall clock at an instant; OverflowError outside the years 1 to 9999."""
    return (UTC_EPOCH + dt.timedelta(microseconds=us)).astimezone(time_zone(zone))


def local_day(us: int, zone: str) -> int:
    """The day number of the local calendar day an instant falls on."""
    return local_time(us, zone).toordinal() - EPOCH


def local_tod(us: int, zone: str) -> int:
    """Whole local wall-clock seconds since midnight at an instant."""
    here = local_time(us, zone)
    return here.hour * 3600 + here.minute * 60 + here.second


@lru_cache(maxsize=1 << 16)
def end_of_day_us(day: int, zone: str) -> int:
    """The last microsecond of a local day, daylight saving included; ValueError for a day without a date.

    Where clocks go back over midnight it is the second 23:59:59; a day that a zone skipped ends as the day before it did.
    """
    end = dt.datetime.combine(date_of(day), dt.time(23, 59, 59, 999_999, fold=1), time_zone(zone))
    offset = end.utcoffset()
    assert offset is not None
    return (day + 1) * DAY_US - 1 - offset // dt.timedelta(microseconds=1)


def next_hour_us(us: Instants, tod: Instants) -> Instants:
    """The full hour after an instant whose local time of day is `tod` seconds; numbers or arrays.

    The hour in which a period opens is not counted, so that 10:00 sharp, too, begins at 11:00.
    """
    return us - us % SECOND_US + (3600 - tod % 3600) * SECOND_US


def due_us(
    start_us: int, start_day: int, period: Period, counting: Counting, calendar: Calendar, zone: str
) -> int | None:
    """The last instant at which a period that opened at `start_us` (local day `start_day`) still runs.

    Hours and minutes are elapsed time, from the moment or the next full local hour as the counting says; other periods end with
    the last microsecond of their last local day. None when the calendar does not reach, or the year 9999 is passed.
    """
    if not period.in_days:
        opens = (
            start_us if counting.hours == "from_moment" else next_hour_us(start_us, local_tod(start_us, zone))
        )
        due = opens + period.amount * ELAPSED_US[period.unit]
        return due if due <= LATEST_US else None
    day = due_day(start_day, period, counting, calendar)
    return None if day is None else end_of_day_us(day, zone)


def strict_due_us(
    start_us: int, start_day: int, period: Period, counting: Counting, calendar: Calendar, zone: str
) -> int | None:
    """As `due_us`, but hours and minutes always run from the moment: warn by this reading, judge by the other."""
    if not period.in_days:
        due = start_us + period.amount * ELAPSED_US[period.unit]
        return due if due <= LATEST_US else None
    return due_us(start_us, start_day, period, counting, calendar, zone)
