"""The arithmetic of one period told step by step, in Chinese and English, for the explanation of a finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import Language, date_of, is_weekday, number_of
from zhunsheng.norms.period_days import due_day
from zhunsheng.norms.period_instants import due_us, local_day, local_time, strict_due_us
from zhunsheng.norms.period_types import Counting, Period

# Written out, because strftime speaks the language of whoever runs the process.
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_UNNAMED = {"zh": "放假", "en": "day off"}


def describe(
    start_us: int, period: Period, counting: Counting, calendar: Calendar, zone: str, lang: Language = "zh"
) -> list[str]:
    """How the end of a period that opened at `start_us` is found, one sentence a step, without closing full stops."""
    telling = _Telling(start_us, period, counting, calendar, zone, lang)
    return list(telling.day_steps() if period.in_days else telling.hour_steps())


@dataclass(frozen=True)
class _Telling:
    """One period, and the language it is told in."""

    start_us: int
    period: Period
    counting: Counting
    calendar: Calendar
    zone: str
    lang: Language

    @property
    def start(self) -> int:
        return local_day(self.start_us, self.zone)

    @property
    def length(self) -> str:
        return self.period.text(self.lang)

    @property
    def working(self) -> bool:
        return self.counting.counts_working(self.period)

    def hour_steps(self) -> Iterator[str]:
        """Opening moment, hour from which it runs, end, and the stricter end if it differs."""
        terms = (self.counting, self.calendar, self.zone)
        opens = due_us(self.start_us, self.start, Period(0, "hours"), *terms)
        due = due_us(self.start_us, self.start, self.period, *terms)
        strict = strict_due_us(self.start_us, self.start, self.period, *terms)
        if opens is None or due is None or strict is None:
            yield self._too_late()
            return
        moment = self._moment(self.start_us, year=True)
        if opens == self.start_us:
            yield self._say(f"自{moment}起算", f"Counted from {moment}")
        else:
            first = self._moment(opens)
            yield self._say(
                f"{moment}开始，开始之时不计入，自{first}起算",
                f"It opens at {moment}; the opening hour is not counted, so it runs from {first}",
            )
        if local_time(due, self.zone).utcoffset() != local_time(opens, self.zone).utcoffset():
            yield self._say(
                "其间当地时钟调整（夏令时），按实际经过的时间计算",
                "Clocks change meanwhile (daylight saving); the time that really passes is what counts",
            )
        end = self._moment(due)
        yield self._say(f"满{self.length}为{end}", f"The end of {self.length} is {end}")
        if strict != due:
            early = self._moment(strict)
            yield self._say(
                f"从严自开始之时计算为{early}，提醒以此为准",
                f"Strictly counted from the moment it is {early}, which is what warnings go by",
            )

    def day_steps(self) -> Iterator[str]:
        """First day counted, what counts as a day, the last day, and where it moves."""
        opening = self._date(self.start, year=True)
        if not self.period.amount:
            yield self._say(f"当日（{opening}）内", f"Within the same day, {opening}")
            return
        last = due_day(self.start, self.period, self.counting, self.calendar, rolled=False)
        if last is None and not self.working:
            yield self._too_late()
            return
        first, opening = self._date(self.start + 1, year=True), self._date(self.start)
        yield self._say(
            f"自{first}起算（{opening}为起算日，不计入）",
            f"Counted from {first} ({opening}, the opening day, is not counted)",
        )
        if self.working and self.period.unit == "days":
            yield self._meaning()
        due = due_day(self.start, self.period, self.counting, self.calendar)
        if last is None or due is None:
            if last is not None:
                yield self._last(last)
            yield self._unreached()
            return
        if self.working:
            yield from self._exceptions(last)
        yield self._last(last) + self._fate(last, due)
        end = self._date(due, year=True)
        yield self._say(f"至{end}24时届满", f"The term ends with {end}")

    def _meaning(self) -> str:
        cites = [basis.cite[self.lang] for basis in self.counting.basis] or [self.counting.name]
        law = self._joined(cites)
        return self._say(f"“{self.length}”指工作日（{law}）", f"“{self.length}” means working days ({law})")

    def _exceptions(self, last: int) -> Iterator[str]:
        """Weekend days worked and weekdays off between the opening and the last day of a period in working days."""
        days = range(self.start + 1, last + 1)
        if made_up := [day for day in days if self.calendar.is_workday(day) and not is_weekday(day)]:
            told = self._joined([self._date(day) for day in made_up])
            yield self._say(
                f"其中{told}为调休上班日，计为工作日", f"{told}: worked to make up for a holiday, counted"
            )
        off = [day for day in days if is_weekday(day) and not self.calendar.is_workday(day)]
        names = {day: (self.calendar.name(day) or _UNNAMED)[self.lang] for day in off}
        for name in dict.fromkeys(names.values()):
            told = self._joined([self._date(day) for day in off if names[day] == name])
            yield self._say(f"其间{told}放假（{name}），不计入", f"{told}: off ({name}), not counted")

    def _last(self, last: int) -> str:
        """'第10日为2026年1月11日（星期日）', or the corresponding day of a later month."""
        weekday = date_of(last).weekday()
        when = self._date(last, year=True)
        when += self._say(f"（星期{_WEEKDAYS_ZH[weekday]}）", f" ({_WEEKDAYS_EN[weekday]})")
        if self.period.unit in {"months", "years"}:
            return self._say(
                f"{self.length}的对应日为{when}", f"The corresponding day {self.length} on is {when}"
            )
        number = self.period.amount
        if self.working:
            return self._say(f"第{number}个工作日为{when}", f"Working day {number} is {when}")
        return self._say(f"第{number}日为{when}", f"Day {number} is {when}")

    def _fate(self, last: int, due: int) -> str:
        """What happens on the last day: it moves, stays although a day off, or is a make-up workday."""
        worked, name = self.calendar.is_workday(last), self.calendar.name(last)
        if self.working or worked is None:
            return ""
        if due != last:
            called = self._say(f"（{name['zh']}）", f" ({name['en']})") if name else ""
            then = self._date(due)
            return self._say(
                f"，逢节假日{called}，顺延至{then}", f", a day off{called}, so it moves to {then}"
            )
        if not worked:
            return self._say(
                "，虽逢节假日，依此计算方式不顺延", ", a day off, but this counting does not move it"
            )
        if not is_weekday(last) and self.counting.roll:
            return self._say("，为调休上班日，不顺延", ", a make-up workday, so it does not move")
        return ""

    def _unreached(self) -> str:
        if self.calendar.last_day < self.calendar.first_day:
            return self._say(
                "没有可用的节假日日历，期满日无法确定",
                "No holiday calendar is known, so the last day cannot be told",
            )
        known = [self._date(day, year=True) for day in (self.calendar.first_day, self.calendar.last_day)]
        return self._say(
            f"节假日安排只知{known[0]}至{known[1]}，期满日无法确定",
            f"Holidays are known only from {known[0]} to {known[1]}, so the last day cannot be told",
        )

    def _too_late(self) -> str:
        return self._say(
            "期满日超出公历9999年，无法确定", "The term ends after the year 9999 and cannot be told"
        )

    def _say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def _joined(self, texts: list[str]) -> str:
        return self._say("、", ", ").join(texts)

    def _date(self, day: int, *, year: bool = False) -> str:
        """A date, without its year when that is the opening year and `year` is false."""
        date = date_of(day)
        if year or date.year != date_of(self.start).year:
            return self._say(
                f"{date.year}年{date.month}月{date.day}日",
                f"{date.day} {_MONTHS_EN[date.month - 1]} {date.year}",
            )
        return self._say(f"{date.month}月{date.day}日", f"{date.day} {_MONTHS_EN[date.month - 1]}")

    def _moment(self, us: int, *, year: bool = False) -> str:
        at: dt.datetime = local_time(us, self.zone)
        clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
        day = self._date(number_of(at.date()), year=year)
        return self._say(f"{day}{clock}", f"{clock} on {day}")
