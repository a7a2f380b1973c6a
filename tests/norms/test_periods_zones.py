"""Days and hours in zones with daylight saving: Rome, and the places whose clocks change at midnight or skipped a day."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import number_of
from zhunsheng.norms.periods import (
    Counting,
    Period,
    due_us,
    end_of_day_us,
    local_day,
    local_tod,
    next_hour_us,
    strict_due_us,
)

HOUR = 3600 * 10**6
ROME = "Europe/Rome"
NONE = Calendar.none()
PLAIN = Counting("plain")
NEXT_HOUR = Counting("next-hour", hours="from_next_hour")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

zones = st.sampled_from(sorted(zoneinfo.available_timezones() - {"Factory", "localtime"}))
instants = st.integers(0, 68 * 365 * 24 * HOUR)


def day(text: str) -> int:
    return number_of(dt.date.fromisoformat(text))


def utc(text: str) -> int:
    return (dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)


def length(text: str, zone: str) -> float:
    """Hours in a local day."""
    return (end_of_day_us(day(text), zone) - end_of_day_us(day(text) - 1, zone)) / HOUR


def test_days_are_23_and_25_hours_long_when_clocks_change():
    assert [length(d, ROME) for d in ("2013-03-30", "2013-03-31", "2013-10-27")] == [24, 23, 25]
    assert length("2013-10-27", "Asia/Shanghai") == 24
    assert length("1986-05-04", "Asia/Shanghai") == 23  # China had daylight saving from 1986 to 1991


def test_days_whose_midnight_is_skipped_or_repeated():
    assert [length(d, "America/Sao_Paulo") for d in ("2012-10-20", "2012-10-21", "2013-02-16")] == [
        24,
        23,
        25,
    ]
    assert length("2011-12-30", "Pacific/Apia") == 0


def test_hours_are_elapsed_time_across_the_change():
    before = utc("2013-03-30T22:30:00")  # 23:30 in Rome
    assert due_us(before, day("2013-03-30"), Period(8, "hours"), PLAIN, NONE, ROME) == before + 8 * HOUR
    lenient = due_us(before, day("2013-03-30"), Period(8, "hours"), NEXT_HOUR, NONE, ROME)
    assert lenient == utc("2013-03-31T07:00:00")  # 09:00 in Rome: nine by the wall clock, eight by the sun
    assert (
        strict_due_us(before, day("2013-03-30"), Period(8, "hours"), NEXT_HOUR, NONE, ROME)
        == before + 8 * HOUR
    )


def test_the_next_full_hour_is_a_local_one():
    start = utc("2026-01-01T04:40:00")  # 10:10 in Kolkata
    assert due_us(start, day("2026-01-01"), Period(0, "hours"), NEXT_HOUR, NONE, "Asia/Kolkata") == utc(
        "2026-01-01T05:30:00"
    )


def test_days_end_at_local_midnight_on_either_side_of_the_change():
    start = utc("2013-03-25T10:00:00")
    assert (
        due_us(start, day("2013-03-25"), Period(5, "days"), PLAIN, NONE, ROME)
        == utc("2013-03-30T23:00:00") - 1
    )
    assert (
        due_us(start, day("2013-03-25"), Period(6, "days"), PLAIN, NONE, ROME)
        == utc("2013-03-31T22:00:00") - 1
    )


@given(instants, zones)
@example(utc("2013-03-31T00:59:59"), ROME)
@example(utc("2013-10-27T00:30:00"), ROME)
@example(utc("2006-10-29T02:30:00"), "America/St_Johns")
@example(utc("2011-12-30T09:59:59"), "Pacific/Apia")
def test_an_instant_lies_in_its_own_day(us: int, zone: str):
    here = local_day(us, zone)
    assert us <= end_of_day_us(here, zone)
    assert local_day(end_of_day_us(here, zone), zone) == here
    assert local_day(end_of_day_us(here, zone) + 1, zone) > here


@given(instants, zones)
def test_day_and_time_of_day_are_the_wall_clock(us: int, zone: str):
    wall = (EPOCH + dt.timedelta(microseconds=us)).astimezone(zoneinfo.ZoneInfo(zone))
    assert local_day(us, zone) == number_of(wall.date())
    assert local_tod(us, zone) == wall.hour * 3600 + wall.minute * 60 + wall.second


@given(instants)
def test_the_next_hour_is_later_by_at_most_an_hour(us: int):
    opens = next_hour_us(us, local_tod(us, "Asia/Shanghai"))
    assert 0 < opens - us <= HOUR
    assert opens % HOUR == 0
    strict = strict_due_us(
        us, local_day(us, "Asia/Shanghai"), Period(90, "minutes"), NEXT_HOUR, NONE, "Asia/Shanghai"
    )
    assert (
        strict
        < due_us(us, 0, Period(90, "minutes"), NEXT_HOUR, NONE, "Asia/Shanghai")
        == opens + 90 * 60 * 10**6
    )


def test_the_next_hour_of_arrays_is_that_of_numbers():
    us = np.array(
        [utc("2026-01-01T04:40:00"), utc("2026-01-01T05:00:00"), utc("1969-12-31T23:59:59") - 1],
        dtype=np.int64,
    )
    tod = np.array([local_tod(int(u), ROME) for u in us], dtype=np.int64)
    assert next_hour_us(us, tod).tolist() == [
        next_hour_us(int(u), int(t)) for u, t in zip(us, tod, strict=True)
    ]


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "", "../etc/passwd", "Asia"])
def test_an_unknown_zone_is_told(zone: str):
    with pytest.raises(InputError, match="IANA"):
        local_day(0, zone)
