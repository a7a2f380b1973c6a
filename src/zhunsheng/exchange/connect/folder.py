"""Files dropped into a folder: CSV, Excel, Parquet, XES and OCEL, each read once and again when its content has changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.exchange.batch import Aside, Empty, RawBatch, Source
from zhunsheng.exchange.csv_source import CsvSource
from zhunsheng.exchange.excel_source import ExcelSource
from zhunsheng.exchange.mapping import LogMapping
from zhunsheng.exchange.reading import source_of
from zhunsheng.exchange.spool import without_blanks

from .events import named_columns, with_remedy
from .feed_file import FolderSource
from .pages import Cells, Page, Unreadable

PARTIAL = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
ROWS = 5_000
LONGEST_STEM = 160
"""Characters of a file's name in a key; its digest and a row's number stand behind it."""


class FolderConnector:
    """The cursor names each file taken with the digest of its content, by name in order."""

    def __init__(self, source: FolderSource, mapping: LogMapping) -> None:
        self.source, self.mapping = source, mapping

    def pages(self, cursor: str) -> Iterator[Page]:
        """The rows of files not yet taken, in order of name; a file that cannot be read is told of and passed over.

        A file without a row is told of too, and looked at again the next time: there is nothing of it to take.
        """
        taken: dict[str, str] = json.loads(cursor) if cursor else {}
        for path in self.files():
            digest = digest_of(path)
            if taken.get(path.name) == digest:
                continue
            standing: set[str] = set()
            rows = 0
            after = json.dumps(taken | {path.name: digest}, ensure_ascii=False)
            try:
                for page in self.rows_of(path, digest, cursor, known=bool(taken)):
                    rows += len(page.rows) + len(page.unreadable)
                    standing.update(one.name for one in page.unreadable)
                    yield page
            except InputError as fault:
                left = Unreadable(held(path.name, digest), *with_remedy(fault), fault.where or str(path))
                last = Page((), after, unreadable=(left,))
            else:
                if not rows:
                    yield Page((), cursor, empty=path.name)
                    continue
                last = Page((), after, mended=stem(path.name), standing=frozenset(standing))
            taken, cursor = taken | {path.name: digest}, after
            yield last

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
        try:
            there = list(folder.glob(self.source.pattern))
        except (ValueError, NotImplementedError):
            raise InputError(
                zh=f"文件名的样式“{self.source.pattern}”不能用",
                en=f"the pattern '{self.source.pattern}' cannot be used",
                where="source.pattern",
                remedy_zh="写成 *.csv 一类，不以 / 开头",
                remedy_en="write it as *.csv, without a leading /",
            ) from None
        return sorted(
            (
                p
                for p in there
                if p.is_file()
                and not p.name.startswith((".", "~$"))
                and not p.name.endswith((*PARTIAL, ".mapping.yaml"))
                and p.stat().st_mtime <= latest
            ),
            key=lambda p: p.name,
        )

    def rows_of(self, path: Path, digest: str, cursor: str, *, known: bool) -> Iterator[Page]:
        """The rows of one file, some at a time; the cursor stays until the file is done.

        A row of a table that does not fit the heading is put aside alone. Where files were read before (`known`), a table that
        lacks a column is at fault, and not the mapping.
        """
        if not path.stat().st_size:
            return
        source = source_of(path, self.mapping)
        aside: list[Aside] = []
        if isinstance(source, CsvSource | ExcelSource):
            source.aside = aside
        checked, count = not (known and isinstance(source, CsvSource | ExcelSource)), Numbers()
        try:
            for batch in source.batches(None):
                if not checked:
                    columns_check(path, self.mapping, source.header)
                    checked = True
                numbers = count.following(batch.rows, aside)
                pairs = zip(numbers, rows_of_batch(without_blanks(batch)), strict=True)
                yield from self.pages_of(
                    path, digest, cursor, source, [one for one in pairs if one[1]], aside
                )
                aside.clear()
        except Empty:
            return
        if not checked:
            columns_check(path, self.mapping, source.header)
        yield from self.pages_of(path, digest, cursor, source, [], aside)

    def pages_of(
        self,
        path: Path,
        digest: str,
        cursor: str,
        source: Source,
        rows: list[tuple[int, Cells]],
        aside: list[Aside],
    ) -> Iterator[Page]:
        """Numbered rows as pages of a size; what was put aside goes with the first of them."""
        column = self.mapping.case
        at = source.header.index(column) if column in source.header else len(source.header)
        left = [misfit(one, path, digest, at) for one in aside]
        for start in range(0, max(len(rows), len(left)), ROWS):
            part = rows[start : start + ROWS]
            numbers = [number for number, _ in part]
            yield Page(
                [row for _, row in part],
                cursor,
                source.header,
                place_in(source, numbers),
                place=path.name,
                counted=True,
                numbers=numbers,
                unreadable=tuple(left[start : start + ROWS]),
            )


class Numbers:
    """The numbers of the rows of a table, passing over those put aside."""

    def __init__(self) -> None:
        self.last = 0
        self.passed: set[int] = set()

    def following(self, rows: int, aside: Collection[Aside]) -> list[int]:
        """Those of the next rows; `aside` are those put aside since the last call, up to behind them."""
        self.passed.update(one.row for one in aside)
        found: list[int] = []
        while len(found) < rows:
            self.last += 1
            if self.last in self.passed:
                self.passed.discard(self.last)
            else:
                found.append(self.last)
        return found


def misfit(one: Aside, path: Path, digest: str, at: int) -> Unreadable:
    """A row put aside, with what to do about it; `at` is where the case stands in the heading."""
    return Unreadable(
        f"{held(path.name, digest)} {one.row}",
        f"{one.zh} → 在原文件中改正这一行（多因内容中有未加引号的分隔符，或缺了一格），以同名文件再次投递；其他行已照常读入",
        f"{one.en} → Mend this row in the file (mostly a delimiter without quotes, or a cell left out) and drop the file again "
        "under its name; the other rows have been read",
        one.where,
        one.row,
        one.cells,
        one.cells[at] if at < len(one.cells) else "",
    )


def stem(name: str) -> str:
    """A file's name as keys begin with it; a long one is cut, so that what follows keeps its place."""
    if len(name) <= LONGEST_STEM:
        return name
    return f"{name[: LONGEST_STEM - 17]}#{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def held(name: str, digest: str) -> str:
    """What a file that waits is called: its name, and which content of it."""
    return f"{stem(name)} {digest[:12]}"


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
    waiting = {*keys, *(key.rpartition(" ")[0] for key in keys)}
    left = {n: d for n, d in taken.items() if held(n, d) not in waiting}
    return json.dumps(left, ensure_ascii=False)


def place_in(source: Source, numbers: Sequence[int]) -> Callable[[int], str]:
    """The place of row number n of a page whose rows have these numbers."""
    return lambda n: source.where(numbers[n - 1])


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
