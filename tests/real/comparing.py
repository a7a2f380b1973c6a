"""Findings of the product in the shape the hand-made rules of this folder give."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa

from tests.real.by_hand import Found

EXAMPLES = Path(__file__).parents[2] / "examples"
ENGINES = ("interpret", "duckdb")
SAME_IN_ANY_FILE = (
    "norm_id",
    "version",
    "case_id",
    "scope",
    "opened_at",
    "due_at",
    "warn_at",
    "met_at",
    "status",
    "days_over",
)
"""Columns that do not depend on where in a file an act stands."""


def statuses(findings: pa.Table) -> Found:
    """Status by norm and opening act; every norm of the examples asks each act once."""
    rows = findings.select(["norm_id", "opened_seq", "status"]).to_pylist()
    found = {(r["norm_id"], r["opened_seq"]): r["status"] for r in rows}
    assert len(found) == len(rows)
    return found


def breaches(found: Found) -> Counter[str]:
    """How often each norm was broken."""
    return Counter(norm for (norm, _), status in found.items() if status in ("late", "overdue", "broken"))


def bag(findings: pa.Table, columns: tuple[str, ...] = SAME_IN_ANY_FILE) -> Counter[tuple[object, ...]]:
    """The rows without order, as plain values."""
    return Counter(zip(*(findings.column(name).to_pylist() for name in columns), strict=True))
