"""Days and instants as the report writes them: ISO in tables, the end of a day without its clock."""

from __future__ import annotations

from zhunsheng.norms.period_instants import local_time
from zhunsheng.norms.periods import end_of_day_us, local_day


def is_day_end(us: int, zone: str) -> bool:
    """Whether an instant is the last of its local day."""
    return end_of_day_us(local_day(us, zone), zone) == us


def stamp(us: int | None, zone: str, otherwise: str = "—") -> str:
    """`2026-03-02`, with the clock where it is neither midnight nor the end of the day."""
    if us is None:
        return otherwise
    here = local_time(us, zone)
    bare = is_day_end(us, zone) or (here.hour, here.minute, here.second) == (0, 0, 0)
    return f"{here:%Y-%m-%d}" if bare else f"{here:%Y-%m-%d %H:%M}"
