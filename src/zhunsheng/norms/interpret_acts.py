"""Norms judged at the act itself - requires, forbids, separation, tests, recordings - in plain Python: the meaning."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from zhunsheng.norms.clocks import Moment, plain_due_us
from zhunsheng.norms.dossiers import Act, View
from zhunsheng.norms.evaluate import Closure, closure
from zhunsheng.norms.expressions import Node
from zhunsheng.norms.matching import Matcher
from zhunsheng.norms.period_instants import ELAPSED_US
from zhunsheng.norms.periods import Counting, Period, latest_day_before
from zhunsheng.norms.plans import Check, Conflict, Covered, Plan, Prior, Ref, Standing, Status
from zhunsheng.norms.results import Obligation

Making = Callable[[Ref], Matcher]


def optional(node: Node | None) -> Closure | None:
    """A closure where there is a condition."""
    return closure(node) if node is not None else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Status with the act that decided, further evidence, and the doubtful acts behind an unknown."""

    status: Status
    decided: Act | None = None
    evidence: tuple[Act, ...] = ()
    doubts: tuple[Act, ...] = ()


def of_flag(holds: object) -> Status:
    """True met, False broken, None unknown."""
    return "unknown" if holds is None else "met" if holds else "broken"


def excused(verdict: Verdict, unless: Closure | None, view: View, act: Act) -> Verdict:
    """`unless` true: met; unknown where the rest is not met: unknown."""
    if unless is None or verdict.status == "met":
        return verdict
    excuse = unless(view, act)
    if excuse:
        return Verdict("met")
    return Verdict("unknown", verdict.decided, verdict.evidence, (act,)) if excuse is None else verdict


def at_distance(
    earlier: Act,
    later: Act,
    at_least: Period | None,
    at_most: Period | None,
    counting: Counting,
    moment: Moment,
) -> bool | None:
    """Whether `later` is at least and at most so long after `earlier`; None where the calendar cannot tell."""
    assert earlier.at_us is not None
    assert earlier.day is not None
    assert later.at_us is not None
    assert later.day is not None
    answer: bool | None = True
    if at_least is not None:
        if at_least.in_days:
            latest = latest_day_before(later.day, at_least, counting, moment.calendar)
            far = None if latest is None else earlier.day <= latest
        else:
            far = later.at_us - earlier.at_us >= at_least.amount * ELAPSED_US[at_least.unit]
        if far is False:
            return False
        answer = far
    if at_most is not None:
        due = plain_due_us(earlier.at_us, earlier.day, at_most, counting, moment.calendar, moment.zone)
        near = None if due is None else later.at_us <= due
        if near is False:
            return False
        answer = answer if near else None
    return answer


class PriorJudge:
    """`requires`."""

    def __init__(self, plan: Plan, form: Prior, matcher: Making) -> None:
        self.plan, self.form = plan, form
        self.prior, self.since = matcher(form.prior), matcher(form.since) if form.since else None

    def judge(self, view: View, act: Act, case_id: str, moment: Moment) -> Obligation | None:
        """The row of one act; None where nothing precedes it and absence is ignored."""
        found = self.prior.of(view)
        floor = -1
        if self.since is not None:
            floor = max(
                (s.position for s in self.since.of(view).certain if s.position < act.position), default=-1
            )
        candidates = [p for p in found.certain if floor < p.position < act.position]
        form = self.form
        good = [
            (p, at_distance(p, act, form.at_least, form.at_most, form.counting, moment)) for p in candidates
        ]
        sure = [p for p, fits in good if fits]
        if sure:
            due = self.due(sure[-1], moment)
            return Obligation(
                self.plan, case_id, view.scope, act, "met", due_us=due, decided=sure[-1], evidence=(sure[-1],)
            )
        if not candidates and form.ignore_absent:
            return None
        doubts = [p for p, fits in good if fits is None]
        doubts += [p for p in found.doubtful if p.position < act.position] + [
            p for p in found.untimed if p.seq != act.seq
        ]
        last = candidates[-1] if candidates else None
        return Obligation(
            self.plan,
            case_id,
            view.scope,
            act,
            "unknown" if doubts else "broken",
            due_us=self.due(last, moment) if last else None,
            decided=last,
            evidence=(last,) if last else (),
            doubts=tuple(doubts),
        )

    def due(self, prior: Act, moment: Moment) -> int | None:
        """By when the act was due after the one that decides, where there is a greatest distance."""
        if self.form.at_most is None or prior.at_us is None or prior.day is None:
            return None
        return plain_due_us(
            prior.at_us, prior.day, self.form.at_most, self.form.counting, moment.calendar, moment.zone
        )


class VerdictJudge(ABC):
    """What every form judged at the act itself shares: a verdict, an excuse, and the row they make."""

    def __init__(self, plan: Plan, unless: Node | None) -> None:
        self.plan, self.unless = plan, optional(unless)

    @abstractmethod
    def verdict(self, view: View, act: Act, moment: Moment) -> Verdict:
        """The outcome with no regard to `unless`."""

    def judge(self, view: View, act: Act, case_id: str, moment: Moment) -> Obligation:
        """The row of one act."""
        verdict = excused(self.verdict(view, act, moment), self.unless, view, act)
        return Obligation(
            self.plan,
            case_id,
            view.scope,
            act,
            verdict.status,
            decided=verdict.decided,
            evidence=verdict.evidence,
            doubts=verdict.doubts,
        )


