"""Clocks that stand still: the intervals of a plan's stops, and the due times they lead to."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr import types as ir

from zhunsheng.norms.compile.conditions import nothing
from zhunsheng.norms.compile.frame import Frame
from zhunsheng.norms.compile.marks import first, mark
from zhunsheng.norms.compile.terms import Terms, instant_due
from zhunsheng.norms.periods import Period
from zhunsheng.norms.plans import Stop, Timed

ITEM, ITEMS = "\x1f", "\x1e"
"""Evidence is told as text: seq and id of an act, acts parted from one another."""
HORIZON = ("horizon_pos", "horizon_us", "horizon_day")
FAR = 10**9
"""Workdays where the calendar does not tell how many: the sum then leaves the calendar too."""


def act_text(seq: ir.Value, act_id: ir.Value) -> ir.Value:
    """An act as an item of evidence."""
    return seq.cast("string").concat(ITEM).concat(act_id)


def intervals(frame: Frame, form: Timed, g: ir.Table) -> ir.Table:
    """Every interval of every stop: its group, and `start_*`, `end_*` (at the moment while still open), and items of evidence."""
    parts = []
    for number, stop in enumerate(form.stops):
        starts, ends = mark(frame, g, stop.start), mark(frame, g, stop.end)
        t = g.mutate(end_pos=ending(frame, g, stop, ends.sure), starting=starts.sure).filter(ibis._.starting)
        parts.append(
            t.select(
                *frame.keys,
                "end_pos",
                start_pos="pos",
                start_us="at_us",
                start_day=t.day.cast("int64"),
                start_item=act_text(t.seq, t.act_id),
                number=ibis.literal(number, "int64"),
            )
        )
    t = ibis.union(*parts) if len(parts) > 1 else parts[0]
    acts = frame.acts.mutate(item=act_text(ibis._.seq, ibis._.act_id))
    t = frame.looked_up(
        t,
        acts,
        frame.act_at("end_pos"),
        {"end_us": "at_us", "end_day": "day", "end_item": "item"},
    )
    return t.mutate(
        end_us=t.end_us.fill_null(frame.moment.as_of_us),
        end_day=t.end_day.cast("int64").fill_null(frame.moment.day),
    )


def ending(frame: Frame, g: ir.Table, stop: Stop, sure: ir.Value) -> ir.Value:
    """Place of the act that ends the interval which an act of `g` would begin."""
    if stop.pair is None:
        return first(sure, g.pos, frame.after())
    pair = frame.conditions.fact(stop.pair, "text", g)
    window = ibis.window(group_by=[*[g[k] for k in frame.keys], pair], order_by=g.pos, rows=(1, None))
    return ibis.ifelse(pair.isnull(), nothing("int64"), first(sure, g.pos, window))


def stopped_due(frame: Frame, opened: ir.Table, stops: ir.Table, terms: Terms) -> ir.Table:
    """For each opening act and term: keys, `pos`, `term`, `due_us` and `stopped`, the acts of the stops that counted."""
    day = {"horizon_day": "day"}
    opened = frame.looked_up(opened, frame.acts, frame.act_at("horizon_pos"), day)
    parts = []
    if terms.instants:
        parts.append(instants(frame, opened, stops, terms))
    natural = terms.of_unit("days", "months", "years")
    if natural:
        parts.append(days(frame, opened, stops, terms, natural))
    working = terms.of_unit("working_days")
    if working:
        parts.append(working_days(frame, opened, stops, terms, working))
    endless = [n for n, p in enumerate(terms.all) if p is None]
    if endless:
        t = crossed(frame, opened, [(n, None) for n in endless])
        parts.append(t.select(*frame.keys, "pos", "term", due_us=nothing("int64"), stopped=nothing("string")))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def crossed(frame: Frame, opened: ir.Table, numbered: Sequence[tuple[int, Period | None]]) -> ir.Table:
    """Opening acts once for each of some terms."""
    t = opened.select(*frame.keys, "pos", "at_us", "tod", "day", *HORIZON)
    t = t.mutate(day=t.day.cast("int64"), horizon_day=t.horizon_day.cast("int64"))
    parts = [t.mutate(term=ibis.literal(n, "int64")) for n, _ in numbered]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def paired(frame: Frame, t: ir.Table, stops: ir.Table, later: str, than: str) -> ir.Table:
    """Opening acts with the intervals of their group that end later than they begin.

    An interval begins before the horizon; one that had not ended by it lasts up to it, and its end is no evidence.
    """
    pairs = frame.within_group(t, stops, "stop_")
    pairs = pairs.filter(pairs.horizon_pos.isnull() | (pairs.stop_start_pos < pairs.horizon_pos))
    free = pairs.horizon_pos.isnull()
    cut = ~free & (pairs.stop_end_pos.isnull() | (pairs.stop_end_pos > pairs.horizon_pos)).fill_null(False)
    both = pairs.stop_start_item.concat(ITEMS).concat(pairs.stop_end_item)
    pairs = pairs.mutate(
        stop_end_us=ibis.ifelse(cut, pairs.horizon_us, pairs.stop_end_us),
        stop_end_day=ibis.ifelse(cut, pairs.horizon_day, pairs.stop_end_day),
        stop_item=ibis.ifelse(cut | pairs.stop_end_item.isnull(), pairs.stop_start_item, both),
    )
    return pairs.filter(pairs[f"stop_{later}"] > pairs[than])


def of_clock(frame: Frame, upto: int) -> object:
    """The intervals before one (-1), or up to and including it (0), in order of start, of one clock."""
    return ibis.window(
        group_by=[*frame.row, "term"],
        order_by=["stop_start_pos", "stop_end_us", "stop_number"],
        rows=(None, upto),
    )


def counted(frame: Frame, p: ir.Table, breaks: ir.Value) -> ir.Table:
    """The intervals before the first that begins after the due time as it then stood."""
    p = p.mutate(breaks=ibis.ifelse(breaks.fill_null(False), 1, 0))
    return p.mutate(broken=p.breaks.max().over(of_clock(frame, 0))).filter(ibis._.broken == 0)


def summed(frame: Frame, t: ir.Table, p: ir.Table) -> ir.Table:
    """Opening acts with `total`, what their counted intervals add, the day `reached` by them, and `stopped`, their acts."""
    sums = p.group_by([*frame.row, "term"]).agg(
        total=p.added.sum().cast("int64"), stopped=p.stop_item.group_concat(ITEMS), reached=p.stop_end_day.max()
    )
    on = {c: c for c in (*frame.row, "term")}
    taken = {"total": "total", "stopped": "stopped", "reached": "reached"}
    t = frame.looked_up(t, sums, on, taken)
    return t.mutate(total=t.total.fill_null(0))


def instants(frame: Frame, opened: ir.Table, stops: ir.Table, terms: Terms) -> ir.Table:
    """Due times of terms in minutes and hours: stops are lengths of time."""
    t = crossed(frame, opened, terms.instants)
    t = t.mutate(
        base=terms.pick(
            t, {n: instant_due(frame, t, p, terms.counting) for n, p in terms.instants}, nothing("int64")
        )
    )
    p = paired(frame, t, stops, "end_us", "at_us")
    before = of_clock(frame, -1)
    p = p.mutate(
        begin=ibis.greatest(p.stop_start_us, p.at_us),
        reach=ibis.greatest(p.at_us, p.stop_end_us.max().over(before).fill_null(p.at_us)),
    )
    p = p.mutate(added=ibis.greatest(0, p.stop_end_us - ibis.greatest(p.begin, p.reach)))
    p = p.mutate(sofar=p.added.sum().over(before).cast("int64").fill_null(0))
    t = summed(frame, t, counted(frame, p, p.begin > p.base + p.sofar))
    return t.select(
        *frame.keys,
        "pos",
        "term",
        due_us=t.base + t.total,
        stopped=ibis.ifelse(t.base.isnull(), nothing("string"), t.stopped),
    )


def clipped_days(frame: Frame, t: ir.Table, stops: ir.Table) -> ir.Table:
    """Opening acts with their intervals, from the later of opening day, begin and what earlier intervals reached."""
    p = paired(frame, t, stops, "end_day", "day")
    reached = p.stop_end_day.max().over(of_clock(frame, -1)).fill_null(p.day)
    p = p.mutate(begin=ibis.greatest(p.stop_start_day, p.day), reach=ibis.greatest(p.day, reached))
    return p.mutate(since=ibis.greatest(p.begin, p.reach))


def days(
    frame: Frame, opened: ir.Table, stops: ir.Table, terms: Terms, natural: list[tuple[int, Period]]
) -> ir.Table:
    """Due times of terms in days, months and years: stops are calendar days, and the sum rolls over days off."""
    facts = frame.facts
    t = crossed(frame, opened, natural)
    t = frame.looked_up(
        t,
        frame.lookups.base(facts.days, natural, terms.counting),
        {"term": "term", "day": "day"},
        {"base": "base"},
    )
    p = clipped_days(frame, t, stops)
    p = p.mutate(added=ibis.greatest(0, p.stop_end_day - p.since))
    p = p.mutate(sofar=p.added.sum().over(of_clock(frame, -1)).cast("int64").fill_null(0))
    t = summed(frame, t, counted(frame, p, p.begin > p.base + p.sofar))
    t = t.mutate(last=t.base + t.total, stopped=ibis.ifelse(t.base.isnull(), nothing("string"), t.stopped))
    rolling = [n for n, p in natural if terms.counting.roll and p.amount]
    lasting = [n for n, _ in natural if n not in rolling]
    column: dict[int, str] = {}
    for number, (group, rolled) in enumerate(((rolling, True), (lasting, False))):
        if group:
            t = frame.looked_up(
                t, ends_of(frame, natural, rolled=rolled), {"last": "day"}, {f"end_{number}": "end_us"}
            )
            column |= dict.fromkeys(group, f"end_{number}")
    due = ibis.cases(*[(t.term == n, t[c]) for n, c in column.items()], else_=nothing("int64"))
    return t.select(*frame.keys, "pos", "term", "stopped", due_us=due)


def ends_of(frame: Frame, natural: list[tuple[int, Period]], *, rolled: bool) -> ir.Table:
    """The ends of every day that a term with stops may last to."""
    known = frame.facts.days
    lengths = {"days": 1, "months": 31, "years": 366}
    longest = max(p.amount * lengths[p.unit] for _, p in natural)
    first_day, last_day = (int(known[0]), int(known[-1])) if len(known) else (0, -1)
    standing = max(0, frame.moment.day - first_day)
    return frame.lookups.end(first_day, last_day + longest + standing + 1, rolled=rolled)


def working_days(
    frame: Frame, opened: ir.Table, stops: ir.Table, terms: Terms, working: list[tuple[int, Period]]
) -> ir.Table:
    """Due times of terms in working days: stops are workdays too; null where the calendar does not reach."""
    lookups, facts = frame.lookups, frame.facts
    most = len(lookups.calendar.workdays)
    t = crossed(frame, opened, working)
    t = frame.looked_up(
        t, lookups.base(facts.days, working, terms.counting), {"term": "term", "day": "day"}, {"base": "base"}
    )
    t = frame.looked_up(t, lookups.ordinal(), {"base": "day"}, {"number": "ordinal"})
    p = clipped_days(frame, t, stops)
    p = frame.looked_up(p, lookups.ordinal(), {"since": "day"}, {"since_number": "ordinal"})
    p = frame.looked_up(p, lookups.ordinal(), {"stop_end_day": "day"}, {"end_number": "ordinal"})
    p = p.mutate(added=ibis.greatest(0, (p.end_number - p.since_number).fill_null(FAR)))
    p = p.mutate(sofar=p.added.sum().over(of_clock(frame, -1)).cast("int64").fill_null(0))
    p = p.mutate(reached=ibis.ifelse(p.reach > p.day, p.reach, nothing("int64")))
    p = moved(frame, p, p.sofar)
    p = counted(frame, p, p.begin > ibis.ifelse(p.reached.isnull(), p.base, p.moved))
    t = summed(frame, t, p)
    t = moved(frame, t, t.total)
    lost = t.reached.notnull() & (t.number.isnull() | (t.place > most))
    t = t.mutate(
        last=ibis.ifelse(t.reached.isnull(), t.base, t.moved),
        stopped=ibis.ifelse(t.base.isnull() | lost, nothing("string"), t.stopped),
    )
    calendar = lookups.calendar
    low = min(calendar.first_day, int(facts.days[0]) if len(facts.days) else 0)
    high = max(calendar.last_day, int(facts.days[-1]) if len(facts.days) else 0)
    t = frame.looked_up(t, lookups.end(low, high), {"last": "day"}, {"end": "end_us"})
    return t.select(*frame.keys, "pos", "term", "stopped", due_us=t.end)


def moved(frame: Frame, t: ir.Table, added: ir.Value) -> ir.Table:
    """The table with `moved`, the workday a term of `number` workdays and those added lasts to, and `place`, its number.

    It does not end before the first workday from `reached` on, the day to which the clock stood.
    """
    lookups = frame.lookups
    t = t.mutate(plain_place=t.number + added, eve=t.reached - 1)
    t = frame.looked_up(t, lookups.ordinal(), {"eve": "day"}, {"eve_number": "ordinal"})
    resumed = t.eve_number.fill_null(FAR) + 1
    t = t.mutate(place=ibis.ifelse(t.reached.notnull() & (resumed > t.plain_place), resumed, t.plain_place))
    t = t.drop("plain_place", "eve", "eve_number")
    return frame.looked_up(t, lookups.workday(), {"place": "ordinal"}, {"moved": "workday"})
