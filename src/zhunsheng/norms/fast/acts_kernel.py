"""The loops behind norms judged at the act itself: prior steps, standing prohibitions, separation, recordings."""

from __future__ import annotations

from typing import NamedTuple

from zhunsheng.norms.fast.columns import MISSING, Array
from zhunsheng.norms.fast.jit import compiled
from zhunsheng.norms.fast.timed_kernel import BROKEN, MET, UNKNOWN, first_after
from zhunsheng.norms.period_instants import LATEST_US
from zhunsheng.norms.period_tables import NULL

NO, YES, PERHAPS = 0, 1, 2
NONE, ELAPSED, BY_DAY = 0, 1, 2


class Distance(NamedTuple):
    """A least and a greatest distance: elapsed microseconds, or tables by day from day `low`."""

    low: int
    least: int
    least_us: int
    latest_day: Array
    most: int
    most_us: int
    due: Array
    next_hour: bool


@compiled
def near(earlier: int, later: int, at: Array, day: Array, tod: Array, d: Distance) -> int:
    """Whether the later act is within the greatest distance."""
    if d.most == NONE:
        return YES
    if d.most == BY_DAY:
        due = d.due[day[earlier] - d.low]
    else:
        begin = at[earlier]
        if d.next_hour:
            begin = begin - begin % 1_000_000 + (3600 - tod[earlier] % 3600) * 1_000_000
        due = begin + d.most_us
        due = due if due <= LATEST_US else NULL
    if due == NULL:
        return PERHAPS
    return YES if at[later] <= due else NO


@compiled
def far(earlier: int, later: int, at: Array, day: Array, d: Distance) -> int:
    """Whether the later act is beyond the least distance."""
    if d.least == NONE:
        return YES
    if d.least == ELAPSED:
        return YES if at[later] - at[earlier] >= d.least_us else NO
    latest = d.latest_day[day[later] - d.low]
    if latest == NULL:
        return PERHAPS
    return YES if day[earlier] <= latest else NO


@compiled
def latest_fit(
    candidates: Array, low: int, high: int, later: int, at: Array, day: Array, tod: Array, d: Distance
) -> tuple[int, bool]:
    """The place in `candidates[low:high]` of the latest at a fitting distance, else -1; whether some distance cannot be told."""
    unsure = False
    k = high - 1
    while k >= low:
        act = candidates[k]
        enough = far(act, later, at, day, d)
        if enough != NO:
            close = near(act, later, at, day, tod, d)
            if close == YES and enough == YES:
                return k, False
            if close != NO:
                unsure = True
            else:
                # Earlier ones are further still; only days before the calendar leave a doubt, and the first has the earliest.
                return -1, unsure or near(candidates[low], later, at, day, tod, d) == PERHAPS
        k -= 1
    return -1, unsure


@compiled
def prior(
    rows: Array, group: Array, start: Array, at: Array, day: Array, tod: Array, d: Distance,
    priors: Array, since: Array, doubtful: Array, loose: Array, ignore: bool, status: Array, decided: Array,
) -> None:
    """`requires` at each row; status -1 where absence gives no row."""
    plain = d.least == NONE and d.most == NONE
    by_day, due_of, low_day = d.most == BY_DAY and d.least == NONE, d.due, d.low
    p, s, q = 0, 0, 0
    for i in range(len(rows)):
        row, g = rows[i], group[rows[i]]
        floor = start[g] - 1
        while s < len(since) and since[s] < row:
            s += 1
        if s > 0 and since[s - 1] > floor:
            floor = since[s - 1]
        while p < len(priors) and priors[p] < row:
            p += 1
        present, unsure = p > 0 and priors[p - 1] > floor, False
        if present:
            decided[i] = priors[p - 1]
            fit = p - 1
            if by_day and at[row] <= due_of[day[priors[fit]] - low_day]:
                # The usual case, without a call.
                status[i], decided[i] = MET, priors[fit]
                continue
            if not plain:
                fit, unsure = latest_fit(priors, first_after(priors, 0, p, floor), p, row, at, day, tod, d)
            if fit >= 0:
                status[i], decided[i] = MET, priors[fit]
                continue
        elif ignore:
            status[i] = -1
            continue
        while q < len(doubtful) and doubtful[q] < row:
            q += 1
        unsure = unsure or (q > 0 and doubtful[q - 1] >= start[g]) or (len(loose) > 0 and loose[g])
        status[i] = UNKNOWN if unsure else BROKEN


