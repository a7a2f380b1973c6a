"""Rows of another system as events: a mapping applied row by row, so that one bad row keeps no other back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zhunsheng.base.errors import InputError
from zhunsheng.exchange.batch import SourceNotes, from_rows
from zhunsheng.exchange.convert import Converter
from zhunsheng.exchange.inference import Inference
from zhunsheng.exchange.mapping import LogMapping
from zhunsheng.exchange.plan import Plan, resolve
from zhunsheng.norms.log import NUMBER_SCALE, OFFICER_PARTS, FieldType

from .feed_file import FeedFile
from .pages import Cells, Page

KEY_SEPARATOR = "|"
LONGEST_KEY = 200
EXACT_PLACES = 5
"""Rows at fault in a page whose place is looked up; finding a line in a file takes as long as reading it."""
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
EPOCH_DAY = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Words:
    """What norms can read: the act types, the fields with their types, and the codes of those that have some."""

    types: frozenset[str]
    fields: Mapping[str, FieldType]
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """One act of another system. Fields are spelt as acts spell them: decimals, ISO dates, RFC 3339 times, flags."""

    key: str
    case: str
    type: str
    at: str | None
    ended: str | None
    unit: str | None
    officers: tuple[Mapping[str, str], ...]
    subjects: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Any]
    row: Cells = field(compare=False, default_factory=dict)
    place: str = field(compare=False, default="")
    """What the row stands in."""
    number: int | None = field(compare=False, default=None)
    """Which row of it, where that means something."""

    @property
    def digest(self) -> str:
        """SHA-256 of what the event says; two rows that say the same have the same."""
        told = [self.case, self.type, self.at, self.ended, self.unit, list(self.officers)]
        more = {kind: list(names) for kind, names in self.subjects.items()}
        whole = json.dumps([*told, more, dict(self.fields)], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True)
class Rejected:
    """A row that is no event, with the reason."""

    key: str
    row: Cells
    zh: str
    en: str
    where: str
    unknown_type: str = ""
    """The act type the vocabulary lacks, where that is the reason."""
    case: str = ""
    """The case it may belong to, where its cells do not say it by their columns."""


@dataclass(frozen=True)
class Gone:
    """A row by which the other system says that it has deleted the event."""

    key: str
    row: Cells
    place: str = ""
    number: int | None = None


Outcome = Event | Rejected | Gone


def outcomes(page: Page, feed: FeedFile, words: Words) -> Iterator[Outcome]:
    """What each row of a page becomes, in order; rows the mapping leaves out (`only`, `without`) give nothing.

    InputError where the mapping does not fit the columns at all: then no row could ever be read.
    """
    if not page.rows:
        return
    where = sparing(page)
    told = [feed.deleted is not None and feed.deleted.holds(row) for row in page.rows]
    rows = [row for row, gone in zip(page.rows, told, strict=True) if not gone]
    numbers = [n for n, gone in enumerate(told, start=1) if not gone]
    found: Iterator[Event | Rejected | None] = iter(())
    if rows:
        plan = plan_for(replace(page, rows=rows), feed, words)
        found = iter(converted(rows, plan, feed, 1, lambda n: where(numbers[n - 1])))
    for number, (row, gone) in enumerate(zip(page.rows, told, strict=True), start=1):
        place, counted = page.place, page.number(number) if page.counted else None
        if gone:
            yield Gone(key_of(row, feed), row, place, counted)
            continue
        one = next(found)
        if isinstance(one, Event) and (fault := unknown(one, words)) is not None:
            strange = "" if one.type in words.types else one.type
            yield Rejected(one.key, one.row, *fault, where(number), strange)
        elif one is not None:
            yield replace(one, place=place, number=counted) if isinstance(one, Event) else one


def sparing(page: Page) -> Callable[[int], str]:
    """The exact place of the first rows at fault, for which a file may have to be read again; of the others their number."""
    told: list[int] = []

    def where(number: int) -> str:
        told.append(number)
        return (
            page.where(number)
            if len(told) <= EXACT_PLACES
            else f"{page.place} row {page.number(number)}".strip()
        )

    return where


def plan_for(page: Page, feed: FeedFile, words: Words) -> Plan:
    """The mapping on the columns of a page, fields typed as norms read them; InputError where they contradict."""
    facts = Inference()
    facts.observe(from_rows([{n: ("any", t) for n, t in row.items()} for row in page.rows]))
    # Where a source names no columns, one that is empty in every row of a page is no mistake of the mapping's.
    facts.declare(page.header or named_columns(feed.mapping))
    plan = resolve(Path(feed.name), feed.mapping, facts)
    typed = []
    for one in plan.fields:
        known = words.fields.get(one.name)
        if known is not None and one.declared and one.type != known:
            raise InputError(
                zh=f"字段“{one.name}”在词表中是 {known}，映射写的是 {one.type}",
                en=f"the vocabulary has {one.name} as {known}, the mapping as {one.type}",
                where=f"{feed.name}: mapping.fields.{one.name}",
                remedy_zh=f"写 type: {known}，或换一个字段名",
                remedy_en=f"write type: {known}, or give the field another name",
            )
        typed.append(replace(one, type=known or (one.type if one.declared else "text"), declared=True))
    return replace(plan, fields=tuple(typed))


def named_columns(mapping: LogMapping) -> tuple[str, ...]:
    """Every column a mapping names."""
    found = [mapping.case, mapping.time, mapping.ended, mapping.id, mapping.unit, *(mapping.type or ())]
    for slot in mapping.officers or ():
        found += [slot.officer, slot.role, slot.rank, slot.qualification]
    found += [s.column for s in (mapping.subjects or {}).values()]
    found += [one.source or name for name, one in mapping.fields.items()]
    return tuple(dict.fromkeys(c for c in found if c is not None and not c.startswith("=")))


def converted(
    rows: list[Cells], plan: Plan, feed: FeedFile, first: int, where: Callable[[int], str]
) -> list[Event | Rejected | None]:
    """One outcome a row: whole pages at a time; where one fails, halves of it, down to the row at fault."""
    try:
        return events_of(rows, plan, feed)
    except InputError as fault:
        if len(rows) == 1:
            return [Rejected(key_of(rows[0], feed), rows[0], *with_remedy(fault), where(first))]
        half = len(rows) // 2
        return [
            *converted(rows[:half], plan, feed, first, where),
            *converted(rows[half:], plan, feed, first + half, where),
        ]


def with_remedy(fault: InputError) -> tuple[str, str]:
    """What is wrong and what to do about it, in Chinese and in English, on one line each."""
    told = ((fault.zh, fault.remedy_zh), (fault.en, fault.remedy_en))
    zh, en = (f"{said} → {remedy}" if remedy else said for said, remedy in told)
    return zh, en


def events_of(rows: list[Cells], plan: Plan, feed: FeedFile) -> list[Event | Rejected | None]:
    """Rows as events, None for those left out; InputError when any cannot be read."""
    batch = from_rows([{n: ("any", t) for n, t in row.items()} for row in rows])
    converter = Converter(
        plan, feed.mapping, Path(feed.name), lambda n: f"{feed.name} #{n}", SourceNotes(), numbered
    )
    acts, subjects = converter.convert(batch)
    named: dict[int, dict[str, list[str]]] = {}
    for one in subjects.to_pylist():
        named.setdefault(one["seq"], {}).setdefault(one["kind"], []).append(one["subject"])
    found: list[Event | Rejected | None] = [None] * len(rows)
    for act in acts.to_pylist():
        seq = act["seq"]
        row = rows[seq - 1]
        found[seq - 1] = Event(
            key=key_of(row, feed),
            case=act["case_id"],
            type=act["act_type"],
            at=stamp(act["at_us"]),
            ended=stamp(act["ended_us"]),
            unit=act["unit"],
            officers=tuple(officers_of(act)),
            subjects={kind: tuple(names) for kind, names in sorted(named.get(seq, {}).items())},
            fields=fields_of(act, plan),
            row=row,
        )
    return found


def numbered(_ids: pa.Array, seq: np.ndarray[Any, Any]) -> pa.Array:
    """Acts are told apart by their place until they have their keys."""
    return pa.array(seq).cast(pa.string())


def officers_of(act: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The officer slots in use."""
    slot = 1
    while f"officer_{slot}" in act:
        if act[f"officer_{slot}"] is not None:
            parts = {part: act[f"{part}_{slot}"] for part in OFFICER_PARTS}
            yield {part: value for part, value in parts.items() if value is not None}
        slot += 1


