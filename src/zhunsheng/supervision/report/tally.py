"""How many obligations had which status, and what may be said of it: breaches, what could be judged, the rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhunsheng.norms.plans import BREACHES


@dataclass(frozen=True)
class Tally:
    """Obligations by status."""

    counts: Mapping[str, int]

    @classmethod
    def of(cls, parts: Iterable[Mapping[str, int]]) -> Tally:
        """The sum of several counts."""
        total: Counter[str] = Counter()
        for part in parts:
            total.update(part)
        return cls(total)

    def __getitem__(self, status: str) -> int:
        return self.counts.get(status, 0)

    @property
    def duties(self) -> int:
        return sum(self.counts.values())

    @property
    def breaches(self) -> int:
        return sum(self[status] for status in BREACHES)

    @property
    def judged(self) -> int:
        """The denominator of every rate: what was met or breached, without unknown, pending and void."""
        return self["met"] + self.breaches

    @property
    def share(self) -> float | None:
        """Breaches among what could be judged; None when nothing could."""
        return self.breaches / self.judged if self.judged else None

    @property
    def rate(self) -> str:
        """The share as people read it; a rate that is not nought never shows as nought, nor one below the whole as whole."""
        return percent(self.breaches, self.judged)


def percent(part: int, whole: int) -> str:
    """`60.4%`, `<0.1%`, `>99.9%`, or a dash when there is nothing to divide by."""
    if not whole:
        return "—"
    share = part / whole
    if part and share < 0.001:
        return "<0.1%"
    if part < whole and share > 0.999:
        return ">99.9%"
    return f"{share:.1%}"
