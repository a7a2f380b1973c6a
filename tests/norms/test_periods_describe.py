"""The arithmetic as people read it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import date_of
from zhunsheng.norms.periods import Counting, Period, countings, describe, due_day, local_day

CHINA = Calendar.china()
LAW = countings(Path(__file__).parents[2] / "rulebook" / "countings.yaml")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def told(
    start: str,
    counting: str,
    lang: str = "zh",
    calendar: Calendar = CHINA,
    zone: str = "Asia/Shanghai",
    **term: int,
) -> list[str]:
    us = (dt.datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)) - EPOCH) // dt.timedelta(
        microseconds=1
    )
    return describe(us, Period.parse(term), LAW[counting], calendar, zone, lang)


def test_a_rolled_period():
    assert told("2026-01-01T10:20", "natural", days=10) == [
        "自2026年1月2日起算（1月1日为起算日，不计入）",
        "第10日为2026年1月11日（星期日），逢节假日，顺延至1月12日",
        "至2026年1月12日24时届满",
    ]
    assert told("2026-01-01T10:20", "natural", "en", days=10) == [
        "Counted from 2 January 2026 (1 January, the opening day, is not counted)",
        "Day 10 is 11 January 2026 (Sunday), a day off, so it moves to 12 January",
        "The term ends with 12 January 2026",
    ]


def test_working_days_name_the_article_the_make_up_days_and_the_holidays():
    assert told("2026-01-01T10:20", "penalty-law", days=7) == [
        "自2026年1月2日起算（1月1日为起算日，不计入）",
        "“7日”指工作日（行政处罚法第八十五条）",
        "其中1月4日为调休上班日，计为工作日",
        "其间1月2日放假（元旦），不计入",
        "第7个工作日为2026年1月12日（星期一）",
        "至2026年1月12日24时届满",
    ]


@pytest.mark.parametrize(
    ("step", "start", "counting", "term"),
    [
        ("第3日为2026年1月4日（星期日），为调休上班日，不顺延", "2026-01-01", "natural", {"days": 3}),
        (
            "第10日为2026年1月11日（星期日），虽逢节假日，依此计算方式不顺延",
            "2026-01-01",
            "custody",
            {"days": 10},
        ),
        (
            "第45日为2026年2月15日（星期日），逢节假日（春节），顺延至2月24日",
            "2026-01-01",
            "natural",
            {"days": 45},
        ),
        (
            "1个月的对应日为2026年2月28日（星期六），为调休上班日，不顺延",
            "2026-01-31",
            "natural",
            {"months": 1},
        ),
        (
            "1年的对应日为2026年1月31日（星期六），虽逢节假日，依此计算方式不顺延",
            "2025-01-31",
            "custody",
            {"years": 1},
        ),
        ("至2026年1月5日24时届满", "2025-12-29", "natural", {"working_days": 4}),
        ("当日（2026年1月1日）内", "2026-01-01", "natural", {"days": 0}),
        (
            "2026年1月1日10:20:30开始，开始之时不计入，自1月1日11:00起算",
            "2026-01-01T10:20:30",
            "custody",
            {"hours": 8},
        ),
        ("满8小时为1月1日19:00", "2026-01-01T10:20:30", "custody", {"hours": 8}),
        ("从严自开始之时计算为1月1日18:20:30，提醒以此为准", "2026-01-01T10:20:30", "custody", {"hours": 8}),
        ("自2026年1月1日10:20起算", "2026-01-01T10:20", "continued-questioning", {"hours": 12}),
        ("期满日超出公历9999年，无法确定", "9999-12-30", "calendar", {"days": 9}),
        ("期满日超出公历9999年，无法确定", "9999-12-30", "calendar", {"hours": 99}),
    ],
)
def test_steps(step: str, start: str, counting: str, term: dict[str, int]):
    assert step in told(start, counting, **term)


def test_what_the_calendar_does_not_know_is_said():
    short = Calendar.weekdays(2025, 2025)
    assert (
        told("2025-12-30", "natural", calendar=short, days=5)[-1]
        == "节假日安排只知2025年1月1日至2025年12月31日，期满日无法确定"
    )
    assert (
        told("2025-12-30", "natural", calendar=Calendar.none(), working_days=5)[-1]
        == "没有可用的节假日日历，期满日无法确定"
    )


def test_a_change_of_clocks_is_said():
    steps = told("2013-03-30T23:30", "calendar", "en", Calendar.none(), "Europe/Rome", hours=8)
    assert steps == [
        "Counted from 23:30 on 30 March 2013",
        "Clocks change meanwhile (daylight saving); the time that really passes is what counts",
        "The end of 8 hours is 08:30 on 31 March",
    ]


@given(
    st.integers(0, 60 * 365 * 86400).map(lambda s: s * 10**6),
    st.builds(Period, st.integers(1, 60), st.sampled_from(["days", "working_days", "months"])),
    st.sampled_from(sorted(LAW.values(), key=lambda c: c.name)),
    st.sampled_from([CHINA, Calendar.none()]),
)
def test_the_last_step_is_the_due_day(start: int, period: Period, counting: Counting, calendar: Calendar):
    due = due_day(local_day(start, "Asia/Shanghai"), period, counting, calendar)
    zh, en = (describe(start, period, counting, calendar, "Asia/Shanghai", lang) for lang in ("zh", "en"))
    assert len(zh) == len(en)
    assert not re.search("[\u4e00-\u9fff]", " ".join(en))
    if due is None:
        assert zh[-1].endswith("期满日无法确定")
    else:
        date = date_of(due)
        assert zh[-1] == f"至{date.year}年{date.month}月{date.day}日24时届满"
