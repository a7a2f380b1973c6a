"""The running of one clock: a term from an opening act, lengthened by stops, as a due time. Used by `interpret` alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.dossiers import Act
from zhunsheng.norms.period_instants import ELAPSED_US
from zhunsheng.norms.periods import Counting, Period, due_day, due_us, end_of_day_us, local_day


@dataclass(frozen=True)
class Moment:
    """When the log is looked at: nothing later exists; `closed` means nothing more will come."""

    as_of_us: int
    zone: str
    calendar: Calendar
    closed: bool = False

    @property
    def day(self) -> int:
        """The local day of the as-of instant."""
        return local_day(self.as_of_us, self.zone)


@dataclass(frozen=True, slots=True)
class Standstill:
    """One interval in which the clock may stand: its acts, and its ends as instants and days.

    While it is open, `end` is None and its ends are those of the moment up to which it is counted.
    """

    start: Act
    end: Act | None
    start_us: int
    end_us: int
    start_day: int
    end_day: int


@dataclass(frozen=True, slots=True)
class Due:
    """A due time and the stops that made it later: (interval, what it added)."""

    us: int | None
    stopped: tuple[tuple[Standstill, int], ...] = ()
    standing: bool = False
    """Whether a stop still stands that makes it later as time goes on, though it may have added nothing yet."""


def plain_counting(counting: Counting) -> Counting:
    """The counting for terms whose unit is settled, as in plans: an extended term must not be read anew as working days."""
    return replace(counting, days_as="natural", working_days_up_to=None, working_day_numbers=())


@lru_cache(maxsize=1 << 16)
def plain_due_us(
    at_us: int, day: int, period: Period, counting: Counting, calendar: Calendar, zone: str
) -> int | None:
    """`due_us`, remembered: many norms ask the same term of the same act."""
    return due_us(at_us, day, period, counting, calendar, zone)


def due_time(
    opened: Act, period: Period, counting: Counting, stops: Sequence[Standstill], moment: Moment
) -> Due:
    """When a term that the act opened ends, counting the stops (sorted by start) that begin while it still runs.

    `us` is None when the calendar does not reach.
    """
    assert opened.at_us is not None
    assert opened.day is not None
    if not stops:
        return Due(plain_due_us(opened.at_us, opened.day, period, counting, moment.calendar, moment.zone))
    if not period.in_days:
        return instant_due(opened, period, counting, stops, moment)
    return day_due(opened.day, period, counting, stops, moment)


def instant_due(
    opened: Act, period: Period, counting: Counting, stops: Sequence[Standstill], moment: Moment
) -> Due:
    """Hours and minutes: stops are lengths of time."""
    assert opened.at_us is not None
    assert opened.day is not None
    due = plain_due_us(opened.at_us, opened.day, period, counting, moment.calendar, moment.zone)
    if due is None:
        return Due(None)
    counted = []
    reach, standing = opened.at_us, False
    for stop in stops:
        start = max(stop.start_us, opened.at_us)
        if start > due:
            break
        standing = standing or stop.end is None
        added = max(0, stop.end_us - max(start, reach))
        reach = max(reach, stop.end_us)
        due += added
        if stop.end_us > opened.at_us:
            counted.append((stop, added))
    return Due(due, tuple(counted), standing)


def day_due(
    opened_day: int, period: Period, counting: Counting, stops: Sequence[Standstill], moment: Moment
) -> Due:
    """Days, months, years: stops are calendar days, or workdays where the term counts workdays; the sum then rolls."""
    calendar = moment.calendar
    working = period.unit == "working_days"
    base = due_day(opened_day, period, replace(counting, roll=False), calendar)
    if base is None:
        return Due(None)
    counted = []
    reach, total, current, standing = opened_day, 0, base, False
    for stop in stops:
        start = max(stop.start_day, opened_day)
        if start > current:
            break
        standing = standing or stop.end is None
        begin = max(start, reach)
        added = max(0, elapsed(begin, stop.end_day, calendar) if working else stop.end_day - begin)
        reach = max(reach, stop.end_day)
        total += added
        moved = worked(base, total, reach, opened_day, calendar) if working else base + total
        if moved is None:
            return Due(None)
        current = moved
        if stop.end_day > opened_day:
            counted.append((stop, added))
    last = calendar.roll(current) if counting.roll and not working and period.amount else current
    return Due(None if last is None else end_of_day_us(last, moment.zone), tuple(counted), standing)


def worked(base: int, total: int, reach: int, opened_day: int, calendar: Calendar) -> int | None:
    """The last day of a term in working days with stops: never before the end of a stop, be that on a day off."""
    moved = calendar.workday_after(base, total)
    if moved is None or reach <= opened_day:
        return moved
    resumed = calendar.roll(reach)
    return None if resumed is None else max(moved, resumed)


def elapsed(start_day: int, end_day: int, calendar: Calendar) -> int:
    """Workdays after one day up to another; a day beyond the calendar makes the sum leave it too."""
    first, last = calendar.workday_ordinal(start_day), calendar.workday_ordinal(end_day)
    return 10**9 if first is None or last is None else last - first


def hour_rounding(opened: Act, period: Period, counting: Counting, zone: str) -> int:
    """By how much the lenient reading of hours (from the next full hour) exceeds the strict one, in microseconds."""
    if period.in_days or opened.at_us is None or opened.day is None:
        return 0
    lenient = due_us(opened.at_us, opened.day, period, counting, Calendar.none(), zone)
    return 0 if lenient is None else lenient - opened.at_us - period.amount * ELAPSED_US[period.unit]