@compiled
def stands(
    rows: Array, group: Array, start: Array, at: Array, day: Array, tod: Array, d: Distance,
    starts: Array, ends: Array, doubtful: Array, loose: Array, state: Array, since: Array,
) -> None:
    """Whether a state stands at each row (1, 0 or 2), and since which row."""
    p, s, q = 0, 0, 0
    for i in range(len(rows)):
        row, g = rows[i], group[rows[i]]
        floor = start[g] - 1
        while s < len(ends) and ends[s] < row:
            s += 1
        if s > 0 and ends[s - 1] > floor:
            floor = ends[s - 1]
        while p < len(starts) and starts[p] < row:
            p += 1
        unsure = False
        if p > 0 and starts[p - 1] > floor:
            fit, unsure = latest_fit(starts, first_after(starts, 0, p, floor), p, row, at, day, tod, d)
            if fit >= 0:
                state[i], since[i] = YES, starts[fit]
                continue
        while q < len(doubtful) and doubtful[q] < row:
            q += 1
        unsure = unsure or (q > 0 and doubtful[q - 1] > floor) or (len(loose) > 0 and loose[g])
        state[i] = PERHAPS if unsure else NO


@compiled
def share(mine: int, theirs: int, officers: Array, xs: Array, ys: Array) -> int:
    """Whether two acts share an officer in the two roles; unknown where a role, or every officer, is not recorded."""
    any_x, any_y, perhaps = False, False, False
    for k in range(officers.shape[1]):
        any_x = any_x or (officers[mine, k] != 0 and xs[mine, k] != 0)
        any_y = any_y or (officers[theirs, k] != 0 and ys[theirs, k] != 0)
    for k in range(officers.shape[1]):
        who = officers[mine, k]
        if who == 0 or xs[mine, k] == 0:
            continue
        for j in range(officers.shape[1]):
            if officers[theirs, j] == who and ys[theirs, j] != 0:
                if xs[mine, k] == 1 and ys[theirs, j] == 1:
                    return YES
                perhaps = True
    return PERHAPS if perhaps or not any_x or not any_y else NO


@compiled
def conflict(
    rows: Array, places: Array, group: Array, others: Array, other_places: Array, sure: Array,
    officers: Array, xs: Array, ys: Array, status: Array, decided: Array,
) -> None:
    """`separation` at each row. `others` ascend, so by time, then those without by seq; `places` are rows of `officers`."""
    low = 0
    for i in range(len(rows)):
        g = group[rows[i]]
        while low < len(others) and group[others[low]] < g:
            low += 1
        status[i] = MET
        k = low
        while k < len(others) and group[others[k]] == g:
            if others[k] != rows[i]:
                answer = share(places[i], other_places[k], officers, xs, ys)
                if answer == YES and sure[k]:
                    status[i], decided[i] = BROKEN, others[k]
                    break
                if answer != NO:
                    status[i] = UNKNOWN
            k += 1


@compiled
def covered(
    rows: Array, group: Array, start: Array, timed: Array, at: Array, ended: Array, records: Array,
    doubts: Array, own: Array, gap: int, status: Array, found: Array, begin: Array,
) -> int:
    """Whether recordings cover the time of each act; the number of overlaps, which go into `found` where that has room.

    `doubts` counts the doubtful recordings of each group, `own` is 1 where the act itself is one.
    """
    low, n = 0, 0
    for i in range(len(rows)):
        row, g = rows[i], group[rows[i]]
        begin[i] = n
        end = ended[row]
        if end == MISSING:
            status[i] = UNKNOWN
            continue
        while low < len(records) and records[low] < start[g]:
            low += 1
        reach, holds, any_over, open_end = at[row], True, False, False
        k = low
        while k < len(records) and records[k] < timed[g]:
            record = records[k]
            k += 1
            if record == row:
                continue
            if ended[record] == MISSING:
                open_end = True
            elif at[record] <= end and ended[record] >= at[row]:
                holds = holds and at[record] <= reach + gap
                reach = max(reach, ended[record])
                any_over = True
                if n < len(found):
                    found[n] = record
                n += 1
        if holds and any_over and reach + gap >= end:
            status[i] = MET
            continue
        status[i] = UNKNOWN if open_end or doubts[g] > own[i] else BROKEN
    begin[len(rows)] = n
    return n
