"""The arithmetic of one period told step by step, in Chinese and English, for the explanation of a finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import LAST_DATE, Language, date_of, is_weekday
from zhunsheng.norms.period_days import due_day
from zhunsheng.norms.period_instants import due_us, local_day, local_time, strict_due_us
from zhunsheng.norms.period_types import Counting, Period

WEEKDAYS_ZH = "一二三四五六日"


def describe(start_us: int, period: Period, counting: Counting, calendar: Calendar, zone: str, lang: Language = "zh") -> list[str]:
    """How the end of a period that opened at `start_us` is found, one sentence a step, without closing full stops."""
    if period.in_days:
        return list(_in_days(local_day(start_us, zone), period, counting, calendar, lang))
    return list(_in_hours(start_us, period, counting, calendar, zone, lang))


def _in_hours(start_us: int, period: Period, counting: Counting, calendar: Calendar, zone: str, lang: Language) -> Iterator[str]:
    zh = lang == "zh"
    start, day = local_time(start_us, zone), local_day(start_us, zone)
    due = due_us(start_us, day, period, counting, calendar, zone)
    strict = strict_due_us(start_us, day, period, counting, calendar, zone)
    opens = due_us(start_us, day, Period(0, "hours"), counting, calendar, zone)
    if due is None or strict is None or opens is None:
        yield "期满时刻超出公历9999年，无法确定" if zh else "The term ends after the year 9999 and cannot be told"
        return
    year = start.year
    if opens == start_us:
        yield f"自{_moment(start, lang)}起算" if zh else f"Counted from {_moment(start, lang)}"
    else:
        first = _moment(local_time(opens, zone), lang, year)
        yield (
            f"{_moment(start, lang)}开始，开始之时不计入，自{first}起算" if zh
            else f"It opens at {_moment(start, lang)}; the opening hour is not counted, so it runs from {first}"
        )
    end = local_time(due, zone)
    if end.utcoffset() != local_time(opens, zone).utcoffset():
        yield "其间当地时钟调整（夏令时），按实际经过的时间计算" if zh else "Clocks change meanwhile (daylight saving); elapsed time is what counts"
    yield f"满{period.text(lang)}为{_moment(end, lang, year)}" if zh else f"{period.text(lang)} are full at {_moment(end, lang, year)}"
    if strict != due:
        early = _moment(local_time(strict, zone), lang, year)
        yield f"从严自开始之时计算为{early}，提醒以此为准" if zh else f"Strictly counted from the moment it is {early}, which is what warnings go by"


def _in_days(start: int, period: Period, counting: Counting, calendar: Calendar, lang: Language) -> Iterator[str]:
    zh = lang == "zh"
    year = date_of(start).year
    due = due_day(start, period, counting, calendar)
    if not period.amount:
        yield f"当日（{_date(start, lang)}）内" if zh else f"Within the same day, {_date(start, lang)}"
        return
    yield (
        f"自{_date(start + 1, lang)}起算（{_date(start, lang, year)}为起算日，不计入）" if zh
        else f"Counted from {_date(start + 1, lang)} ({_date(start, lang, year)}, the opening day, is not counted)"
    )
    working = counting.counts_working(period)
    if working and period.unit == "days":
        cites = ("、" if zh else ", ").join(basis.cite[lang] for basis in counting.basis) or counting.name
        yield f"“{period.text(lang)}”指工作日（{cites}）" if zh else f"“{period.text(lang)}” means working days ({cites})"
    last = due if working else due_day(start, period, counting, calendar, rolled=False)
    if last is None or due is None:
        if last is not None:
            yield _ordinal(start, last, period, lang)
        yield _unreached(calendar, last, lang)
        return
    if working:
        yield from _exceptions(start, last, calendar, lang)
    yield _ordinal(start, last, period, lang, working=working) + _last_day(last, due, counting, calendar, working, lang, year)
    yield f"至{_date(due, lang)}24时届满" if zh else f"The term ends with {_date(due, lang)}"


def _ordinal(start: int, last: int, period: Period, lang: Language, *, working: bool = False) -> str:
    """'第10日为2026年1月11日（星期日）', or the corresponding day of a later month."""
    when = f"{_date(last, lang)}{_weekday(last, lang)}"
    if period.unit in ("months", "years"):
        return f"{period.text(lang)}的对应日为{when}" if lang == "zh" else f"The corresponding day {period.text(lang)} on is {when}"
    if lang == "zh":
        return f"第{period.amount}{'个工作日' if working else '日'}为{when}"
    return f"{'Working day' if working else 'Day'} {period.amount} is {when}"


def _last_day(last: int, due: int, counting: Counting, calendar: Calendar, working: bool, lang: Language, year: int) -> str:
    """What happens on the last day: rolled over, kept although a day off, or a make-up workday."""
    zh = lang == "zh"
    if working:
        return ""
    worked, name = calendar.is_workday(last), calendar.name(last)
    if due != last:
        called = f"（{name['zh']}）" if zh and name else f" ({name['en']})" if name else ""
        return f"，逢节假日{called}，顺延至{_date(due, lang, year)}" if zh else f", a day off{called}, so it moves to {_date(due, lang, year)}"
    if worked is False:
        return "，虽逢节假日，依此计算方式不顺延" if zh else ", a day off, but this counting does not move it"
    if worked and not is_weekday(last) and counting.roll:
        return "，为调休上班日，不顺延" if zh else ", a make-up workday, so it does not move"
    return ""


def _exceptions(start: int, last: int, calendar: Calendar, lang: Language) -> Iterator[str]:
    """Weekend days worked and weekdays off between the opening and the last day of a period in working days."""
    year = date_of(start).year
    made_up = [day for day in range(start + 1, last + 1) if calendar.is_workday(day) and not is_weekday(day)]
    off = [day for day in range(start + 1, last + 1) if is_weekday(day) and not calendar.is_workday(day)]
    if made_up:
        days = _joined([_date(day, lang, year) for day in made_up], lang)
        yield f"其中{days}为调休上班日，计为工作日" if lang == "zh" else f"{days}: worked to make up for a holiday, counted"
    for name in dict.fromkeys((calendar.name(day) or {"zh": "放假", "en": "day off"})[lang] for day in off):
        here = [day for day in off if (calendar.name(day) or {"zh": "放假", "en": "day off"})[lang] == name]
        days = _joined([_date(day, lang, year) for day in here], lang)
        yield f"其间{days}放假（{name}），不计入" if lang == "zh" else f"{days}: off ({name}), not counted"


def _unreached(calendar: Calendar, last: int | None, lang: Language) -> str:
    if last is None and calendar.last_day >= LAST_DATE:
        return "期满日超出公历9999年，无法确定" if lang == "zh" else "The term ends after the year 9999 and cannot be told"
    if calendar.last_day < calendar.first_day:
        return "没有可用的节假日日历，期满日无法确定" if lang == "zh" else "No holiday calendar is known, so the last day cannot be told"
    first, end = _date(calendar.first_day, lang), _date(calendar.last_day, lang)
    if lang == "zh":
        return f"节假日安排只知{first}至{end}，期满日无法确定"
    return f"Holidays are known only from {first} to {end}, so the last day cannot be told"


def _joined(texts: list[str], lang: Language) -> str:
    return ("、" if lang == "zh" else ", ").join(texts)


def _date(day: int, lang: Language, year: int | None = None) -> str:
    """A date, without its year when that is `year`."""
    date = date_of(day)
    if lang == "zh":
        return f"{'' if date.year == year else f'{date.year}年'}{date.month}月{date.day}日"
    return f"{date.day} {date:%B}{'' if date.year == year else f' {date.year}'}"


def _weekday(day: int, lang: Language) -> str:
    return f"（星期{WEEKDAYS_ZH[date_of(day).weekday()]}）" if lang == "zh" else f" ({date_of(day):%A})"


def _moment(at: dt.datetime, lang: Language, year: int | None = None) -> str:
    clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    day = local_day_of(at)
    return f"{_date(day, lang, year)}{clock}" if lang == "zh" else f"{clock} on {_date(day, lang, year)}"


def local_day_of(at: dt.datetime) -> int:
    """The day number of a wall-clock time."""
    return at.toordinal() - date_of(0).toordinal()
