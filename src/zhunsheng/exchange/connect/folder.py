"""Files dropped into a folder: CSV, Excel, Parquet, XES and OCEL, each read once and again when its content has changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.exchange.batch import RawBatch, Source
from zhunsheng.exchange.mapping import LogMapping
from zhunsheng.exchange.reading import source_of
from zhunsheng.exchange.spool import without_blanks

from .events import named_columns, with_remedy
from .feed_file import FolderSource
from .pages import Page, Unreadable

PARTIAL = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
ROWS = 5_000
TABLES = (".csv", ".xlsx")


class FolderConnector:
    """The cursor names each file taken with the digest of its content, by name in order."""

    def __init__(self, source: FolderSource, mapping: LogMapping) -> None:
        self.source, self.mapping = source, mapping

    def pages(self, cursor: str) -> Iterator[Page]:
        """The rows of files not yet taken, in order of name; a file that cannot be read is told of and passed over."""
        taken: dict[str, str] = json.loads(cursor) if cursor else {}
        for path in self.files():
            digest = digest_of(path)
            if taken.get(path.name) == digest:
                continue
            try:
                yield from self.rows_of(path, cursor, known=bool(taken))
            except InputError as fault:
                taken = taken | {path.name: digest}
                cursor = json.dumps(taken, ensure_ascii=False)
                left = Unreadable(f"{path.name} {digest[:12]}", *with_remedy(fault), fault.where or str(path))
                yield Page((), cursor, unreadable=(left,))
                continue
            taken = taken | {path.name: digest}
            cursor = json.dumps(taken, ensure_ascii=False)
            yield Page((), cursor, mended=f"{path.name} ")

    def cursor_at(self, mark: str) -> str:
        """From the file of that name on: every file before it counts as taken."""
        if not mark:
            return ""
        names = [p for p in self.files() if p.name < mark]
        return json.dumps({p.name: digest_of(p) for p in names}, ensure_ascii=False)

    def files(self) -> list[Path]:
        """What lies there complete."""
        folder = Path(self.source.path)
        if not folder.is_dir():
            raise InputError(
                zh="投递文件夹不存在",
                en="there is no such folder",
                where=str(folder),
                remedy_zh="建立该文件夹，或改来源文件的 source.path",
                remedy_en="create it, or change source.path in the feed file",
            )
        latest = time.time() - self.source.settled
        return sorted(
            (
                p
                for p in folder.glob(self.source.pattern)
                if p.is_file()
                and not p.name.startswith((".", "~$"))
                and not p.name.endswith((*PARTIAL, ".mapping.yaml"))
                and p.stat().st_mtime <= latest
            ),
            key=lambda p: p.name,
        )

    def rows_of(self, path: Path, cursor: str, *, known: bool) -> Iterator[Page]:
        """The rows of one file, some at a time; the cursor stays until the file is done.

        Where files were read before (`known`), one that lacks a column is at fault, and not the mapping.
        """
        source, done = source_of(path, self.mapping), 0
        for batch in source.batches(None):
            if known and not done and path.suffix.lower() in TABLES:
                columns_check(path, self.mapping, source.header)
            rows = rows_of_batch(without_blanks(batch))
            for start in range(0, len(rows), ROWS):
                first = done + start
                page = rows[start : start + ROWS]
                where = place_in(source, first)
                yield Page(page, cursor, source.header, where, first, place=path.name, counted=True)
            done += len(rows)


def columns_check(path: Path, mapping: LogMapping, header: Collection[str]) -> None:
    """InputError with the columns that the mapping names and a table has not."""
    lacking = [name for name in named_columns(mapping) if name not in header]
    if lacking:
        raise InputError(
            zh=f"文件“{path.name}”没有映射所写的列：{'、'.join(lacking)}",
            en=f"the file {path.name} lacks columns that the mapping names: {', '.join(lacking)}",
            where=str(path),
            remedy_zh="补上这些列，以同名文件再次投递；列名改了的，改映射后再读一次隔离的行",
            remedy_en="drop it again with these columns, or mend the mapping and read the quarantine once more",
        )


def without(cursor: str, keys: Collection[str]) -> str:
    """The cursor as if the files that these keys of `Unreadable` name had not been taken."""
    taken: dict[str, str] = json.loads(cursor) if cursor else {}
    left = {n: d for n, d in taken.items() if f"{n} {d[:12]}" not in keys}
    return json.dumps(left, ensure_ascii=False)


def place_in(source: Source, first: int) -> Callable[[int], str]:
    """The place of row number n of a page that begins after `first` rows."""
    return lambda n: source.where(first + n)


def rows_of_batch(batch: RawBatch) -> list[dict[str, str]]:
    """A batch as rows of cells."""
    rows: list[dict[str, str]] = [{} for _ in range(batch.rows)]
    for (name, _), column in batch.columns.items():
        for row, text in zip(rows, column.to_pylist(), strict=True):
            if text is not None:
                row[name] = text
    return rows


def digest_of(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
