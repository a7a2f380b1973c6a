"""What a run knows beside the acts: calendar, zone, as-of instant, the days the log covers; and its tables of days."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.period_tables import NULL, due_table, end_table
from zhunsheng.norms.periods import Counting, Period, end_of_day_us, local_day

MARGIN = 2000
"""Days beyond the log for which ends of days are kept in one table."""


@dataclass(frozen=True)
class Around:
    """One run: `low` and `high` are the first and last day on which an act of the log falls."""

    calendar: Calendar
    zone: str
    as_of_us: int
    closed: bool
    low: int
    high: int
    dues: dict[tuple[Period, Counting], Array] = field(default_factory=dict)

    @property
    def as_of_day(self) -> int:
        """The local day of the as-of instant."""
        return local_day(self.as_of_us, self.zone)

    def ends(self, days: Array) -> Array:
        """The last instant of each day; NULL stays NULL."""
        table = end_table(self.low, self.high + MARGIN, self.zone)
        near = (days >= self.low) & (days <= self.high + MARGIN)
        found = np.where(near, table[np.where(near, days - self.low, 0)], NULL)
        far = ~near & (days != NULL)
        if far.any():
            distinct, inverse = np.unique(days[far], return_inverse=True)
            found[far] = np.array([end_of_day_us(int(d), self.zone) for d in distinct], np.int64)[inverse]
        return found

    def local_days(self, instants: Array) -> Array:
        """The local day of each instant."""
        table = end_table(self.low, self.high + MARGIN, self.zone)
        found = np.searchsorted(table, instants) + self.low
        far = (instants > table[-1]) | (instants < table[0])
        if far.any():
            distinct, inverse = np.unique(instants[far], return_inverse=True)
            found[far] = np.array([local_day(int(us), self.zone) for us in distinct], np.int64)[inverse]
        return found

    def due_days(self, period: Period, counting: Counting, *, rolled: bool = True) -> Array:
        """The last day of a period for each opening day from `low` to `high`."""
        return due_table(self.low, self.high, period, counting, self.calendar, rolled)

    def due_instants(self, period: Period, counting: Counting) -> Array:
        """The end of that day."""
        key = (period, counting)
        if key not in self.dues:
            self.dues[key] = self.ends(self.due_days(period, counting))
        return self.dues[key]
