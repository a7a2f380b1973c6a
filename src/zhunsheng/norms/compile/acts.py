"""Norms judged at the act itself - a condition, officers kept apart, recordings that cover it - as relations."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.compile.conditions import any_of, every, is_not_false, is_true, is_unknown, nothing
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.compile.marks import mark
from zhunsheng.norms.compile.standstills import ITEMS, act_text
from zhunsheng.norms.expressions import Node
from zhunsheng.norms.plans import Check, Conflict, Covered


def check(frame: Frame, form: Check, g: ir.Table) -> ir.Table:
    """One row per judged act: `status`."""
    t = g.filter(g.judged)
    holds = frame.conditions.of(form.holds, t)
    if form.unless is not None:
        holds |= frame.conditions.of(form.unless, t)
    t = t.mutate(holds=holds)
    return t.mutate(
        status=ibis.cases((t.holds, "met"), (~t.holds, "broken"), else_="unknown"), met_pos=nothing("int64")
    )


def excused(frame: Frame, t: ir.Table, unless: Node | None) -> ir.Table:
    """`unless` true: met, by nothing; unknown where the rest is not met: unknown."""
    if unless is None:
        return t
    t = t.mutate(excuse=frame.conditions.of(unless, t))
    let = (t.status != "met") & is_true(t.excuse)
    columns = {
        "status": ibis.cases(
            (let, "met"), ((t.status != "met") & is_unknown(t.excuse), "unknown"), else_=t.status
        )
    }
    for name, kind in (("met_pos", "int64"), ("evidence", "string")):
        if name in t.columns:
            columns[name] = ibis.ifelse(let, nothing(kind), t[name])
    return t.mutate(**columns)


def conflict(frame: Frame, form: Conflict, g: ir.Table) -> ir.Table:
    """One row per judged act: `status`, and `met_pos`, the first other act that shares an officer."""
    types, cond = form.other.types, None if form.other.cond is None else frame.conditions.of(form.other.cond, g)
    g = g.mutate(other=frame.matching(types, g, None if cond is None else is_not_false(cond)),
                 other_sure=frame.matching(types, g, None if cond is None else is_true(cond)))
    t = g.filter(g.judged)
    matches = shared(frame, form, g, t)
    on = {c: c for c in frame.row}
    t = frame.looked_up(t, matches, on, {"hit_pos": "hit_pos", "maybe": "maybe"})
    t = t.mutate(
        status=ibis.cases((t.hit_pos.notnull(), "broken"), (t.maybe.notnull(), "unknown"), else_="met"),
        met_pos=t.hit_pos,
    )
    if "officer_1" not in frame.facts.known or form.roles or form.others:
        t = with_nameless(frame, form, g, t)
    return excused(frame, t, form.unless)


def with_nameless(frame: Frame, form: Conflict, g: ir.Table, t: ir.Table) -> ir.Table:
    """Outcomes that stay unknown because this act, or another, has no officer who may be meant."""
    counted = g.filter(g.other)
    counted = counted.mutate(nameless=ibis.ifelse(any_of(possible(frame, counted, form.others)), 0, 1))
    sums = counted.group_by(frame.keys).agg(others=counted.count(), nameless=counted.nameless.sum())
    t = frame.looked_up(t, sums, {c: c for c in frame.keys}, {"others": "others", "nameless": "nameless"})
    itself = ibis.ifelse(t.other, 1, 0)
    nameless_itself = ibis.ifelse(t.other & ~any_of(possible(frame, t, form.others)), 1, 0)
    alone = ~any_of(possible(frame, t, form.roles)) & (t.others.fill_null(0) > itself)
    doubt = alone | (t.nameless.fill_null(0) > nameless_itself)
    return t.mutate(status=ibis.ifelse((t.status == "met") & doubt, "unknown", t.status))


def others(frame: Frame, flag: ir.Value) -> ir.Value:
    """How many other acts of the group have the flag."""
    one = ibis.ifelse(flag, 1, 0)
    return one.sum().over(frame.around()) - one


def possible(frame: Frame, t: ir.Table, roles: tuple[str, ...]) -> list[ir.Value]:
    """Of each slot: whether its officer has, or may have, one of the roles."""
    return [officer.notnull() & is_not_false(fits(roles)) for officer, fits in frame.conditions.slots(t)]


def shared(frame: Frame, form: Conflict, g: ir.Table, t: ir.Table) -> ir.Table:
    """Acts that share an officer with another, for certain (`hit_pos`, the first such other) or perhaps."""
    mine = officers(frame, t, form.roles, ibis.literal(True))
    theirs = officers(frame, g.filter(g.other), form.others, ibis._.other_sure)
    pairs = frame.within_group(mine, theirs, "in_")
    pairs = pairs.filter(pairs.officer == pairs.in_officer, pairs.pos != pairs.in_pos)
    hit = ibis.ifelse(pairs.sure & pairs.in_sure, pairs.in_pos, nothing("int64")).min()
    return pairs.group_by(frame.row).agg(hit_pos=hit, maybe=pairs.count())


def officers(frame: Frame, t: ir.Table, roles: tuple[str, ...], sure: ir.Value) -> ir.Table:
    """One row per act and officer who has, or may have, one of the roles; `sure`: has, at an act that certainly counts."""
    t = t.mutate(counts=sure)
    parts = []
    for k, (officer, fits) in enumerate(frame.conditions.slots(t)):
        fit = fits(roles)
        known = f"officer_{k + 1}" in frame.facts.known and not roles
        part = t if known else t.filter(officer.notnull() & is_not_false(fit))
        parts.append(part.select(*frame.keys, "pos", officer=officer, sure=t.counts & is_true(fit)))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def covered(frame: Frame, form: Covered, g: ir.Table) -> ir.Table:
    """One row per judged act: `status`, and as `evidence` the recordings that overlap it."""
    marked = mark(frame, g, form.recording)
    doubts = [
        marked.sure & g.ended_us.isnull(),
        *[f for f in (marked.doubt, marked.untimed) if f is not None],
    ]
    g = g.mutate(recording=marked.sure & g.ended_us.notnull(), doubts=others(frame, any_of(doubts)))
    t = g.filter(g.judged)
    sums = walked(frame, form, g, t)
    on = {c: c for c in frame.row}
    t = frame.looked_up(t, sums, on, {"reach": "reach", "hole": "hole", "evidence": "items"})
    whole = every(
        [t.reach.notnull(), t.hole == 0, ibis.greatest(t.at_us, t.reach) + form.gap_us >= t.ended_us]
    )
    status = ibis.cases(
        (t.ended_us.isnull(), "unknown"), (is_true(whole), "met"), (t.doubts > 0, "unknown"), else_="broken"
    )
    return excused(frame, t.mutate(status=status, met_pos=nothing("int64")), form.unless)


def walked(frame: Frame, form: Covered, g: ir.Table, t: ir.Table) -> ir.Table:
    """Acts with what the recordings that overlap them reach, and whether they leave a hole."""
    acts = t.select(*frame.keys, "pos", "at_us", "ended_us")
    recordings = g.filter(g.recording).select(
        *frame.keys, "pos", begin=g.at_us, end=g.ended_us, item=act_text(g.seq, g.act_id)
    )
    pairs = frame.within_group(acts, recordings, "in_")
    pairs = pairs.filter(
        pairs.in_pos != pairs.pos, pairs.in_begin <= pairs.ended_us, pairs.in_end >= pairs.at_us
    )
    earlier = ibis.window(group_by=frame.row, order_by="in_pos", rows=(None, -1))
    pairs = pairs.mutate(
        reached=ibis.greatest(pairs.at_us, pairs.in_end.max().over(earlier).fill_null(pairs.at_us))
    )
    pairs = pairs.mutate(gap=ibis.ifelse(pairs.in_begin > pairs.reached + form.gap_us, 1, 0))
    return pairs.group_by(frame.row).agg(
        reach=pairs.in_end.max(), hole=pairs.gap.max(), items=pairs.in_item.group_concat(ITEMS)
    )
