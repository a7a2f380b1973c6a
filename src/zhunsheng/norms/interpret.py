"""What norms mean for one dossier, in plain Python. Every other execution is held equal to this one.

`Interpreter(plans, …).judge(dossier, …)` gives the obligations of a case; see `docs/norm-semantics.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.clocks import Moment
from zhunsheng.norms.dossiers import Act, Dossier, View
from zhunsheng.norms.evaluate import Closure, closure
from zhunsheng.norms.interpret_acts import (
    CheckJudge,
    ConflictJudge,
    CoveredJudge,
    Making,
    PriorJudge,
    StandingJudge,
)
from zhunsheng.norms.interpret_timed import TimedJudge
from zhunsheng.norms.matching import Matcher
from zhunsheng.norms.plans import Check, Conflict, Covered, Plan, Prior, Ref, ScopeKey, Standing, Timed
from zhunsheng.norms.results import Obligation


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
        self.governed: Closure | None = closure(plan.governed) if plan.governed is not None else None
        self.judge = judge_of(plan, matcher)
        self.first_only = isinstance(plan.form, Timed) and plan.form.first_only

    def rows(self, view: View, case_id: str, moment: Moment) -> Iterator[Obligation]:
        """The rows of this version in one group."""
        found = self.opening.of(view)
        certain, doubtful, untimed = found.certain, found.doubtful, found.untimed
        if not view.whole:
            certain, doubtful = [], [*certain, *doubtful]
        elif view.scope:
            certain, doubtful, untimed = ([a for a in acts if a.opens] for acts in (certain, doubtful, untimed))
        if self.first_only and certain:
            certain = certain[:1]
            doubtful = [a for a in doubtful if a.position < certain[0].position]
        for act in certain:
            applies = self.applies(view, act)
            if applies:
                row = self.judge.judge(view, act, case_id, moment)
                if row is not None:
                    yield row
            elif applies is None and self.plan.latest:
                yield self.unknown(view, act, case_id)
        for act in (*doubtful, *untimed):
            applies = self.applies(view, act)
            if applies or (applies is None and self.plan.latest):
                yield self.unknown(view, act, case_id)

    def applies(self, view: View, act: Act) -> bool | None:
        """Whether this version governs the act; None when the governing date is not known."""
        day = act.day if self.governed is None else self.governed(view, act)
        if day is None:
            return None
        return self.plan.from_day <= int(day) and (self.plan.to_day is None or int(day) <= self.plan.to_day)

    def unknown(self, view: View, act: Act, case_id: str) -> Obligation:
        """A row that cannot be judged because of the opening act itself."""
        return Obligation(self.plan, case_id, view.scope, act, "unknown", doubts=(act,))


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
        self.by_scope: dict[tuple[ScopeKey, ...], dict[str, list[int]]] = {}
        for number, ready in enumerate(self.ready):
            by_type = self.by_scope.setdefault(ready.plan.per, {})
            for name in ready.opening.types or ("*",):
                by_type.setdefault(name, []).append(number)

    def judge(self, dossier: Dossier, *, as_of_us: int, closed: bool = False) -> list[Obligation]:
        """Every obligation of the dossier as of an instant, in the order of the plans, then scope, then opening act."""
        moment = Moment(as_of_us, self.zone, self.calendar, closed)
        existing = [a for a in dossier.acts if a.at_us is None or a.at_us <= as_of_us]
        whole = Dossier(dossier.case_id, existing)
        found: list[tuple[int, list[Obligation]]] = []
        for per, by_type in self.by_scope.items():
            for view in whole.views(per):
                numbers = {n for name in ("*", *view.known_types) for n in by_type.get(name, ())}
                found += [(n, list(self.ready[n].rows(view, dossier.case_id, moment))) for n in numbers]
        found.sort(key=lambda entry: entry[0])
        return [row for _, rows in found for row in rows]
