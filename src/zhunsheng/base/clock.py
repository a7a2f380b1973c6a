"""The one clock: what time it is, in UTC, and a way to hold it still for tests and demonstrations."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

ZONE = "Asia/Shanghai"
"""The zone the law's days are counted in, unless a log says otherwise."""

LOCAL = ZoneInfo(ZONE)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

_held: ContextVar[dt.datetime | None] = ContextVar("held", default=None)


def now() -> dt.datetime:
    """The present instant, aware, in UTC; the held one inside `holding`."""
    return _held.get() or dt.datetime.now(dt.UTC)


def elapsed() -> float:
    """Seconds on a clock that never goes back, for how long something took."""
    return time.perf_counter()


def microseconds(at: dt.datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware instant."""
    return (at - EPOCH) // MICROSECOND


def from_microseconds(us: int) -> dt.datetime:
    """The aware UTC instant so many microseconds after 1970-01-01."""
    return EPOCH + us * MICROSECOND


def day_start(day: dt.date) -> dt.datetime:
    """The instant a day begins where the law's days are counted."""
    return dt.datetime.combine(day, dt.time(), LOCAL)


@contextmanager
def holding(at: dt.datetime) -> Iterator[None]:
    """Within the block the clock shows `at`, an aware instant, in this thread or task only."""
    token = _held.set(at.astimezone(dt.UTC))
    try:
        yield
    finally:
        _held.reset(token)