class StandingJudge(VerdictJudge):
    """`forbids`."""

    def __init__(self, plan: Plan, form: Standing, matcher: Making) -> None:
        super().__init__(plan, form.unless)
        self.form = form
        self.start = matcher(form.start) if form.start else None
        self.end = matcher(form.end) if form.end else None
        self.when = optional(form.when)

    def verdict(self, view: View, act: Act, moment: Moment) -> Verdict:
        """The state and the condition together, after Kleene."""
        stands, start, doubts = self.stands(view, act, moment)
        holds = self.when(view, act) if self.when else True
        if stands is False or holds is False:
            return Verdict("met")
        if stands is None or holds is None:
            return Verdict("unknown", doubts=doubts or (act,))
        return Verdict("broken", start, (start,) if start else ())

    def stands(self, view: View, act: Act, moment: Moment) -> tuple[bool | None, Act | None, tuple[Act, ...]]:
        """Whether the forbidding state stands at the act, since which act, and which acts leave it in doubt."""
        if self.start is None:
            return True, None, ()
        floor = -1
        if self.end is not None:
            floor = max(
                (e.position for e in self.end.of(view).certain if e.position < act.position), default=-1
            )
        found, form = self.start.of(view), self.form
        starts = [s for s in found.certain if floor < s.position < act.position]
        near = [(s, at_distance(s, act, None, form.span, form.counting, moment)) for s in starts]
        sure = [s for s, fits in near if fits]
        if sure:
            return True, sure[-1], ()
        doubts = [s for s, fits in near if fits is None]
        doubts += [s for s in found.doubtful if floor < s.position < act.position]
        doubts += [s for s in found.untimed if s.seq != act.seq]
        return (None if doubts else False), None, tuple(doubts)


class ConflictJudge(VerdictJudge):
    """`separation` between two acts."""

    def __init__(self, plan: Plan, form: Conflict, matcher: Making) -> None:
        super().__init__(plan, form.unless)
        self.form, self.other = form, matcher(form.other)

    def verdict(self, view: View, act: Act, _moment: Moment) -> Verdict:
        """Compare the officers of this act with those of every other."""
        found = self.other.of(view)
        certain = {a.seq for a in found.certain} | {a.seq for a in found.untimed if self.sure(view, a)}
        others = [*sorted([*found.certain, *found.doubtful], key=lambda a: a.position), *found.untimed]
        others = [o for o in others if o.seq != act.seq]
        if not others:
            return Verdict("met")
        mine = [(s.officer, s.fits(self.form.roles)) for s in act.officers]
        doubts: list[Act] = []
        for other in others:
            shares = self.shares(mine, other)
            if shares and other.seq in certain:
                return Verdict("broken", other, (other,))
            if shares is not False:
                doubts.append(other)
        return Verdict("unknown", doubts=tuple(doubts)) if doubts else Verdict("met")

    def sure(self, view: View, act: Act) -> bool:
        """Whether an untimed act certainly is one of the others: its time does not matter here."""
        return self.other.cond is None or self.other.cond(view, act) is True

    def shares(self, mine: list[tuple[str, bool | None]], other: Act) -> bool | None:
        """Whether the two acts share an officer in the two roles; None where a role, or every officer, is not recorded."""
        theirs = [(s.officer, s.fits(self.form.others)) for s in other.officers]
        mine = [m for m in mine if m[1] is not False]
        theirs = [t for t in theirs if t[1] is not False]
        if any(m[0] == t[0] and m[1] and t[1] for m in mine for t in theirs):
            return True
        if not mine or not theirs or any(m[0] == t[0] for m in mine for t in theirs):
            return None
        return False


class CheckJudge(VerdictJudge):
    """Actors, ranges, facts stated by the act, separation within one act."""

    def __init__(self, plan: Plan, form: Check, _matcher: Making) -> None:
        super().__init__(plan, form.unless)
        self.holds = closure(form.holds)

    def verdict(self, view: View, act: Act, _moment: Moment) -> Verdict:
        """The condition at the act."""
        holds = self.holds(view, act)
        return Verdict(of_flag(holds), doubts=(act,) if holds is None else ())


class CoveredJudge(VerdictJudge):
    """Company by recordings that cover the time of the act."""

    def __init__(self, plan: Plan, form: Covered, matcher: Making) -> None:
        super().__init__(plan, form.unless)
        self.form, self.recording = form, matcher(form.recording)

    def verdict(self, view: View, act: Act, _moment: Moment) -> Verdict:
        """Walk the recordings in order of start and look for a hole."""
        start, end = act.at_us, act.facts.get("ended_us")
        if start is None or end is None:
            return Verdict("unknown", doubts=(act,))
        found = self.recording.of(view)
        whole = [r for r in found.certain if r.seq != act.seq and r.facts.get("ended_us") is not None]
        overlapping = [r for r in whole if (r.at_us or 0) <= end and r.facts["ended_us"] >= start]
        reach, gap = start, self.form.gap_us
        holds = True
        for recording in overlapping:
            if (recording.at_us or 0) > reach + gap:
                holds = False
            reach = max(reach, recording.facts["ended_us"])
        if holds and overlapping and reach + gap >= end:
            return Verdict("met", evidence=tuple(overlapping))
        doubts = [r for r in found.certain if r.seq != act.seq and r.facts.get("ended_us") is None]
        doubts += [r for r in (*found.doubtful, *found.untimed) if r.seq != act.seq]
        return Verdict("unknown" if doubts else "broken", evidence=tuple(overlapping), doubts=tuple(doubts))
