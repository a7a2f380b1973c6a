"""Deadlines, retention and company by another act on the fast path: a plan as tables, its acts as rows, then the kernel."""

from __future__ import annotations

import numpy as np

from zhunsheng.norms.calendar_days import LAST_DATE
from zhunsheng.norms.clocks import plain_counting
from zhunsheng.norms.fast.around import Around
from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.fast.frames import NO_ROWS, Frame
from zhunsheng.norms.fast.jit import compiled
from zhunsheng.norms.fast.matches import groups_with, matches, merged
from zhunsheng.norms.fast.pieces import Piece, nulls
from zhunsheng.norms.fast.timed_kernel import (
    DAYS,
    FOREVER,
    INSTANT,
    NO_TERM,
    NONE,
    UNKNOWN,
    Clock,
    Facts,
    Layout,
    Outcome,
    Spans,
    find_horizons,
    resolve_doubts,
    run_clocks,
    settle,
    stops_counted,
)
from zhunsheng.norms.fast.vectors import evaluate, tri
from zhunsheng.norms.period_instants import ELAPSED_US, LATEST_US, next_hour_us
from zhunsheng.norms.period_tables import NULL, end_table
from zhunsheng.norms.periods import Period
from zhunsheng.norms.plans import Plan, Stop, Timed

MOST_STATES = 1000
NO_WHOLES = np.zeros(0, np.int64)
NO_SPANS = Spans(NO_ROWS, NO_ROWS, NO_WHOLES, NO_WHOLES, NO_WHOLES, NO_WHOLES)


def states_of(form: Timed) -> tuple[list[Period | None], Array]:
    """Every term the clock may run with - the norm's own, the tiers', what extensions make of them - and where grants lead."""
    states: list[Period | None] = [form.period, *(tier.period for tier in form.tiers)]
    reached = list(range(len(states)))
    steps: list[dict[int, int]] = []
    for grant in form.extends:
        leads = {}
        for number in reached:
            period = states[number]
            if period is None or len(states) > MOST_STATES:
                continue
            amount = period.amount + grant.period.amount if grant.adds else grant.period.amount
            after = Period(amount, period.unit if grant.adds else grant.period.unit)
            if after not in states:
                states.append(after)
            leads[number] = states.index(after)
        reached = sorted({*reached, *leads.values()})
        steps.append(leads)
    step = np.zeros((len(states), len(steps)), np.int16)
    for q, leads in enumerate(steps):
        for number, after_grant in leads.items():
            step[number, q] = after_grant
    return states, step


