"""The calendar's lookups, its coverage, and that it says nothing outside it."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_china import covered_years
from zhunsheng.norms.calendar_days import date_of, number_of

CHINA = Calendar.china()


def day(text: str) -> int:
    return number_of(dt.date.fromisoformat(text))


def test_coverage_is_whole_years_the_library_answers_for():
    assert CHINA.first == dt.date(covered_years()[0], 1, 1)
    assert CHINA.last == dt.date(covered_years()[-1], 12, 31)
    assert CHINA.first <= dt.date(2004, 1, 1)
    assert CHINA.last >= dt.date(2026, 12, 31)
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(CHINA.last + dt.timedelta(days=1))


def test_every_covered_day_is_what_the_library_says():
    dates = [date_of(d) for d in range(CHINA.first_day, CHINA.last_day + 1)]
    differ = [
        date for date in dates if CHINA.is_workday(number_of(date)) is not chinese_calendar.is_workday(date)
    ]
    assert differ == []


def test_make_up_days_are_workdays_and_holidays_are_not():
    assert CHINA.is_workday(day("2026-01-04")) is True  # a Sunday, worked for New Year
    assert CHINA.is_workday(day("2026-01-02")) is False  # a Friday, off for New Year
    assert CHINA.is_workday(day("2026-01-10")) is False  # a plain Saturday
    assert CHINA.is_workday(day("2026-01-09")) is True
    assert CHINA.name(day("2026-02-17")) == {"zh": "春节", "en": "Spring Festival"}
    assert CHINA.name(day("2026-01-10")) is None


@pytest.mark.parametrize("outside", [CHINA.first_day - 1, CHINA.last_day + 1, -(2**62), 2**62])
def test_outside_the_coverage_nothing_is_known(outside: int):
    assert CHINA.is_workday(outside) is None
    assert CHINA.workday_ordinal(outside) is None
    assert CHINA.roll(outside) is None
    assert CHINA.workday_after(outside, 1) is None
    assert CHINA.workday_before(outside, 1) is None


def test_a_roll_that_would_leave_the_coverage_is_unknown():
    ends_on_sunday = Calendar.weekdays(2023, 2023)  # 2023-12-31 is a Sunday
    assert ends_on_sunday.roll(day("2023-12-31")) is None
    assert ends_on_sunday.roll(day("2023-12-29")) == day("2023-12-29")


def test_no_calendar_knows_nothing():
    none = Calendar.none()
    assert none.last < none.first
    assert none.is_workday(0) is none.roll(0) is none.workday_ordinal(0) is none.nth_workday(1) is None


def test_weekdays_have_no_holidays():
    plain = Calendar.weekdays(2000, 2013)
    assert (plain.first, plain.last) == (dt.date(2000, 1, 1), dt.date(2013, 12, 31))
    assert all(
        plain.is_workday(d) == (date_of(d).weekday() < 5) for d in range(plain.first_day, plain.last_day + 1)
    )


@given(st.integers(CHINA.first_day, CHINA.last_day))
def test_ordinal_and_nth_workday_are_inverse(d: int):
    ordinal = CHINA.workday_ordinal(d)
    assert ordinal == sum(CHINA.is_workday(e) for e in range(CHINA.first_day, d + 1))
    if CHINA.is_workday(d):
        assert CHINA.nth_workday(ordinal) == d


@given(st.integers(CHINA.first_day, CHINA.last_day - 30))
def test_roll_is_the_first_workday_not_before(d: int):
    rolled = CHINA.roll(d)
    assert CHINA.is_workday(rolled)
    assert not any(CHINA.is_workday(e) for e in range(d, rolled))


def test_ordinals_outside_one_to_the_last_are_unknown():
    total = CHINA.workday_ordinal(CHINA.last_day)
    assert CHINA.nth_workday(0) is CHINA.nth_workday(-1) is CHINA.nth_workday(total + 1) is None
    assert CHINA.nth_workday(total) <= CHINA.last_day


def test_a_calendar_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        CHINA.working[0] = True
