"""`requires` and `forbids` as relations: what came before an act, and how long before."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.clocks import plain_counting
from zhunsheng.norms.compile.conditions import every, nothing
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.compile.marks import Mark, exists, last, mark
from zhunsheng.norms.compile.terms import instant_due
from zhunsheng.norms.period_instants import ELAPSED_US
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Prior, Ref, Standing


def prior(frame: Frame, form: Prior, g: ir.Table) -> ir.Table:
    """One row per judged act: `status`, `met_pos`; none where nothing precedes it and absence is ignored."""
    marked = mark(frame, g, form.prior)
    g = with_floor(frame, g, form.since)
    doubt = exists(marked.doubt, frame.before()) | exists(marked.untimed, frame.around())
    t = with_candidates(frame, g.mutate(doubted=doubt), form.prior, marked, form.at_least, form.at_most, form.counting)
    if form.ignore_absent:
        t = t.filter(t.candidate_pos.notnull())
    status = ibis.cases((t.good_pos.notnull(), "met"), (t.doubted | t.unsure, "unknown"), else_="broken")
    return t.mutate(status=status, met_pos=t.good_pos.fill_null(t.candidate_pos))


def standing(frame: Frame, form: Standing, g: ir.Table) -> ir.Table:
    """One row per judged act: `status`, and `met_pos`, since which act it was forbidden."""
    if form.start is None:
        t = g.filter(g.judged).mutate(good_pos=nothing("int64"), stands=ibis.literal(True))
    else:
        marked = mark(frame, g, form.start)
        g = with_floor(frame, g, form.end)
        doubt = exists(marked.untimed, frame.around())
        if marked.doubt is not None:
            doubt |= (last(marked.doubt, g.pos, frame.before()) > g.floor_pos).fill_null(False)
        t = with_candidates(frame, g.mutate(doubted=doubt), form.start, marked, None, form.span, form.counting)
        unclear = t.doubted | t.unsure
        t = t.mutate(stands=ibis.cases((t.good_pos.notnull(), ibis.literal(True)), (unclear, nothing("boolean")),
                                       else_=ibis.literal(False)))
    holds = t.stands if form.when is None else t.stands & frame.conditions.of(form.when, t)
    forbidden = holds if form.unless is None else holds & ~frame.conditions.of(form.unless, t)
    t = t.mutate(holds=holds, forbidden=forbidden)
    told = t.holds.fill_null(False) & t.forbidden.fill_null(True)
    return t.mutate(status=ibis.cases((t.forbidden, "broken"), (~t.forbidden, "met"), else_="unknown"),
                    met_pos=ibis.ifelse(told, t.good_pos, nothing("int64")))


def with_floor(frame: Frame, g: ir.Table, ref: Ref | None) -> ir.Table:
    """The acts with `floor_pos`, the last certain match of a reference before each, below all places if none."""
    if ref is None:
        return g.mutate(floor_pos=ibis.literal(-1, "int64"))
    return g.mutate(floor_pos=last(mark(frame, g, ref).sure, g.pos, frame.before()).fill_null(-1))


def with_candidates(
    frame: Frame, g: ir.Table, ref: Ref, marked: Mark, at_least: Period | None, at_most: Period | None, counting: Counting
) -> ir.Table:
    """Judged acts with the latest earlier match after the floor, `candidate_pos`, the latest at the right distance, `good_pos`,
    and `unsure`, whether the calendar leaves some distance open."""
    found = last(marked.sure, g.pos, frame.before())
    g = g.mutate(candidate_pos=found)
    g = g.mutate(candidate_pos=ibis.ifelse(g.candidate_pos > g.floor_pos, g.candidate_pos, nothing("int64")))
    t = g.filter(g.judged)
    if at_least is None and at_most is None:
        return t.mutate(good_pos=t.candidate_pos, unsure=ibis.literal(False))
    counting = plain_counting(counting)
    pairs = with_distances(frame, g, t, mark(frame, g, ref), at_least, at_most, counting)
    sums = pairs.group_by([*frame.keys, "pos"]).agg(
        good=ibis.ifelse(pairs.fits, pairs.prior_pos, nothing("int64")).max(),
        open=ibis.ifelse(pairs.fits.isnull(), 1, 0).max(),
    )
    t = frame.looked_up(t, sums, {c: c for c in (*frame.keys, "pos")}, {"good_pos": "good", "open": "open"})
    return t.mutate(unsure=t.open.fill_null(0) == 1)


def with_distances(
    frame: Frame, g: ir.Table, t: ir.Table, marked: Mark, at_least: Period | None, at_most: Period | None, counting: Counting
) -> ir.Table:
    """Pairs of judged acts and candidates with `fits`, whether the distance is right; null where the calendar cannot tell."""
    candidates = g.mutate(candidate=marked.sure).filter(ibis._.candidate).select(*frame.keys, "pos", "at_us", "day", "tod")
    candidates = with_end(frame, candidates, at_most, counting)
    acts = with_latest(frame, t.select(*frame.keys, "pos", "at_us", "day", "floor_pos"), at_least, counting)
    other = candidates.rename({f"prior_{c}": c for c in candidates.columns})
    on = [*frame.same_group(acts, other, "prior_"), other.prior_pos < acts.pos, other.prior_pos > acts.floor_pos]
    pairs = acts.join(other, on)
    tests = []
    if at_least is not None:
        far = pairs.prior_day <= pairs.latest
        if not at_least.in_days:
            far = pairs.at_us - pairs.prior_at_us >= at_least.amount * ELAPSED_US[at_least.unit]
        tests.append(far)
    if at_most is not None:
        tests.append(pairs.at_us <= pairs.prior_end)
    return pairs.mutate(fits=every(tests))


def with_end(frame: Frame, t: ir.Table, at_most: Period | None, counting: Counting) -> ir.Table:
    """Candidates with `end`, until when they are near enough."""
    if at_most is None:
        return t
    if not at_most.in_days:
        return t.mutate(end=instant_due(frame, t, at_most, counting))
    return frame.looked_up(t, frame.lookups.due(frame.facts.days, [(0, at_most)], counting), {"day": "day"}, {"end": "due_us"})


def with_latest(frame: Frame, t: ir.Table, at_least: Period | None, counting: Counting) -> ir.Table:
    """Acts with `latest`, the last day that lies far enough before them."""
    if at_least is None or not at_least.in_days:
        return t
    return frame.looked_up(t, frame.lookups.back(frame.facts.days, at_least, counting), {"day": "day"}, {"latest": "latest"})
