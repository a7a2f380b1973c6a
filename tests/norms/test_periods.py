"""The rules of counting one by one, each with the provision it comes from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import LAST_DATE, date_of, number_of
from zhunsheng.norms.periods import (
    Period,
    add_months,
    countings,
    due_day,
    due_us,
    latest_day_before,
    strict_due_us,
)

CHINA = Calendar.china()
LAW = countings(Path(__file__).parents[2] / "rulebook" / "countings.yaml")
SHANGHAI = "Asia/Shanghai"


def day(text: str) -> int:
    return number_of(dt.date.fromisoformat(text))


def due(start: str, counting: str, calendar: Calendar = CHINA, **term: int) -> str | None:
    last = due_day(day(start), Period.parse(term), LAW[counting], calendar)
    return None if last is None else date_of(last).isoformat()


def before(event: str, counting: str, calendar: Calendar = CHINA, **term: int) -> str | None:
    latest = latest_day_before(day(event), Period.parse(term), LAW[counting], calendar)
    return None if latest is None else date_of(latest).isoformat()


def at(text: str, zone: str = SHANGHAI) -> int:
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def ends(start: str, counting: str, zone: str = SHANGHAI, *, strict: bool = False, **term: int) -> str | None:
    opening = dt.datetime.fromisoformat(start)
    count = strict_due_us if strict else due_us
    end = count(at(start, zone), number_of(opening.date()), Period.parse(term), LAW[counting], CHINA, zone)
    if end is None:
        return None
    return dt.datetime.fromtimestamp(end // 10**6, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


# 程序规定35条：期间开始之日不计算在内；末日是节假日的，以节假日后的第一日为期满日期


def test_the_opening_day_is_not_counted():
    assert due("2026-03-02", "natural", days=10) == "2026-03-12"


def test_a_last_day_on_a_weekend_moves_to_monday():
    assert due("2026-01-01", "natural", days=10) == "2026-01-12"  # 11 January is a Sunday


def test_a_last_day_in_the_spring_festival_moves_behind_all_of_it():
    assert due("2026-01-01", "natural", days=45) == "2026-02-24"


def test_a_make_up_workday_is_no_day_off():
    assert due("2026-01-01", "natural", days=3) == "2026-01-04"  # a Sunday, worked


def test_days_off_inside_a_period_of_natural_days_do_not_lengthen_it():
    assert due("2026-02-13", "natural", days=30) == "2026-03-16"  # 15 March is a Sunday


# 程序规定35条但书、刑诉法105条第4款：限制人身自由的期间不因节假日延长


@pytest.mark.parametrize("counting", ["custody", "detention-served", "bail"])
def test_custody_ends_on_the_holiday(counting: str):
    assert due("2026-01-01", counting, days=10) == "2026-01-11"
    assert due("2026-01-30", counting, days=18) == "2026-02-17"


def test_thirty_days_of_criminal_detention_are_not_a_month():
    assert due("2026-01-31", "custody", days=30) == "2026-03-02"
    assert due("2026-01-31", "custody", months=1) == "2026-02-28"


# 拘留所条例32条：从收拘当日到第2日为1日


def test_one_day_of_detention_runs_to_the_second_day():
    assert due("2026-05-04", "detention-served", days=1) == "2026-05-05"


# 行政处罚法85条、行政强制法69条、行政复议法88条、行政许可法82条：哪些“日”是工作日


def test_seven_days_of_the_penalties_law_are_working_days_and_sixty_are_not():
    assert due("2026-01-01", "penalty-law", days=7) == "2026-01-12"
    assert due("2026-01-01", "penalty-law", days=60) == "2026-03-02"
    assert due("2026-03-02", "penalty-law", days=10) == "2026-03-12"


def test_ten_days_of_the_coercion_law_are_working_days_and_eleven_are_not():
    assert due("2026-03-02", "coercion-law", days=10) == "2026-03-16"
    assert due("2026-03-02", "coercion-law", days=11) == "2026-03-13"


def test_ten_days_of_reconsideration_are_working_days_and_eight_are_not():
    assert due("2026-03-02", "reconsideration-law", days=10) == "2026-03-16"
    assert due("2026-03-02", "reconsideration-law", days=8) == "2026-03-10"


def test_all_days_of_the_licensing_law_are_working_days():
    assert due("2026-03-02", "licence-law", days=20) == "2026-03-30"


def test_make_up_days_count_and_holidays_do_not_among_working_days():
    # 13 Feb 2026 (Friday) → 14 (Saturday, worked) is the first, 24 (after the festival) the second.
    assert due("2026-02-13", "natural", working_days=2) == "2026-02-24"


def test_working_days_from_a_day_off_begin_with_the_next_workday():
    assert due("2026-03-07", "natural", working_days=1) == "2026-03-09"


def test_two_days_of_the_public_order_law_depend_on_the_reading():
    assert due("2026-03-06", "public-order-law", days=2) == "2026-03-09"  # Sunday, rolled
    assert due("2026-03-06", "public-order-law-working", days=2) == "2026-03-10"


# 最高法刑诉解释202条：月末规则


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-03-15", 1, "2026-04-15"),
        ("2026-01-31", 1, "2026-02-28"),  # last day leads to last day
        ("2026-02-28", 1, "2026-03-31"),
        ("2026-06-30", 1, "2026-07-31"),
        ("2026-01-30", 1, "2026-02-28"),  # no such day
        ("2024-01-30", 1, "2024-02-29"),
        ("2026-11-15", 3, "2027-02-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-29"),
        ("2024-02-28", 12, "2025-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_months_lead_to_the_corresponding_day(start: str, months: int, end: str):
    assert date_of(add_months(day(start), months)).isoformat() == end


def test_years_are_twelve_months_each():
    assert due("2024-02-29", "calendar", years=1) == "2025-02-28"
    assert due("2020-05-06", "calendar", years=5) == "2025-05-06"


def test_a_month_that_ends_on_a_day_off_rolls():
    assert due("2026-01-01", "natural", months=1) == "2026-02-02"


# 倒计：自事件日往前数，事件日不计


def test_seven_days_before_a_hearing():
    assert before("2026-03-20", "natural", days=7) == "2026-03-13"
    assert before("2026-03-20", "penalty-law", days=7) == "2026-03-11"


def test_counting_back_never_rolls():
    assert before("2026-03-15", "natural", days=7) == "2026-03-08"  # a Sunday


def test_counting_back_over_make_up_days_and_festivals():
    assert before("2026-02-24", "natural", working_days=1) == "2026-02-14"
    assert before("2026-01-04", "natural", working_days=1) == "2025-12-31"


def test_counting_back_from_a_day_off_begins_with_the_workday_before():
    assert before("2026-03-08", "natural", working_days=1) == "2026-03-06"


def test_months_back():
    assert before("2026-03-31", "custody", months=1) == "2026-02-28"


# 日历不及：不猜


def test_beyond_the_calendar_nothing_is_guessed():
    short = Calendar.weekdays(2025, 2025)
    assert due("2025-12-30", "natural", short, days=5) is None
    assert due("2025-12-30", "natural", short, working_days=5) is None
    assert due("2024-12-30", "natural", short, working_days=5) is None
    assert before("2025-01-02", "natural", short, working_days=5) is None
    assert due("2025-12-30", "custody", short, days=5) == "2026-01-04"
    assert due("2024-12-27", "natural", short, days=7) == "2025-01-03"


def test_without_a_calendar_only_what_needs_none_is_known():
    none = Calendar.none()
    assert due("2026-03-02", "natural", none, days=10) is None
    assert due("2026-03-02", "natural", none, working_days=1) is None
    assert due("2026-03-02", "calendar", none, days=10) == "2026-03-12"
    assert due("2026-03-02", "custody", none, months=2) == "2026-05-02"
    assert before("2026-03-20", "natural", none, days=7) == "2026-03-13"


def test_the_same_day_is_no_period_and_never_rolls():
    assert due("2026-03-08", "natural", days=0) == "2026-03-08"
    assert due("2026-03-08", "natural", Calendar.none(), working_days=0) == "2026-03-08"


def test_after_the_year_9999_there_is_no_day():
    assert due_day(LAST_DATE, Period(1, "days"), LAW["calendar"], CHINA) is None
    assert due_day(LAST_DATE, Period(1, "months"), LAW["calendar"], CHINA) is None
    assert (
        due_us(at("9999-12-31T23:30"), LAST_DATE, Period(1, "days"), LAW["calendar"], CHINA, SHANGHAI) is None
    )
    assert (
        due_us(at("9999-12-31T23:30"), LAST_DATE, Period(1, "years"), LAW["calendar"], CHINA, SHANGHAI)
        is None
    )
    assert (
        due_us(at("9999-12-31T23:30"), LAST_DATE, Period(24, "hours"), LAW["calendar"], CHINA, SHANGHAI)
        is None
    )


def test_unrolled_days_are_to_be_had_for_stops():
    unrolled = due_day(day("2026-01-01"), Period(10, "days"), LAW["natural"], CHINA, rolled=False)
    assert unrolled == day("2026-01-11")


def test_hours_have_no_last_day():
    with pytest.raises(ValueError, match="due_us"):
        due_day(0, Period(8, "hours"), LAW["natural"], CHINA)


# 时：开始之时不计算在内（程序规定35条、刑诉法105条）；继续盘问自带至之时起算（继续盘问规定11条第2款）


def test_the_opening_hour_is_not_counted():
    assert ends("2026-01-01T10:20:30", "custody", hours=8) == "2026-01-01 19:00:00"
    assert ends("2026-01-01T10:00:00", "custody", hours=8) == "2026-01-01 19:00:00"
    assert ends("2026-01-01T23:59:59", "natural", hours=24) == "2026-01-03 00:00:00"


def test_warnings_go_by_the_moment_itself():
    assert ends("2026-01-01T10:20:30", "custody", strict=True, hours=8) == "2026-01-01 18:20:30"
    assert ends("2026-01-01T10:20:30", "custody", strict=True, hours=7, minutes=30) == "2026-01-01 17:50:30"
    assert ends("2026-01-01T10:20:30", "natural", strict=True, days=10) == "2026-01-12 23:59:59"


def test_continued_questioning_runs_from_the_moment():
    assert ends("2026-01-01T10:20:30", "continued-questioning", hours=12) == "2026-01-01 22:20:30"


def test_hours_do_not_roll_over_holidays():
    assert ends("2026-02-16T09:10:00", "natural", hours=24) == "2026-02-17 10:00:00"


# 第N日24时届满；“内”包括本数（程序规定265条）


def test_days_end_with_the_last_microsecond_of_the_last_day():
    end = due_us(
        at("2026-03-02T15:00"), day("2026-03-02"), Period(10, "days"), LAW["natural"], CHINA, SHANGHAI
    )
    assert end == at("2026-03-13T00:00") - 1
