"""Reading a Parquet table of events: types are declared by its schema, nested columns are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.base.errors import InputError

from .batch import CODES, Kind, Progress, RawBatch, SourceNotes

ROWS = 65_536


class ParquetSource:
    """One row per event. Binary floats are taken as the shortest decimal that reads back as the same number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes = SourceNotes()
        self.header: tuple[str, ...] = ()

    def batches(self, progress: Progress | None = None) -> Iterator[RawBatch]:
        """Yield the rows in file order; InputError when the file is damaged or a column is nested."""
        done = 0
        try:
            with pq.ParquetFile(self.path, memory_map=True) as file:
                self.header = tuple(file.schema_arrow.names)
                kinds = [self._kind(field) for field in file.schema_arrow]
                total = file.metadata.num_rows
                for record in file.iter_batches(ROWS):
                    texts = [_texts(column) for column in record.columns]
                    columns = dict(zip(zip(self.header, kinds, strict=True), texts, strict=True))
                    yield RawBatch(record.num_rows, columns)
                    done += record.num_rows
                    if progress:
                        progress(done, total)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as fault:
            raise InputError(
                zh=f"Parquet 文件读不下去：{_first_line(fault)}。",
                en=f"The Parquet file cannot be read: {_first_line(fault)}.",
                where=f"{self.path}, row {done + 1}", remedy_zh="请重新导出该文件。", remedy_en="Export the file again.",
            ) from None

    def where(self, row: int) -> str:
        """File and row."""
        return f"{self.path}, row {row}"

    def _kind(self, field: pa.Field) -> Kind:
        kind = kind_of(field.type)
        if kind is None:
            raise InputError(
                zh=f"列“{field.name}”是嵌套类型 {field.type}，读不了。",
                en=f"Column '{field.name}' has the nested type {field.type}.",
                where=str(self.path), remedy_zh="请导出为平列。", remedy_en="Export flat columns.",
            )
        return kind


def kind_of(type_: pa.DataType) -> Kind | None:
    """What a column type declares; None for types that are no single value."""
    t = pa.types
    if t.is_dictionary(type_):
        return kind_of(type_.value_type)
    tests: list[tuple[Kind, bool]] = [
        ("text", t.is_string(type_) or t.is_large_string(type_) or t.is_string_view(type_)),
        ("flag", t.is_boolean(type_)),
        ("number", t.is_integer(type_) or t.is_floating(type_) or t.is_decimal(type_)),
        ("date", t.is_date(type_)), ("time", t.is_timestamp(type_)), ("any", t.is_null(type_)),
    ]
    return next((kind for kind, holds in tests if holds), None)


def _texts(column: pa.Array) -> pa.DictionaryArray:
    type_ = column.type
    if pa.types.is_dictionary(type_):
        column = column.cast(type_.value_type)
        type_ = column.type
    if pa.types.is_timestamp(type_) and type_.tz is not None:
        utc = column.cast(pa.timestamp(type_.unit, "UTC"))
        texts = pc.strftime(utc, "%Y-%m-%dT%H:%M:%SZ")
    elif pa.types.is_timestamp(type_):
        texts = pc.strftime(column, "%Y-%m-%dT%H:%M:%S")
    elif pa.types.is_float16(type_):
        texts = column.cast(pa.float32()).cast(pa.string())
    else:
        texts = column.cast(pa.string())
    return texts.dictionary_encode().cast(CODES)


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0] if str(fault) else type(fault).__name__
