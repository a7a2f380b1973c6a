"""The library against the State Council's notices, year by year; the notices are sample data and may be absent."""

from __future__ import annotations

import datetime as dt
import json
import os
from functools import cache
from pathlib import Path

import pytest

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import date_of, is_weekday, number_of

ROOT = Path(__file__).parents[2]
SAMPLES = Path(os.environ.get("ZHUNSHENG_SAMPLES", ROOT.parent / "shared" / "data")) / "holidays"
CHINA = Calendar.china()

# Where library and notice disagree and why; docs/periods.md tells the same. Empty: today they agree on every day.
EXPLAINED: dict[dt.date, str] = {}

needs_notices = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason=f"no State Council notices at {SAMPLES}; set ZHUNSHENG_SAMPLES to a folder with holidays/*.json",
)


@cache
def notices() -> dict[dt.date, bool]:
    """Whether a day named in any notice is worked; later notices, which change earlier ones, win."""
    stated: dict[dt.date, bool] = {}
    for path in sorted(SAMPLES.glob("[12]*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8"))["days"]:
            stated[dt.date.fromisoformat(entry["date"])] = not entry["isOffDay"]
    return stated


@needs_notices
@pytest.mark.parametrize("year", range(2007, CHINA.last.year + 1))
def test_the_library_agrees_with_the_notice_of(year: int):
    days = range(number_of(dt.date(year, 1, 1)), number_of(dt.date(year, 12, 31)) + 1)
    differ = [date_of(d) for d in days if CHINA.is_workday(d) != notices().get(date_of(d), is_weekday(d))]
    assert [date for date in differ if date not in EXPLAINED] == []


@needs_notices
def test_a_notice_may_change_the_last_days_of_the_year_before():
    changed = {
        (path.stem, entry["date"][5:])
        for path in SAMPLES.glob("[12]*.json")
        for entry in json.loads(path.read_text(encoding="utf-8"))["days"]
        if not entry["date"].startswith(path.stem)
        and is_weekday(number_of(dt.date.fromisoformat(entry["date"]))) == entry["isOffDay"]
    }
    assert {year for year, _ in changed} >= {"2007", "2008", "2012", "2019"}
    assert all(date >= "12-29" for _, date in changed)


@needs_notices
def test_a_year_without_a_notice_is_not_covered():
    empty = [
        int(p.stem)
        for p in SAMPLES.glob("[12]*.json")
        if not json.loads(p.read_text(encoding="utf-8"))["days"]
    ]
    assert all(CHINA.is_workday(number_of(dt.date(year, 6, 1))) is None for year in empty)
