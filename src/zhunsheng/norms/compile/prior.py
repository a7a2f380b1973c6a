"""`requires` and `forbids` as relations: what came before an act, and how long before."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.clocks import plain_counting
from zhunsheng.norms.compile.conditions import every, is_not_false, is_true, is_unknown, negated, nothing
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.compile.marks import exists, last, mark
from zhunsheng.norms.compile.terms import instant_due
from zhunsheng.norms.period_instants import ELAPSED_US
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Prior, Ref, Standing


def prior(frame: Frame, form: Prior, g: ir.Table) -> ir.Table:
    """One row per judged act: `status`, `met_pos`; none where nothing precedes it and absence is ignored."""
    g = with_floor(frame, g, form.since)
    marked = mark(frame, g, form.prior)
    doubt = exists(marked.doubt, frame.before()) | exists(marked.untimed, frame.around())
    g = g.mutate(doubted=doubt, preceding=marked.sure)
    t = with_candidates(frame, g, form.at_least, form.at_most, form.counting)
    if form.ignore_absent:
        t = t.filter(t.candidate_pos.notnull())
    status = ibis.cases((t.good_pos.notnull(), "met"), (t.doubted | t.unsure, "unknown"), else_="broken")
    t = t.mutate(status=status, met_pos=t.good_pos.fill_null(t.candidate_pos))
    return (
        t if form.at_most is None else with_due_after(frame, t, form.at_most, plain_counting(form.counting))
    )


def with_due_after(frame: Frame, t: ir.Table, at_most: Period, counting: Counting) -> ir.Table:
    """Rows with `due_us`, by when the act was due after the one that decides."""
    acts = with_end(frame, frame.acts.select("case_id", "pos", "at_us", "day", "tod"), at_most, counting)
    return frame.looked_up(t, acts, frame.act_at("met_pos"), {"due_us": "end"})


def standing(frame: Frame, form: Standing, g: ir.Table) -> ir.Table:
    """One row per judged act: `status`, and `met_pos`, since which act it was forbidden."""
    if form.start is None:
        t = g.filter(g.judged).mutate(good_pos=nothing("int64"), stands=ibis.literal(True))
    else:
        t = with_state(frame, form, form.start, g)
    holds = t.stands if form.when is None else t.stands & frame.conditions.of(form.when, t)
    forbidden = holds if form.unless is None else holds & negated(frame.conditions.of(form.unless, t))
    t = t.mutate(holds=holds, forbidden=forbidden)
    told = is_true(t.holds) & is_not_false(t.forbidden)
    return t.mutate(
        status=ibis.cases((t.forbidden, "broken"), (~t.forbidden, "met"), else_="unknown"),
        met_pos=ibis.ifelse(told, t.good_pos, nothing("int64")),
    )


def with_state(frame: Frame, form: Standing, start: Ref, g: ir.Table) -> ir.Table:
    """Judged acts with `stands`, whether the forbidding state stands at each, and `good_pos`, since which act."""
    g = with_floor(frame, g, form.end)
    marked = mark(frame, g, start)
    doubt = exists(marked.untimed, frame.around())
    if marked.doubt is not None:
        doubt |= (last(marked.doubt, g.pos, frame.before()) > g.floor_pos).fill_null(False)
    t = with_candidates(frame, g.mutate(doubted=doubt, preceding=marked.sure), None, form.span, form.counting)
    unclear = t.doubted | t.unsure
    stands = ibis.cases(
        (t.good_pos.notnull(), ibis.literal(True)), (unclear, nothing("boolean")), else_=ibis.literal(False)
    )
    return t.mutate(stands=stands)


def with_floor(frame: Frame, g: ir.Table, ref: Ref | None) -> ir.Table:
    """The acts with `floor_pos`, the last certain match of a reference before each, below all places if none."""
    if ref is None:
        return g.mutate(floor_pos=ibis.literal(-1, "int64"))
    return g.mutate(floor_pos=last(mark(frame, g, ref).sure, g.pos, frame.before()).fill_null(-1))


def with_candidates(
    frame: Frame, g: ir.Table, at_least: Period | None, at_most: Period | None, counting: Counting
) -> ir.Table:
    """Judged acts with `candidate_pos`, `good_pos` and `unsure`.

    The latest `preceding` act after the floor, the latest of them at the right distance, and whether the calendar leaves
    some distance open.
    """
    g = g.mutate(candidate_pos=last(g.preceding, g.pos, frame.before()))
    g = g.mutate(candidate_pos=ibis.ifelse(g.candidate_pos > g.floor_pos, g.candidate_pos, nothing("int64")))
    t = g.filter(g.judged)
    if at_least is None and at_most is None:
        return t.mutate(good_pos=t.candidate_pos, unsure=ibis.literal(False))
    counting = plain_counting(counting)
    pairs = with_distances(frame, g, t, at_least, at_most, counting)
    sums = pairs.group_by(frame.row).agg(
        good=ibis.ifelse(pairs.fits, pairs.prior_pos, nothing("int64")).max(),
        open=ibis.ifelse(is_unknown(pairs.fits), 1, 0).max(),
    )
    t = frame.looked_up(t, sums, {c: c for c in frame.row}, {"good_pos": "good", "open": "open"})
    return t.mutate(unsure=t.open.fill_null(0) == 1)


def with_distances(
    frame: Frame,
    g: ir.Table,
    t: ir.Table,
    at_least: Period | None,
    at_most: Period | None,
    counting: Counting,
) -> ir.Table:
    """Pairs of judged acts and candidates with `fits`, whether the distance is right; null where the calendar cannot tell."""
    candidates = g.filter(g.preceding).select(*frame.keys, "pos", "at_us", "day", "tod")
    candidates = with_end(frame, candidates, at_most, counting)
    acts = with_latest(frame, t.select(*frame.keys, "pos", "at_us", "day", "floor_pos"), at_least, counting)
    pairs = frame.within_group(acts, candidates, "prior_")
    pairs = pairs.filter(pairs.prior_pos < pairs.pos, pairs.prior_pos > pairs.floor_pos)
    tests = []
    if at_least is not None and at_least.in_days:
        tests.append(pairs.prior_day <= pairs.latest)
    elif at_least is not None:
        tests.append(pairs.at_us - pairs.prior_at_us >= at_least.amount * ELAPSED_US[at_least.unit])
    if at_most is not None:
        tests.append(pairs.at_us <= pairs.prior_end)
    return pairs.mutate(fits=every(tests))


def with_end(frame: Frame, t: ir.Table, at_most: Period | None, counting: Counting) -> ir.Table:
    """Candidates with `end`, until when they are near enough."""
    if at_most is None:
        return t
    if not at_most.in_days:
        return t.mutate(end=instant_due(frame, t, at_most, counting))
    return frame.looked_up(
        t, frame.lookups.due(frame.facts.days, [(0, at_most)], counting), {"day": "day"}, {"end": "due_us"}
    )


def with_latest(frame: Frame, t: ir.Table, at_least: Period | None, counting: Counting) -> ir.Table:
    """Acts with `latest`, the last day that lies far enough before them."""
    if at_least is None or not at_least.in_days:
        return t
    return frame.looked_up(
        t, frame.lookups.back(frame.facts.days, at_least, counting), {"day": "day"}, {"latest": "latest"}
    )
