"""What every connector hands on: pages of rows as text, and the place from which reading goes on after each."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

Cells = Mapping[str, str]
"""A row: column to text; what is empty is left out."""


@dataclass(frozen=True)
class Unreadable:
    """Something that could not be read as rows at all, such as a damaged file, or a row that does not fit the heading."""

    name: str
    zh: str
    en: str
    where: str
    row: int = 0
    """Which row of the file it is, where it is one."""
    cells: tuple[str, ...] = ()
    """What the row holds, in its order; under which column each stands is not known."""
    case: str = ""
    """The cell where the case would stand if the fault lay behind it."""


@dataclass(frozen=True)
class Page:
    """Some rows in the order of the source. `cursor` is where to go on once they are kept."""

    rows: Sequence[Cells]
    cursor: str
    header: tuple[str, ...] = ()
    """The columns the source names apart from values; empty where it names none."""
    where: Callable[[int], str] = field(default=lambda row: f"row {row}")
    """The place of row number n, from 1, for people; a file may have to be read again to tell it."""
    first: int = 0
    """How many rows of the same thing came before this page."""
    place: str = ""
    """What the rows stand in: the file, table or topic by its name."""
    counted: bool = False
    """Whether rows have a place of their own there, as in a file, so that a row's number means something."""
    numbers: Sequence[int] = ()
    """The number of each row there, where some between them could not be read; else they follow on `first`."""
    unreadable: tuple[Unreadable, ...] = ()
    mended: str = ""
    """What the names of what could not be read before begin with, where it was read to its end now; a digest follows."""
    standing: frozenset[str] = frozenset()
    """The names among those that could not be read this time either."""
    empty: str = ""
    """A file in which there is no row."""

    def number(self, row: int) -> int:
        """Which row of the file, table or topic row number n of the page is, from 1."""
        return self.numbers[row - 1] if self.numbers else self.first + row


class Connector(Protocol):
    """A way into another system. It only reads, and reads again from any place."""

    def pages(self, cursor: str) -> Iterator[Page]:
        """The pages after a place; "" is the beginning. InputError, with a remedy, when the system cannot be reached."""

    def cursor_at(self, mark: str) -> str:
        """The place that a mark in people's words means, for a replay; InputError when it means none."""


def text_of_value(value: Any) -> str | None:
    """A value of a database or of JSON as the text a mapping reads; None for nothing."""
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case dt.datetime() | dt.date():
            return value.isoformat()
        case float():
            return repr(value)
        case Decimal():
            return format(value, "f")
        case bytes() | memoryview():
            return bytes(value).hex()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def cells_of(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of values as cells; nested objects are flattened, names joined by dots."""
    found: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": text for inner, text in cells_of(value).items()}
        elif (text := text_of_value(value)) is not None:
            found[str(name)] = text
    return found
