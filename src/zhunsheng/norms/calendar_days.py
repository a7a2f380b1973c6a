"""Day numbers: days since 1970-01-01, the one way norms hold a calendar day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

Words = Mapping[str, str]
"""A text people read, under the keys `zh` and `en`."""

Language = Literal["zh", "en"]

EPOCH = dt.date(1970, 1, 1).toordinal()
FIRST_DATE = dt.date.min.toordinal() - EPOCH
LAST_DATE = dt.date.max.toordinal() - EPOCH
"""A day number outside these two has no date, so no deadline can fall there."""


def number_of(date: dt.date) -> int:
    """The day number of a date."""
    return date.toordinal() - EPOCH


def date_of(day: int) -> dt.date:
    """The date of a day number; ValueError outside the years 1 to 9999."""
    return dt.date.fromordinal(day + EPOCH)


def is_weekday(day: int) -> bool:
    """Whether the day is Monday to Friday (day 0 was a Thursday)."""
    return (day + 3) % 7 < 5
