"""Raw batches set aside on disk between the first pass (what is there) and the second (writing it typed)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .batch import CODES, Codes, Kind, RawBatch

GROUP_ROWS = 100_000
HELD_BYTES = 128 << 20
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


class Spool:
    """Batches in memory up to HELD_BYTES, beyond that an append-only file of Arrow streams, one per batch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: pa.OSFile | None = None
        self._held: list[RawBatch] = []
        self._bytes = 0
        self._options = pa.ipc.IpcWriteOptions(compression="lz4")

    def add(self, batch: RawBatch) -> None:
        """Append a batch; one without rows is left out."""
        if not batch.rows:
            return
        self._held.append(batch)
        self._bytes += sum(column.nbytes for column in batch.columns.values())
        if self._bytes > HELD_BYTES:
            self._spill()

    def _spill(self) -> None:
        self._file = self._file or pa.OSFile(str(self._path), "wb")
        for batch in self._held:
            record = _as_record(batch)
            with pa.ipc.new_stream(self._file, record.schema, options=self._options) as writer:
                writer.write_batch(record)
        self._held, self._bytes = [], 0

    def groups(self) -> Iterator[RawBatch]:
        """The batches again, in order, joined into groups of about GROUP_ROWS rows."""
        group: list[RawBatch] = []
        for batch in self._batches():
            group.append(batch)
            if sum(part.rows for part in group) >= GROUP_ROWS:
                yield _joined(group)
                group = []
        if group:
            yield _joined(group)

    def _batches(self) -> Iterator[RawBatch]:
        if self._file is not None:
            self._file.flush()
            with pa.OSFile(str(self._path), "rb") as file:
                size = file.size()
                while file.tell() < size:
                    with pa.ipc.open_stream(file) as reader:
                        yield from (_as_batch(record) for record in reader)
        yield from self._held

    def close(self) -> None:
        """Remove the file, if there is one."""
        if self._file is not None:
            self._file.close()
            self._path.unlink()


def _as_record(batch: RawBatch) -> pa.RecordBatch:
    names = [f"{kind}:{name}" for name, kind in batch.columns]
    arrays = [column.cast(CODES) for column in batch.columns.values()]
    if not arrays:
        names, arrays = ["any:"], [pa.nulls(batch.rows, CODES)]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _as_batch(record: pa.RecordBatch) -> RawBatch:
    columns: dict[tuple[str, Kind], pa.DictionaryArray] = {}
    for field, column in zip(record.schema.names, record.columns, strict=True):
        kind, _, name = field.partition(":")
        columns[name, _KINDS[kind]] = column
    return RawBatch(record.num_rows, columns)


def _joined(batches: list[RawBatch]) -> RawBatch:
    if len(batches) == 1:
        return batches[0]
    keys = dict.fromkeys(key for batch in batches for key in batch.columns)
    joined = {
        key: pa.chunked_array([batch.columns.get(key, pa.nulls(batch.rows, CODES)) for batch in batches], CODES)
        .unify_dictionaries()
        .combine_chunks()
        for key in keys
    }
    return RawBatch(sum(batch.rows for batch in batches), joined)


def without_blanks(batch: RawBatch) -> RawBatch:
    """Empty texts become null: an empty cell and an empty attribute both say nothing."""
    columns = {}
    for key, column in batch.columns.items():
        filled = _without_blank(column)
        if filled.null_count < batch.rows:
            columns[key] = filled
    return RawBatch(batch.rows, columns)


def _without_blank(column: pa.DictionaryArray) -> pa.DictionaryArray:
    blank = pc.index(column.dictionary, "").as_py()
    if blank < 0:
        return column
    codes = column.indices.fill_null(blank).to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=codes == blank), column.dictionary)


def text_of(batch: RawBatch, name: str) -> pa.DictionaryArray:
    """The column `name` as text, whatever kinds its values were declared with; all null when it is absent."""
    parts = [column for (other, _), column in batch.columns.items() if other == name]
    if not parts:
        return pa.nulls(batch.rows, CODES)
    if len(parts) == 1:
        return parts[0]
    texts = pc.coalesce(*(part.cast(pa.string()) for part in parts))
    return texts.dictionary_encode()


def codes_of(column: pa.DictionaryArray) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Dictionary positions (0 where null) and which rows are null."""
    null = column.indices.is_null().to_numpy(zero_copy_only=False)
    return column.indices.fill_null(0).to_numpy(zero_copy_only=False), null
