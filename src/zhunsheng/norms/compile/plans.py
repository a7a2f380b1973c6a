"""From one norm version to one relation: which acts open it, what each form makes of them, and what stays unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.clocks import Moment
from zhunsheng.norms.compile.acts import check, conflict, covered
from zhunsheng.norms.compile.certainty import certain
from zhunsheng.norms.compile.conditions import every, nothing
from zhunsheng.norms.compile.facts import UNTIMED, LogFacts
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.compile.lookups import Lookups
from zhunsheng.norms.compile.marks import exists, mark
from zhunsheng.norms.compile.prior import prior, standing
from zhunsheng.norms.compile.timed import timed
from zhunsheng.norms.plans import Check, Conflict, Covered, Plan, Prior, Standing, Timed

FORMS: dict[type, Callable[[Frame, Any, ir.Table], ir.Table]] = {
    Timed: timed,
    Prior: prior,
    Standing: standing,
    Conflict: conflict,
    Check: check,
    Covered: covered,
}
COLUMNS = {
    "case_id": "string",
    "scope": "string",
    "opened_seq": "int64",
    "status": "string",
    "due_us": "int64",
    "warn_us": "int64",
    "met_seq": "int64",
    "evidence": "string",
}
"""What a plan's relation gives per obligation: `evidence` holds acts beside the opening and the deciding one, as items of
seq and id (`standstills.ITEM`, `ITEMS`), in no order, possibly twice; null where there are none."""


def compile_plan(plan: Plan, facts: LogFacts, moment: Moment, lookups: Lookups) -> ir.Table:
    """The obligations of one plan as an expression over the tables `acts` and `subjects` and those of `lookups`.

    Columns: see `COLUMNS`. The tables are unbound: `frame.acts_table(facts)` says what `acts` must hold. One row per
    opening act and group.
    """
    frame = Frame.of(plan, facts, moment, lookups)
    g, unclear = with_openings(frame, frame.grouped())
    found = unless_met(FORMS[type(plan.form)](frame, plan.form, g))
    parts = [found.mutate(opened_seq=found.seq, **missing(found))]
    if unclear:
        left = g.filter(g.unclear)
        parts.append(left.mutate(opened_seq=left.seq, status=ibis.literal("unknown"), **missing(left)))
    parts = [
        p.select(**{name: outcome(frame, p, name) for name in (*COLUMNS, "met_pos") if name != "met_seq"})
        for p in parts
    ]
    table = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return with_met_seq(frame, table).select(*COLUMNS)


def unless_met(t: ir.Table) -> ir.Table:
    """Rows of acts whose excuse is unknown: what is not met without it is unknown, and nothing more is told of it."""
    if "excusing" not in t.columns:
        return t
    lost = t.excusing & (t.status != "met")
    told = [c for c in ("due_us", "warn_us", "met_pos", "evidence") if c in t.columns]
    blank = {c: ibis.ifelse(lost, nothing(str(t[c].type())), t[c]) for c in told}
    return t.mutate(status=ibis.ifelse(lost, "unknown", t.status), **blank)


def missing(t: ir.Table) -> dict[str, ir.Value]:
    """Nulls for what a form does not tell."""
    kinds = {"due_us": "int64", "warn_us": "int64", "met_pos": "int64", "evidence": "string"}
    return {name: nothing(kind) for name, kind in kinds.items() if name not in t.columns}


def outcome(frame: Frame, t: ir.Table, name: str) -> ir.Value:
    """One column of a result."""
    if name == "scope":
        return frame.scope_text(t)
    return t[name].cast(COLUMNS.get(name, "int64"))


def with_openings(frame: Frame, g: ir.Table) -> tuple[ir.Table, bool]:
    """The acts with `judged`, those that open an obligation for certain, and `unclear`; and whether any can be unclear."""
    plan = frame.plan
    marked = mark(frame, g, plan.opening)
    sure, doubtful = marked.sure, [f for f in (marked.doubt, marked.untimed) if f is not None]
    doubt = doubtful[0] if len(doubtful) == 1 else doubtful[0] | doubtful[1] if doubtful else None
    if plan.per:
        rest = ~g.whole
        doubt = (g.opens & doubt) | (rest & sure) if doubt is not None else rest & sure
        sure = sure & g.opens & g.whole
    if plan.bare is not None and marked.doubt is not None:
        excusing = marked.doubt & mark(frame, g, plan.bare).sure
        excusing = excusing & g.opens & g.whole if plan.per else excusing
        g = g.mutate(excusing=excusing)
        sure, doubt = sure | g.excusing, doubt & ~g.excusing
    never = ibis.literal(False)
    g = g.mutate(sure_opening=sure, doubtful_opening=never if doubt is None else doubt)
    if isinstance(plan.form, Timed) and plan.form.first_only:
        g = g.mutate(again=every([exists(g.sure_opening, frame.before()), frame.timed(g)]))
        g = g.mutate(sure_opening=g.sure_opening & ~g.again, doubtful_opening=g.doubtful_opening & ~g.again)
    applies, open_date = in_force(frame, g)
    if applies is None:
        return g.mutate(judged=g.sure_opening, unclear=g.doubtful_opening), doubt is not None
    unclear = g.doubtful_opening & applies.fill_null(plan.latest)
    if plan.latest and open_date:
        unclear |= g.sure_opening & applies.isnull()
    return g.mutate(judged=g.sure_opening & applies.fill_null(False), unclear=unclear), doubt is not None or (plan.latest and open_date)


def in_force(frame: Frame, g: ir.Table) -> tuple[ir.Value | None, bool]:
    """Whether the version governs each act, null where its governing date is not known; and whether that can be at an act with a time.

    None where the version governs every act of the log.
    """
    plan, facts = frame.plan, frame.facts
    first, last = (int(facts.days[0]), int(facts.days[-1])) if len(facts.days) else (0, -1)
    if plan.governed is None and not facts.untimed and plan.from_day <= first and (plan.to_day is None or last <= plan.to_day):
        return None, False
    day = g.day if plan.governed is None else frame.conditions.of(plan.governed, g)
    applies = every([day >= plan.from_day, None if plan.to_day is None else day <= plan.to_day])
    return applies, plan.governed is not None and not certain(plan.governed, facts)


def with_met_seq(frame: Frame, t: ir.Table) -> ir.Table:
    """The result with the seq of the deciding act instead of its place in the order."""
    if frame.facts.ordered:
        return t.mutate(
            met_seq=ibis.ifelse(t.met_pos >= UNTIMED, t.met_pos - UNTIMED, t.met_pos)
            if frame.facts.untimed
            else t.met_pos
        )
    return frame.looked_up(t, frame.acts, frame.act_at("met_pos"), {"met_seq": "seq"})
