"""A dry run: what the first rows become, and what of them no norm would see, before anything is written."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .events import Event, Gone, Outcome, Rejected, Words, named_columns, outcomes
from .feed_file import FeedFile
from .pages import Cells, Connector, Page, Unreadable


@dataclass
class Preview:
    """What a feed would bring."""

    rows: int = 0
    outcomes: list[Outcome] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    unknown_types: Counter[str] = field(default_factory=Counter)
    unknown_fields: tuple[str, ...] = ()
    """Fields kept that no norm reads, since the vocabulary lacks them."""
    empty_columns: tuple[str, ...] = ()
    """Columns the mapping names and no row had."""
    units: Counter[str] = field(default_factory=Counter)
    """Whose acts they are, in our codes where the feed says which."""
    officers: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    gone: int = 0
    """Rows that say an event was deleted."""
    left_out: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    """Files in which there is no row."""


def preview(
    connector: Connector, feed: FeedFile, words: Words, *, rows: int = 20, cursor: str = ""
) -> Preview:
    """Read up to so many rows and say what each becomes; nothing is kept. InputError where the mapping fits no row."""
    found = Preview()
    fields: set[str] = set()
    columns: set[str] = set()
    for page in connector.pages(cursor):
        wanted, aside = first_of(page, rows - found.rows)
        found.unreadable += aside
        found.empty += [page.empty] if page.empty else []
        part = replace(page, rows=wanted)
        told = list(outcomes(part, feed, words))
        misfits = sum(one.row > 0 for one in aside)
        found.rows += len(wanted) + misfits
        found.rejected += misfits
        found.left_out += len(wanted) - len(told)
        columns.update(name for row in wanted for name in row)
        for one in told:
            found.outcomes.append(one)
            if isinstance(one, Rejected):
                found.rejected += 1
            elif isinstance(one, Gone):
                found.gone += 1
            else:
                found.types[one.type] += 1
                fields.update(one.fields)
                found.units.update(feed.units.get(u, u) for u in (one.unit,) if u)
                found.officers.update(feed.officers.get(o["officer"], o["officer"]) for o in one.officers)
        if found.rows >= rows:
            break
    strange = (one.unknown_type for one in found.outcomes if isinstance(one, Rejected))
    found.unknown_types.update(name for name in strange if name)
    found.unknown_fields = tuple(sorted(fields - words.fields.keys()))
    found.empty_columns = tuple(name for name in named_columns(feed.mapping) if name not in columns)
    return found


def first_of(page: Page, most: int) -> tuple[Sequence[Cells], list[Unreadable]]:
    """The first rows of a page, and what could not be read up to there."""
    numbers = [page.number(n) for n in range(1, len(page.rows) + 1)]
    every = sorted([*numbers, *(one.row for one in page.unreadable if one.row)])
    last = every[most - 1] if len(every) > most else max(every, default=0)
    return page.rows[: bisect_right(numbers, last)], [one for one in page.unreadable if one.row <= last]


def as_lines(one: Outcome) -> list[str]:
    """An outcome as lines for people."""
    if isinstance(one, Rejected):
        return [f"✗ {one.where}  {one.zh}", f"  {one.en}"]
    if isinstance(one, Gone):
        return [f"✗ {one.key}  对方已删除 deleted there"]
    return [told(one)]


def told(event: Event) -> str:
    """An event on one line."""
    who = "、".join(o["officer"] + (f"（{o['role']}）" if "role" in o else "") for o in event.officers)
    about = " ".join(f"{kind}={'、'.join(names)}" for kind, names in event.subjects.items())
    stated = " ".join(f"{name}={value}" for name, value in event.fields.items())
    return "  ".join(part for part in (event.at or "—", event.case, event.type, who, about, stated) if part)
