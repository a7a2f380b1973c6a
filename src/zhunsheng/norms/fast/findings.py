"""From pieces to rows of the findings table, a stretch of the log at a time, without a step per row in Python."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from zhunsheng.norms.fast.around import Around
from zhunsheng.norms.fast.bytes_kernel import by_seq, chosen_places, digits, gather, gathered_size, joined
from zhunsheng.norms.fast.columns import MISSING, Array
from zhunsheng.norms.fast.frames import Frame, Stretch
from zhunsheng.norms.fast.pieces import Piece, nulls
from zhunsheng.norms.period_tables import NULL
from zhunsheng.norms.plans import BREACHES, STATUSES, Plan, Prior
from zhunsheng.norms.results_table import FINDINGS, schema

KEPT = np.array([s in FINDINGS for s in STATUSES])
EVERY = np.ones(len(STATUSES), np.bool_)
BREACH = np.array([s in BREACHES for s in STATUSES])


class Collected:
    """The rows found in one stretch, plan by plan."""

    def __init__(self, stretch: Stretch, plans: Sequence[Plan], *, everything: bool) -> None:
        self.stretch, self.plans, self.everything = stretch, plans, everything
        self.counts = np.zeros((len(plans), len(STATUSES)), np.int64)
        self.parts: list[tuple[Array, ...]] = []
        self.scopes: list[Array] = []

    def add(self, number: int, frame: Frame, piece: Piece) -> None:
        """Count the statuses of a piece and keep the rows wanted."""
        chosen = chosen_places(piece.status, EVERY if self.everything else KEPT, self.counts[number])
        if not len(chosen):
            return
        rows = piece.rows[chosen]
        begin, more = np.zeros(len(chosen) + 1, np.int64), np.zeros(0, np.int32)
        if piece.evidence is not None:
            begin, more = piece.evidence(chosen)
        due = nulls(len(chosen)) if piece.due is None else piece.due[chosen]
        warn = nulls(len(chosen)) if piece.warn is None else piece.warn[chosen]
        decided = piece.decided[chosen]
        self.parts.append((
            np.full(len(chosen), number, np.int32), frame.base(rows), piece.status[chosen], due, warn, frame.base(decided),
            np.diff(begin), frame.base(more),
        ))
        names = [""] if frame.named is None else frame.named(frame.group[rows])
        self.scopes.append(np.array(names if len(names) == len(rows) else names * len(rows), object))

    def table(self, around: Around) -> pa.Table:
        """The rows as a findings table; strings with few values are dictionaries."""
        target = schema(around.zone)
        if not self.parts:
            return target.empty_table()
        plan, row, status, due, warn, decided, sizes, more = (np.concatenate(p) for p in zip(*self.parts, strict=True))
        stretch = self.stretch
        seq, at = stretch.column("seq"), stretch.column("at_us")
        follows = np.array([isinstance(p.form, Prior) for p in self.plans])[plan]
        done_us = np.where(follows, at[row], np.where(decided >= 0, at[decided], around.as_of_us))
        over = BREACH[status] & (due != NULL) & (done_us > due)
        late_us = np.where(over, done_us - due, 0)
        days = np.zeros(len(row), np.int64)
        days[over] = around.local_days(done_us[over]) - around.local_days(due[over])
        instant = target.field("opened_at").type
        none = decided < 0
        columns = {
            **{name: coded(plan, [getattr(p, name) for p in self.plans]) for name in ("norm_id", "version", "kind", "severity")},
            "case_id": self.case_ids(row), "scope": scoped(self.scopes),
            "opened_seq": pa.array(seq[row]), "opened_by": self.ids(row),
            "opened_at": pa.array(at[row], mask=at[row] == MISSING).cast(instant),
            "due_at": pa.array(due, mask=due == NULL).cast(instant), "warn_at": pa.array(warn, mask=warn == NULL).cast(instant),
            "met_seq": pa.array(seq[decided], mask=none), "met_by": self.ids(decided),
            "met_at": pa.array(at[decided], mask=none | (at[decided] == MISSING)).cast(instant),
            "status": coded(status, list(STATUSES)), "breach": pa.array(BREACH[status]),
            "seconds_over": pa.array(late_us // 1_000_000, mask=~over), "days_over": pa.array(days, mask=~over),
            "unit": self.units(row), "evidence": self.evidence(row, decided, sizes, more),
        }
        return pa.table([columns[name] for name in target.names], names=target.names)

    def case_ids(self, rows: Array) -> pa.Array:
        """Ids of the cases of rows."""
        case = np.searchsorted(self.stretch.start, rows, side="right") - 1
        held, inverse = np.unique(self.stretch.cases[case], return_inverse=True)
        ids = self.stretch.prepared.case_ids
        return pa.DictionaryArray.from_arrays(pa.array(inverse.astype(np.int32)), strings(*gathered(held, ids.offsets, ids.data)))

    def units(self, rows: Array) -> pa.Array:
        """Units of rows."""
        codes = self.stretch.column("unit")[rows].astype(np.int32)
        held, inverse = np.unique(codes, return_inverse=True)
        words = self.stretch.prepared.words("unit").words
        names = ["" if code == 0 else words[code - 1] for code in held.tolist()]
        places = pa.array(inverse.astype(np.int32), mask=codes == 0)
        return pa.DictionaryArray.from_arrays(places, pa.array(names, pa.string()))

    def ids(self, rows: Array) -> pa.Array:
        """Ids of acts at rows; null for -1."""
        offsets, data = self.id_bytes(rows)
        missing = rows < 0
        return strings(offsets, data, missing if missing.any() else None)

    def id_bytes(self, rows: Array) -> tuple[Array, Array]:
        """Ids of acts as offsets and bytes; empty for -1."""
        texts = self.stretch.prepared.act_ids
        if texts is None:
            seqs = np.where(rows >= 0, self.stretch.column("seq")[rows], -1)
            offsets, data = np.empty(len(rows) + 1, np.int64), np.empty(20 * len(rows), np.uint8)
            digits(seqs, offsets, data)
            return offsets, data[: offsets[-1]]
        places = self.stretch.places
        numbers = rows.astype(np.int64) + places.start if isinstance(places, slice) else places[rows]
        return gathered(np.where(rows >= 0, numbers, -1), texts.offsets, texts.data)

    def evidence(self, row: Array, decided: Array, sizes: Array, more: Array) -> pa.Array:
        """Ids of the acts that decide, in the order of the log, joined by a space."""
        two = (decided >= 0).astype(np.int64)
        begin = np.concatenate([[0], np.cumsum(1 + two + sizes)])
        acts = np.empty(int(begin[-1]), np.int32)
        acts[begin[:-1]] = row
        acts[begin[:-1][decided >= 0] + 1] = decided[decided >= 0]
        if len(more):
            where = np.repeat(begin[:-1] + 1 + two - (np.cumsum(sizes) - sizes), sizes) + np.arange(len(more))
            acts[where] = more
        groups, order = np.empty(len(begin), np.int64), np.empty(len(acts), np.int64)
        by_seq(begin, self.stretch.column("seq")[acts], groups, order)
        offsets, data = self.id_bytes(acts[order[: groups[-1]]])
        out_offsets, out = np.empty(len(groups), np.int64), np.empty(len(data) + len(acts), np.uint8)
        joined(groups, offsets, data, out_offsets, out)
        return strings(out_offsets, out[: out_offsets[-1]])


def gathered(at: Array, offsets: Array, data: Array) -> tuple[Array, Array]:
    """The strings at these places, end to end; -1 is empty."""
    out_offsets = np.empty(len(at) + 1, np.int64)
    out = np.empty(gathered_size(at, offsets), np.uint8)
    gather(at, offsets, data, out_offsets, out)
    return out_offsets, out


def strings(offsets: Array, data: Array, missing: Array | None = None) -> pa.Array:
    """An Arrow array of strings from offsets and bytes."""
    valid = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(
        pa.string(), len(offsets) - 1, [valid, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(np.ascontiguousarray(data))]
    )


def coded(codes: Array, words: list[str]) -> pa.Array:
    """A dictionary array."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words, pa.string()))


def scoped(parts: list[Array]) -> pa.Array:
    """Scope texts."""
    texts = np.concatenate(parts)
    return pa.array(texts, pa.string()).dictionary_encode()
