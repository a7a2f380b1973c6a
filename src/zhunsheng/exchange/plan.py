"""A mapping applied to the columns a source really has: which column plays which part, which fields remain."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import OFFICER_PARTS, FieldType

from .inference import Inference
from .mapping import FieldColumn, LogMapping, OfficerSlot, SubjectColumn

DEFAULT_ROLE = "=handler"
TRACE_NUMBER = "case:#"
OBJECT = "object:"
"""Prefix of the columns in which an OCEL reader hands on linked objects, several ids joined by OBJECT_SEPARATOR."""
OBJECT_SEPARATOR = "\x1f"
QUALIFIED = "qualified:"
"""Prefix of the columns in which an OCEL reader hands on the objects an event is linked to with one qualifier."""

_CANDIDATES = {
    "case": ("ocel:case", "case_id", "case:concept:name", "case"),
    "type": ("ocel:type", "act_type", "concept:name", "activity"),
    "time": ("ocel:time", "time", "time:timestamp", "timestamp"),
    "ended": ("ended",),
    "id": ("ocel:id", "act_id", "identity:id"),
    "unit": ("unit", "org:group"),
}


@dataclass(frozen=True)
class PlannedSlot:
    """One officer slot of the prepared log; `place` is the officer's place in a cell that holds several."""

    slot: OfficerSlot
    place: int | None = None


@dataclass(frozen=True)
class FieldPlan:
    """One field of the prepared log: its name, source column, type and value replacements."""

    name: str
    column: str
    type: FieldType
    values: dict[str, str | None]
    declared: bool


@dataclass(frozen=True)
class Plan:
    """Every part resolved to columns of the source; None where the source has none."""

    case: str
    types: tuple[str, ...]
    time: str | None
    ended: str | None
    id: str | None
    unit: str | None
    officers: tuple[PlannedSlot, ...]
    subjects: dict[str, SubjectColumn]
    fields: tuple[FieldPlan, ...]


def resolve(source: Path, mapping: LogMapping, facts: Inference) -> Plan:
    """Fit a mapping to a source; InputError when it names a column that is not there, with the nearest names."""
    present = facts.columns()
    if not present:
        return Plan("", (), None, None, None, None, (), {}, ())
    named = {part: _part(part, getattr(mapping, part), present, source) for part in ("case", "time", "ended", "id", "unit")}
    types = mapping.type or tuple(filter(None, [_part("type", None, present, source)]))
    for column in types:
        _require(column, present, source)
    if named["case"] is None or not types:
        part = ("case", "案件") if named["case"] is None else ("type", "行为类型")
        raise InputError(
            zh=f"不知道哪一列是{part[1]}。", en=f"No column is known to be the {part[0]}.", where=str(source),
            remedy_zh=f"请在映射文件中写明 {part[0]}。现有的列：{_some(present)}。",
            remedy_en=f"State `{part[0]}` in a mapping file. Columns: {_some(present)}.",
        )
    officers = _officers(mapping, present, source)
    subjects = mapping.subjects
    if subjects is None:
        subjects = {
            name.removeprefix(OBJECT): SubjectColumn(column=name, separator=OBJECT_SEPARATOR)
            for name in present if name.startswith(OBJECT)
        }
    for subject in subjects.values():
        _require(subject.column, present, source)
    used = {*filter(None, named.values()), *types, TRACE_NUMBER, *(s.column for s in subjects.values())}
    used |= {part for planned in officers for part in _slot_columns(planned.slot)}
    used |= {name for name in present if name.startswith((OBJECT, QUALIFIED))}
    return Plan(
        named["case"], types, named["time"], named["ended"], named["id"], named["unit"], officers, subjects,
        _fields(mapping, facts, used, source),
    )


def _part(part: str, given: str | None, present: list[str], source: Path) -> str | None:
    if given is not None:
        _require(given, present, source)
        return given
    found = next((name for name in _CANDIDATES[part] if name in present), None)
    return TRACE_NUMBER if part == "case" and found is None and TRACE_NUMBER in present else found


def _officers(mapping: LogMapping, present: list[str], source: Path) -> tuple[PlannedSlot, ...]:
    if mapping.officers is not None:
        for slot in mapping.officers:
            for column in _slot_columns(slot):
                _require(column, present, source)
        return tuple(
            PlannedSlot(slot, place if slot.separator else None)
            for slot in mapping.officers
            for place in range(slot.at_most if slot.separator else 1)
        )
    own: list[OfficerSlot] = []
    while any(f"{part}_{len(own) + 1}" in present for part in OFFICER_PARTS):
        names = [f"{part}_{len(own) + 1}" for part in OFFICER_PARTS]
        own.append(OfficerSlot(officer=names[0], role=names[1], rank=names[2], qualification=names[3]))
    if own or "org:resource" not in present:
        return tuple(PlannedSlot(slot) for slot in own)
    role = "org:role" if "org:role" in present else DEFAULT_ROLE
    return (PlannedSlot(OfficerSlot(officer="org:resource", role=role)),)


def _slot_columns(slot: OfficerSlot) -> list[str]:
    parts = (slot.officer, slot.role, slot.rank, slot.qualification)
    return [part for part in parts if part is not None and not part.startswith("=")]


def _fields(mapping: LogMapping, facts: Inference, used: set[str], source: Path) -> tuple[FieldPlan, ...]:
    present = facts.columns()
    wanted: list[tuple[str, str, FieldColumn]] = []
    for name, field in mapping.fields.items():
        column = field.source or name
        _require(column, present, source)
        wanted.append((name, column, field))
    if mapping.other_fields:
        taken = {column for _, column, _ in wanted} | set(mapping.fields)
        wanted += [(name, name, FieldColumn()) for name in present if name not in used | taken]
    names: set[str] = set()
    plans = []
    for name, column, field in wanted:
        unique, n = name, 1
        while unique.lower() in names:
            n += 1
            unique = f"{name}~{n}"
        type_ = field.type or ("text" if field.values else facts.type_of(column))
        names |= {unique.lower(), f"{unique}__day".lower()} if type_ == "time" else {unique.lower()}
        plans.append(FieldPlan(unique, column, type_, dict(field.values), field.type is not None))
    return tuple(plans)


def _require(column: str, present: list[str], source: Path) -> None:
    if column in present:
        return
    near = difflib.get_close_matches(column, present, n=3, cutoff=0.5)
    raise InputError(
        zh=f"日志里没有“{column}”这一列，或该列全为空。",
        en=f"The log has no column '{column}', or nothing in it.",
        where=str(source),
        remedy_zh=f"相近的列：{_some(near or present)}。请改映射文件。",
        remedy_en=f"Nearest columns: {_some(near or present)}. Correct the mapping file.",
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
