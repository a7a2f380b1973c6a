"""What the `chinesecalendar` library knows of workdays in China; nothing here is counted or overridden."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from chinese_calendar import Holiday, holidays, workdays

from zhunsheng.norms.calendar_days import Words, date_of, is_weekday, number_of

CHINESE_NAMES: dict[str, str] = {holiday.value: holiday.chinese for holiday in Holiday}


@dataclass(frozen=True)
class KnownDays:
    """Workday or not, for each day of an unbroken stretch, with the festival a day off or a make-up day belongs to."""

    first: int
    working: tuple[bool, ...]
    names: dict[int, Words]


def library_days() -> KnownDays:
    """The latest unbroken run of years the installed library holds a State Council notice for.

    Its two tables are read directly: its own functions search all of them again for every day asked.
    """
    years = covered_years()
    first, last = number_of(dt.date(years[0], 1, 1)), number_of(dt.date(years[-1], 12, 31))
    dates = {day: date_of(day) for day in range(first, last + 1)}
    working = tuple(
        date in workdays or (is_weekday(day) and date not in holidays) for day, date in dates.items()
    )
    festivals = {day: holidays.get(date) or workdays.get(date) for day, date in dates.items()}
    names: dict[int, Words] = {
        day: {"zh": CHINESE_NAMES[name], "en": name} for day, name in festivals.items() if name
    }
    return KnownDays(first, working, names)


def covered_years() -> list[int]:
    """The years for which the library lists National Day; a year without it has no notice, whatever the library answers."""
    known = {date.year for date in holidays if (date.month, date.day) == (10, 1)}
    run = [max(known)]
    while run[0] - 1 in known:
        run.insert(0, run[0] - 1)
    return run
