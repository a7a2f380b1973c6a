"""What norms mean for one dossier, in plain Python. Every other execution is held equal to this one.

`Interpreter(plans, …).judge(dossier, …)` gives the obligations of a case; see `docs/norm-semantics.md`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Protocol

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.clocks import Moment
from zhunsheng.norms.dossiers import Act, Dossier, View
from zhunsheng.norms.evaluate import Closure, closure
from zhunsheng.norms.expressions import Earlier
from zhunsheng.norms.interpret_acts import (
    CheckJudge,
    ConflictJudge,
    CoveredJudge,
    Making,
    PriorJudge,
    StandingJudge,
)
from zhunsheng.norms.interpret_timed import TimedJudge
from zhunsheng.norms.matching import NOTHING, Matcher
from zhunsheng.norms.plans import (
    Check,
    Conflict,
    Covered,
    Plan,
    Prior,
    Ref,
    ScopeKey,
    Standing,
    Timed,
    conditions,
    references,
)
from zhunsheng.norms.results import Obligation

MEANING = 2
"""Which edition of `docs/norm-semantics.md` this is; whoever keeps results judges anew when it changes.

2: what an act has decided is not moved by what comes later; what is met is met, be its excuse known or not.
"""


class Judge(Protocol):
    """A plan ready to judge opening acts."""

    def judge(self, view: View, act: Act, case_id: str, moment: Moment, /) -> Obligation | None:
        """The row of one certain opening act, if it gives one."""


def judge_of(plan: Plan, matcher: Making) -> Judge:
    """The judge for a plan's form."""
    match plan.form:
        case Timed() as form:
            return TimedJudge(plan, form, matcher)
        case Prior() as form:
            return PriorJudge(plan, form, matcher)
        case Standing() as form:
            return StandingJudge(plan, form, matcher)
        case Conflict() as form:
            return ConflictJudge(plan, form, matcher)
        case Check() as form:
            return CheckJudge(plan, form, matcher)
        case Covered() as form:
            return CoveredJudge(plan, form, matcher)


class Ready:
    """A plan with its opening reference, governing date and judge prepared."""

    def __init__(self, plan: Plan, matcher: Making) -> None:
        self.plan = plan
        self.opening = matcher(plan.opening)
        self.bare = matcher(plan.bare) if plan.bare is not None else None
        self.governed: Closure | None = closure(plan.governed) if plan.governed is not None else None
        self.judge = judge_of(plan, matcher)
        self.first_only = isinstance(plan.form, Timed) and plan.form.first_only

    def sleeps(self, first: int, last: int) -> bool:
        """Whether no day between these two is one this version could govern, as far as the acts' own days decide."""
        plan = self.plan
        return self.governed is None and (plan.from_day > last or (plan.to_day is not None and plan.to_day < first))

    def rows(self, view: View, case_id: str, moment: Moment) -> list[Obligation]:
        """The rows of this version in one group."""
        found = self.opening.of(view)
        certain, doubtful, untimed = found.certain, found.doubtful, found.untimed
        if not view.whole:
            certain, doubtful = [], [*certain, *doubtful]
        elif view.scope:
            certain = [a for a in certain if a.opens]
            doubtful, untimed = ([a for a in acts if a.opens] if acts else acts for acts in (doubtful, untimed))
        if self.first_only and certain:
            certain = certain[:1]
            doubtful = [a for a in doubtful if a.position < certain[0].position]
        rows: list[Obligation] = []
        for act in certain:
            applies = self.applies(view, act)
            if applies:
                row = self.judge.judge(view, act, case_id, moment)
                if row is not None:
                    rows.append(row)
            elif applies is None and self.plan.latest:
                rows.append(self.unknown(view, act, case_id))
        excusable = self.excusable(view, doubtful)
        for act in (*doubtful, *untimed):
            applies = self.applies(view, act)
            if applies and act.seq in excusable:
                rows += self.unless_met(view, act, case_id, moment)
            elif applies or (applies is None and self.plan.latest):
                rows.append(self.unknown(view, act, case_id))
        return rows

    def excusable(self, view: View, doubtful: list[Act]) -> frozenset[int]:
        """The doubtful openings of which only the excuse is in doubt."""
        if self.bare is None or not doubtful or not view.whole:
            return frozenset()
        return frozenset(a.seq for a in self.bare.of(view).certain)

    def unless_met(self, view: View, act: Act, case_id: str, moment: Moment) -> list[Obligation]:
        """The row of an act whose excuse is unknown: met if it is without it, else unknown; none if none is due without it."""
        row = self.judge.judge(view, act, case_id, moment)
        if row is None:
            return []
        return [row if row.status == "met" else self.unknown(view, act, case_id)]

    def applies(self, view: View, act: Act) -> bool | None:
        """Whether this version governs the act; None when the governing date is not known."""
        day = act.day if self.governed is None else self.governed(view, act)
        if day is None:
            return None
        return self.plan.from_day <= int(day) and (self.plan.to_day is None or int(day) <= self.plan.to_day)

    def unknown(self, view: View, act: Act, case_id: str) -> Obligation:
        """A row that cannot be judged because of the opening act itself."""
        return Obligation(self.plan, case_id, view.scope, act, "unknown", doubts=(act,))


