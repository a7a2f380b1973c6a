"""The legal calendar: which days are worked, as arrays with O(1) lookup; how laws count on it is in `periods`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar_china import library_days
from zhunsheng.norms.calendar_days import Words, date_of, is_weekday, number_of
from zhunsheng.norms.calendar_file import Overrides, read_overrides

Days = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Calendar:
    """An unbroken stretch of days, each known to be a workday or not; outside it every answer is None.

    `days` are day numbers (since 1970-01-01). Compared and hashed by identity, so that periods can be cached by it.
    """

    first_day: int
    working: npt.NDArray[np.bool_]
    names: Mapping[int, Words] = field(default_factory=dict)
    ordinals: Days = field(init=False)
    workdays: Days = field(init=False)
    _working: Sequence[bool] = field(init=False, repr=False)
    _ordinals: Sequence[int] = field(init=False, repr=False)
    _workdays: Sequence[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ordinals = np.cumsum(self.working, dtype=np.int64)
        workdays = np.flatnonzero(self.working).astype(np.int64) + self.first_day
        for array in (self.working, ordinals, workdays):
            array.flags.writeable = False
        object.__setattr__(self, "ordinals", ordinals)
        object.__setattr__(self, "workdays", workdays)
        # A list answers one lookup several times faster than an array; arrays serve the tables.
        object.__setattr__(self, "_working", self.working.tolist())
        object.__setattr__(self, "_ordinals", ordinals.tolist())
        object.__setattr__(self, "_workdays", workdays.tolist())

    @classmethod
    def china(cls, overrides: Path | None = None) -> Calendar:
        """State Council holidays and make-up days as the library knows them, changed and extended by a bureau's file.

        Raises InputError when the file is wrong, states a day outside the coverage, or leaves a gap in it.
        """
        return (
            _library_calendar()
            if overrides is None
            else _overridden(_library_calendar(), read_overrides(overrides))
        )

    @classmethod
    def weekdays(cls, first_year: int, last_year: int) -> Calendar:
        """Monday to Friday without holidays, for logs of places whose holidays are not known."""
        first, last = number_of(dt.date(first_year, 1, 1)), number_of(dt.date(last_year, 12, 31))
        return cls(first, np.array([is_weekday(day) for day in range(first, last + 1)], dtype=np.bool_))

    @classmethod
    def none(cls) -> Calendar:
        """No calendar: whatever needs one is unknown."""
        return cls(0, np.zeros(0, dtype=np.bool_))

    @property
    def last_day(self) -> int:
        """The last day covered, as a day number; before `first_day` when nothing is covered."""
        return self.first_day + len(self._working) - 1

    @property
    def first(self) -> dt.date:
        """The first date covered."""
        return date_of(self.first_day)

    @property
    def last(self) -> dt.date:
        """The last date covered; before `first` when nothing is covered."""
        return date_of(self.last_day)

    def is_workday(self, day: int) -> bool | None:
        """Whether the day is worked (a make-up day is)."""
        at = day - self.first_day
        return self._working[at] if 0 <= at < len(self._working) else None

    def name(self, day: int) -> Words | None:
        """The festival that makes this a day off, or a make-up day; None for plain days and weekends."""
        return self.names.get(day)

    def workday_ordinal(self, day: int) -> int | None:
        """The number of workdays from `first` up to and including the day."""
        at = day - self.first_day
        return self._ordinals[at] if 0 <= at < len(self._ordinals) else None

    def nth_workday(self, ordinal: int) -> int | None:
        """The day of the n-th workday since `first`, counted from 1."""
        return self._workdays[ordinal - 1] if 1 <= ordinal <= len(self._workdays) else None

    def roll(self, day: int) -> int | None:
        """The day itself if worked, else the next workday."""
        at = day - self.first_day
        if not 0 <= at < len(self._working):
            return None
        return day if self._working[at] else self.nth_workday(self._ordinals[at] + 1)

    def workday_after(self, day: int, count: int) -> int | None:
        """The `count`-th workday after the day, which is not counted itself; the day when `count` is 0."""
        ordinal = self.workday_ordinal(day)
        return day if count == 0 else None if ordinal is None else self.nth_workday(ordinal + count)

    def workday_before(self, day: int, count: int) -> int | None:
        """The `count`-th workday before the day, which is not counted itself; the day when `count` is 0."""
        if count == 0:
            return day
        ordinal = self.workday_ordinal(day)
        return None if ordinal is None else self.nth_workday(ordinal - bool(self.is_workday(day)) - count + 1)


@lru_cache(maxsize=1)
def _library_calendar() -> Calendar:
    known = library_days()
    return Calendar(known.first, np.array(known.working, dtype=np.bool_), known.names)


def _overridden(base: Calendar, overrides: Overrides) -> Calendar:
    """The base with the stretches covered added (Monday to Friday until stated otherwise) and the stated days changed."""
    first, last = base.first_day, base.last_day
    for start, end, where in sorted(overrides.covers):
        if start > last + 1 or end < first - 1:
            raise InputError(
                zh=f"{date_of(start)} 至 {date_of(end)} 与已有日历（{date_of(first)} 至 {date_of(last)}）之间有空档",
                en=f"{date_of(start)} to {date_of(end)} leaves a gap to the days known ({date_of(first)} to {date_of(last)})",
                where=where,
                remedy_zh="让 covers 与已有日历首尾相接",
                remedy_en="let `covers` adjoin the days already known",
            )
        first, last = min(first, start), max(last, end)
    working = np.array([is_weekday(day) for day in range(first, last + 1)], dtype=np.bool_)
    working[base.first_day - first : base.last_day - first + 1] = base.working
    for day, worked in overrides.working.items():
        if not first <= day <= last:
            raise InputError(
                zh=f"{date_of(day)} 不在日历范围内（{date_of(first)} 至 {date_of(last)}）",
                en=f"{date_of(day)} is outside the days covered ({date_of(first)} to {date_of(last)})",
                where=overrides.places[day],
                remedy_zh="全年放假安排齐备后，在文件里加 “- covers: {from: 年首, to: 年末}”",
                remedy_en="once the year's whole notice is entered, add “- covers: {from: first day, to: last day}”",
            )
        working[day - first] = worked
    return Calendar(first, working, {**base.names, **overrides.names})