class TimedRun:
    """A `Timed` plan ready for frames."""

    def __init__(self, plan: Plan, form: Timed, around: Around) -> None:
        self.plan, self.form, self.around = plan, form, around
        self.clock = self.made_clock()

    def made_clock(self) -> Clock:
        """The plan's terms as tables over the days of the log."""
        states, step = states_of(self.form)
        around, counting, stops = self.around, plain_counting(self.form.counting), bool(self.form.stops)
        days = around.high - around.low + 1
        n = len(states)
        kind, length = np.zeros(n, np.int8), np.zeros(n, np.int64)
        due = np.full((n, days), NULL, np.int64)
        base = np.full((n, days if stops else 0), NULL, np.int64)
        working, roll = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
        for k, period in enumerate(states):
            if period is None:
                kind[k] = NO_TERM
            elif not period.in_days:
                kind[k], length[k] = INSTANT, period.amount * ELAPSED_US[period.unit]
            else:
                kind[k], due[k] = DAYS, around.due_instants(period, counting)
                working[k] = period.unit == "working_days"
                roll[k] = counting.roll and not working[k] and period.amount > 0
                if stops:
                    base[k] = around.due_days(period, counting, rolled=False)
        entry = np.array([e.entry for e in self.form.extends], np.int64)
        low, ends = self.ends(base)
        calendar = around.calendar
        return Clock(
            kind, length, due, base, around.low, counting.hours == "from_next_hour", working, roll, step, entry,
            calendar.first_day, calendar.ordinals, calendar.workdays, low, ends,
        )

    def ends(self, base: Array) -> tuple[int, Array]:
        """The ends of the days a stopped clock may reach, from the first of them."""
        around = self.around
        if not base.size or not (base != NULL).any():
            return 0, end_table(0, -1, around.zone)
        low, high = int(base[base != NULL].min()), int(base.max())
        high += max(around.as_of_day, around.high) - around.low + 400
        return low, end_table(low, min(max(high, around.calendar.last_day), LAST_DATE), around.zone)

    def judge(self, frame: Frame, rows: Array) -> list[Piece]:
        """The outcome of certain opening acts."""
        facts, spans = self.facts(frame), self.spans(frame)
        terms = list(self.possible_terms(frame, rows))
        if len(terms) == 1:
            return [self.piece(frame, rows, self.settled(frame, rows, terms[0][0], facts, spans), spans)]
        outcomes = []
        best_due, best = np.full(len(rows), 2**63 - 1), np.full(len(rows), -1)
        first, same = np.full(len(rows), -1, np.int8), np.ones(len(rows), np.bool_)
        for number, (state, possible) in enumerate(terms):
            at = np.flatnonzero(possible)
            out = self.settled(frame, rows[at], state, facts, spans)
            outcomes.append((at, out))
            due = np.where(out.due == NULL, FOREVER, out.due)
            better = due < best_due[at]
            best_due[at[better]], best[at[better]] = due[better], number
            same[at] &= (first[at] == -1) | (first[at] == out.status)
            first[at] = out.status
        pieces = []
        for number, (at, out) in enumerate(outcomes):
            out.status[~same[at]] = UNKNOWN
            chosen = best[at] == number
            kept = Outcome(*(part[chosen] for part in out))
            pieces.append(self.piece(frame, rows[at[chosen]], kept, spans))
        return pieces

    def possible_terms(self, frame: Frame, rows: Array) -> list[tuple[int, Array]]:
        """States the clock may start in, in the order of the tiers, with the rows for which each is possible."""
        left = np.ones(len(rows), np.bool_)
        found = []
        for number, tier in enumerate(self.form.tiers, start=1):
            holds = tri(frame, tier.cond, rows)
            found.append((number, left & (holds != 0)))
            left = left & (holds != 1)
        return [*found, (0, left)]

    def settled(self, frame: Frame, rows: Array, state: int, facts: Facts, spans: Spans) -> Outcome:
        """The kernel's outcome for one starting term."""
        n, form, around, layout = len(rows), self.form, self.around, self.layout(frame)
        out = Outcome(
            np.zeros(n, np.int8), self.plain_due(frame, rows, state), np.full(n, -1, np.int32), np.full(n, state, np.int16),
            np.zeros(n, np.int32), np.zeros(n, np.int32), np.full(n, NONE, np.int32),
            np.full((n, len(form.extends)), -1, np.int32),
        )
        if form.by is None and self.clock.kind[state] != NO_TERM and (len(spans.row) or len(facts.grants)):
            find_horizons(
                rows, frame.group, frame.start, frame.timed, facts.meet, facts.void, form.already, out.horizon
            )
            run_clocks(rows, state, layout, self.clock, spans, facts, np.sort(facts.grants), out)
        no_due = form.by is None and self.clock.kind[state] == NO_TERM
        settle(
            rows, out.due, no_due, frame.at, frame.group, frame.start, frame.timed, facts.meet, facts.void,
            form.already, form.keep, around.closed, around.as_of_us, out.status, out.decided,
        )
        if facts.doubtful:
            resolve_doubts(rows, layout, facts, form.keep, form.already, out)
        return out

    def plain_due(self, frame: Frame, rows: Array, state: int) -> Array:
        """The due time of each row without stops and extensions; NULL where there is none or the calendar does not reach."""
        if self.form.by is not None:
            return self.given_due(frame, rows)
        if self.clock.kind[state] == DAYS:
            table: Array = self.clock.due[state]
            return np.asarray(table[frame.day[rows] - self.clock.low])
        if self.clock.kind[state] == NO_TERM:
            return nulls(len(rows))
        begin = frame.at[rows]
        if self.clock.next_hour:
            begin = next_hour_us(begin, frame.column("tod")[rows].astype(np.int64))
        due = begin + self.clock.length_us[state]
        return np.where(due <= LATEST_US, due, NULL)

    def given_due(self, frame: Frame, rows: Array) -> Array:
        """Due times that an expression gives: an instant, or the end of a day."""
        assert self.form.by is not None
        value = evaluate(frame, self.form.by, rows)
        given = np.where(value.known, value.values, NULL).astype(np.int64)
        return self.around.ends(given) if self.form.by.type == "date" else given

    def layout(self, frame: Frame) -> Layout:
        """The frame's columns as the kernel reads them."""
        tod = frame.column("tod") if self.clock.next_hour else NO_ROWS
        return Layout(frame.at, frame.day, tod, frame.group, frame.start, frame.timed)

    def facts(self, frame: Frame) -> Facts:
        """The acts that matter."""
        form = self.form
        meet = matches(frame, form.meet)
        voids = [matches(frame, r) for r in form.voids]
        grants = [matches(frame, e.ref) for e in form.extends]
        stops = [matches(frame, r) for s in form.stops for r in (s.start, s.end)]
        others = [*voids, *grants, *stops]
        return Facts(
            meet.certain, merged([v.certain for v in voids]),
            np.concatenate([NO_ROWS, *(g.certain for g in grants)]), np.cumsum([0, *(len(g.certain) for g in grants)]),
            meet.doubtful, merged([m.doubtful for m in (*voids, *grants)]), merged([m.doubtful for m in stops]),
            groups_with(frame, meet.untimed), groups_with(frame, merged([m.untimed for m in others])),
        )

    def spans(self, frame: Frame) -> Spans:
        """Every interval of every stop, by row of its beginning, then by its end."""
        if not self.form.stops:
            return NO_SPANS
        starts, ends = [], []
        for stop in self.form.stops:
            began, ended = self.span(frame, stop)
            starts.append(began)
            ends.append(ended)
        start, end = np.concatenate(starts), np.concatenate(ends)
        over = end >= 0
        end_us = np.where(over, frame.at[end], self.around.as_of_us)
        end_day = np.where(over, frame.day[end], self.around.as_of_day).astype(np.int64)
        order = np.lexsort((end_us, start))
        start, end = start[order], end[order]
        return Spans(start, end, frame.at[start], end_us[order], frame.day[start].astype(np.int64), end_day[order])

    def span(self, frame: Frame, stop: Stop) -> tuple[Array, Array]:
        """The beginnings of one stop and the end of each (-1: none yet)."""
        start, end = matches(frame, stop.start).certain, matches(frame, stop.end).certain
        codes = NO_ROWS
        if stop.pair is not None:
            known = frame.known(stop.pair)
            codes = frame.column(stop.pair).astype(np.int32) if known else np.zeros(frame.rows, np.int32)
        return start, span_ends(start, end, frame.group, codes, stop.pair is not None)

    def piece(self, frame: Frame, rows: Array, out: Outcome, spans: Spans) -> Piece:
        """The kernel's outcome with warnings and evidence."""
        layout, clock = self.layout(frame), self.clock

        def evidence(chosen: Array) -> tuple[Array, Array]:
            begin = stops_counted(out, chosen, rows, layout, clock, spans, NO_ROWS)
            found = np.empty(int(begin[-1]), np.int32)
            if len(found):
                stops_counted(out, chosen, rows, layout, clock, spans, found)
            return begin, found

        more = evidence if self.form.stops or self.form.extends else None
        return Piece(rows, out.status, out.decided, out.due, self.warned(frame, rows, out), more)

    def warned(self, frame: Frame, rows: Array, out: Outcome) -> Array | None:
        """When to warn: before the due time by the strict reading of hours."""
        if self.form.warn_before_us is None:
            return None
        lenience = np.zeros(len(rows), np.int64)
        if self.clock.next_hour and self.form.by is None:
            at, tod = frame.at[rows], frame.column("tod")[rows].astype(np.int64)
            opens = next_hour_us(at, tod)
            hours = (self.clock.kind[out.state] == INSTANT) & (opens + self.clock.length_us[out.state] <= LATEST_US)
            lenience = np.where(hours, opens - at, 0)
        return np.where(out.due == NULL, NULL, out.due - lenience - self.form.warn_before_us)


@compiled
def span_ends(starts: Array, ends: Array, group: Array, codes: Array, paired: bool) -> Array:
    """For each beginning the first end after it in its group (with the same code where paired); -1 when there is none."""
    found = np.full(len(starts), -1, np.int32)
    k = 0
    for i in range(len(starts)):
        row = starts[i]
        while k < len(ends) and ends[k] <= row:
            k += 1
        j = k
        while j < len(ends) and group[ends[j]] == group[row]:
            if not paired or (codes[row] != 0 and codes[row] == codes[ends[j]]):
                found[i] = ends[j]
                break
            j += 1
    return found
