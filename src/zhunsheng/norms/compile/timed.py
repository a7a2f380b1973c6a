"""Deadlines, retention and company by another act, as relations."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.compile.certainty import certain
from zhunsheng.norms.compile.conditions import any_of, is_not_false, is_true, nothing
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.compile.grants import extending, next_columns, with_grants
from zhunsheng.norms.compile.marks import exists, first, last, mark, together
from zhunsheng.norms.compile.standstills import ITEMS, intervals, stopped_due
from zhunsheng.norms.compile.terms import Terms, lenience, with_due
from zhunsheng.norms.plans import Timed

NEVER = 2**62
"""Compares as later than every instant."""


@dataclass(frozen=True)
class Cures:
    """What doubtful acts there may be that could turn an outcome; a column name where any are possible."""

    meeting: bool
    others: bool


def timed(frame: Frame, form: Timed, g: ir.Table) -> ir.Table:
    """One row per judged opening act: `status`, `due_us`, `warn_us`, `met_pos`, `evidence`."""
    terms = Terms.of(form)
    g, cures = with_deciding(frame, form, g)
    if form.extends or form.stops:
        g = with_horizon(form, g)
    if form.extends:
        g = g.mutate(**next_columns(frame, form, g))
    opened = g.filter(g.judged)
    t = with_variants(frame, form, opened, terms)
    t = with_clock(frame, form, t, g, opened, terms)
    t = with_status(frame, form, t, terms)
    t = doubted(form, t, cures)
    t = t.mutate(warn_us=warning(form, t, terms), evidence=evidence_of(form, t))
    return combined(frame, form, t)


def with_deciding(frame: Frame, form: Timed, g: ir.Table) -> tuple[ir.Table, Cures]:
    """The acts that may decide each opening: meeting, voiding, doubtful ones."""
    after, before = frame.after(), frame.before()
    meet = mark(frame, g, form.meet)
    voids = [mark(frame, g, v) for v in form.voids]
    columns = {"meet_pos": first(meet.sure, g.pos, after), "meet_us": first(meet.sure, g.at_us, after)}
    if form.already:
        columns |= {"prior_pos": last(meet.sure, g.pos, before), "prior_us": last(meet.sure, g.at_us, before)}
    if voids:
        void = any_of([v.sure for v in voids])
        columns |= {"void_pos": first(void, g.pos, after), "void_us": first(void, g.at_us, after)}
    extends = [mark(frame, g, ref) for ref in dict.fromkeys(e.ref for e in form.extends)]
    stops = [mark(frame, g, ref) for s in form.stops for ref in (s.start, s.end)]
    meeting = together([meet.doubt]), together([meet.untimed])
    later = together([m.doubt for m in (*voids, *extends)])
    anywhere, timeless = (
        together([s.doubt for s in stops]),
        together([m.untimed for m in (*voids, *extends, *stops)]),
    )
    cures = Cures(
        any(f is not None for f in meeting), any(f is not None for f in (later, anywhere, timeless))
    )
    if cures.meeting:
        columns |= {
            "cure_us": least(frame, g, meeting[0], also_before=form.already),
            "cure_untimed": exists(meeting[1], frame.around()),
        }
    if cures.others:
        columns |= {
            "turn_us": least(frame, g, later),
            "halt_us": around(frame, g, anywhere),
            "turn_untimed": exists(timeless, frame.around()),
        }
    return g.mutate(**columns), cures


def with_horizon(form: Timed, g: ir.Table) -> ir.Table:
    """The acts with `horizon_pos` and `horizon_us`: the first act that may decide each, or itself where it was met before.

    What comes after the horizon lengthens no term. Null where nothing has come that may decide.
    """
    pos, us = g.meet_pos, g.meet_us
    if form.voids:
        sooner = (pos.isnull() | (g.void_pos < pos)).fill_null(False)
        pos, us = ibis.ifelse(sooner, g.void_pos, pos), ibis.ifelse(sooner, g.void_us, us)
    if form.already:
        done = g.prior_pos.notnull()
        pos, us = ibis.ifelse(done, g.pos, pos), ibis.ifelse(done, g.at_us, us)
    return g.mutate(horizon_pos=pos, horizon_us=us)


def least(frame: Frame, g: ir.Table, flag: ir.Value | None, *, also_before: bool = False) -> ir.Value:
    """The earliest time of a flagged act after each act, and before it where asked; NEVER when there is none."""
    if flag is None:
        return ibis.literal(NEVER, "int64")
    later = first(flag, g.at_us, frame.after()).fill_null(NEVER)
    return ibis.least(later, first(flag, g.at_us, frame.before()).fill_null(NEVER)) if also_before else later


def around(frame: Frame, g: ir.Table, flag: ir.Value | None) -> ir.Value:
    """The earliest time of a flagged act in the group; NEVER when there is none."""
    return (
        ibis.literal(NEVER, "int64")
        if flag is None
        else first(flag, g.at_us, frame.around()).fill_null(NEVER)
    )


def with_variants(frame: Frame, form: Timed, opened: ir.Table, terms: Terms) -> ir.Table:
    """Opening acts with the `term` they start with, once for each tier that may be the one (`variant`)."""
    own = ibis.literal(terms.number(form.period), "int64")
    if not form.tiers:
        return opened.mutate(term=own, variant=ibis.literal(0, "int64"))
    conds = [frame.conditions.of(tier.cond, opened) for tier in form.tiers]
    numbers = [ibis.literal(terms.number(tier.period), "int64") for tier in form.tiers]
    if all(certain(tier.cond, frame.facts) for tier in form.tiers):
        term = ibis.cases(*zip(conds, numbers, strict=True), else_=own)
        return opened.mutate(term=term, variant=ibis.literal(0, "int64"))
    opened = opened.mutate(**{f"tier_{n}": cond for n, cond in enumerate(conds)})
    parts = []
    for n, number in enumerate([*numbers, own]):
        possible = ~any_of([is_true(opened[f"tier_{k}"]) for k in range(n)])
        if n < len(numbers):
            possible &= is_not_false(opened[f"tier_{n}"])
        parts.append(opened.filter(possible).mutate(term=number, variant=ibis.literal(n, "int64")))
    return ibis.union(*parts)


def with_clock(
    frame: Frame, form: Timed, t: ir.Table, g: ir.Table, opened: ir.Table, terms: Terms
) -> ir.Table:
    """Opening acts with `due_us`, and `stopped` and `granted` where stops and extensions exist."""
    if form.by is not None:
        return with_named_date(frame, form, t)
    if not any(terms.all):
        return t.mutate(due_us=nothing("int64"))
    clocks = stopped_due(frame, opened, intervals(frame, form, g), terms) if form.stops else None

    def due(table: ir.Table) -> ir.Table:
        if clocks is None:
            found = with_due(frame, table, terms)
            return found.drop("day_due") if "day_due" in found.columns else found
        on = {c: c for c in (*frame.row, "term")}
        return frame.looked_up(table, clocks, on, {"due_us": "due_us", "stopped": "stopped"})

    if not form.extends:
        return due(t)
    return with_grants(frame, form, t, terms, extending(frame, form, g), due)


def with_named_date(frame: Frame, form: Timed, t: ir.Table) -> ir.Table:
    """`by`: the end of a day, or an instant."""
    assert form.by is not None
    value = frame.conditions.of(form.by, t).cast("int64")
    if form.by.type != "date":
        return t.mutate(due_us=value)
    low, high = frame.date_range(form.by)
    return frame.looked_up(
        t.mutate(by_day=value), frame.lookups.end(low, high), {"by_day": "day"}, {"due_us": "end_us"}
    )


def unlimited(form: Timed, t: ir.Table, terms: Terms) -> ir.Value:
    """Whether there is no due time at all."""
    if form.by is not None:
        return ibis.literal(False)
    return terms.where(t, [n for n, p in enumerate(terms.all) if p is None])


def with_status(frame: Frame, form: Timed, t: ir.Table, terms: Terms) -> ir.Table:
    """Opening acts with `status`, doubts left aside, `met_pos`, and `limit_us`, the due time or NEVER."""
    endless = unlimited(form, t, terms)
    t = t.mutate(limit_us=t.due_us.fill_null(NEVER), told=endless | t.due_us.notnull(), endless=endless)
    if form.already:
        t = t.mutate(meet_pos=t.prior_pos.fill_null(t.meet_pos), meet_us=t.prior_us.fill_null(t.meet_us))
    met = t.meet_us.notnull()
    over = frame.moment.as_of_us > t.limit_us
    if form.keep:
        settled = ibis.cases((met & (t.meet_us <= t.limit_us), "broken"), (over, "met"), else_="pending")
    else:
        undone = over | (t.endless & frame.moment.closed)
        settled = ibis.cases(
            (met & (t.meet_us <= t.limit_us), "met"), (met, "late"), (undone, "overdue"), else_="pending"
        )
    if not form.voids:
        return t.mutate(
            status=ibis.ifelse(t.told, settled, "unknown"),
            met_pos=ibis.ifelse(t.told, t.meet_pos, nothing("int64")),
        )
    first_void = t.meet_pos.isnull() | (t.void_pos < t.meet_pos)
    void = (t.told & t.void_pos.notnull() & first_void & (t.void_us <= t.limit_us)).fill_null(False)
    return t.mutate(
        status=ibis.cases((void, "void"), (~t.told, "unknown"), else_=settled),
        met_pos=ibis.cases((void, t.void_pos), (t.told, t.meet_pos), else_=nothing("int64")),
    )


def doubted(form: Timed, t: ir.Table, cures: Cures) -> ir.Table:
    """Outcomes that a doubtful act could turn become unknown."""
    breach = t.status.isin(["late", "overdue", "broken"])
    turned = []
    if cures.meeting:
        exposed = t.status.isin(["met", "pending"]) if form.keep else breach
        turned.append(exposed & ((cured(t.cure_us, t)) | t.cure_untimed))
    if cures.others:
        turned.append(breach & (cured(t.turn_us, t) | cured(t.halt_us, t) | t.turn_untimed))
    return t.mutate(status=ibis.ifelse(any_of(turned), "unknown", t.status)) if turned else t


def cured(us: ir.Value, t: ir.Table) -> ir.Value:
    """Whether a doubtful act at this time lies within the term."""
    return (us < NEVER) & (us <= t.limit_us)


def warning(form: Timed, t: ir.Table, terms: Terms) -> ir.Value:
    """When to warn: before the due time by the strict reading of hours."""
    if form.warn_before_us is None:
        return nothing("int64")
    warn = t.due_us - form.warn_before_us
    if terms.counting.hours == "from_moment" or form.by is not None:
        return warn
    return ibis.ifelse(
        terms.where(t, [n for n, _ in terms.instants]), warn - lenience(t, terms.counting), warn
    )


def evidence_of(form: Timed, t: ir.Table) -> ir.Value:
    """The acts of stops and extensions that counted."""
    if form.stops and form.extends:
        both = t.stopped.concat(ITEMS).concat(t.granted)
        return ibis.cases((t.granted.isnull(), t.stopped), (t.stopped.isnull(), t.granted), else_=both)
    return t.stopped if form.stops else t.granted if form.extends else nothing("string")


def combined(frame: Frame, form: Timed, t: ir.Table) -> ir.Table:
    """One row per opening act: where several terms are possible, the earliest, unknown if they disagree."""
    if not form.tiers or all(certain(tier.cond, frame.facts) for tier in form.tiers):
        return t
    every = ibis.window(group_by=frame.row)
    ranked = ibis.window(group_by=frame.row, order_by=["limit_us", "variant"])
    t = t.mutate(
        least_status=t.status.min().over(every),
        most_status=t.status.max().over(every),
        rank=ibis.row_number().over(ranked),
    )
    t = t.filter(t["rank"] == 0)
    return t.mutate(status=ibis.ifelse(t.least_status == t.most_status, t.status, "unknown"))
