"""The loop behind deadlines and retention: due times with extensions and stops, statuses, doubts. All facts come as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.fast.jit import compiled
from zhunsheng.norms.period_instants import LATEST_US
from zhunsheng.norms.period_tables import NULL

FOREVER = 2**62
NO_TERM, INSTANT, DAYS = 0, 1, 2
NONE = 2**31 - 1
"""Stands for no row where rows are compared as later."""
MET, PENDING, LATE, OVERDUE, BROKEN, VOID, UNKNOWN = range(7)


class Layout(NamedTuple):
    """The frame: time, day and second of day of each row, its group, and the bounds of groups."""

    at: Array
    day: Array
    tod: Array
    group: Array
    start: Array
    timed: Array


class Clock(NamedTuple):
    """The terms a plan's clock may run with, by state, and how days are counted."""

    kind: Array
    length_us: Array
    due: Array
    """Due instant by state and opening day, from day `low`."""
    base: Array
    """Last day before rolling, likewise; only where there are stops."""
    low: int
    next_hour: bool
    working: Array
    roll: Array
    step: Array
    """State after a grant, by state and grant."""
    entry: Array
    worked_low: int
    ordinals: Array
    workdays: Array
    ends_low: int
    ends: Array


class Spans(NamedTuple):
    """Intervals in which the clock stands, by row of their beginning."""

    row: Array
    end_row: Array
    start_us: Array
    end_us: Array
    start_day: Array
    end_day: Array


class Facts(NamedTuple):
    """The acts that matter, as ascending rows; untimed doubtful ones as flags of groups (empty: none)."""

    meet: Array
    void: Array
    grants: Array
    grant_begin: Array
    doubt_meet: Array
    doubt_after: Array
    doubt_any: Array
    loose_meet: Array
    loose_other: Array

    @property
    def doubtful(self) -> bool:
        """Whether there is any doubtful act."""
        return any(len(part) > 0 for part in self[4:])


class Outcome(NamedTuple):
    """What comes out for each opening act."""

    status: Array
    due: Array
    decided: Array
    state: Array
    span_begin: Array
    span_end: Array
    horizon: Array
    """The row that settled the matter, whose later acts lengthen no term; NONE where nothing has."""
    used: Array


@compiled
def plain_due(row: int, state: int, f: Layout, c: Clock) -> int:
    """The due time without stops; NULL where the calendar does not reach."""
    if c.kind[state] == DAYS:
        return int(c.due[state, f.day[row] - c.low])
    at = f.at[row]
    if c.next_hour:
        at = at - at % 1_000_000 + (3600 - f.tod[row] % 3600) * 1_000_000
    due = at + c.length_us[state]
    return due if due <= LATEST_US else NULL


@compiled
def cut(k: int, horizon: int, s: Spans) -> bool:
    """Whether a stop still stood at the horizon, and so is counted up to it."""
    return horizon != NONE and (s.end_row[k] < 0 or s.end_row[k] > horizon)


@compiled
def instant_due(row: int, state: int, f: Layout, c: Clock, s: Spans, first: int, last: int, horizon: int) -> tuple[int, int]:
    """Hours and minutes with stops; the due time and the end of the stops that begin in time."""
    due = plain_due(row, state, f, c)
    if due == NULL:
        return NULL, first
    at = f.at[row]
    reach = at
    k = first
    while k < last:
        start = max(s.start_us[k], at)
        if start > due:
            break
        end = f.at[horizon] if cut(k, horizon, s) else s.end_us[k]
        due += max(0, end - max(start, reach))
        reach = max(reach, end)
        k += 1
    return due, k


@compiled
def workdays_between(start: int, end: int, c: Clock) -> int:
    """Workdays after one day up to another; very many beyond the calendar."""
    a, b = start - c.worked_low, end - c.worked_low
    if a < 0 or b < 0 or a >= len(c.ordinals) or b >= len(c.ordinals):
        return 10**9
    return int(c.ordinals[b] - c.ordinals[a])


@compiled
def moved(base: int, total: int, working: bool, c: Clock) -> int:
    """The base day and so many days more; NULL beyond the calendar."""
    if not working or total == 0:
        return base + total
    at = base - c.worked_low
    if at < 0 or at >= len(c.ordinals):
        return NULL
    ordinal = c.ordinals[at] + total
    return c.workdays[ordinal - 1] if 1 <= ordinal <= len(c.workdays) else NULL


@compiled
def rolled(day: int, c: Clock) -> int:
    """The day itself if worked, else the next workday; NULL beyond the calendar."""
    at = day - c.worked_low
    if at < 0 or at >= len(c.ordinals):
        return NULL
    before = c.ordinals[at - 1] if at > 0 else 0
    if c.ordinals[at] != before:
        return day
    return c.workdays[c.ordinals[at]] if c.ordinals[at] < len(c.workdays) else NULL


