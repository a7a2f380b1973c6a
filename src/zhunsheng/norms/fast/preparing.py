"""From a log to its prepared folder: one pass of DuckDB in bounded memory, sorted by case and time unless it already is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.norms.fast import jit
from zhunsheng.norms.fast.bytes_kernel import changes, hashes
from zhunsheng.norms.fast.columns import LAYOUT, Array, Column, Kind, Manifest, Prepared, mapped, quoted
from zhunsheng.norms.fast.prepare_subjects import prepare_subjects
from zhunsheng.norms.log import OFFICER_PARTS, Log

Progress = Callable[[int, int], None]

BATCH = 1 << 20
MOST_WORDS = 4_000_000
"""A text field with more different values than this gets no dictionary."""
WHOLE = {"seq": "int64", "at_us": "int64", "day": "int32", "tod": "int32", "ended_us": "int64"}
SEQ, AT = 0, 1
"""Places of the first of them in a batch."""


class NotSorted(Exception):
    """The log is not in the order of cases and time."""


def prepare(log: Log, into: Path, *, progress: Progress | None = None, memory: str = "3GB") -> Prepared:
    """Write the prepared columns of a log into a folder, replacing what is there, and open them.

    Bounded memory: DuckDB keeps to `memory` and spills beside the columns; a log already sorted by case, time and seq is not
    sorted again. `progress` is told (acts done, acts).
    """
    jit.require()
    shutil.rmtree(into, ignore_errors=True)
    (into / "spill").mkdir(parents=True)
    connection = duckdb.connect()
    try:
        connection.execute(f"SET memory_limit='{memory}'; SET temp_directory='{into / 'spill'}'")
        connection.execute(f"CREATE VIEW acts AS SELECT * FROM read_parquet({quoted(log.acts)})")  # noqa: S608
        columns, left_out = planned(connection, log, into)
        ids = connection.sql("SELECT count(*), count_if(act_id <> seq::VARCHAR) FROM acts").fetchall()[0]
        rows, own_ids = int(ids[0]), bool(ids[1])
        try:
            writing = Writing(into, columns, own_ids, rows, progress)
            writing.run(connection, ordered=False)
        except NotSorted:
            writing = Writing(into, columns, own_ids, rows, progress)
            writing.run(connection, ordered=True)
        subjects = prepare_subjects(connection, log, into, rows)
    finally:
        connection.close()
        shutil.rmtree(into / "spill", ignore_errors=True)
    days = mapped(into / columns["day"].column.file, "int32")
    first, last = day_range(days)
    manifest = Manifest(
        LAYOUT, str(log.folder), rows, writing.cases, first, last, not own_ids,
        {name: c.column for name, c in columns.items()}, subjects, left_out,
    )
    prepared = Prepared(into, log, manifest)
    prepared.write()
    return prepared


def day_range(days: Array) -> tuple[int, int]:
    """First and last day recorded; 0, 0 when there is none."""
    first, last = 2**31, -(2**31)
    for low in range(0, len(days), BATCH):
        part = days[low : low + BATCH]
        part = part[part != -(2**31)]
        if len(part):
            first, last = min(first, int(part.min())), max(last, int(part.max()))
    return (0, 0) if last < first else (first, last)


@dataclass
class Source:
    """A column on its way: what to ask DuckDB for, and where it goes."""

    sql: str
    column: Column


def planned(
    connection: duckdb.DuckDBPyConnection, log: Log, into: Path
) -> tuple[dict[str, Source], tuple[str, ...]]:
    """The columns to write, in order; dictionaries are written here. Text with too many values is left out."""
    described = connection.sql("DESCRIBE acts").fetchall()
    # DuckDB renames columns whose names differ by case alone; their order tells which is which.
    names = pq.read_schema(log.acts).names
    present = {name: (known, str(kind)) for name, (known, kind, *_) in zip(names, described, strict=True)}
    found: dict[str, Source] = {}
    left_out: list[str] = []

    def add(name: str, sql: str, dtype: str, kind: Kind, words: str = "") -> None:
        found[name] = Source(sql, Column(f"c{len(found)}.bin", dtype, kind, words))

    for name, dtype in WHOLE.items():
        add(name, name, dtype, "whole")
    shared = {"act_type": ["act_type"], "unit": ["unit"]}
    for part in OFFICER_PARTS:
        shared[part] = [f"{part}_{k}" for k in range(1, log.slots + 1) if f"{part}_{k}" in present]
    shared |= {f"f_{f}": [f"f_{f}"] for f, kind in log.fields.items() if kind == "text" and f"f_{f}" in present}
    for number, (name, members) in enumerate(shared.items()):
        most = MOST_WORDS if name.startswith("f_") else None
        given = {member: quoted_name(present[member][0]) for member in members}
        count = dictionary(connection, list(given.values()), number, into, most) if members else 0
        if count is None:
            left_out += members
            continue
        for member in members:
            dtype = "uint16" if count < 2**16 - 1 else "uint32"
            add(member, f"{given[member]}::words_{number}", dtype, "code", f"words_{number}.parquet")
    for name in (n for n in present if n.startswith("f_") and n not in shared):
        known, kind = present[name]
        width = "int8" if kind == "BOOLEAN" else "int32" if kind == "INTEGER" else "int64"
        add(name, quoted_name(known), width, "flag" if kind == "BOOLEAN" else "whole")
    return found, tuple(left_out)


def dictionary(
    connection: duckdb.DuckDBPyConnection, members: list[str], number: int, into: Path, most: int | None
) -> int | None:
    """Write the sorted dictionary that the columns share and make it a DuckDB type; its size, None when it is above `most`."""
    parts = " UNION ".join(f"SELECT DISTINCT {m} AS word FROM acts" for m in members)  # noqa: S608
    limit = "" if most is None else f"LIMIT {most + 2}"
    query = f"SELECT word FROM (SELECT DISTINCT word FROM ({parts}) {limit}) WHERE word IS NOT NULL ORDER BY word"  # noqa: S608
    words = connection.sql(query).to_arrow_table()
    if most is not None and len(words) > most:
        return None
    file = into / f"words_{number}.parquet"
    pq.write_table(words, file)
    connection.execute(
        f"CREATE TYPE words_{number} AS ENUM (SELECT word FROM read_parquet({quoted(file)}) ORDER BY word)"  # noqa: S608
    )
    return len(words)


@dataclass
class Writing:
    """One pass over the acts in order, into files."""

    into: Path
    columns: dict[str, Source]
    own_ids: bool
    rows: int
    progress: Progress | None
    cases: int = 0
    done: int = 0
    before: tuple[str, int, int] | None = None
    starts: list[Array] = field(default_factory=list)
    hashed: list[Array] = field(default_factory=list)

    def run(self, connection: duckdb.DuckDBPyConnection, *, ordered: bool) -> None:
        """Write every file; NotSorted when the acts are not in order and were not to be put in order."""
        wanted = [f"{c.sql} AS {quoted_name(c.column.file)}" for c in self.columns.values()]
        wanted += ["case_id", *(["act_id"] if self.own_ids else [])]
        order = " ORDER BY case_id, at_us NULLS LAST, seq" if ordered else ""
        reader = connection.sql(f"SELECT {', '.join(wanted)} FROM acts{order}").to_arrow_reader(BATCH)  # noqa: S608
        files = {name: (self.into / c.column.file).open("wb") for name, c in self.columns.items()}
        texts = {name: TextFile(self.into, name) for name in ("case_id", *(["act_id"] if self.own_ids else []))}
        try:
            for batch in reader:
                if len(batch):
                    self.write(batch, files, texts, check=not ordered)
        finally:
            reader.close()
            for file in files.values():
                file.close()
            for text in texts.values():
                text.close()
        self.close_cases(check=not ordered)

    def write(
        self, batch: pa.RecordBatch, files: Mapping[str, IO[bytes]], texts: Mapping[str, TextFile], *, check: bool
    ) -> None:
        """Append one batch."""
        cases = batch.column("case_id")
        differs = np.concatenate([[True], changes(*string_buffers(cases))])
        first = (cases[0].as_py(), *moment(batch, 0))
        if self.before is not None and self.before[0] == first[0]:
            differs[0] = False
        if check:
            self.check(batch, differs, first)
        starts = np.flatnonzero(differs)
        new = cases.take(pa.array(starts))
        texts["case_id"].add(new)
        self.hashed.append(hashes(*string_buffers(new)))
        self.starts.append(starts + self.done)
        if self.own_ids:
            texts["act_id"].add(batch.column("act_id"))
        for name, source in self.columns.items():
            numbers(batch.column(source.column.file), source.column).tofile(files[name])
        self.before = (cases[len(batch) - 1].as_py(), *moment(batch, len(batch) - 1))
        self.done += len(batch)
        if self.progress is not None:
            self.progress(self.done, self.rows)

    def check(self, batch: pa.RecordBatch, differs: Array, first: tuple[str, int, int]) -> None:
        """NotSorted unless acts of a case come in order of time, then seq."""
        at = pc.fill_null(batch.column(AT), 2**62).to_numpy()
        seq = batch.column(SEQ).to_numpy()
        ordered = differs[1:] | (at[:-1] < at[1:]) | ((at[:-1] == at[1:]) & (seq[:-1] < seq[1:]))
        if not ordered.all() or (not differs[0] and self.before is not None and self.before[1:] >= first[1:]):
            raise NotSorted

    def close_cases(self, *, check: bool) -> None:
        """Write where cases begin, and how to find one by its id; NotSorted when a case comes twice."""
        starts = np.concatenate([*self.starts, np.array([self.done])]).astype(np.int64)
        hashed = np.concatenate([np.zeros(0, np.int64), *self.hashed])
        order = np.argsort(hashed, kind="stable").astype(np.int64)
        hashed = hashed[order]
        if check and (hashed[1:] == hashed[:-1]).any():
            raise NotSorted
        self.cases = len(hashed)
        starts.tofile(self.into / "case_start.bin")
        hashed.tofile(self.into / "case_hash.bin")
        order.tofile(self.into / "case_order.bin")


def moment(batch: pa.RecordBatch, row: int) -> tuple[int, int]:
    """What orders a row within its case."""
    at = batch.column(AT)[row].as_py()
    return 2**62 if at is None else at, batch.column(SEQ)[row].as_py()


class TextFile:
    """Strings appended end to end, with where each begins."""

    def __init__(self, folder: Path, name: str) -> None:
        self.offsets = (folder / f"{name}.offsets").open("wb")
        self.data = (folder / f"{name}.bytes").open("wb")
        self.size = 0
        np.zeros(1, np.int64).tofile(self.offsets)

    def add(self, texts: pa.Array) -> None:
        """Append the strings of an array."""
        offsets, data = string_buffers(texts)
        (offsets[1:] - offsets[0] + self.size).tofile(self.offsets)
        data[offsets[0] : offsets[-1]].tofile(self.data)
        self.size += int(offsets[-1] - offsets[0])

    def close(self) -> None:
        """Close both files."""
        self.offsets.close()
        self.data.close()


def string_buffers(texts: pa.Array) -> tuple[Array, Array]:
    """Offsets (int64) and bytes of a string array without nulls."""
    large = texts.cast(pa.large_string())
    _, offsets, data = large.buffers()
    places = np.frombuffer(offsets, np.int64, len(large) + 1, large.offset * 8).copy()
    held = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8).copy()
    return places, held


def numbers(values: pa.Array, column: Column) -> Array:
    """A batch of a column in the numbers of its file."""
    dtype: Any = np.dtype(column.dtype)
    if column.kind == "code":
        codes = values.indices.fill_null(np.iinfo(values.indices.type.to_pandas_dtype()).max)
        found: Array = codes.to_numpy(zero_copy_only=False).astype(dtype) + dtype.type(1)
        if values.null_count:
            found[np.asarray(values.is_null())] = 0
        return found
    if column.kind == "flag":
        values = values.cast(pa.int8())
    plain = values.fill_null(column.missing) if values.null_count else values
    numeric: Array = plain.to_numpy(zero_copy_only=False).astype(dtype, copy=False)
    return numeric


def quoted_name(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'
