"""The interpreter over a whole prepared log, case by case: slower than `compile`, needs no engine, gives the same table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.expressions import Node, columns
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.log import Log
from zhunsheng.norms.plans import Plan, Stop
from zhunsheng.norms.read_dossiers import read_dossiers
from zhunsheng.norms.results import Obligation
from zhunsheng.norms.results_table import CORE, FINDINGS, Only, Results, Sink, finished, in_order

ROWS_IN_MEMORY = 100_000

Progress = Callable[[int, int], None]
"""Told (done, total) now and then: acts when interpreting, plans when compiled."""


def run_interpret(
    log: Log, plans: Iterable[Plan], *, calendar: Calendar, as_of_us: int, closed: bool = False, only: Only = "all",
    into: Path | None = None, progress: Progress | None = None,
) -> Results:
    """Every obligation of the log as of an instant, in the columns of `results.COLUMNS`, sorted as `SORTED_BY` says.

    `only="findings"` keeps breaches and unknowns. `into` names a Parquet file to write; None keeps the rows in memory.
    """
    ordered = in_order(plans)
    number = {id(plan): n for n, plan in enumerate(ordered)}
    interpreter = Interpreter(ordered, calendar=calendar, zone=log.zone)
    done = 0
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as name, Sink(log.zone, into) as sink:
        spills = [Spill(Path(name) / f"{n}.parquet") for n in range(len(ordered))]
        for dossier in read_dossiers(log, plan_columns(ordered)):
            for row in interpreter.judge(dossier, as_of_us=as_of_us, closed=closed):
                sink.count(row.plan, [(row.status, 1)])
                if only == "all" or row.status in FINDINGS:
                    spills[number[id(row.plan)]].add(row)
            done += len(dossier.acts)
            if progress is not None:
                progress(done, log.rows)
        for plan, spill in zip(ordered, spills, strict=True):
            rows = spill.table().sort_by([(key, "ascending") for key in ("case_id", "scope", "opened_seq")])
            sink.add(finished(rows, plan, zone=log.zone, as_of_us=as_of_us))
    return sink.results


def plan_columns(plans: Iterable[Plan]) -> set[str]:
    """Every field column that the plans read."""
    found: set[str] = set()
    for plan in plans:
        found |= columns_in(plan.form) | {key.column for key in plan.per if key.column is not None}
        found |= columns(plan.governed) if plan.governed is not None else set()
    return {c for c in found if c.startswith("f_")}


def columns_in(part: Any) -> set[str]:
    """Columns read anywhere in a form or a piece of one."""
    if isinstance(part, Node):
        return columns(part)
    if isinstance(part, tuple):
        return set().union(*(columns_in(p) for p in part))
    if not hasattr(part, "__dataclass_fields__"):
        return set()
    found = set().union(*(columns_in(getattr(part, f.name)) for f in fields(part)))
    return found | {part.pair} if isinstance(part, Stop) and part.pair is not None else found


class Spill:
    """The rows of one plan, kept in memory up to a limit and beyond it in a temporary file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[tuple[Any, ...]] = []
        self.writer: pq.ParquetWriter | None = None

    def add(self, row: Obligation) -> None:
        """Take one row."""
        self.rows.append(core_row(row))
        if len(self.rows) >= ROWS_IN_MEMORY:
            self.writer = self.writer or pq.ParquetWriter(self.path, CORE)
            self.writer.write_table(self.taken())

    def taken(self) -> pa.Table:
        """The rows in memory as a table; forgets them."""
        values = list(zip(*self.rows, strict=True)) or [()] * len(CORE)
        self.rows = []
        return pa.table([pa.array(v, f.type) for v, f in zip(values, CORE, strict=True)], schema=CORE)

    def table(self) -> pa.Table:
        """Every row of the plan."""
        if self.writer is None:
            return self.taken()
        self.writer.write_table(self.taken())
        self.writer.close()
        return pq.read_table(self.path)


def core_row(row: Obligation) -> tuple[Any, ...]:
    """An obligation in the columns of `CORE`."""
    opened, decided = row.opened, row.decided
    ids = {a.seq: a.facts["act_id"] for a in (opened, *row.evidence)}
    met = (decided.seq, decided.facts["act_id"], decided.at_us) if decided is not None else (None, None, None)
    return (
        row.case_id, row.scope_text, opened.seq, opened.facts["act_id"], opened.at_us, row.due_us, row.warn_us, *met,
        row.status, opened.facts.get("unit"), " ".join(ids[seq] for seq in row.evidence_seqs),
    )
