"""The worked dossiers inside norm files: read, judged, and compared with what they promise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhunsheng.base.errors import InputError
from zhunsheng.norms.dossiers import Act, Dossier, Slot
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.language import Example
from zhunsheng.norms.loading import NormSet
from zhunsheng.norms.log import FieldType
from zhunsheng.norms.parsing import day_number, scaled
from zhunsheng.norms.periods import end_of_day_us, local_day, local_tod, time_zone
from zhunsheng.norms.plans import BREACHES
from zhunsheng.norms.results import Obligation

RESERVED = ("officers", "unit", "ended", "id")


@dataclass(frozen=True)
class Outcome:
    """One example judged: what it promised, what came out, and whether they agree."""

    norm_id: str
    expected: str
    number: int
    where: str
    rows: tuple[Obligation, ...]
    agrees: bool


def test_examples(
    norms: NormSet, interpreter: Interpreter, fields: Mapping[str, FieldType]
) -> Iterator[Outcome]:
    """Judge every example of every norm by that norm alone; InputError when an example cannot be read."""
    for file, number, norm in norms.located():
        for expected, count, example in norm.examples.each():
            where = file.place("norms", number, "examples", expected, count - 1)
            dossier, as_of = example_dossier(example, fields, interpreter.zone, where)
            rows = tuple(
                r
                for r in interpreter.judge(dossier, as_of_us=as_of, closed=example.closed)
                if r.plan.norm_id == norm.id
            )
            yield Outcome(norm.id, expected, count, where, rows, agrees(expected, rows))


test_examples.__test__ = False  # type: ignore[attr-defined]  # pytest would take the name for a test.


def agrees(expected: str, rows: Sequence[Obligation]) -> bool:
    """Whether the rows are what an example under this heading promises."""
    statuses = [r.status for r in rows]
    match expected:
        case "met":
            return bool(rows) and all(s == "met" for s in statuses)
        case "broken":
            return any(s in BREACHES for s in statuses)
        case "silent":
            return not rows
    return expected in statuses and not any(s in BREACHES for s in statuses)


def example_dossier(
    example: Example, fields: Mapping[str, FieldType], zone: str, where: str = ""
) -> tuple[Dossier, int]:
    """The dossier of an example and its as-of instant; InputError for a value that does not fit its field."""
    acts = [example_act(seq, row, fields, zone, where) for seq, row in enumerate(example.acts)]
    if example.as_of is not None:
        as_of = instant(example.as_of, zone, where, end_of_day=True)
    else:
        days = [a.day for a in acts if a.day is not None]
        as_of = end_of_day_us(max(days, default=0), zone)
    return Dossier("example", acts), as_of


def example_act(seq: int, row: Sequence[Any], fields: Mapping[str, FieldType], zone: str, where: str) -> Act:
    """One `[time, type, {…}]` row as an act."""
    when, name = row[0], row[1]
    given: Mapping[str, Any] = row[2] if len(row) > 2 else {}
    at_us = None if when in (None, "", "null") else instant(str(when), zone, where)
    day = None if at_us is None else local_day(at_us, zone)
    ended = instant(str(given["ended"]), zone, where) if given.get("ended") is not None else None
    facts: dict[str, Any] = {
        "act_type": name,
        "act_id": str(given.get("id", seq)),
        "unit": given.get("unit"),
        "at_us": at_us,
        "day": day,
        "tod": None if at_us is None else local_tod(at_us, zone),
        "ended_us": ended,
    }
    subjects: dict[str, tuple[str, ...]] = {}
    for key, value in given.items():
        if key in RESERVED:
            continue
        if key in fields:
            facts |= fact_columns(key, fields[key], value, zone, where)
        else:
            subjects[key] = tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)
    officers = tuple(slot(str(text)) for text in given.get("officers", ()))
    return Act(seq, name, at_us, day, facts, officers, subjects)


def slot(text: str) -> Slot:
    """`name/role/rank/qualification`, trailing parts optional."""
    parts = [p.strip() or None for p in text.split("/")]
    return Slot(parts[0] or "", *parts[1:4])


def fact_columns(name: str, kind: FieldType, value: Any, zone: str, where: str) -> dict[str, Any]:
    """A field's value as log columns."""
    if value is None:
        return {f"f_{name}": None}
    try:
        if kind == "number" and not isinstance(value, bool):
            return {f"f_{name}": scaled(str(value))}
        if kind == "flag" and isinstance(value, bool):
            return {f"f_{name}": value}
        if kind == "date" and (day := day_number(str(value))) is not None:
            return {f"f_{name}": day}
        if kind == "time":
            at = instant(str(value), zone, where)
            return {f"f_{name}": at, f"f_{name}__day": local_day(at, zone)}
        if kind == "text" and not isinstance(value, bool | list | dict):
            return {f"f_{name}": str(value)}
    except (ValueError, ArithmeticError):
        pass
    raise InputError(
        zh=f"例子里 {name} 的值 {value!r} 不是 {kind}",
        en=f"example: {name} is a {kind}, not {value!r}",
        where=where,
        remedy_zh="按字段类型改写",
        remedy_en="write it in the field's type",
    )


def instant(text: str, zone: str, where: str, *, end_of_day: bool = False) -> int:
    """Microseconds UTC of a local date or time in ISO form; a bare date is its midnight, or its end."""
    try:
        if end_of_day and (day := day_number(text)) is not None:
            return end_of_day_us(day, zone)
        parsed = dt.datetime.fromisoformat(text.replace("/", "-"))
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=time_zone(zone))
        us = (aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
        local_day(us, zone)  # an instant of the first or the last day there is may lie beyond it
    except (ValueError, OverflowError):
        raise InputError(
            zh=f"看不懂的时间：{text}",
            en=f"not a time: {text}",
            where=where,
            remedy_zh="写成 2026-01-02 或 2026-01-02 09:30",
            remedy_en="write 2026-01-02 or 2026-01-02 09:30",
        ) from None
    return us
