"""What was planted against what was found, one to one: the right case, norm, way of breaking, act and time, and nothing else."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from zhunsheng.norms.expressions import Earlier
from zhunsheng.norms.plans import Plan, conditions, references
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.demo.breaches import Planted

Pair = tuple[str, str]
"""A case and a norm."""


@dataclass(frozen=True)
class Seen:
    """One finding, as far as it is scored."""

    case_id: str
    norm: str
    breach: str
    since: dt.datetime
    due_at: dt.datetime | None
    opened: str
    """The type of the act that opened the duty, and when it was done; then the same of the act that decided it."""
    opened_at: dt.datetime
    decided: str | None = None
    decided_at: dt.datetime | None = None

    @property
    def pair(self) -> Pair:
        return self.case_id, self.norm

    def timely(self) -> bool:
        """Whether its times say what its kind says."""
        if self.breach == "overdue":
            return self.decided is None and self.since == self.due_at
        if self.breach == "late":
            late = self.decided_at is not None and self.due_at is not None and self.decided_at > self.due_at
            return late and self.since == self.due_at
        return self.since in (self.decided_at, self.opened_at, self.due_at)

    def about(self, touched: frozenset[str], read: frozenset[str]) -> bool:
        """Whether it is about what was planted: an act that was changed, or one that the norm asks for and that is gone."""
        return "*" in read or not touched.isdisjoint({self.opened, self.decided} | read)


@dataclass(frozen=True)
class Score:
    """How the check did."""

    planted: tuple[Planted, ...]
    missed: tuple[Planted, ...]
    neighbours: tuple[Pair, ...]
    """Found though not planted themselves, but declared beside what was planted."""
    unexpected: tuple[Pair, ...]
    absent: tuple[Pair, ...] = ()
    """Declared beside what was planted, and not found."""
    doubled: tuple[Pair, ...] = ()
    """Found more than once."""
    wrong: tuple[Pair, ...] = ()
    """Found in another way, by another act or at another time than planted."""

    @property
    def found(self) -> int:
        """How many of the planted breaches were found."""
        return len(self.planted) - len(self.missed)

    @property
    def recall(self) -> float:
        """Found as planted, among the planted and what they were declared to break besides."""
        wanted = len(self.planted) + len(self.neighbours) + len(self.absent)
        return (self.found + len(self.neighbours) - len(self.wrong)) / wanted if wanted else 1.0

    @property
    def precision(self) -> float:
        """Planted or declared among the found."""
        right = self.found + len(self.neighbours)
        false = len(self.unexpected) + len(self.doubled) + len(self.wrong)
        return right / (right + false) if right + false else 1.0

    @property
    def perfect(self) -> bool:
        """Whether everything planted and declared was found, once and as planted, and nothing else."""
        return not (self.missed or self.unexpected or self.absent or self.doubled or self.wrong)

    @property
    def faults(self) -> list[tuple[str, str, Pair]]:
        """Everything that is not as it should be, by its name."""
        named = (
            ("漏", "missed", [(p.case_id, p.breach.norm) for p in self.missed]),
            ("多", "unexpected", self.unexpected),
            ("少了相邻", "neighbour absent", self.absent),
            ("重复", "doubled", self.doubled),
            ("不符", "not as planted", self.wrong),
        )
        return [(zh, en, pair) for zh, en, pairs in named for pair in pairs]


def score(planted: Iterable[Planted], breached: set[Pair]) -> Score:
    """Compare the ledger with the pairs of case and norm that were found breached."""
    ledger = tuple(planted)
    own, beside = expected(ledger)
    return Score(
        planted=ledger,
        missed=tuple(p for p in ledger if (p.case_id, p.breach.norm) not in breached),
        neighbours=tuple(sorted(breached & beside)),
        unexpected=tuple(sorted(breached - own - beside)),
        absent=tuple(sorted(beside - breached)),
    )


def expected(ledger: Iterable[Planted]) -> tuple[set[Pair], set[Pair]]:
    """What was planted, and what was declared beside it."""
    own = {(p.case_id, p.breach.norm) for p in ledger}
    return own, {(p.case_id, norm) for p in ledger for norm in p.also} - own


def score_findings(planted: Iterable[Planted], seen: Iterable[Seen], plans: Iterable[Plan]) -> Score:
    """Compare the ledger with findings: each planted breach has exactly one, as it was planted, and there is no other."""
    ledger, rows = tuple(planted), list(seen)
    told = score(ledger, {row.pair for row in rows})
    by_pair: dict[Pair, list[Seen]] = {}
    for row in rows:
        by_pair.setdefault(row.pair, []).append(row)
    own, _ = expected(ledger)
    reads = types_read(plans)
    wrong = [
        (p.case_id, p.breach.norm)
        for p in ledger
        for row in by_pair.get((p.case_id, p.breach.norm), ())
        if not (
            row.breach == p.breach.kind
            and row.timely()
            and row.about(p.touched, reads.get(row.norm, frozenset()))
        )
    ]
    wrong += [row.pair for row in rows if row.pair in told.neighbours and not row.timely()]
    return Score(
        told.planted,
        told.missed,
        told.neighbours,
        told.unexpected,
        told.absent,
        doubled=tuple(sorted(pair for pair, found in by_pair.items() if pair in own and len(found) > 1)),
        wrong=tuple(wrong),
    )


def types_read(plans: Iterable[Plan]) -> Mapping[str, frozenset[str]]:
    """The types of acts that each norm looks at; `*` where it looks at all for some fact."""
    found: dict[str, frozenset[str]] = {}
    for plan in plans:
        types = {t for ref in references(plan) for t in ref.types}
        earlier = [n for node in conditions(plan) for n in node.walk() if isinstance(n, Earlier)]
        types |= {t for n in earlier for t in n.types or ("*",)}
        found[plan.norm_id] = found.get(plan.norm_id, frozenset()) | types
    return found


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
        writer.writerow(["案件编号 case", "规范 norm", "做了什么", "what was done", "必然连带 also"])
        for p in sorted(planted, key=lambda p: (p.case_id, p.breach.norm)):
            writer.writerow([p.case_id, p.breach.norm, p.breach.zh, p.breach.en, " ".join(p.also)])
