"""A log prepared for the fast path: columns of numbers in memory-mapped files, sorted by case and time. It holds no norm logic.

Text is coded by one sorted dictionary per column (0: missing), so that codes compare as the words do; whole numbers keep
`MISSING` for what is not recorded, flags 2.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import Log

Array = npt.NDArray[Any]
Kind = Literal["code", "whole", "flag"]

MISSING = -(2**62)
MISSING_DAY = -(2**31)
MANIFEST = "manifest.json"
LAYOUT = 1
"""Number of the file layout; a folder of another one is prepared anew."""


@dataclass(frozen=True)
class Column:
    """Where a column lies: file, element type, what its numbers are, and the file of its dictionary."""

    file: str
    dtype: str
    kind: Kind
    words: str = ""

    @property
    def missing(self) -> int:
        """What stands for nothing recorded."""
        if self.kind == "whole":
            return MISSING_DAY if self.dtype == "int32" else MISSING
        return 0 if self.kind == "code" else 2


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` says, written last: a folder with it is whole."""

    layout: int
    source: str
    rows: int
    cases: int
    first_day: int
    last_day: int
    seq_ids: bool
    """Act ids are the seq as text and so are not stored."""
    columns: dict[str, Column]
    subjects: dict[str, tuple[str, str, str]]
    """Kind → files of rows, of codes, of words."""
    left_out: tuple[str, ...] = ()
    """Text columns with too many different values for a dictionary; norms that read them run elsewhere."""


@dataclass(eq=False)
class Words:
    """A sorted dictionary; code k stands for `words[k - 1]`."""

    words: Sequence[str]
    codes: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.codes = {w: n for n, w in enumerate(self.words, start=1)}

    def __len__(self) -> int:
        return len(self.words)


class Texts:
    """Many strings end to end: the bytes, and where each begins."""

    def __init__(self, folder: Path, name: str) -> None:
        self.offsets = mapped(folder / f"{name}.offsets", "int64")
        self.data = mapped(folder / f"{name}.bytes", "uint8")


class Prepared:
    """A prepared folder, open for reading; columns are mapped when first asked for."""

    def __init__(self, folder: Path, log: Log, manifest: Manifest) -> None:
        self.folder, self.log, self.manifest = folder, log, manifest
        self.arrays: dict[str, Array] = {}
        self.dictionaries: dict[str, Words] = {}

    @classmethod
    def open(cls, folder: Path) -> Prepared:
        """Open what `prepare` wrote; InputError when the folder holds none, or one of another layout."""
        path = folder / MANIFEST
        given = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if given.get("layout") != LAYOUT:
            raise InputError(
                zh=f"{folder} 不是备好的日志",
                en=f"{folder} is not a log prepared for the fast path",
                where=str(path),
                remedy_zh="用 zhunsheng.norms.fast.prepare 重新准备",
                remedy_en="prepare it again with zhunsheng.norms.fast.prepare",
            )
        given["columns"] = {name: Column(**column) for name, column in given["columns"].items()}
        given["subjects"] = {kind: tuple(files) for kind, files in given["subjects"].items()}
        given["left_out"] = tuple(given["left_out"])
        return cls(folder, Log.open(Path(given["source"])), Manifest(**given))

    def write(self) -> None:
        """Write the manifest, last."""
        text = json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1)
        (self.folder / MANIFEST).write_text(text, encoding="utf-8")

    @property
    def zone(self) -> str:
        """The log's time zone."""
        return self.log.zone

    def column(self, name: str) -> Array:
        """A whole column, mapped."""
        if name not in self.arrays:
            column = self.manifest.columns[name]
            self.arrays[name] = mapped(self.folder / column.file, column.dtype)
        return self.arrays[name]

    def words(self, name: str) -> Words:
        """The dictionary of a text column; an empty one for a column the log lacks."""
        column = self.manifest.columns.get(name)
        return self.read_words(column.words if column else "")

    def subjects(self, kind: str) -> tuple[Array, Array, Words]:
        """Rows and codes of the subjects of a kind, by row, and their dictionary."""
        if kind not in self.manifest.subjects:
            return np.zeros(0, np.int64), np.zeros(0, np.int32), self.read_words("")
        rows, codes, words = self.manifest.subjects[kind]
        return mapped(self.folder / rows, "int64"), mapped(self.folder / codes, "int32"), self.read_words(words)

    def read_words(self, file: str) -> Words:
        """A dictionary, read once."""
        if file not in self.dictionaries:
            words = pq.read_table(self.folder / file)["word"].to_pylist() if file else []
            self.dictionaries[file] = Words(words)
        return self.dictionaries[file]

    @cached_property
    def case_start(self) -> Array:
        """First row of each case, and the number of rows."""
        return mapped(self.folder / "case_start.bin", "int64")

    @cached_property
    def case_ids(self) -> Texts:
        """The ids of the cases."""
        return Texts(self.folder, "case_id")

    @cached_property
    def act_ids(self) -> Texts | None:
        """The ids of the acts; None where they are the seq as text."""
        return None if self.manifest.seq_ids else Texts(self.folder, "act_id")

    @cached_property
    def case_hashes(self) -> tuple[Array, Array]:
        """Hashes of case ids, ascending, and the case of each."""
        return mapped(self.folder / "case_hash.bin", "int64"), mapped(self.folder / "case_order.bin", "int64")


def mapped(path: Path, dtype: str) -> Array:
    """A file as an array, read on touch; private pages, so that compiled code sees an ordinary array."""
    if path.stat().st_size == 0:
        return np.zeros(0, dtype)
    return np.asarray(np.memmap(path, dtype=dtype, mode="c"))


def quoted(path: Path) -> str:
    """A path as an SQL literal."""
    return "'" + str(path).replace("'", "''") + "'"
