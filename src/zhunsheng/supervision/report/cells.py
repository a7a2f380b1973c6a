"""Tables of the report as values: columns, rows and cells, drawn by one macro so that all behave alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhunsheng.norms.language import Severity
from zhunsheng.supervision.report.charts import Drawing

Look = Literal["plain", "value", "day", "breach", "unknown", "note"]


@dataclass(frozen=True)
class Column:
    """A heading; numbers stand right."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in a table: text, what it sorts by, where it leads, and how it looks. `value` is text from the log."""

    text: str
    sort: float | str | None = None
    href: str | None = None
    look: Look = "plain"
    note: str = ""
    severity: Severity | None = None
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Table:
    """A captioned table."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sortable: bool = True


@dataclass(frozen=True)
class Bar:
    """One bar of a chart with its label and its number in words."""

    label: Cell
    drawing: Drawing
    value: str
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars on one scale, headed by what they show and where the scale ends."""

    title: str
    bars: tuple[Bar, ...]


def count(number: int, look: Look = "plain") -> Cell:
    """A number; nought in the ordinary look."""
    return Cell(f"{number:,}", sort=number, look=look if number else "plain")
