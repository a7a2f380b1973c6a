"""The one shape every reader hands on: batches of raw text columns, dictionary-encoded, with the kind a source declares.

Nothing is converted here. Typing, mapping and writing happen later in `prepare`, once the whole source is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhunsheng.base.errors import InputError

Kind = Literal["text", "flag", "number", "date", "time", "any"]
"""What the source declares of a value; `any` leaves it to inference over the whole column."""

Codes = npt.NDArray[np.int32]
CODES = pa.dictionary(pa.int32(), pa.string())

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class RawBatch:
    """`rows` events in source order; each (name, kind) holds a dictionary array of that length, null when absent."""

    rows: int
    columns: dict[tuple[str, Kind], pa.DictionaryArray]


@dataclass
class SourceNotes:
    """What a reader saw that a user should know, counted by (zh, en) sentence with `{n}` for the count."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, zh: str, en: str, n: int = 1) -> None:
        """Count one more occurrence of a remark."""
        self.counts[zh, en] = self.counts.get((zh, en), 0) + n


class Empty(InputError):
    """There is nothing in it, not even a heading."""


@dataclass(frozen=True)
class Aside:
    """A row of a table that cannot be read, with the reason; the rows beside it can."""

    row: int
    """Its number among the rows, from 1."""
    where: str
    zh: str
    en: str
    cells: tuple[str, ...]


class Source(Protocol):
    """A log in some format: batches in file order, and a way to say where event number n stands."""

    notes: SourceNotes
    header: tuple[str, ...]
    """Columns the source names apart from values; known once `batches` has begun."""

    def batches(self, progress: Progress | None) -> Iterator[RawBatch]:
        """Yield the events in file order; InputError with a position when the source is malformed."""
        ...

    def where(self, row: int) -> str:
        """Name the place (line, row, event id) of the event numbered `row` from 1, for an error message."""
        ...


def scatter(rows: int, at: Codes | npt.NDArray[np.int64], values: pa.Array) -> pa.DictionaryArray:
    """Spread `values` (one per entry of `at`) over a column of `rows` rows, null elsewhere."""
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    codes = np.zeros(rows, np.int32)
    absent = np.ones(rows, np.bool_)
    codes[at] = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
    absent[at] = encoded.indices.is_null().to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=absent), encoded.dictionary)


Row = dict[str, tuple[Kind, str]]
"""One event as a reader that goes event by event sees it: name to declared kind and text."""


def from_rows(rows: list[Row]) -> RawBatch:
    """Turn rows into a batch."""
    at: dict[tuple[str, Kind], list[int]] = {}
    texts: dict[tuple[str, Kind], list[str]] = {}
    for i, row in enumerate(rows):
        for name, (kind, text) in row.items():
            at.setdefault((name, kind), []).append(i)
            texts.setdefault((name, kind), []).append(text)
    columns = {
        key: scatter(len(rows), np.array(at[key], np.int64), pa.array(texts[key], pa.string())) for key in at
    }
    return RawBatch(len(rows), columns)