@compiled
def end_of(day: int, roll: bool, c: Clock) -> int:
    """The end of a day, rolled to a workday where asked; NULL beyond the calendar."""
    if roll:
        day = rolled(day, c)
        if day == NULL:
            return NULL
    at = day - c.ends_low
    return c.ends[at] if 0 <= at < len(c.ends) else NULL


@compiled
def day_due(row: int, state: int, f: Layout, c: Clock, s: Spans, first: int, last: int, horizon: int) -> tuple[int, int]:
    """Days, months and years with stops; likewise."""
    opened = f.day[row]
    base = c.base[state, opened - c.low]
    if base == NULL:
        return NULL, first
    working = c.working[state]
    reach, total, current = opened, 0, base
    k = first
    while k < last:
        start = max(s.start_day[k], opened)
        if start > current:
            break
        begin, end = max(start, reach), s.end_day[k]
        if cut(k, horizon, s):
            end = np.int64(f.day[horizon])
        total += max(0, workdays_between(begin, end, c) if working else end - begin)
        reach = max(reach, end)
        current = moved(base, total, working, c)
        if working and current != NULL and reach > opened:
            resumed = rolled(reach, c)
            current = NULL if resumed == NULL else max(current, resumed)
        if current == NULL:
            return NULL, first
        k += 1
    return end_of(current, c.roll[state], c), k


@compiled
def due_time(row: int, state: int, f: Layout, c: Clock, s: Spans, first: int, last: int, horizon: int) -> tuple[int, int]:
    """The due time of a term, and the end of the stops that count."""
    if first == last:
        return plain_due(row, state, f, c), first
    if c.kind[state] == INSTANT:
        return instant_due(row, state, f, c, s, first, last, horizon)
    return day_due(row, state, f, c, s, first, last, horizon)


@compiled
def first_after(rows: Array, low: int, high: int, row: int) -> int:
    """The place in `rows[low:high]` of the first beyond a row; `high` when there is none."""
    while low < high:
        middle = (low + high) // 2
        if rows[middle] <= row:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def doubtful(rows: Array, after: int, opened: int, end: int, limit: int, at: Array) -> bool:
    """Whether one of the rows, other than the opening one, lies after a row and is not beyond a time."""
    k = first_after(rows, 0, len(rows), after)
    if k < len(rows) and rows[k] == opened:
        k += 1
    return k < len(rows) and rows[k] < end and at[rows[k]] <= limit


@compiled
def in_doubt(row: int, group: int, status: int, limit: int, keep: bool, already: bool, f: Layout, x: Facts) -> bool:
    """Whether a doubtful act might turn the outcome."""
    end, before = f.timed[group], f.start[group] - 1
    breach = status in (LATE, OVERDUE, BROKEN)
    if not (keep and status == BROKEN):
        if len(x.loose_meet) and x.loose_meet[group]:
            return True
        if len(x.doubt_meet) and doubtful(x.doubt_meet, before if already else row, row, end, limit, f.at):
            return True
    if not breach:
        return False
    if len(x.loose_other) and x.loose_other[group]:
        return True
    if len(x.doubt_after) and doubtful(x.doubt_after, row, row, end, limit, f.at):
        return True
    # A clock may stand still from the opening act itself.
    return len(x.doubt_any) > 0 and doubtful(x.doubt_any, before, -1, end, limit, f.at)


@compiled
def resolve_doubts(rows: Array, f: Layout, x: Facts, keep: bool, already: bool, out: Outcome) -> None:
    """Make unknown what a doubtful act might turn."""
    for i in range(len(rows)):
        status = out.status[i]
        if status in (LATE, OVERDUE, BROKEN) or (keep and status in (MET, PENDING)):
            limit = FOREVER if out.due[i] == NULL else out.due[i]
            if in_doubt(rows[i], f.group[rows[i]], status, limit, keep, already, f, x):
                out.status[i] = UNKNOWN


@compiled
def extended(
    row: int, i: int, state: int, end: int, f: Layout, c: Clock, s: Spans, first: int, last: int, x: Facts, out: Outcome
) -> None:
    """The due time with the extensions that count, into the outcome."""
    horizon = out.horizon[i]
    while last > first and s.row[last - 1] >= horizon:
        last -= 1
    due, k = due_time(row, state, f, c, s, first, last, horizon)
    latest, over = row, -1
    for q in range(len(c.entry)):
        if due == NULL or c.entry[q] == over:
            continue
        place = first_after(x.grants, x.grant_begin[q], x.grant_begin[q + 1], latest)
        act = x.grants[place] if place < x.grant_begin[q + 1] else -1
        if act < 0 or act >= end or act >= horizon or f.at[act] > due:
            over = c.entry[q]
            continue
        out.used[i, q] = act
        latest = act
        state = c.step[state, q]
        due, k = due_time(row, state, f, c, s, first, last, horizon)
    out.due[i], out.state[i] = due, state
    out.span_begin[i], out.span_end[i] = first, k


