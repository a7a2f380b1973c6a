"""A bureau's calendar file: what it changes and extends, and how its mistakes are told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import number_of

LAST = Calendar.china().last
NEXT = LAST.year + 1
FESTIVAL = "name: {zh: 春节, en: Spring Festival}, source: 通知"


def day(text: str) -> int:
    return number_of(dt.date.fromisoformat(text))


def write(folder: Path, text: str) -> Path:
    path = folder / "calendar.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def fault(folder: Path, text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        Calendar.china(write(folder, text))
    assert caught.value.remedy_zh
    assert caught.value.remedy_en
    return caught.value


def test_a_day_is_changed_and_nothing_else(tmp_path: Path):
    local = Calendar.china(
        write(
            tmp_path,
            "- {date: 2026-03-03, workday: false, name: {zh: 三月三, en: Sanyuesan}, source: 自治区通知}\n",
        )
    )
    assert local.is_workday(day("2026-03-03")) is False
    assert local.name(day("2026-03-03")) == {"zh": "三月三", "en": "Sanyuesan"}
    assert Calendar.china().is_workday(day("2026-03-03")) is True
    assert local.workday_ordinal(local.last_day) == Calendar.china().workday_ordinal(local.last_day) - 1


def test_coverage_is_extended_by_declaration(tmp_path: Path):
    text = f"""\
- covers: {{from: {NEXT}-01-01, to: {NEXT}-12-31}}
- {{from: {NEXT}-01-01, to: {NEXT}-01-03, workday: false, name: {{zh: 元旦, en: New Year's Day}}, source: 通知}}
"""
    later = Calendar.china(write(tmp_path, text))
    assert later.last == dt.date(NEXT, 12, 31)
    assert [later.is_workday(day(f"{NEXT}-01-0{n}")) for n in (1, 2, 3)] == [False] * 3
    assert later.is_workday(day(f"{NEXT}-06-01")) is (dt.date(NEXT, 6, 1).weekday() < 5)
    assert later.roll(day(f"{NEXT}-01-01")) > day(f"{NEXT}-01-03")


def test_a_mapping_with_covers_and_days_says_the_same(tmp_path: Path):
    text = f"covers: {{from: {NEXT}-01-01, to: {NEXT}-12-31}}\ndays:\n- {{date: {NEXT}-02-01, workday: true, {FESTIVAL}}}\n"
    later = Calendar.china(write(tmp_path, text))
    assert later.last == dt.date(NEXT, 12, 31)
    assert later.is_workday(day(f"{NEXT}-02-01")) is True


def test_covers_before_the_known_days_extends_backwards(tmp_path: Path):
    first = Calendar.china().first
    text = f"- covers: {{from: {first.year - 1}-01-01, to: {first.year - 1}-12-31}}\n"
    earlier = Calendar.china(write(tmp_path, text))
    assert earlier.first == dt.date(first.year - 1, 1, 1)
    same = range(Calendar.china().first_day, Calendar.china().last_day + 1)
    assert all(earlier.is_workday(d) == Calendar.china().is_workday(d) for d in same)


def test_an_empty_list_changes_nothing(tmp_path: Path):
    assert Calendar.china(write(tmp_path, "[]\n")).last == LAST


def test_a_day_outside_the_coverage_needs_covers(tmp_path: Path):
    told = fault(
        tmp_path,
        f"- {{date: 2026-01-01, workday: false, {FESTIVAL}}}\n- {{date: {NEXT}-02-05, workday: false, {FESTIVAL}}}\n",
    )
    assert told.where.endswith("calendar.yaml:2:3")
    assert "covers" in told.remedy_zh


def test_a_gap_in_the_coverage_is_refused(tmp_path: Path):
    told = fault(tmp_path, f"- covers: {{from: {NEXT + 1}-01-01, to: {NEXT + 1}-12-31}}\n")
    assert "空档" in told.zh
    assert told.where.endswith("calendar.yaml:1:3")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            "- {date: 2026-01-01, workday: false, name: {zh: 元旦, en: New Year}, source: x}\n- {date: 2026-01-01, workday: true, name: {zh: 元旦, en: New Year}, source: x}\n",
            2,
            "同时写成了",
        ),
        (
            "- date: 2026-01-01\n  workday: perhaps\n  name: {zh: 元旦, en: New Year}\n  source: x\n",
            2,
            "true 或 false",
        ),
        ("- date: 2026-01-01\n  workday: false\n  name: {zh: 元旦}\n  source: x\n", 3, "缺少"),
        ("- date: 2026-01-01\n  workday: false\n  name: {zh: 元旦, en: New Year}\n", 1, "source"),
        (
            "- date: 2026-02-30\n  workday: false\n  name: {zh: 元旦, en: New Year}\n  source: x\n",
            1,
            "不是日期",
        ),
        (
            "- date: 2026-01-01\n  workday: false\n  name: {zh: 元旦, en: New Year}\n  source: x\n  colour: red\n",
            5,
            "不认识",
        ),
        (
            "- from: 2026-01-03\n  to: 2026-01-01\n  workday: false\n  name: {zh: 元旦, en: New Year}\n  source: x\n",
            1,
            "早于",
        ),
        ("- workday: false\n  name: {zh: 元旦, en: New Year}\n  source: x\n", 1, "date"),
        ("- covers: {from: 2027-12-31, to: 2027-01-01}\n", 1, "早于"),
        ("days: 3\n", 1, "清单"),
        ("- 2026-01-01\n", 1, ""),
        ("- {date: 2026-01-01\n- x", 3, "YAML"),
        ("- date: 2026-01-01\n  date: 2026-01-02\n", 2, "YAML"),
        ("", 0, "清单"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str):
    told = fault(tmp_path, text)
    assert words in told.zh
    place = told.where.rpartition("calendar.yaml")[2].split(":")
    assert place[1:2] == ([str(line)] if line else [])


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        Calendar.china(tmp_path / "nowhere.yaml")
