"""Norms judged at the act itself on the fast path: requires, forbids, separation, tests, recordings."""

from __future__ import annotations

import numpy as np

from zhunsheng.norms.expressions import Node
from zhunsheng.norms.fast.acts_kernel import (
    BY_DAY,
    ELAPSED,
    NONE,
    Distance,
    conflict,
    covered,
    prior,
    stands,
)
from zhunsheng.norms.fast.around import Around
from zhunsheng.norms.fast.columns import Array
from zhunsheng.norms.fast.frames import NO_ROWS, Frame
from zhunsheng.norms.fast.matches import groups_with, matches, merged
from zhunsheng.norms.fast.pieces import Piece, nulls
from zhunsheng.norms.fast.timed_kernel import BROKEN, MET, UNKNOWN
from zhunsheng.norms.fast.vectors import fits, slots, tri
from zhunsheng.norms.period_instants import ELAPSED_US, LATEST_US, next_hour_us
from zhunsheng.norms.period_tables import NULL, back_table
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import Check, Conflict, Covered, Prior, Standing

OF_TRI = np.array([BROKEN, MET, UNKNOWN], np.int8)
"""False, true, unknown as statuses."""
NO_TABLE = np.zeros(0, np.int64)


def distance(least: Period | None, most: Period | None, counting: Counting, around: Around) -> Distance:
    """A least and a greatest distance as tables over the days of the log."""
    latest, due = NO_TABLE, NO_TABLE
    if least is not None and least.in_days:
        latest = np.array(back_table(around.low, around.high, least, counting, around.calendar))
    if most is not None and most.in_days:
        due = around.due_instants(most, counting)

    def sort(period: Period | None) -> tuple[int, int]:
        if period is None:
            return NONE, 0
        return (BY_DAY, 0) if period.in_days else (ELAPSED, period.amount * ELAPSED_US[period.unit])

    return Distance(around.low, *sort(least), latest, *sort(most), due, counting.hours == "from_next_hour")


def hours_of(frame: Frame, d: Distance) -> Array:
    """Seconds of day where the distance needs them."""
    return frame.column("tod") if d.next_hour and d.most == ELAPSED else NO_ROWS


def excused(frame: Frame, unless: Node | None, rows: Array, status: Array, decided: Array) -> None:
    """`unless` true: met; unknown where the rest is not met: unknown."""
    at = np.flatnonzero(status != MET)
    if unless is None or not len(at):
        return
    excuse = tri(frame, unless, rows[at])
    status[at[excuse == 1]], decided[at[excuse == 1]] = MET, -1
    status[at[excuse == 2]] = UNKNOWN


def blank(rows: Array) -> tuple[Array, Array]:
    """Statuses and deciding rows to fill in."""
    return np.full(len(rows), MET, np.int8), np.full(len(rows), -1, np.int32)


class PriorRun:
    """`requires`."""

    def __init__(self, form: Prior, around: Around) -> None:
        self.form = form
        self.distance = distance(form.at_least, form.at_most, form.counting, around)

    def judge(self, frame: Frame, rows: Array) -> list[Piece]:
        """The rows of certain acts."""
        status, decided = blank(rows)
        found, since = matches(frame, self.form.prior), matches(frame, self.form.since)
        prior(
            rows, frame.group, frame.start, frame.at, frame.day, hours_of(frame, self.distance), self.distance,
            found.certain, since.certain, found.doubtful, groups_with(frame, found.untimed),
            self.form.ignore_absent, status, decided,
        )
        return [Piece(rows, status, decided, self.due(frame, decided))]

    def due(self, frame: Frame, decided: Array) -> Array | None:
        """By when the act was due after the one that decides, where there is a greatest distance."""
        d = self.distance
        if d.most == NONE:
            return None
        found, held = nulls(len(decided)), np.flatnonzero(decided >= 0)
        prior_rows = decided[held]
        if d.most == BY_DAY:
            found[held] = d.due[frame.day[prior_rows] - d.low]
            return found
        begin = frame.at[prior_rows]
        if d.next_hour:
            begin = next_hour_us(begin, frame.column("tod")[prior_rows].astype(np.int64))
        found[held] = np.where(begin + d.most_us <= LATEST_US, begin + d.most_us, NULL)
        return found


