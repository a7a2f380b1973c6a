"""Reading one sheet of an Excel workbook (.xlsx), row by row."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from zhunsheng.base.errors import InputError

from .batch import Aside, Kind, Progress, RawBatch, Row, SourceNotes, from_rows
from .mapping import LogMapping

ROWS = 20_000
LARGEST_PART = 2 << 30
"""A part of the workbook that unpacks to more than this is refused: the texts of a workbook are held in memory."""
_DAMAGED = (zipfile.BadZipFile, InvalidFileException, ParseError, SyntaxError, KeyError, ValueError, EOFError, OSError)


@dataclass(frozen=True)
class _Misfit:
    """A row that cannot be read, why, and its cells."""

    fault: InputError
    cells: tuple[str, ...]


class ExcelSource:
    """The first sheet, or the one the mapping names: a header row, then one event per row; blank rows are passed over.

    Excel keeps numbers in binary; the shortest decimal that reads back as the same number is taken, as Excel shows it.
    """

    def __init__(self, path: Path, mapping: LogMapping) -> None:
        self.path, self._sheet = path, mapping.sheet
        self.notes = SourceNotes()
        self.header: tuple[str, ...] = ()
        self.aside: list[Aside] | None = None
        """Where rows that cannot be read are put; None where the first of them ends the reading."""

    def batches(self, progress: Progress | None = None) -> Iterator[RawBatch]:
        """Yield the rows in order; InputError when the file is damaged, or a row cannot be read and none is put aside."""
        rows: list[Row] = []
        done = 0
        for number, (_, row) in enumerate(self._rows(), 1):
            if isinstance(row, _Misfit):
                self._put(number, row)
                continue
            rows.append(row)
            if len(rows) == ROWS:
                done += ROWS
                if progress:
                    progress(done, None)
                yield from_rows(rows)
                rows = []
        yield from_rows(rows)

    def where(self, row: int) -> str:
        """File, and row as Excel numbers it."""
        for number, (line, _) in enumerate(self._rows(), 1):
            if number == row:
                return f"{self.path}, row {line}"
        return f"{self.path}, event {row}"

    def _put(self, number: int, row: _Misfit) -> None:
        if self.aside is None:
            raise row.fault
        fault = row.fault
        self.aside.append(Aside(number, fault.where or str(self.path), fault.zh, fault.en, row.cells))

    def _rows(self) -> Iterator[tuple[int, Row | _Misfit]]:
        try:
            self._refuse_bombs()
            with closing(openpyxl.load_workbook(self.path, read_only=True, data_only=True)) as book:
                yield from self._read(self._chosen(book))
        except _DAMAGED as fault:
            raise InputError(
                zh=f"Excel 文件损坏或不是 .xlsx（{fault}）。", en=f"The Excel file is damaged or no .xlsx ({fault}).",
                where=str(self.path), remedy_zh="请在 Excel 中打开后另存为 .xlsx。",
                remedy_en="Open it in Excel and save it as .xlsx.",
            ) from None

    def _refuse_bombs(self) -> None:
        with zipfile.ZipFile(self.path) as parts:
            if any(part.file_size > LARGEST_PART for part in parts.infolist()):
                raise InputError(
                    zh="工作簿解压后过大。", en="The workbook unpacks to too much.", where=str(self.path),
                    remedy_zh="请导出为 CSV。", remedy_en="Export it as CSV.",
                )

    def _chosen(self, book: Any) -> Any:
        name = self._sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            raise InputError(
                zh=f"没有名为“{name}”的工作表。", en=f"There is no sheet '{name}'.", where=str(self.path),
                remedy_zh=f"现有：{', '.join(book.sheetnames)}。", remedy_en=f"There are: {', '.join(book.sheetnames)}.",
            )
        return book[name]

    def _read(self, sheet: Any) -> Iterator[tuple[int, Row | _Misfit]]:
        names: tuple[str, ...] = ()
        for line, cells in enumerate(sheet.iter_rows(), 1):
            if all(cell.value is None for cell in cells):
                continue
            if not names:
                self.header = names = self._named(line, cells)
                continue
            try:
                yield line, self._row(line, names, cells)
            except InputError as fault:
                yield line, _Misfit(fault, tuple("" if cell.value is None else str(cell.value) for cell in cells))

    def _row(self, line: int, names: tuple[str, ...], cells: Any) -> Row:
        row: Row = {}
        for at, cell in enumerate(cells):
            if cell.value is None:
                continue
            if at >= len(names) or not names[at]:
                raise self._fault(line, "此行在没有列名的列里有内容。", "A cell stands in a column without a name.")
            row[names[at]] = self._text(line, names[at], cell)
        return row

    def _named(self, line: int, cells: Any) -> tuple[str, ...]:
        names = tuple("" if cell.value is None else str(cell.value).strip() for cell in cells)
        twice = next((name for i, name in enumerate(names) if name and name in names[:i]), None)
        if twice:
            raise self._fault(line, f"列名“{twice}”重复。", f"The column name '{twice}' is repeated.")
        while names and not names[-1]:
            names = names[:-1]
        return names

    def _text(self, line: int, name: str, cell: Any) -> tuple[Kind, str]:
        value = cell.value
        if cell.data_type == "e":
            raise self._fault(line, f"“{name}”列是错误值 {value}。", f"Column '{name}' shows the error {value}.")
        if isinstance(value, bool):
            return "flag", str(value).lower()
        if isinstance(value, dt.datetime):
            with_time = value.time() != dt.time() or "h" in (cell.number_format or "").lower()
            return ("time", value.isoformat()) if with_time else ("date", value.date().isoformat())
        if isinstance(value, int | float):
            return "number", repr(value)
        return "any", str(value)

    def _fault(self, line: int, zh: str, en: str) -> InputError:
        return InputError(
            zh=zh, en=en, where=f"{self.path}, row {line}",
            remedy_zh="请在表格中改正。", remedy_en="Correct the sheet.",
        )