def fields_of(act: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """The fields stated, as acts spell them."""
    found = {}
    for one in plan.fields:
        value = act[f"f_{one.name}"]
        if value is not None:
            found[one.name] = spelt(one.type, value)
    return found


def spelt(kind: FieldType, value: Any) -> Any:
    """A value of a log's column as an act states it."""
    if kind == "number":
        whole, rest = divmod(abs(value), NUMBER_SCALE)
        text = f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
        return f"-{text}" if value < 0 else text
    if kind == "date":
        return (EPOCH_DAY + dt.timedelta(days=value)).isoformat()
    return stamp(value) if kind == "time" else value


def stamp(us: int | None) -> str | None:
    """Microseconds as RFC 3339 in UTC; InputError for an instant before the year 1 or after 9999."""
    if us is None:
        return None
    try:
        at = EPOCH + dt.timedelta(microseconds=us)
    except OverflowError:
        raise InputError(
            zh="时间超出公元1年至9999年",
            en="a time lies outside the years 1 to 9999",
            remedy_zh="核对该行的时间和映射的 zone",
            remedy_en="check the times of the row, and `zone` in the mapping",
        ) from None
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def key_of(row: Cells, feed: FeedFile) -> str:
    """What makes a row one event: its key columns, else the source's own id, else all of what it says."""
    names: Sequence[str] = feed.key or ((feed.mapping.id,) if feed.mapping.id else ())
    parts = [row.get(name, "") for name in names]
    if any(parts):
        key = KEY_SEPARATOR.join(part.replace(KEY_SEPARATOR, f"\\{KEY_SEPARATOR}") for part in parts)
        if len(key) <= LONGEST_KEY:
            return key
        return "sha256:" + hashlib.sha256(key.encode()).hexdigest()
    whole = json.dumps(dict(row), ensure_ascii=False, sort_keys=True)
    return "sha256:" + hashlib.sha256(whole.encode()).hexdigest()


def unknown(event: Event, words: Words) -> tuple[str, str] | None:
    """Why no norm could read the event: a type or a code that the vocabulary does not have; None when it has all."""
    if event.type not in words.types:
        return (
            f"行为类型“{event.type}”不在词表中；在映射的 types 中写明对应的类型，或用 without 略去",
            f"the vocabulary has no act type {event.type!r}; map it under `types`, or leave it out by `without`",
        )
    for name, value in event.fields.items():
        codes = words.codes.get(name)
        if codes is not None and value not in codes:
            return (
                f"字段 {name} 的值“{value}”不是词表中的代码；在映射 fields.{name}.values 中写明对应的代码",
                f"{value!r} is no code of {name}; map it under fields.{name}.values",
            )
    return None
