"""How far two readers agree beyond chance: Cohen's kappa (Cohen 1960)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Pairs of answers compared, and how many were the same."""

    pairs: int
    same: int
    kappa: float | None
    """From -1 to 1; None where there is nothing to compare, or both always gave one and the same answer."""

    @property
    def share(self) -> float | None:
        """Same answers among the pairs, in per cent."""
        return self.same / self.pairs * 100 if self.pairs else None


def agreement(pairs: Mapping[tuple[str, str], int]) -> Agreement:
    """Kappa of pairs of answers, each with how often it was given: (observed - expected) / (1 - expected)."""
    total = sum(pairs.values())
    same = sum(times for (one, other), times in pairs.items() if one == other)
    if not total:
        return Agreement(0, 0, None)
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), times in pairs.items():
        first[one] += times
        second[other] += times
    expected = sum(first[answer] * second[answer] for answer in first) / total**2
    kappa = None if expected == 1 else (same / total - expected) / (1 - expected)
    return Agreement(total, same, kappa)
