"""Reading CSV and TSV, plain or gzipped, with pyarrow; a slow second look by the csv module names the line of a fault."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from zhunsheng.base.errors import InputError

from .batch import CODES, Aside, Empty, Progress, RawBatch, SourceNotes
from .mapping import LogMapping
from .streams import bad_text, blocks, decoded, decoder_for

BLOCK = 8 << 20
LONGEST_LINE = 64 << 20
csv.field_size_limit(BLOCK)


class CsvSource:
    """A table with one header row and one event per row; every cell is text, empty means absent."""

    def __init__(self, path: Path, mapping: LogMapping) -> None:
        self.path, self._encoding = path, mapping.encoding
        self.notes = SourceNotes()
        tab = any(suffix in {".tsv", ".tab"} for suffix in path.suffixes)
        self._delimiter = mapping.delimiter or ("\t" if tab else ",")
        self.header: tuple[str, ...] = ()
        self.aside: list[Aside] | None = None
        """Where rows that do not fit the header are put; None where the first of them ends the reading."""

    def batches(self, progress: Progress | None = None) -> Iterator[RawBatch]:
        """Yield the rows in file order; InputError with the line when a row does not fit the header and none is put aside."""
        self.header = self._header()
        handler = None if self.aside is None else self._sorter(self.aside)
        stream = io.BufferedReader(_Utf8(self._utf8(progress)), BLOCK)
        try:
            reader = pacsv.open_csv(
                stream,
                read_options=pacsv.ReadOptions(block_size=BLOCK, use_threads=False),
                parse_options=pacsv.ParseOptions(
                    delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=handler
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types={name: pa.string() for name in self.header},
                    strings_can_be_null=True,
                    null_values=[""],
                    check_utf8=True,
                ),
            )
            for record in reader:
                columns = [column.dictionary_encode().cast(CODES) for column in record.columns]
                names = record.schema.names
                yield RawBatch(record.num_rows, {(n, "any"): c for n, c in zip(names, columns, strict=True)})
        except pa.ArrowInvalid as fault:
            if (explained := self._explain(fault)) is not None:
                raise explained from None

    def where(self, row: int) -> str:
        """File and line of the row numbered `row`."""
        return self._place(row, enumerate(self._rows()))

    def _place(self, row: int, walk: Iterator[tuple[int, tuple[int, list[str]]]]) -> str:
        """File and line of a row not yet walked past; its number where the csv module cannot follow."""
        with suppress(InputError):
            for number, (line, _) in walk:
                if number == row:
                    return f"{self.path}:{line}"
        return f"{self.path}, row {row}"

    def _sorter(self, aside: list[Aside]) -> Callable[[pacsv.InvalidRow], str]:
        """What puts rows aside that have too many cells or too few; pyarrow hands them over in file order."""
        walk = enumerate(self._rows())

        def put(found: pacsv.InvalidRow) -> str:
            row = found.number - 1
            told = self._misfit(found.actual_columns)
            aside.append(Aside(row, self._place(row, walk), *told, self._cells(found.text)))
            return "skip"

        return put

    def _cells(self, text: str) -> tuple[str, ...]:
        """The cells of one row; none where the csv module cannot tell them apart."""
        try:
            return tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter), []))
        except csv.Error:
            return ()

    def _misfit(self, cells: int) -> tuple[str, str]:
        return (
            f"此行有 {cells} 列，表头有 {len(self.header)} 列。",
            f"This row has {cells} columns, the header {len(self.header)}.",
        )

    def _header(self) -> tuple[str, ...]:
        first = next(self._rows(), None)
        if first is None:
            raise Empty(
                zh="文件是空的。",
                en="The file is empty.",
                where=f"{self.path}:1",
                remedy_zh="请核对导出是否完成，重新导出。",
                remedy_en="Check whether the export came to its end, and export it again.",
            )
        names = first[1]
        twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
        if twice is not None or "" in names:
            raise self._fault(
                1,
                f"表头有重复或空的列名“{twice or ''}”。",
                f"The header has a repeated or empty name '{twice or ''}'.",
            )
        return tuple(names)

    def _utf8(self, progress: Progress | None = None) -> Iterator[bytes]:
        decoder = decoder_for(self.path, self._encoding)
        done = 0
        for block in blocks(self.path, 1 << 20, progress):
            marked = done == 0 and decoder is None
            done += len(block)
            if decoder is not None:
                yield decoded(self.path, decoder, block, done)
            else:
                yield block.removeprefix(codecs.BOM_UTF8) if marked else block
        if decoder is not None:
            yield decoded(self.path, decoder, b"", done, final=True)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line where each row begins, and its cells; blank lines are passed over."""
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if cells:
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as fault:
            raise self._fault(
                line, f"此行不是合法的 CSV（{fault}）。", f"Not valid CSV here ({fault})."
            ) from None

    def _lines(self) -> Iterator[str]:
        """Lines decoded one by one, so that bad bytes are found in their line."""
        file, number = io.BufferedReader(_Utf8(self._utf8())), 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise self._fault(number, "此行过长，不是表格。", "This line is too long for a table.")
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                raise bad_text(self.path, f"line {number}", self._encoding) from None

    def _explain(self, fault: Exception) -> InputError | None:
        """What is wrong where pyarrow gives up; None for a heading alone, which it takes for nothing without a line break."""
        rows = 0
        for line, cells in self._rows():
            rows += 1
            if len(cells) != len(self.header) and self.aside is None:
                return self._fault(line, *self._misfit(len(cells)))
        if rows == 1:
            return None
        return self._fault(1, f"CSV 读不下去（{fault}）。", f"The CSV cannot be read ({fault}).")

    def _fault(self, line: int, zh: str, en: str) -> InputError:
        return InputError(
            zh=zh,
            en=en,
            where=f"{self.path}:{line}",
            remedy_zh="请检查分隔符、引号；分隔符可在映射文件 delimiter 中写明。",
            remedy_en="Check delimiter and quotes; the mapping's `delimiter` states another delimiter.",
        )


class _Utf8(io.RawIOBase):
    """A raw stream over an iterator of blocks."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source, self._rest = source, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            block = next(self._source, None)
            if block is None:
                return 0
            self._rest = block
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n
