"""What judging gives: statuses and deciding acts of some opening acts of one plan, still as rows of a frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.period_tables import NULL

Evidence = Callable[[Array], tuple[Array, Array]]
"""For chosen places in a piece: where each one's acts begin, and the acts' rows, beyond the opening and deciding one."""


@dataclass(frozen=True)
class Piece:
    """Opening rows; for each its status (`plans.STATUSES`), deciding row (-1: none), due and warning instant (NULL: none)."""

    rows: Array
    status: Array
    decided: Array
    due: Array | None = None
    warn: Array | None = None
    evidence: Evidence | None = None


def unjudged(rows: Array, unknown: int) -> Piece:
    """Rows that cannot be judged because of the opening act itself."""
    return Piece(rows, np.full(len(rows), unknown, np.int8), np.full(len(rows), -1, np.int32))


def nulls(n: int) -> Array:
    """So many instants that are not there."""
    return np.full(n, NULL, np.int64)
