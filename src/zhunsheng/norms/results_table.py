"""The findings table as Arrow: its schema, and how a result becomes a row of it, the same for every execution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.norms.plans import BREACHES, Plan, Prior
from zhunsheng.norms.results import COLUMNS

Only = Literal["all", "findings"]
FINDINGS = (*sorted(BREACHES), "unknown")
"""The statuses kept by `only="findings"`: breaches, and what could not be judged, for unknown is never shown as fine."""

CORE = pa.schema([
    ("case_id", pa.string()), ("scope", pa.string()), ("opened_seq", pa.int64()), ("opened_by", pa.string()),
    ("opened_us", pa.int64()), ("due_us", pa.int64()), ("warn_us", pa.int64()), ("met_seq", pa.int64()),
    ("met_by", pa.string()), ("met_us", pa.int64()), ("status", pa.string()), ("unit", pa.string()),
    ("evidence", pa.string()),
])
"""What an execution hands over per row: instants in microseconds; `evidence` as it shall read, null for opening and deciding."""

SORTED_BY = ("norm_id", "version", "case_id", "scope", "opened_seq")


def schema(zone: str) -> pa.Schema:
    """The Arrow schema of a findings table in a zone."""
    instant, whole = pa.timestamp("us", tz=zone), pa.int64()
    kinds = {
        "opened_seq": whole, "opened_at": instant, "due_at": instant, "warn_at": instant, "met_seq": whole, "met_at": instant,
        "breach": pa.bool_(), "seconds_over": whole, "days_over": whole,
    }
    return pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])


def finished(core: pa.Table, plan: Plan, *, zone: str, as_of_us: int) -> pa.Table:
    """Rows of one plan with the columns of `CORE` as rows of the findings table."""
    instant = pa.timestamp("us", tz=zone)
    due, done = core["due_us"], when_done(core, plan, as_of_us)
    past = pc.and_kleene(pc.is_in(core["status"], pa.array(["late", "overdue", "broken"])), pc.greater(done, due))
    over = pc.if_else(pc.and_(pc.fill_null(past, False), pc.is_valid(due)), pc.subtract(done, due), None)
    days = pc.if_else(pc.is_valid(over), pc.subtract(local_days(done, zone), local_days(due, zone)), None)
    fixed = {"norm_id": plan.norm_id, "version": plan.version, "kind": plan.kind, "severity": plan.severity}
    columns = {
        **{name: pa.repeat(pa.scalar(value), len(core)) for name, value in fixed.items()},
        **{name: core[name] for name in ("case_id", "scope", "opened_seq", "opened_by", "met_seq", "met_by", "status", "unit")},
        **{f"{name}_at": pc.cast(core[f"{name}_us"], instant) for name in ("opened", "due", "warn", "met")},
        "breach": pc.is_in(core["status"], pa.array(sorted(BREACHES))),
        "seconds_over": pc.divide(over, 1_000_000),
        "days_over": days,
        "evidence": pc.coalesce(core["evidence"], two_acts(core)),
    }
    target = schema(zone)
    return pa.table([columns[name] for name in target.names], names=target.names).cast(target)


def when_done(core: pa.Table, plan: Plan, as_of_us: int) -> pa.ChunkedArray:
    """The instant compared with the due time: the act itself where it must follow another, else the meeting act or as-of."""
    if isinstance(plan.form, Prior):
        return core["opened_us"]
    return pc.coalesce(core["met_us"], pa.scalar(as_of_us, pa.int64()))


def local_days(instants: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    """Local day numbers of instants in microseconds."""
    wall = pc.local_timestamp(pc.cast(instants, pa.timestamp("us", tz=zone)))
    return pc.cast(pc.cast(pc.cast(wall, pa.date32()), pa.int32()), pa.int64())


def two_acts(core: pa.Table) -> pa.ChunkedArray:
    """Ids of the opening and the deciding act, in the order of the log, each once."""
    opened, met = core["opened_by"], core["met_by"]
    before = pc.less(core["met_seq"], core["opened_seq"])
    both = pc.if_else(before, pc.binary_join_element_wise(met, opened, " "), pc.binary_join_element_wise(opened, met, " "))
    alone = pc.or_kleene(pc.is_null(core["met_seq"]), pc.equal(core["met_seq"], core["opened_seq"]))
    return pc.if_else(alone, opened, both)


@dataclass
class Results:
    """What an execution found: the rows, in memory or in a Parquet file, and how many of each status there were.

    `counts` covers every obligation, also those that `only="findings"` leaves out: (norm id, version) → status → number.
    """

    zone: str
    path: Path | None = None
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    parts: list[pa.Table] = field(default_factory=list, repr=False)

    def table(self) -> pa.Table:
        """All rows in memory."""
        if self.path is not None:
            return pq.read_table(self.path)
        return pa.concat_tables([schema(self.zone).empty_table(), *self.parts])

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows in bounded memory when they are in a file."""
        if self.path is not None:
            yield from pq.ParquetFile(self.path).iter_batches()
        else:
            yield from self.table().to_batches()


class Sink:
    """Where finished rows go, plan by plan: into a Parquet file, or into memory when `into` is None."""

    def __init__(self, zone: str, into: Path | None) -> None:
        self.results = Results(zone, into)
        self.into, self.zone = into, zone
        self.writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        if self.into is not None:
            self.into.parent.mkdir(parents=True, exist_ok=True)
            self.writer = pq.ParquetWriter(self.into, schema(self.zone), compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if self.writer is not None:
            self.writer.close()
        if kind is not None and self.into is not None:
            self.into.unlink(missing_ok=True)

    def add(self, table: pa.Table) -> None:
        """Finished rows, in their final order."""
        if self.writer is not None:
            self.writer.write_table(table)
        elif len(table):
            self.results.parts.append(table)

    def count(self, plan: Plan, counts: Iterable[tuple[str, int]]) -> None:
        """Numbers by status of one plan."""
        counter = self.results.counts.setdefault((plan.norm_id, plan.version), Counter())
        for status, number in counts:
            counter[status] += number


def in_order(plans: Iterable[Plan]) -> list[Plan]:
    """Plans in the order of the findings table."""
    return sorted(plans, key=lambda plan: (plan.norm_id, plan.version))
