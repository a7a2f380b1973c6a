"""A prepared log as people like to read it: times with their zone, decimals, one column per kind of subject.

Both the tables (CSV, Parquet) and OCEL are written from these frames; the mapping that reads them back is made here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from zhunsheng.norms.log import OFFICER_PARTS, FieldType, Log

FRAME_ROWS = 20_000
SEPARATORS = (";", "|", " / ", "\x1f")
NUMBER = pa.decimal128(19, 4)
_BASE = ("act_id", "case_id", "act_type", "time", "ended", "unit")


@dataclass(frozen=True)
class Layout:
    """Names in the written file: of fields by their name in the log, of subject columns by kind; the cell separator."""

    log: Log
    fields: dict[str, str]
    subjects: dict[str, str]
    separator: str

    @property
    def officers(self) -> list[str]:
        return [f"{part}_{k}" for k in range(1, self.log.slots + 1) for part in OFFICER_PARTS]

    @property
    def types(self) -> dict[str, FieldType]:
        """Every column but the subjects, with its type."""
        times: dict[str, FieldType] = dict.fromkeys(("time", "ended"), "time")
        base: dict[str, FieldType] = {name: times.get(name, "text") for name in (*_BASE, *self.officers)}
        return base | {name: self.log.fields[field] for field, name in self.fields.items()}


def layout_of(log: Log) -> Layout:
    """Choose column names that no two columns share, even where a reader ignores case."""
    taken = {*_BASE, *(f"{part}_{k}" for k in range(1, log.slots + 1) for part in OFFICER_PARTS)}
    subjects = {kind: _free(f"subject:{kind}", taken) for kind in log.subject_kinds}
    fields = {name: _free(name, taken) for name in log.fields}
    return Layout(log, fields, subjects, _separator(log))


def _free(name: str, taken: set[str]) -> str:
    chosen, n = name, 1
    while chosen.lower() in taken or not chosen.strip():
        chosen, n = f"field:{name}" if n == 1 else f"field:{name}~{n}", n + 1
    taken.add(chosen.lower())
    return chosen


def _separator(log: Log) -> str:
    """A separator that stands in no subject's name."""
    left = list(SEPARATORS)
    if log.subject_kinds:
        for batch in pq.ParquetFile(log.subjects).iter_batches(columns=["subject"]):
            names = batch.column(0)
            left = [mark for mark in left if not pc.any(pc.match_substring(names, mark)).as_py()]
    return left[0] if left else "\x1e"


def frames(layout: Layout) -> Iterator[pa.Table]:
    """The acts in order, some rows at a time; a subject column holds a list of names."""
    log = layout.log
    with pq.ParquetFile(log.acts) as file:
        for batch in file.iter_batches(FRAME_ROWS):
            columns = {
                "act_id": batch["act_id"], "case_id": batch["case_id"], "act_type": batch["act_type"],
                "time": _stamped(batch["at_us"], log.zone), "ended": _stamped(batch["ended_us"], log.zone),
                "unit": batch["unit"],
            }
            columns |= {name: batch[name] for name in layout.officers}
            for field, name in layout.fields.items():
                columns[name] = _typed(batch[f"f_{field}"], log.fields[field], log.zone)
            columns |= _subjects(layout, batch["seq"].to_numpy())
            yield pa.table(columns)


def _stamped(instants: pa.Array, zone: str) -> pa.Array:
    return instants.cast(pa.timestamp("us", tz=zone))


def _typed(column: pa.Array, type_: FieldType, zone: str) -> pa.Array:
    if type_ == "time":
        return _stamped(column, zone)
    if type_ == "date":
        return column.cast(pa.date32())
    if type_ == "number":
        whole = column.cast(pa.decimal128(19, 0))
        return pa.Array.from_buffers(NUMBER, len(whole), whole.buffers(), offset=whole.offset)
    return column


def _subjects(layout: Layout, seq: Any) -> dict[str, pa.Array]:
    if not layout.subjects or not len(seq):
        return {}
    wanted = [("seq", ">=", int(seq.min())), ("seq", "<=", int(seq.max()))]
    table = pq.read_table(layout.log.subjects, filters=wanted)
    row_of = {int(n): i for i, n in enumerate(seq)}
    cells: dict[str, list[list[str] | None]] = {kind: [None] * len(seq) for kind in layout.subjects}
    for n, kind, name in zip(*(table[c].to_pylist() for c in ("seq", "kind", "subject")), strict=True):
        row = row_of.get(n)
        if row is not None and kind in cells:
            cells[kind][row] = [*(cells[kind][row] or []), name]
    return {name: pa.array(cells[kind], pa.list_(pa.string())) for kind, name in layout.subjects.items()}


def joined_subjects(frame: pa.Table, layout: Layout) -> pa.Table:
    """Lists of subjects as one text a cell."""
    for name in layout.subjects.values():
        at = frame.schema.get_field_index(name)
        frame = frame.set_column(at, name, pc.binary_join(frame[name], layout.separator))
    return frame


def as_text(column: pa.ChunkedArray, type_: FieldType) -> pa.ChunkedArray:
    """A column as text that reads back to the same value: ISO times with offset, plain decimals, true and false."""
    if type_ == "time":
        return _time_text(column)
    text = column.cast(pa.string())
    if type_ == "number":
        return pc.replace_substring_regex(pc.replace_substring_regex(text, r"(\.\d*?)0+$", r"\1"), r"\.$", "")
    return text


def _time_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Local time with offset; in UTC where the zone's offset had seconds, as before railways it did."""
    local = pc.strftime(column, "%Y-%m-%dT%H:%M:%S%z")
    utc = pc.strftime(column.cast(pa.timestamp("us", tz="UTC")), "%Y-%m-%dT%H:%M:%SZ")
    shift = pc.local_timestamp(column).cast(pa.int64()).to_numpy() - column.cast(pa.int64()).to_numpy()
    odd = pa.array(np.nan_to_num(shift) % 60_000_000 != 0)
    return pc.replace_substring_regex(pc.if_else(odd, utc, local), r"\.0+([+Z-])", r"\1")


def write_mapping(layout: Layout, target: Path, *, ocel: dict[str, Any] | None = None) -> None:
    """Write the mapping that reads the file back as the same acts; `ocel` holds what only OCEL needs."""
    hidden = ("case:", "ocel:", "object:", "qualified:") if ocel is not None else ()
    content: dict[str, Any] = {"zone": layout.log.zone}
    if ocel is None:
        content |= {"case": "case_id", "type": "act_type", "time": "time", "id": "act_id"}
    content |= {"ended": "ended", "unit": "unit", **(ocel or {})}
    content["officers"] = [
        {part: f"{part}_{k}" for part in OFFICER_PARTS} for k in range(1, layout.log.slots + 1)
    ]
    if ocel is None:
        content["subjects"] = {
            kind: {"column": name, "separator": layout.separator} for kind, name in layout.subjects.items()
        }
    content["fields"] = {
        field: {"from": f"event:{name}" if name.startswith(hidden) else name, "type": layout.log.fields[field]}
        for field, name in layout.fields.items()
    }
    content["other_fields"] = False
    target.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
