"""The made-up log as a bureau's system would export it: one CSV with Chinese headings, and the mapping that explains it."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.supervision.demo.case_file import CaseFile, DemoAct, Value

SUBJECTS = {
    "person": "涉及人员",
    "item": "涉及物品",
    "recording": "录音录像编号",
    "room": "候问室编号",
    "appraisal": "鉴定编号",
}
OFFICER_PARTS = {"officer": "警号", "role": "分工", "rank": "职级", "qualification": "资格"}
BASE = ("行为编号", "案件编号", "执法行为", "开始时间", "结束时间", "办案单位")
SEPARATOR = "、"
YES, NO = "是", "否"


def write_demo(cases: list[CaseFile], log: Path, mapping: Path) -> int:
    """Write the acts of the cases in order of time as CSV with a byte-order mark, and the mapping file; how many acts."""
    rows = sorted(
        (
            (act.at, c, i, cases[c].case_id, act)
            for c in range(len(cases))
            for i, act in enumerate(cases[c].acts)
        ),
        key=lambda row: row[:3],
    )
    slots = max(len(act.officers) for *_, act in rows)
    used = {name for *_, act in rows for name in act.fields}
    words = vocabulary()
    fields = [f.name for f in words.fields.values() if f.name in used]
    heads = [words.fields[f].zh for f in fields]
    officers = [f"{zh}{k}" for k in range(1, slots + 1) for zh in OFFICER_PARTS.values()]
    with log.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*BASE, *officers, *SUBJECTS.values(), *heads])
        for number, (*_, case_id, act) in enumerate(rows, 1):
            writer.writerow(cells(f"A{number:06d}", case_id, act, slots, fields))
    write_mapping(mapping, slots, fields)
    return len(rows)


def cells(number: str, case_id: str, act: DemoAct, slots: int, fields: list[str]) -> list[str]:
    """One row."""
    ended = stamp(act.ended) if act.ended is not None else ""
    row = [number, case_id, vocabulary().types[act.type].zh, stamp(act.at), ended, act.unit]
    for k in range(slots):
        officer, role = act.officers[k] if k < len(act.officers) else (None, "")
        row += (
            [officer.number, role, officer.rank, officer.qualification or ""]
            if officer is not None
            else [""] * len(OFFICER_PARTS)
        )
    row += [SEPARATOR.join(act.subjects.get(kind, ())) for kind in SUBJECTS]
    return row + [told(name, act.fields.get(name)) for name in fields]


def stamp(moment: dt.datetime) -> str:
    """Local time to the minute, as such systems write it."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def told(name: str, value: Value | None) -> str:
    """A value in the words of the export."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    known = vocabulary().fields[name].values
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return known[text][0] if text in known else text


def write_mapping(target: Path, slots: int, fields: list[str]) -> None:
    """The mapping file: which heading is what, and which Chinese word stands for which act and value."""
    words = vocabulary()
    content: dict[str, Any] = {
        "zone": "Asia/Shanghai",
        **dict(zip(("id", "case", "type", "time", "ended", "unit"), BASE, strict=True)),
        "types": {t.zh: t.name for t in words.types.values()},
        "officers": [{part: f"{zh}{k}" for part, zh in OFFICER_PARTS.items()} for k in range(1, slots + 1)],
        "subjects": {kind: {"column": zh, "separator": SEPARATOR} for kind, zh in SUBJECTS.items()},
        "fields": {name: field_mapping(name) for name in fields},
        "other_fields": False,
    }
    with target.open("w", encoding="utf-8") as file:
        yaml.safe_dump(content, file, allow_unicode=True, sort_keys=False)


def field_mapping(name: str) -> dict[str, Any]:
    """One field: its heading, its type, and its coded values."""
    field = vocabulary().fields[name]
    mapped: dict[str, Any] = {"from": field.zh, "type": field.type}
    if field.type == "flag":
        mapped["values"] = {YES: "true", NO: "false"}
    elif field.values:
        mapped["values"] = {zh: code for code, (zh, _) in field.values.items()}
    return mapped