def types_read(plans: Iterable[Plan]) -> frozenset[str] | None:
    """The act types that these plans ever look at; None when one of them looks at every type."""
    looked_at = [
        types
        for plan in plans
        for types in (
            *(ref.types for ref in references(plan)),
            *(n.types for c in conditions(plan) for n in c.walk() if isinstance(n, Earlier)),
        )
    ]
    return frozenset(t for types in looked_at for t in types) if all(looked_at) else None


class Interpreter:
    """A set of plans ready to judge dossiers; building it once and judging many is the intended use."""

    def __init__(self, plans: Iterable[Plan], *, calendar: Calendar, zone: str) -> None:
        self.calendar, self.zone = calendar, zone
        matchers: dict[Ref, Matcher] = {}

        def matcher(ref: Ref) -> Matcher:
            if ref not in matchers:
                matchers[ref] = Matcher(ref)
            return matchers[ref]

        self.ready = [Ready(plan, matcher) for plan in plans]
        starts = {r.plan.from_day for r in self.ready}
        self.limits = sorted(starts | {r.plan.to_day + 1 for r in self.ready if r.plan.to_day is not None})
        self.sleeping: dict[tuple[int, int], frozenset[int]] = {}
        self.by_scope: dict[tuple[ScopeKey, ...], dict[str, list[int]]] = {}
        for number, ready in enumerate(self.ready):
            by_type = self.by_scope.setdefault(ready.plan.per, {})
            for name in ready.opening.types or ("*",):
                by_type.setdefault(name, []).append(number)
        self.read = {
            per: types_read(r.plan for r in self.ready if r.plan.per == per) for per in self.by_scope
        }

    def judge(self, dossier: Dossier, *, as_of_us: int, closed: bool = False) -> list[Obligation]:
        """Every obligation of the dossier as of an instant, in the order of the plans, then scope, then opening act."""
        moment = Moment(as_of_us, self.zone, self.calendar, closed)
        existing = [a for a in dossier.acts if a.at_us is None or a.at_us <= as_of_us]
        whole = Dossier(dossier.case_id, existing)
        found: list[tuple[int, list[Obligation]]] = []
        asleep = self.asleep(existing)
        for per, by_type in self.by_scope.items():
            for view in whole.views(per, by_type, self.read[per]):
                for n in {n for name in ("*", *view.openers) for n in by_type.get(name, ())} - asleep:
                    ready = self.ready[n]
                    if ready.opening.of(view) is not NOTHING:
                        found.append((n, ready.rows(view, dossier.case_id, moment)))
        found.sort(key=lambda entry: entry[0])
        return [row for _, rows in found for row in rows]

    def asleep(self, acts: list[Act]) -> frozenset[int]:
        """The versions that govern none of the days the acts lie between; none where an act has no day."""
        days = [a.day for a in acts if a.day is not None]
        if not days or len(days) < len(acts):
            return frozenset()
        return self.asleep_between(min(days), max(days))

    def asleep_between(self, first: int, last: int) -> frozenset[int]:
        """The versions that govern no day between these, kept by the versions' own limits so that few sets are made."""
        stretch = bisect_right(self.limits, first), bisect_right(self.limits, last)
        if stretch not in self.sleeping:
            self.sleeping[stretch] = frozenset(n for n, r in enumerate(self.ready) if r.sleeps(first, last))
        return self.sleeping[stretch]