class StandingRun:
    """`forbids`."""

    def __init__(self, form: Standing, around: Around) -> None:
        self.form, self.distance = form, distance(None, form.span, form.counting, around)

    def judge(self, frame: Frame, rows: Array) -> list[Piece]:
        """The rows of certain acts."""
        form = self.form
        state, decided = np.ones(len(rows), np.int8), np.full(len(rows), -1, np.int32)
        if form.start is not None:
            found, ends = matches(frame, form.start), matches(frame, form.end)
            stands(
                rows, frame.group, frame.start, frame.at, frame.day, hours_of(frame, self.distance), self.distance,
                found.certain, ends.certain, found.doubtful, groups_with(frame, found.untimed), state, decided,
            )
        when = tri(frame, form.when, rows)
        free = (state == 0) | (when == 0)
        forbidden = (state == 1) & (when == 1)
        status = np.where(free, MET, np.where(forbidden, BROKEN, UNKNOWN)).astype(np.int8)
        decided[~forbidden] = -1
        excused(frame, form.unless, rows, status, decided)
        return [Piece(rows, status, decided)]


class ConflictRun:
    """`separation` between two acts."""

    def __init__(self, form: Conflict) -> None:
        self.form = form

    def judge(self, frame: Frame, rows: Array) -> list[Piece]:
        """The rows of certain acts."""
        form = self.form
        status, decided = blank(rows)
        found = matches(frame, form.other)
        others = merged([found.certain, found.doubtful, found.untimed])
        sure = np.ones(len(others), np.bool_)
        if len(found.doubtful) or len(found.untimed):
            sure = np.isin(others, np.concatenate([found.certain, found.settled]))
        held = np.concatenate([rows, others]).astype(np.int32)
        xs, ys = fits(frame, held, [("role", form.roles)]), fits(frame, held, [("role", form.others)])
        places = np.arange(len(held), dtype=np.int32)
        conflict(
            rows, places[: len(rows)], frame.group, others, places[len(rows) :], sure,
            slots(frame, "officer", held), xs, ys, status, decided,
        )
        excused(frame, form.unless, rows, status, decided)
        return [Piece(rows, status, decided)]


class CheckRun:
    """Actors, ranges, facts stated by the act, separation within one act."""

    def __init__(self, form: Check) -> None:
        self.form = form

    def judge(self, frame: Frame, rows: Array) -> list[Piece]:
        """The rows of certain acts."""
        status, decided = OF_TRI[tri(frame, self.form.holds, rows)], np.full(len(rows), -1, np.int32)
        excused(frame, self.form.unless, rows, status, decided)
        return [Piece(rows, status, decided)]


class CoveredRun:
    """Company by recordings that cover the time of the act."""

    def __init__(self, form: Covered) -> None:
        self.form = form

    def judge(self, frame: Frame, rows: Array) -> list[Piece]:
        """The rows of certain acts."""
        found = matches(frame, self.form.recording)
        loose = np.concatenate([found.doubtful, found.untimed])
        doubts = np.bincount(frame.group[loose], minlength=len(frame.timed))

        def walk(some: Array, status: Array, over: Array) -> Array:
            begin = np.zeros(len(some) + 1, np.int64)
            covered(
                some, frame.group, frame.start, frame.timed, frame.at, frame.column("ended_us"), found.certain,
                doubts, np.isin(some, loose).astype(np.int64), self.form.gap_us, status, over, begin,
            )
            return begin

        def evidence(chosen: Array) -> tuple[Array, Array]:
            some = rows[chosen]
            status, _ = blank(some)
            over = np.empty(int(walk(some, status, NO_ROWS)[-1]), np.int32)
            begin = walk(some, status, over)
            # Where `unless` excuses, or the end of the act is missing, nothing further was looked at.
            return kept(begin, over, ~excuse[chosen])

        status, decided = blank(rows)
        walk(rows, status, NO_ROWS)
        before = status.copy()
        excused(frame, self.form.unless, rows, status, decided)
        excuse = (before != MET) & (status == MET)
        return [Piece(rows, status, decided, evidence=evidence)]


def kept(begin: Array, rows: Array, wanted: Array) -> tuple[Array, Array]:
    """Lists of rows with those not wanted emptied."""
    sizes = np.diff(begin)
    return np.concatenate([[0], np.cumsum(np.where(wanted, sizes, 0))]), rows[np.repeat(wanted, sizes)]


