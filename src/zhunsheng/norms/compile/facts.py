"""What a prepared log is like, as far as a plan may leave work out: columns never null, days that occur, how it is sorted.

Read from the Parquet footers and one pass over three columns; no engine is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.norms.log import OFFICER_PARTS, Log

UNTIMED = 2**62
"""Acts without a time have no place in the order; `pos` is this plus their seq, so that they sort behind all others by seq."""

BUILT_IN = {
    "seq": "int64",
    "act_id": "string",
    "case_id": "string",
    "act_type": "string",
    "at_us": "int64",
    "day": "int32",
    "tod": "int32",
    "ended_us": "int64",
    "unit": "string",
}
FIELD_TYPES = {"text": "string", "flag": "boolean", "number": "int64", "date": "int32", "time": "int64"}


@dataclass(frozen=True)
class LogFacts:
    """A log's columns and what is certain about them."""

    zone: str
    slots: int
    columns: Mapping[str, str]
    """Column of the log → its type as ibis names it."""
    safe: Mapping[str, str]
    """Column of the log → the name under which plans know it."""
    known: frozenset[str]
    """Columns that are never null."""
    ordered: bool
    """Whether seq alone puts the timed acts of every case in order."""
    days: npt.NDArray[np.int64]
    """Every local day on which an act of the log lies, ascending."""
    last_us: int
    """The latest instant of an act."""
    subject_kinds: tuple[str, ...]
    ranges: Mapping[str, tuple[int, int]]
    """Least and greatest day of each date column."""

    @property
    def untimed(self) -> bool:
        """Whether acts without a time may occur."""
        return "at_us" not in self.known

    @classmethod
    def of(cls, log: Log) -> LogFacts:
        """Look at a prepared log; OSError when it cannot be read."""
        columns = log_columns(log)
        footer = pq.ParquetFile(log.acts)
        names = footer.schema_arrow.names
        columns = {name: kind for name, kind in columns.items() if name in names}
        fields = [name for name in names if name in columns and name.startswith("f_")]
        safe = {name: name for name in columns} | {name: f"x{n}" for n, name in enumerate(fields)}
        days, last_us = days_of(footer)
        ranges = {name: range_of(footer, name) for name in fields if columns[name] == "int32"}
        coded = pq.ParquetFile(log.acts, read_dictionary=["case_id"])
        return cls(
            log.zone,
            log.slots,
            columns,
            safe,
            never_null(footer, columns),
            in_order(coded),
            days,
            last_us,
            log.subject_kinds,
            ranges,
        )

    def covers_days(self, versions: tuple[tuple[int, int | None, int | str | bool], ...]) -> bool:
        """Whether dated values have one for every day of the log."""
        held = np.zeros(len(self.days), dtype=np.bool_)
        for first, last, _ in versions:
            held |= (self.days >= first) & (self.days <= (UNTIMED if last is None else last))
        return bool(held.all())


def log_columns(log: Log) -> dict[str, str]:
    """Every column a log may have, with its type."""
    columns = dict(BUILT_IN)
    columns |= {f"{part}_{k}": "string" for k in range(1, log.slots + 1) for part in OFFICER_PARTS}
    for name, kind in log.fields.items():
        columns[f"f_{name}"] = FIELD_TYPES[kind]
        if kind == "time":
            columns[f"f_{name}__day"] = "int32"
    return columns


def never_null(footer: pq.ParquetFile, columns: Mapping[str, str]) -> frozenset[str]:
    """Columns that the footer says hold no null."""
    meta, names = footer.metadata, footer.schema_arrow.names
    found = set()
    for place, name in enumerate(names):
        groups = [meta.row_group(g).column(place) for g in range(meta.num_row_groups)]
        if name in columns and all(c.is_stats_set and c.statistics.null_count == 0 for c in groups):
            found.add(name)
    return frozenset(found)


def stream(footer: pq.ParquetFile, *columns: str) -> Iterator[pa.RecordBatch]:
    """The columns, batch by batch."""
    yield from footer.iter_batches(batch_size=1 << 18, columns=list(columns))


def range_of(footer: pq.ParquetFile, column: str) -> tuple[int, int]:
    """Least and greatest value of a column of numbers; (0, -1) when it is empty."""
    ends = [pc.min_max(batch.column(0)).as_py() for batch in stream(footer, column)]
    known = [e for e in ends if e["min"] is not None]
    return (min(e["min"] for e in known), max(e["max"] for e in known)) if known else (0, -1)


def days_of(footer: pq.ParquetFile) -> tuple[npt.NDArray[np.int64], int]:
    """The days that occur, and the latest instant."""
    days, last = np.zeros(0, dtype=np.int64), 0
    for batch in stream(footer, "day", "at_us"):
        found = batch.column(0).drop_null().to_numpy().astype(np.int64)
        days = np.union1d(days, np.unique(found))
        last = max(last, pc.max(batch.column(1)).as_py() or 0)
    return days, last


def in_order(footer: pq.ParquetFile) -> bool:
    """Whether the file runs by seq and, within each case, by time: then seq alone is the order.

    True only where it is cheap to see: the whole file by time, or the cases one after the other and each by time.
    Case ids come as codes of a dictionary, which are compared several times faster than texts.
    """
    by_time, by_case, last_seq, last_us, last_case = True, True, -1, -UNTIMED, None
    starts: list[pa.Array] = []
    for batch in stream(footer, "seq", "at_us", "case_id"):
        seq = batch.column("seq").to_numpy()
        if len(seq) and (seq[0] <= last_seq or (np.diff(seq) <= 0).any()):
            return False
        last_seq = int(seq[-1]) if len(seq) else last_seq
        timed = batch.filter(pc.is_valid(batch.column("at_us"))) if batch.column("at_us").null_count else batch
        if not timed.num_rows:
            continue
        at, cases = timed.column("at_us").to_numpy(), timed.column("case_id")
        codes, names = cases.indices.to_numpy(), cases.dictionary
        new = np.concatenate(([names[int(codes[0])].as_py() != last_case], np.diff(codes) != 0))
        back = np.concatenate(([at[0] < last_us], np.diff(at) < 0))
        by_time, by_case = by_time and not back.any(), by_case and not (back & ~new).any()
        if not (by_time or by_case):
            return False
        starts.append(names.take(pa.array(codes[new])))
        last_us, last_case = int(at[-1]), names[int(codes[-1])].as_py()
    if by_time or not starts:
        return True
    first = pa.chunked_array(starts)
    return bool(pc.count_distinct(first).as_py() == len(first))
