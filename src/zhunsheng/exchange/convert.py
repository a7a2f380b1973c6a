"""One group of raw rows to the columns of `acts.parquet` and `subjects.parquet`, as a plan says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhunsheng.base.errors import InputError
from zhunsheng.norms.log import OFFICER_PARTS, FieldType

from .batch import CODES, RawBatch, SourceNotes
from .mapping import LogMapping
from .plan import TRACE_NUMBER, FieldPlan, Plan, PlannedSlot
from .spool import codes_of, text_of
from .times import local_days, moments
from .values import flags, numbers

Ints = npt.NDArray[np.int64]
Words = tuple[str, str]
"""What a value is, in Chinese and English."""
TIME: Words = ("时间", "time")
ENDED: Words = ("结束时间", "end time")
STRING = pa.string()
SUBJECT_SCHEMA = pa.schema([("seq", pa.int64()), ("kind", STRING), ("subject", STRING)])
_ARROW: dict[FieldType, pa.DataType] = {
    "text": CODES, "flag": pa.bool_(), "number": pa.int64(), "date": pa.int32(), "time": pa.int64(),
}


def slots_of(plan: Plan) -> int:
    """Officer slots of the prepared log; at least one, so that the columns are always there."""
    return max(1, len(plan.officers))


def acts_schema(plan: Plan) -> pa.Schema:
    """The columns of `acts.parquet` in their order; texts are written dictionary-encoded and read back as strings."""
    fields = [
        ("seq", pa.int64()), ("act_id", STRING), ("case_id", CODES), ("act_type", CODES), ("at_us", pa.int64()),
        ("day", pa.int32()), ("tod", pa.int32()), ("ended_us", pa.int64()), ("unit", CODES),
    ]
    fields += [(f"{part}_{k}", CODES) for k in range(1, slots_of(plan) + 1) for part in OFFICER_PARTS]
    for planned in plan.fields:
        fields.append((f"f_{planned.name}", _ARROW[planned.type]))
        if planned.type == "time":
            fields.append((f"f_{planned.name}__day", pa.int32()))
    return pa.schema(fields)


@dataclass
class Converter:
    """Converts groups in order; `where` names the place of an event for errors."""

    plan: Plan
    mapping: LogMapping
    source: Path
    where: Callable[[int], str]
    notes: SourceNotes
    name_acts: Callable[[pa.Array, Ints], pa.Array]
    done: int = field(default=0)

    def convert(self, batch: RawBatch) -> tuple[pa.Table, pa.Table]:
        """Acts and subjects of the group; InputError naming the event when a case, type or time cannot be had."""
        plan, n = self.plan, batch.rows
        seq = np.arange(self.done + 1, self.done + n + 1, dtype=np.int64)
        self.done += n
        act_type = self._act_type(batch)
        keep = self._kept(act_type)
        self._complete(act_type, keep, seq, ("行为类型", "act type"))
        case = self._case(batch)
        self._complete(case, keep, seq, ("案件", "case"))
        at, at_null = self._instants(batch, plan.time, seq, keep, TIME)
        day, tod = local_days(at, self.mapping.zone)
        ended, ended_null = self._instants(batch, plan.ended, seq, keep, ENDED)
        columns: list[pa.Array] = [
            pa.array(seq), self.name_acts(text_of(batch, plan.id or "").cast(STRING), seq), case, act_type,
            pa.array(at, mask=at_null), pa.array(day, mask=at_null), pa.array(tod, mask=at_null),
            pa.array(ended, mask=ended_null), text_of(batch, plan.unit) if plan.unit else pa.nulls(n, CODES),
        ]
        for slot in plan.officers:
            columns += self._officer(batch, slot)
        if not plan.officers:
            columns += [pa.nulls(n, CODES)] * len(OFFICER_PARTS)
        for planned in plan.fields:
            columns += self._field(batch, planned, seq, keep)
        acts = pa.Table.from_arrays(columns, names=acts_schema(plan).names)
        subjects = self._subjects(batch, seq, keep)
        return (acts if keep.all() else acts.filter(pa.array(keep))), subjects

    def _act_type(self, batch: RawBatch) -> pa.DictionaryArray:
        parts = [text_of(batch, column) for column in self.plan.types]
        if len(parts) == 1:
            joined = parts[0]
        else:
            texts = [part.cast(STRING) for part in parts]
            empty = np.logical_and.reduce([text.is_null().to_numpy(False) for text in texts])
            whole = pc.binary_join_element_wise(*texts, self.mapping.type_separator, null_handling="skip")
            joined = pc.if_else(pa.array(empty), pa.scalar(None, STRING), whole).dictionary_encode()
        return _replaced(joined, dict(self.mapping.types)) if self.mapping.types else joined

    def _kept(self, act_type: pa.DictionaryArray) -> npt.NDArray[np.bool_]:
        keep = np.ones(len(act_type), np.bool_)
        if self.mapping.only is not None:
            keep &= pc.is_in(act_type.cast(STRING), pa.array(self.mapping.only, STRING)).to_numpy(False)
        if self.mapping.without:
            keep &= ~pc.is_in(act_type.cast(STRING), pa.array(self.mapping.without, STRING)).to_numpy(False)
        return keep

    def _case(self, batch: RawBatch) -> pa.DictionaryArray:
        case = text_of(batch, self.plan.case)
        numbered = text_of(batch, TRACE_NUMBER)
        if self.plan.case == TRACE_NUMBER:
            case = pa.nulls(batch.rows, CODES)
        if case.null_count and numbered.null_count < batch.rows:
            filled = pc.binary_join_element_wise("#", numbered.cast(STRING), "")
            case = pc.coalesce(case.cast(STRING), filled).dictionary_encode()
            self.notes.add(
                "有的轨迹没有名称（concept:name），以“#序号”为案件号。",
                "Some traces have no concept:name; '#ordinal' is their case id.",
            )
        return case

    def _complete(self, column: pa.Array, keep: npt.NDArray[np.bool_], seq: Ints, what: Words) -> None:
        (zh, en) = what
        missing = column.is_null().to_numpy(zero_copy_only=False) & keep
        if missing.any():
            raise InputError(
                zh=f"此处没有{zh}。", en=f"No {en} here.", where=self.where(int(seq[np.argmax(missing)])),
                remedy_zh=f"请补全{zh}，或在映射文件中改用别的列。",
                remedy_en=f"Fill in the {en}, or name another column in the mapping file.",
            )

    def _instants(
        self, batch: RawBatch, name: str | None, seq: Ints, keep: npt.NDArray[np.bool_], what: Words
    ) -> tuple[Ints, npt.NDArray[np.bool_]]:
        if name is None:
            return np.zeros(batch.rows, np.int64), np.ones(batch.rows, np.bool_)
        column = text_of(batch, name)
        codes, null = codes_of(column)
        if null.all():
            return np.zeros(batch.rows, np.int64), null
        read = moments(column.dictionary)
        if read.bad.any():
            self._unreadable(column, read.bad[codes] & ~null & keep, seq, what)
        if read.finer.any():
            self._finer(name, int((read.finer[codes] & ~null).sum()))
        return read.instants(self.mapping.zone)[codes], null

    def _unreadable(self, column: pa.DictionaryArray, bad: npt.NDArray[np.bool_], seq: Ints, what: Words) -> None:
        if not bad.any():
            return
        at = int(np.argmax(bad))
        value = column[at].as_py()
        raise InputError(
            zh=f"{what[0]}“{value}”读不懂。", en=f"Cannot read the {what[1]} '{value}'.", where=self.where(int(seq[at])),
            remedy_zh="请改正该值，或在映射文件中改列、改类型、改 values。",
            remedy_en="Correct the value, or change column, type or values in the mapping file.",
        )

    def _finer(self, name: str, count: int) -> None:
        self.notes.add(
            f"“{name}”的时间细于微秒，微秒以下的数字已舍去。",
            f"'{name}' has times finer than a microsecond; the digits below were cut off.", count,
        )

    def _officer(self, batch: RawBatch, planned: PlannedSlot) -> list[pa.Array]:
        slot = planned.slot
        officer = self._part_of(batch, slot.officer, planned, whole=False)
        parts: list[pa.Array] = [officer]
        for part in (slot.role, slot.rank, slot.qualification):
            if part is None:
                parts.append(pa.nulls(batch.rows, CODES))
                continue
            column = self._part_of(batch, part, planned, whole=True)
            if not slot.officer.startswith("="):
                codes = pc.if_else(officer.is_null(), pa.scalar(None, pa.int32()), column.indices)
                column = pa.DictionaryArray.from_arrays(codes, column.dictionary)
            parts.append(column)
        return parts

    def _part_of(self, batch: RawBatch, part: str, planned: PlannedSlot, *, whole: bool) -> pa.DictionaryArray:
        """A part of an officer slot; in a cell of several, the one at the slot's place (a single value is for `whole`)."""
        if part.startswith("="):
            return _constant(part[1:], batch.rows)
        column = text_of(batch, part)
        if planned.place is None:
            return column
        values = {text: self._at_place(text, planned, whole=whole) for text in column.dictionary.to_pylist()}
        return _replaced(column, values)

    def _at_place(self, text: str, planned: PlannedSlot, *, whole: bool) -> str | None:
        place, slot = planned.place or 0, planned.slot
        cells = [cell.strip() or None for cell in text.split(slot.separator)]
        if len(cells) > slot.at_most:
            raise InputError(
                zh=f"“{text}”有 {len(cells)} 人，超过 at_most 的 {slot.at_most} 人。",
                en=f"'{text}' names {len(cells)} officers, more than the {slot.at_most} of at_most.",
                where=slot.officer,
                remedy_zh="在映射文件的 officers 里加大 at_most。", remedy_en="Raise at_most under officers in the mapping file.",
            )
        if whole and len(cells) == 1:
            return cells[0]
        return cells[place] if place < len(cells) else None

    def _field(
        self, batch: RawBatch, planned: FieldPlan, seq: Ints, keep: npt.NDArray[np.bool_]
    ) -> list[pa.Array]:
        column = text_of(batch, planned.column)
        if planned.values:
            column = _replaced(column, planned.values)
        if planned.type == "text":
            return [column]
        codes, null = codes_of(column)
        texts = column.dictionary
        if len(texts) == 0:
            empty = pa.nulls(batch.rows, _ARROW[planned.type])
            return [empty, pa.nulls(batch.rows, pa.int32())] if planned.type == "time" else [empty]
        if planned.type in {"flag", "number"}:
            values, bad = flags(texts) if planned.type == "flag" else numbers(texts)
            self._misfit(column, planned, bad[codes] & ~null & keep, seq)
            return [pa.array(values[codes], mask=null)]
        read = moments(texts)
        self._misfit(column, planned, read.bad[codes] & ~null & keep, seq)
        if read.finer.any():
            self._finer(planned.name, int((read.finer[codes] & ~null).sum()))
        instants = read.instants(self.mapping.zone)
        day = pa.array(local_days(instants, self.mapping.zone)[0][codes], mask=null)
        return [day] if planned.type == "date" else [pa.array(instants[codes], mask=null), day]

    def _misfit(
        self, column: pa.DictionaryArray, planned: FieldPlan, bad: npt.NDArray[np.bool_], seq: Ints
    ) -> None:
        if bad.any():
            what = (f"字段 {planned.name}（{planned.type}）的值", f"{planned.type} of field {planned.name},")
            self._unreadable(column, bad, seq, what)

    def _subjects(self, batch: RawBatch, seq: Ints, keep: npt.NDArray[np.bool_]) -> pa.Table:
        tables = []
        for kind, subject in self.plan.subjects.items():
            column = text_of(batch, subject.column)
            cells = [_cell(text, subject.separator) for text in column.dictionary.to_pylist()]
            rows = pa.array(np.flatnonzero(keep & column.is_valid().to_numpy(False)))
            lists = pa.array(cells, pa.list_(STRING)).take(column.indices.take(rows))
            parent = pa.array(seq).take(rows).take(pc.list_parent_indices(lists))
            names = pc.list_flatten(lists)
            tables.append(pa.Table.from_arrays([parent, _constant(kind, len(names)).cast(STRING), names], schema=SUBJECT_SCHEMA))
        whole = pa.concat_tables(tables) if tables else SUBJECT_SCHEMA.empty_table()
        return whole.take(pc.sort_indices(whole, [("seq", "ascending")])) if len(tables) > 1 else whole


def _cell(text: str, separator: str | None) -> list[str]:
    """The distinct subjects one cell names, in order."""
    parts = text.split(separator) if separator else [text]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _constant(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text], STRING))


def _replaced(column: pa.DictionaryArray, replace: dict[str, str | None]) -> pa.DictionaryArray:
    """Replace whole values, once per distinct value."""
    texts = [replace.get(text, text) for text in column.dictionary.to_pylist()]
    return pa.array(texts, STRING).take(column.indices).dictionary_encode()
