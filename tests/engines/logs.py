"""From acts written down in a few words to a prepared log in a folder, as readers of event logs leave it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from zhunsheng.norms.log import OFFICER_PARTS, FieldType, Log
from zhunsheng.norms.periods import local_day, local_tod

ARROW = {"text": pa.string(), "flag": pa.bool_(), "number": pa.int64(), "date": pa.int32(), "time": pa.int64()}
BUILT_IN = {
    "seq": pa.int64(), "act_id": pa.string(), "case_id": pa.string(), "act_type": pa.string(), "at_us": pa.int64(),
    "day": pa.int32(), "tod": pa.int32(), "ended_us": pa.int64(), "unit": pa.string(),
}


@dataclass(frozen=True)
class A:
    """One act: type, time (local ISO text, microseconds, or None), case, and what else it states in the log's own units."""

    type: str
    at: str | int | None = None
    case: str = "1"
    ended: str | int | None = None
    officers: tuple[tuple[str | None, ...], ...] = ()
    subjects: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    unit: str | None = None


def instant(at: str | int | None, zone: str) -> int | None:
    """Microseconds since 1970 UTC of a local ISO time."""
    if not isinstance(at, str):
        return at
    there = dt.datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
    return (there - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def prepared(
    folder: Path, acts: Iterable[A], *, zone: str = "Asia/Shanghai", fields: Mapping[str, FieldType] | None = None, slots: int = 2
) -> Log:
    """A prepared log of the acts, in the order given; `fields` names the typed fields that acts may state."""
    listed, fields = list(acts), fields or {}
    rows = [row(seq, act, zone, fields, slots) for seq, act in enumerate(listed)]
    subjects = [{"seq": seq, "kind": kind, "subject": name} for seq, act in enumerate(listed) for kind, name in act.subjects]
    folder.mkdir(parents=True, exist_ok=True)
    log = Log(folder, zone, dict(fields), slots, len(rows), tuple(sorted({s["kind"] for s in subjects})))
    pq.write_table(pa.Table.from_pylist(rows, schema=acts_schema(fields, slots)), log.acts)
    kinds = pa.schema([("seq", pa.int64()), ("kind", pa.string()), ("subject", pa.string())])
    pq.write_table(pa.Table.from_pylist(subjects, schema=kinds), log.subjects)
    log.write_meta()
    return log


def acts_schema(fields: Mapping[str, FieldType], slots: int) -> pa.Schema:
    """The columns of `acts.parquet`."""
    officers = {f"{part}_{k}": pa.string() for k in range(1, slots + 1) for part in OFFICER_PARTS}
    typed: dict[str, pa.DataType] = {}
    for name, kind in fields.items():
        typed[f"f_{name}"] = ARROW[kind]
        if kind == "time":
            typed[f"f_{name}__day"] = pa.int32()
    return pa.schema([*BUILT_IN.items(), *officers.items(), *typed.items()])


def row(seq: int, act: A, zone: str, fields: Mapping[str, FieldType], slots: int) -> dict[str, Any]:
    """One act as a row."""
    at = instant(act.at, zone)
    found: dict[str, Any] = {
        "seq": seq, "act_id": f"a{seq}", "case_id": act.case, "act_type": act.type, "at_us": at,
        "day": None if at is None else local_day(at, zone), "tod": None if at is None else local_tod(at, zone),
        "ended_us": instant(act.ended, zone), "unit": act.unit,
    }
    for k, officer in enumerate(act.officers[:slots], start=1):
        found |= {f"{part}_{k}": value for part, value in zip(OFFICER_PARTS, officer, strict=False)}
    for name, value in act.fields.items():
        found[f"f_{name}"] = value
        if fields[name] == "time" and value is not None:
            found[f"f_{name}__day"] = local_day(value, zone)
    return found
