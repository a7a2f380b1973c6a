"""Deadlines, retention and company by another act, at one opening act: the meaning, in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from zhunsheng.norms.clocks import Due, Moment, Standstill, due_time, hour_rounding, plain_counting
from zhunsheng.norms.dossiers import Act, View
from zhunsheng.norms.evaluate import Closure, closure
from zhunsheng.norms.matching import Matcher
from zhunsheng.norms.periods import Period, end_of_day_us, local_day
from zhunsheng.norms.plans import BREACHES, Plan, Ref, Status, Stop, Timed
from zhunsheng.norms.results import Obligation, Reckoning

FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class Deciding:
    """The acts that may decide, doubts left aside; `horizon` is the first of them, and what comes after it lengthens no term."""

    meet: Act | None
    void: Act | None
    horizon: Act | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What one possible term leads to."""

    status: Status
    due_us: int | None
    warn_us: int | None
    decided: Act | None
    evidence: tuple[Act, ...]
    doubts: tuple[Act, ...]
    reckoning: Reckoning


class TimedJudge:
    """A `Timed` plan ready to judge opening acts."""

    def __init__(self, plan: Plan, form: Timed, matcher: Callable[[Ref], Matcher]) -> None:
        self.plan, self.form, self.counting = plan, form, plain_counting(form.counting)
        self.meet = matcher(form.meet)
        self.voids = [matcher(r) for r in form.voids]
        self.extends = [(e, matcher(e.ref)) for e in form.extends]
        self.stops = [(s, matcher(s.start), matcher(s.end)) for s in form.stops]
        self.tiers: list[tuple[Closure, Period]] = [(closure(t.cond), t.period) for t in form.tiers]
        self.by_type = form.by.type if form.by is not None else None
        self.by: Closure | None = closure(form.by) if form.by is not None else None

    def judge(self, view: View, opened: Act, case_id: str, moment: Moment) -> Obligation:
        """The row of one certain opening act."""
        results = [self.settle(view, opened, index, moment) for index in self.possible_terms(view, opened)]
        best = min(results, key=lambda r: FOREVER if r.due_us is None else r.due_us)
        status: Status = best.status if len({r.status for r in results}) == 1 else "unknown"
        doubts = best.doubts or ((opened,) if status == "unknown" else ())
        reckoning = best.reckoning
        if len(results) > 1:
            latest = max((r.due_us for r in results if r.due_us is not None), default=None)
            reckoning = replace(reckoning, latest_us=latest)
        return Obligation(
            self.plan,
            case_id,
            view.scope,
            opened,
            status,
            best.due_us,
            best.warn_us,
            best.decided,
            best.evidence,
            doubts,
            reckoning,
        )

    def possible_terms(self, view: View, opened: Act) -> Iterator[int]:
        """Tiers that are, or may be, the one to take; -1 is the norm's own term."""
        for index, (cond, _) in enumerate(self.tiers):
            holds = cond(view, opened)
            if holds is not False:
                yield index
            if holds:
                return
        yield -1

    def settle(self, view: View, opened: Act, index: int, moment: Moment) -> Settled:
        """The outcome if the term is the one at `index`."""
        deciding = self.deciding(view, opened)
        stops = self.standstills(view, deciding.horizon, moment)
        due, period, extensions = self.due(view, opened, index, stops, deciding.horizon, moment)
        unlimited = self.form.by is None and period is None
        status, decided = self.status(deciding, None if unlimited else due.us, unlimited, moment)
        stopped_by = tuple((s.start, s.end, added) for s, added in due.stopped)
        standing = due.standing and deciding.horizon is None
        reckoning = Reckoning(index, extensions, stopped_by, deciding.horizon, standing)
        stopped = tuple(a for s, _ in due.stopped for a in (s.start, s.end) if a is not None)
        evidence = (*((decided,) if decided else ()), *(act for act, _ in extensions), *stopped)
        limit = FOREVER if due.us is None else due.us
        doubts: tuple[Act, ...] = ()
        if status in BREACHES or (self.form.keep and status in ("met", "pending")):
            doubts = tuple(self.doubts(view, opened, limit, status))
            status = "unknown" if doubts else status
        return Settled(
            status, due.us, self.warning(opened, due, period, moment), decided, evidence, doubts, reckoning
        )

    def due(
        self,
        view: View,
        opened: Act,
        index: int,
        stops: list[Standstill],
        horizon: Act | None,
        moment: Moment,
    ) -> tuple[Due, Period | None, tuple[tuple[Act, int], ...]]:
        """The due time with the extensions that count, and the term it came from."""
        if self.by is not None:
            value = self.by(view, opened)
            if self.by_type == "date" and value is not None:
                value = end_of_day_us(int(value), moment.zone)
            return Due(None if value is None else int(value)), None, ()
        period = self.form.period if index < 0 else self.tiers[index][1]
        if period is None:
            return Due(None), None, ()
        due = due_time(opened, period, self.counting, stops, moment)
        used: list[tuple[Act, int]] = []
        ended = -1
        for number, (grant, match) in enumerate(self.extends):
            if due.us is None or grant.entry == ended:
                continue
            after = used[-1][0].position if used else opened.position
            act = next((a for a in match.of(view).certain if a.position > after), None)
            if act is None or act.at_us is None or act.at_us > due.us or not before(act, horizon):
                ended = grant.entry
                continue
            used.append((act, number))
            longer = Period(period.amount + grant.period.amount, period.unit)
            period = longer if grant.adds else grant.period
            due = due_time(opened, period, self.counting, stops, moment)
        return due, period, tuple(used)

    def standstills(self, view: View, horizon: Act | None, moment: Moment) -> list[Standstill]:
        """Every interval of every stop that may touch the clock, by order of start, as it stood at the horizon or stands now."""
        found = []
        for stop, starts, ends in self.stops:
            closing = ends.of(view).certain
            for start in starts.of(view).certain:
                if not before(start, horizon):
                    break
                end = next(
                    (e for e in closing if e.position > start.position and paired(stop, start, e)), None
                )
                if end is not None and horizon is not None and end.position > horizon.position:
                    end = None
                found.append(standstill(start, end, horizon, moment))
        found.sort(key=lambda s: (s.start_us, s.start.seq, s.end_us))
        return found

    def deciding(self, view: View, opened: Act) -> Deciding:
        """The acts that may decide an opening; what was done already settles it at the opening itself."""
        meets = self.meet.of(view).certain
        meet = next((a for a in meets if a.position > opened.position), None)
        void = self.first_void(view, opened)
        if self.form.already:
            done = next((a for a in reversed(meets) if a.position < opened.position), None)
            if done is not None:
                return Deciding(done, void, opened)
        first = min((a for a in (meet, void) if a is not None), key=lambda a: a.position, default=None)
        return Deciding(meet, void, first)

    def status(
        self, deciding: Deciding, due_us: int | None, unlimited: bool, moment: Moment
    ) -> tuple[Status, Act | None]:
        """Status and deciding act, doubts left aside."""
        limit = FOREVER if due_us is None else due_us
        meet, void = deciding.meet, deciding.void
        before_meet = void is not None and (meet is None or void.position < meet.position)
        if (
            void is not None
            and before_meet
            and (due_us is not None or unlimited)
            and (void.at_us or 0) <= limit
        ):
            return "void", void
        if due_us is None and not unlimited:
            return "unknown", None
        if self.form.keep:
            if meet is not None and (meet.at_us or 0) <= limit:
                return "broken", meet
            return ("met" if moment.as_of_us > limit else "pending"), meet
        if meet is not None:
            return ("met" if (meet.at_us or 0) <= limit else "late"), meet
        if moment.as_of_us > limit or (unlimited and moment.closed):
            return "overdue", None
        return "pending", None

    def first_void(self, view: View, opened: Act) -> Act | None:
        """The first voiding act after the opening."""
        found = [
            next((a for a in v.of(view).certain if a.position > opened.position), None) for v in self.voids
        ]
        return min((a for a in found if a is not None), key=lambda a: a.position, default=None)

    def doubts(self, view: View, opened: Act, limit: int, status: Status) -> Iterator[Act]:
        """Doubtful acts that might turn the outcome."""
        after = opened.position
        turning = (
            [] if self.form.keep and status == "broken" else [(self.meet, -2 if self.form.already else after)]
        )
        if status in BREACHES:
            turning += [(v, after) for v in self.voids] + [(m, after) for _, m in self.extends]
            # A clock may stand still from the opening act itself.
            for match in (m for _, start, end in self.stops for m in (start, end)):
                found = match.of(view)
                yield from (*found.untimed, *(a for a in found.doubtful if (a.at_us or 0) <= limit))
        for match, position in turning:
            found = match.of(view)
            yield from (a for a in found.untimed if a is not opened)
            yield from (
                a
                for a in found.doubtful
                if a.position > position and a is not opened and (a.at_us or 0) <= limit
            )

    def warning(self, opened: Act, due: Due, period: Period | None, moment: Moment) -> int | None:
        """When to warn: before the due time by the strict reading of hours."""
        if self.form.warn_before_us is None or due.us is None:
            return None
        lenience = hour_rounding(opened, period, self.counting, moment.zone) if period else 0
        return due.us - lenience - self.form.warn_before_us


def paired(stop: Stop, start: Act, end: Act) -> bool:
    """Whether an end belongs to a start."""
    if stop.pair is None:
        return True
    value = start.facts.get(stop.pair)
    return value is not None and value == end.facts.get(stop.pair)


def before(act: Act, horizon: Act | None) -> bool:
    """Whether an act lies before the horizon, or there is none."""
    return horizon is None or act.position < horizon.position


def standstill(start: Act, end: Act | None, horizon: Act | None, moment: Moment) -> Standstill:
    """An interval of acts as instants and days; one still open lasts until the horizon, or until now."""
    assert start.at_us is not None
    assert start.day is not None
    last = end or horizon
    end_us = last.at_us if last is not None and last.at_us is not None else moment.as_of_us
    end_day = (
        last.day if last is not None and last.day is not None else local_day(moment.as_of_us, moment.zone)
    )
    return Standstill(start, end, start.at_us, end_us, start.day, end_day)
