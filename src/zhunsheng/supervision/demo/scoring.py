"""What was planted against what was found: recall over the planted breaches, precision over the cases and norms found."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.demo.breaches import Planted

Pair = tuple[str, str]
"""A case and a norm."""


@dataclass(frozen=True)
class Score:
    """How the check did."""

    planted: tuple[Planted, ...]
    missed: tuple[Planted, ...]
    neighbours: tuple[Pair, ...]
    """Found though not planted themselves, but expected beside what was planted."""
    unexpected: tuple[Pair, ...]

    @property
    def found(self) -> int:
        """How many of the planted breaches were found."""
        return len(self.planted) - len(self.missed)

    @property
    def recall(self) -> float:
        """Found among the planted."""
        return self.found / len(self.planted) if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Planted or expected among the found."""
        right = self.found + len(self.neighbours)
        return right / (right + len(self.unexpected)) if right + len(self.unexpected) else 1.0


def score(planted: Iterable[Planted], breached: set[Pair]) -> Score:
    """Compare the ledger with the pairs of case and norm that were found breached."""
    ledger = tuple(planted)
    own = {(p.case_id, p.breach.norm) for p in ledger}
    beside = {(p.case_id, norm) for p in ledger for norm in p.breach.also} - own
    return Score(
        planted=ledger,
        missed=tuple(p for p in ledger if (p.case_id, p.breach.norm) not in breached),
        neighbours=tuple(sorted(breached & beside)),
        unexpected=tuple(sorted(breached - own - beside)),
    )


def breached_pairs(results: Results) -> set[Pair]:
    """Every case and norm with at least one breach."""
    found: set[Pair] = set()
    for batch in results.batches():
        rows = batch.filter(pc.field("breach"))
        found.update(zip(rows["case_id"].to_pylist(), rows["norm_id"].to_pylist(), strict=True))
    return found


def write_ledger(planted: Iterable[Planted], target: Path) -> None:
    """The ledger of what was planted, as CSV with a byte-order mark."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["案件编号 case", "规范 norm", "做了什么", "what was done", "可能连带 also"])
        for p in sorted(planted, key=lambda p: (p.case_id, p.breach.norm)):
            writer.writerow([p.case_id, p.breach.norm, p.breach.zh, p.breach.en, " ".join(p.breach.also)])
