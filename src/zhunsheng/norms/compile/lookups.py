"""Small tables by day that plans join for all calendar arithmetic, so that no engine's own date functions are ever asked."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis.expr import types as ir

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import FIRST_DATE, LAST_DATE
from zhunsheng.norms.period_tables import NULL, back_table, due_table, ordinal_table, roll_table
from zhunsheng.norms.periods import Counting, Period, end_of_day_us

Days = npt.NDArray[np.int64]


class Lookups:
    """The tables that the plans of one run join, made on demand; `tables` is what an engine must hold under these names.

    Every table has its key columns first and holds no row whose answer is unknown: a left join gives null there.
    """

    def __init__(self, calendar: Calendar, zone: str) -> None:
        self.calendar, self.zone = calendar, zone
        self.tables: dict[str, pa.Table] = {}
        self.made: dict[Hashable, str] = {}

    def get(self, key: Hashable, make: Callable[[], dict[str, Days]]) -> ir.Table:
        """The table of a key, made by `make` when it is asked for the first time."""
        if key not in self.made:
            name = f"lookup_{len(self.made)}"
            self.tables[name] = pa.table(make())
            self.made[key] = name
        name = self.made[key]
        return ibis.table(dict.fromkeys(self.tables[name].column_names, "int64"), name=name)

    def due(self, days: Days, terms: Sequence[tuple[int, Period]], counting: Counting) -> ir.Table:
        """(term, day, due_us): the last instant of each term in days, by opening day."""

        def make() -> dict[str, Days]:
            return stacked(
                terms,
                lambda p: (days, self.ends(at(due_table(*span(days), p, counting, self.calendar), days))),
                "due_us",
            )

        return self.get(("due", key(days), tuple(terms), counting), make)

    def base(self, days: Days, terms: Sequence[tuple[int, Period]], counting: Counting) -> ir.Table:
        """(term, day, base): the last day of each term by opening day, before it rolls over days off."""

        def make() -> dict[str, Days]:
            return stacked(
                terms,
                lambda p: (days, at(due_table(*span(days), p, counting, self.calendar, rolled=False), days)),
                "base",
            )

        return self.get(("base", key(days), tuple(terms), counting), make)

    def back(self, days: Days, period: Period, counting: Counting) -> ir.Table:
        """(day, latest): the latest day at least the period before each day."""

        def make() -> dict[str, Days]:
            return known(day=days, latest=at(back_table(*span(days), period, counting, self.calendar), days))

        return self.get(("back", key(days), period, counting), make)

    def end(self, first: int, last: int, *, rolled: bool = False) -> ir.Table:
        """(day, end_us): the end of each day of a range; `rolled`: of the next workday, if it is none itself."""
        first, last = max(first, FIRST_DATE), min(last, LAST_DATE)

        def make() -> dict[str, Days]:
            days = np.arange(first, last + 1, dtype=np.int64)
            return known(
                day=days, end_us=self.ends(roll_table(first, last, self.calendar) if rolled else days)
            )

        return self.get(("end", first, last, rolled), make)

    def ordinal(self) -> ir.Table:
        """(day, ordinal): how many workdays there are up to and including each day of the calendar."""
        first, last = self.calendar.first_day, self.calendar.last_day

        def make() -> dict[str, Days]:
            return known(
                day=np.arange(first, last + 1, dtype=np.int64),
                ordinal=ordinal_table(first, last, self.calendar),
            )

        return self.get(("ordinal",), make)

    def workday(self) -> ir.Table:
        """(ordinal, workday): the day of each workday by its number."""

        def make() -> dict[str, Days]:
            count = len(self.calendar.workdays)
            return {
                "ordinal": np.arange(1, count + 1, dtype=np.int64),
                "workday": np.array(self.calendar.workdays),
            }

        return self.get(("workday",), make)

    def ends(self, days: Days) -> Days:
        """The last instant of each day; NULL stays NULL."""
        distinct, places = np.unique(days, return_inverse=True)
        ends = [end_of_day_us(int(d), self.zone) if FIRST_DATE <= d <= LAST_DATE else NULL for d in distinct]
        taken: Days = np.array(ends, dtype=np.int64)[places] if ends else days
        return taken


def key(days: Days) -> tuple[int, int, int]:
    """What tells one set of days from another within a run."""
    return (len(days), *span(days))


def span(days: Days) -> tuple[int, int]:
    """First and last of some days; an empty range for none."""
    return (int(days[0]), int(days[-1])) if len(days) else (0, -1)


def at(table: Days, days: Days) -> Days:
    """The rows of a table over the span of some days that belong to those days."""
    return table[days - days[0]] if len(days) else days


def known(**columns: Days) -> dict[str, Days]:
    """The rows without NULL."""
    keep = np.logical_and.reduce([c != NULL for c in columns.values()])
    return {name: c[keep] for name, c in columns.items()}


def stacked(
    terms: Iterable[tuple[int, Period]], make: Callable[[Period], tuple[Days, Days]], name: str
) -> dict[str, Days]:
    """One table of several terms, each numbered."""
    parts = []
    for number, period in terms:
        days, values = make(period)
        parts.append((np.full(len(days), number, dtype=np.int64), days, values))
    term, day, value = (np.concatenate([p[i] for p in parts]) for i in range(3))
    return known(**{"term": term, "day": day, name: value})
