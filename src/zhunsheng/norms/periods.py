"""Legal periods: the one door to counting hours, days, working days, months and years as each law does.

The rules and their sources are in `docs/periods.md`; which days are worked is in `calendar`.
"""

from zhunsheng.norms.period_countings import countings
from zhunsheng.norms.period_days import add_months, due_day, latest_day_before
from zhunsheng.norms.period_describe import describe
from zhunsheng.norms.period_instants import (
    due_us,
    end_of_day_us,
    local_day,
    local_tod,
    next_hour_us,
    strict_due_us,
    time_zone,
)
from zhunsheng.norms.period_tables import NULL, back_table, due_table, end_table, ordinal_table, roll_table
from zhunsheng.norms.period_types import UNITS, Counting, LegalBasis, Period, Unit

__all__ = [
    "NULL",
    "UNITS",
    "Counting",
    "LegalBasis",
    "Period",
    "Unit",
    "add_months",
    "back_table",
    "countings",
    "describe",
    "due_day",
    "due_table",
    "due_us",
    "end_of_day_us",
    "end_table",
    "latest_day_before",
    "local_day",
    "local_tod",
    "next_hour_us",
    "ordinal_table",
    "roll_table",
    "strict_due_us",
    "time_zone",
]