@compiled
def find_horizons(
    rows: Array, group: Array, start: Array, timed: Array, meets: Array, voids: Array, first_met: bool, horizon: Array
) -> None:
    """The first act that may decide each opening: a meeting or voiding one after it, or itself where it was met before."""
    m, v = 0, 0
    for i in range(len(rows)):
        row = rows[i]
        end = timed[group[row]]
        while m < len(meets) and meets[m] <= row:
            m += 1
        while v < len(voids) and voids[v] <= row:
            v += 1
        if m < len(meets) and meets[m] < end:
            horizon[i] = meets[m]
        if v < len(voids) and voids[v] < end:
            horizon[i] = min(horizon[i], voids[v])
        if first_met:
            b = m - 1
            if b >= 0 and meets[b] == row:
                b -= 1
            if b >= 0 and meets[b] >= start[group[row]]:
                horizon[i] = row


@compiled
def run_clocks(rows: Array, state: int, f: Layout, c: Clock, s: Spans, x: Facts, grants: Array, out: Outcome) -> None:
    """Due times of the openings whose case has a stop or, later, an extension; the others keep the plain one already there.

    `grants` holds the acts of all extensions.
    """
    # Looking into tuples and calling functions costs more than a whole plain row; so both are kept for the few that need it.
    group_of, starts, ends, span_row = f.group, f.start, f.timed, s.row
    lo, hi, g = 0, 0, 0
    for i in range(len(rows)):
        row = rows[i]
        group = group_of[row]
        start, end = starts[group], ends[group]
        while lo < len(span_row) and span_row[lo] < start:
            lo += 1
        hi = max(hi, lo)
        while hi < len(span_row) and span_row[hi] < end:
            hi += 1
        while g < len(grants) and grants[g] <= row:
            g += 1
        if lo < hi or (g < len(grants) and grants[g] < end):
            extended(row, i, state, end, f, c, s, lo, hi, x, out)


@compiled
def settle(
    rows: Array, due: Array, no_due: bool, at: Array, group: Array, start: Array, timed: Array, meets: Array, voids: Array,
    first_met: bool, keep: bool, closed: bool, as_of: int, status: Array, decided: Array,
) -> None:
    """Status and deciding row of every opening act, doubts left aside; -1 stands for no act."""
    m, v = 0, 0
    for i in range(len(rows)):
        row = rows[i]
        end, limit = timed[group[row]], due[i]
        unknown = limit == NULL and not no_due
        if limit == NULL:
            limit = FOREVER
        while m < len(meets) and meets[m] <= row:
            m += 1
        meet = meets[m] if m < len(meets) and meets[m] < end else -1
        if first_met:
            b = m - 1
            if b >= 0 and meets[b] == row:
                b -= 1
            if b >= 0 and meets[b] >= start[group[row]]:
                meet = meets[b]
        while v < len(voids) and voids[v] <= row:
            v += 1
        void = voids[v] if v < len(voids) and voids[v] < end else -1
        if unknown:
            status[i], decided[i] = UNKNOWN, -1
        elif void >= 0 and (meet < 0 or void < meet) and at[void] <= limit:
            status[i], decided[i] = VOID, void
        elif meet >= 0 and (at[meet] <= limit or not keep):
            in_time = at[meet] <= limit
            decided[i] = meet
            status[i] = (BROKEN if keep else MET) if in_time else LATE
        elif keep:
            status[i], decided[i] = MET if as_of > limit else PENDING, meet
        else:
            status[i], decided[i] = OVERDUE if as_of > limit or (no_due and closed) else PENDING, -1


@compiled
def stops_counted(out: Outcome, chosen: Array, rows: Array, f: Layout, c: Clock, s: Spans, found: Array) -> Array:
    """Rows of the extensions used and of both ends of the stops counted, for the chosen openings; where each one's begin.

    With an empty `found` only the beginnings are right.
    """
    begin = np.zeros(len(chosen) + 1, np.int64)
    n = 0
    for j in range(len(chosen)):
        i = chosen[j]
        row, fill = rows[i], len(found) > 0
        for q in range(out.used.shape[1]):
            if out.used[i, q] >= 0:
                if fill:
                    found[n] = out.used[i, q]
                n += 1
        days, horizon = c.kind[out.state[i]] == DAYS, out.horizon[i]
        for k in range(out.span_begin[i], out.span_end[i]):
            open_then = cut(k, horizon, s)
            if days:
                counts = (f.day[horizon] if open_then else s.end_day[k]) > f.day[row]
            else:
                counts = (f.at[horizon] if open_then else s.end_us[k]) > f.at[row]
            if counts:
                both = not open_then and s.end_row[k] >= 0
                if fill:
                    found[n] = s.row[k]
                    if both:
                        found[n + 1] = s.end_row[k]
                n += 2 if both else 1
        begin[j + 1] = n
    return begin
