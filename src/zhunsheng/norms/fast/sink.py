"""Where the tables of stretches go: sorted in memory while they are few, streamed into a Parquet file when they are many."""

from __future__ import annotations

import base64
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from zhunsheng.norms.results_table import SORTED_BY, schema

ROWS_IN_MEMORY = 1_000_000
"""A file with no more rows than this is sorted; a longer one comes in the order of the log's cases."""

REPEATED = ("norm_id", "version", "kind", "severity", "case_id", "scope", "status", "unit")


class Stream:
    """Takes findings tables from several threads; `rows` are in memory when there is no file."""

    def __init__(self, zone: str, into: Path | None) -> None:
        self.schema, self.into = schema(zone), into
        self.lock, self.parts, self.rows = Lock(), list[pa.Table](), 0
        self.writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        if self.into is not None:
            self.into.parent.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None and self.into is not None and self.writer is None:
            pq.write_table(self.table(), self.into, compression="zstd", use_dictionary=list(REPEATED))
        if self.writer is not None:
            self.writer.close()
        if kind is not None and self.into is not None:
            self.into.unlink(missing_ok=True)

    def add(self, table: pa.Table) -> None:
        """Take the rows of a stretch."""
        if not len(table):
            return
        with self.lock:
            self.rows += len(table)
            if self.into is None or (self.writer is None and self.rows <= ROWS_IN_MEMORY):
                self.parts.append(table)
                return
            for part in (*self.parts, table):
                self.write(part)
            self.parts = []

    def write(self, table: pa.Table) -> None:
        """Append to the file; its readers see plain strings, whatever was handed over."""
        if self.writer is None:
            assert self.into is not None
            self.writer = pq.ParquetWriter(
                self.into, self.coded_schema(), compression="zstd", use_dictionary=list(REPEATED), store_schema=False
            )
            plain = base64.b64encode(self.schema.serialize().to_pybytes()).decode()
            self.writer.add_key_value_metadata({"ARROW:schema": plain})
        self.writer.write_table(coded(table, self.writer.schema))

    def coded_schema(self) -> pa.Schema:
        """The schema with repeated texts as dictionaries, which are written several times faster."""
        few = pa.dictionary(pa.int32(), pa.string())
        return pa.schema([f.with_type(few) if f.name in REPEATED else f for f in self.schema])

    def table(self) -> pa.Table:
        """All rows, sorted as `SORTED_BY` says."""
        plain = pa.concat_tables([self.schema.empty_table(), *(part.cast(self.schema) for part in self.parts)])
        return plain.sort_by([(name, "ascending") for name in SORTED_BY])


def coded(table: pa.Table, target: pa.Schema) -> pa.Table:
    """The table with text coded where the file has it coded."""
    columns = [
        column.dictionary_encode() if pa.types.is_dictionary(field.type) and not pa.types.is_dictionary(column.type) else column
        for field, column in zip(target, table.columns, strict=True)
    ]
    return pa.table(columns, schema=target)
