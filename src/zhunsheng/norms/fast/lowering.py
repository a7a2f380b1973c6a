"""From plans to what the fast path runs: equal references made one, and the plans it cannot run told with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Protocol

import numpy as np

from zhunsheng.norms.expressions import columns
from zhunsheng.norms.fast.acts import CheckRun, ConflictRun, CoveredRun, PriorRun, StandingRun
from zhunsheng.norms.fast.around import Around
from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.fast.frames import NO_ROWS, Frame
from zhunsheng.norms.fast.matches import matches
from zhunsheng.norms.fast.pieces import Piece, unjudged
from zhunsheng.norms.fast.timed import MOST_STATES, TimedRun, states_of
from zhunsheng.norms.fast.timed_kernel import MET, UNKNOWN
from zhunsheng.norms.fast.vectors import evaluate, stored
from zhunsheng.norms.plans import (
    Check,
    Conflict,
    Covered,
    Form,
    Plan,
    Prior,
    Ref,
    Standing,
    Timed,
    conditions,
)


def lowerable(plan: Plan, left_out: Iterable[str] = ()) -> str | None:
    """Why the fast path cannot run a plan; None when it can. `left_out` are the columns that were not prepared."""
    read = set().union(*(columns(node) for node in conditions(plan)))
    if "act_id" in read:
        return "a condition reads act.id"
    if isinstance(plan.form, Timed):
        read |= {s.pair for s in plan.form.stops if s.pair is not None}
        if len(states_of(plan.form)[0]) > MOST_STATES:
            return "its extensions make too many different terms"
    read |= {key.column for key in plan.per if key.column is not None}
    missing = sorted(read & set(left_out))
    return f"{missing[0]} has too many different values" if missing else None


class FormRun(Protocol):
    """A form ready for frames."""

    def judge(self, frame: Frame, rows: Array, /) -> list[Piece]:
        """The outcome of certain opening acts at ascending rows."""


def run_of(plan: Plan, form: Form, around: Around) -> FormRun:
    """The runner of a plan's form."""
    match form:
        case Timed():
            return TimedRun(plan, form, around)
        case Prior():
            return PriorRun(form, around)
        case Standing():
            return StandingRun(form, around)
        case Conflict():
            return ConflictRun(form)
        case Check():
            return CheckRun(form)
        case Covered():
            return CoveredRun(form)


class Sharing:
    """Makes equal references one object, so that frames match each of them once."""

    def __init__(self) -> None:
        self.refs: dict[Ref, Ref] = {}

    def form(self, form: Any) -> Any:
        """The form, or a piece of one, with shared references."""
        if isinstance(form, Ref):
            return self.refs.setdefault(form, form)
        if isinstance(form, tuple):
            return tuple(self.form(part) for part in form)
        if is_dataclass(form) and not isinstance(form, type):
            parts = {f.name: getattr(form, f.name) for f in fields(form)}
            made = {name: self.form(part) for name, part in parts.items() if holds_refs(part)}
            return replace(form, **made) if made else form
        return form


def holds_refs(part: Any) -> bool:
    """Whether a piece of a form may hold references."""
    if isinstance(part, tuple):
        return any(holds_refs(p) for p in part)
    return isinstance(part, Ref) or type(part).__name__ in ("Stop", "Extend")


class Ready:
    """A plan ready for frames: which acts open, which version governs, and the form's runner."""

    def __init__(self, number: int, plan: Plan, around: Around, sharing: Sharing) -> None:
        self.number, self.plan = number, plan
        form: Form = sharing.form(plan.form)
        self.opening = form.open if isinstance(form, Timed) else form.act
        self.first_only = isinstance(form, Timed) and form.first_only
        self.bare = form.bare if isinstance(form, Timed | Prior) else None
        self.run = run_of(plan, form, around)
        self.whole_log = plan.governed is None and plan.from_day <= around.low and (
            plan.to_day is None or plan.to_day >= around.high
        )

    def judge(self, frame: Frame) -> list[Piece]:
        """Every row of this version in the frame."""
        certain, doubtful = self.openings(frame)
        if not len(certain) and not len(doubtful):
            return []
        certain, undated = self.governed(frame, certain)
        doubtful, also = self.governed(frame, doubtful)
        pieces = self.run.judge(frame, certain) if len(certain) else []
        excusable = self.excusable(frame, doubtful)
        if len(excusable):
            met, unmet = self.unless_met(frame, excusable)
            pieces += self.run.judge(frame, met) if len(met) else []
            doubtful = np.concatenate([np.setdiff1d(doubtful, excusable), unmet])
        rest = np.concatenate([doubtful, *([undated, also] if self.plan.latest else [])])
        return [*pieces, unjudged(rest, UNKNOWN)] if len(rest) else pieces

    def excusable(self, frame: Frame, doubtful: Array) -> Array:
        """The doubtful openings of which only the excuse is in doubt."""
        if self.bare is None or not len(doubtful):
            return NO_ROWS
        found = doubtful[np.isin(doubtful, matches(frame, self.bare).certain)]
        return found if frame.whole is None else found[frame.whole[frame.group[found]]]

    def unless_met(self, frame: Frame, rows: Array) -> tuple[Array, Array]:
        """The rows that are met without their excuse, and those that are not; what gives no row is in neither."""
        pieces = self.run.judge(frame, rows)
        judged, status = (np.concatenate([getattr(p, name) for p in pieces]) for name in ("rows", "status"))
        return np.sort(judged[status == MET]), judged[(status != MET) & (status >= 0)]

    def openings(self, frame: Frame) -> tuple[Array, Array]:
        """Certain and doubtful opening acts, of those that open something."""
        found = matches(frame, self.opening)
        certain, doubtful, untimed = found.certain, found.doubtful, found.untimed
        if frame.opens is not None and frame.whole is not None:
            whole, opens = frame.whole[frame.group], frame.opens
            doubtful = doubtful[opens[doubtful] | ~whole[doubtful]]
            untimed = untimed[opens[untimed] | ~whole[untimed]]
            doubtful = np.concatenate([doubtful, certain[~whole[certain]]])
            certain = certain[opens[certain] & whole[certain]]
        if self.first_only:
            first = np.full(len(frame.timed), 2**31 - 1, np.int32)
            groups, at = np.unique(frame.group[certain], return_index=True)
            certain = certain[at]
            first[groups] = certain
            doubtful = doubtful[doubtful < first[frame.group[doubtful]]]
        if not len(doubtful) and not len(untimed):
            return certain, NO_ROWS
        return certain, np.sort(np.concatenate([doubtful, untimed]))

    def governed(self, frame: Frame, rows: Array) -> tuple[Array, Array]:
        """The rows this version governs, and those whose governing date is not known."""
        if not len(rows) or (self.whole_log and not frame.has_untimed):
            return rows, NO_ROWS
        governed = self.plan.governed
        day = stored(frame, "day", rows) if governed is None else evaluate(frame, governed, rows)
        applies = day.known & (day.values >= self.plan.from_day)
        if self.plan.to_day is not None:
            applies &= day.values <= self.plan.to_day
        return (rows if applies.all() else rows[applies]), rows[~day.known]
