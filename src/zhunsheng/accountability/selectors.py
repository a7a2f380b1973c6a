"""Reads of accountability: lists with what is overdue first, figures by kind and unit, one's own parts. None is by officer.

Nothing here takes an officer to look for: whoever reads sees their own part, or cases of the units within reach.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.urls import reverse

from zhunsheng.accountability.access import cases_within, externals_within, parts_own
from zhunsheng.accountability.attributing import FALLEN
from zhunsheng.accountability.codes import OVER, State
from zhunsheng.accountability.models import (
    CaseEvent,
    CaseGround,
    ExternalResult,
    Involvement,
    NormProposal,
    ResponsibilityCase,
    Statement,
)
from zhunsheng.accountability.rules import rules
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.people.access import reach
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import Status
from zhunsheng.supervision.selectors import Page, paged
from zhunsheng.supervision.wishes import Wish

EXTERNAL_STATES: Mapping[str, Q] = {
    "open": Q(review=None, overturned_at=None),
    "reviewed": Q(review__isnull=False),
    "overturned": Q(overturned_at__isnull=False),
    "all": Q(),
}
RECONSIDERED = CaseEvent.objects.filter(kind="reconsidered", ground=OuterRef("pk"))
FALLEN_GROUNDS = CaseGround.objects.filter(case=OuterRef("pk")).filter(
    Q(finding__status__in=FALLEN) | Q(result__overturned_at__isnull=False), ~Exists(RECONSIDERED)
)
CONTESTED_GROUNDS = CaseGround.objects.filter(case=OuterRef("pk"), finding__status=Status.CONTESTED)
CASE_STATES: Mapping[str, Q] = {
    "open": ~Q(state__in=OVER),
    "fallen": Q(Exists(FALLEN_GROUNDS)) & ~Q(state=State.WITHDRAWN),
    "over": Q(state__in=OVER),
    "all": Q(),
    **{state.value: Q(state=state) for state in State},
}
YEAR = dt.timedelta(days=365)
WISHES_SHOWN = 200


def external_list(
    state: str, *, by: Officer, purpose: str, kind: str = "", unit: str = "", page: int = 1
) -> Page:
    """One page of external results: to be reviewed first, of these the longest overdue first."""
    rows = externals_within(by=by, purpose=purpose).filter(
        EXTERNAL_STATES.get(state, EXTERNAL_STATES["open"])
    )
    if kind:
        rows = rows.filter(kind=kind)
    if unit:
        rows = rows.filter(unit__code=unit)
    waits = Case(
        When(EXTERNAL_STATES["open"], then=F("review_by")), default=Value(None), output_field=DateTimeField()
    )
    ordered = rows.select_related("unit", "dossier", "review").annotate(waits=waits)
    return paged(ordered.order_by(F("waits").asc(nulls_last=True), "-decided_on", "-pk"), page)


@dataclass(frozen=True)
class Line:
    """One line of the figures: how many came in, how many were reviewed and how, of how many dossiers."""

    title: object
    found: int
    reviewed: int
    overdue: int
    fault: int
    of: int
    small: bool

    @property
    def share(self) -> float | None:
        """Results among the dossiers opened, in per cent."""
        return self.found / self.of * 100 if self.of else None


@dataclass(frozen=True)
class Figures:
    """The figures of the last year, by kind and by unit."""

    kinds: list[Line]
    units: list[Line]
    since: dt.date
    small_number: int


def external_figures(*, by: Officer, purpose: str) -> Figures:
    """What came in during the last year within reach, by kind and by unit; the base is the dossiers opened in it."""
    now = clock.now()
    begin = now - YEAR
    small = alerting(now).small_number
    rows = externals_within(by=by, purpose=purpose).filter(entered_at__gte=begin)
    units = reach(by, purpose).units
    opened = Dossier.objects.unfenced("numbers only, of the units within reach").filter(
        unit_id__in=units, opened_at__gte=begin
    )
    by_unit = dict(opened.order_by().values_list("unit_id").annotate(n=Count("pk")))
    criminal = opened.filter(kind="criminal").count()
    every = sum(by_unit.values())
    names = dict(Unit.objects.filter(code__in=units).values_list("code", "name_zh"))
    kinds = [
        line(
            rules().external_kinds[k].words,
            told,
            criminal if rules().external_kinds[k].criminal else every,
            small,
        )
        for k, told in counted(rows, "kind").items()
    ]
    by_place = [
        line(names.get(u, u), told, by_unit.get(u, 0), small) for u, told in counted(rows, "unit_id").items()
    ]
    return Figures(kinds, by_place, begin.astimezone(clock.LOCAL).date(), small)


def counted(rows: QuerySet[ExternalResult], column: str) -> dict[str, dict[str, int]]:
    """Counts by kind or by unit, the most first."""
    waiting = EXTERNAL_STATES["open"]
    told = (
        rows.order_by()
        .values(column)
        .annotate(
            found=Count("pk"),
            reviewed=Count("review"),
            overdue=Count("pk", filter=waiting & Q(review_by__lt=clock.now())),
            fault=Count("pk", filter=Q(review__conclusion="fault-possible")),
        )
    )
    return {row.pop(column): row for row in sorted(told, key=lambda r: (-r["found"], r[column]))}


def line(title: object, told: Mapping[str, int], of: int, small: int) -> Line:
    """A line of the figures."""
    return Line(title, told["found"], told["reviewed"], told["overdue"], told["fault"], of, of < small)


def due_of(case: ResponsibilityCase) -> dt.datetime | None:
    """By when the present step is to be taken; none once there is no clock any more."""
    due: Mapping[str, dt.datetime | None] = {
        State.OPENED: case.attribute_by,
        State.ATTRIBUTED: case.statement_by,
        State.HEARD: case.decide_by,
        State.DECIDED: case.objection_by,
        State.OBJECTED: case.redecide_by,
    }
    return due.get(case.state)


def case_list(state: str, *, by: Officer, purpose: str, unit: str = "", page: int = 1) -> Page:
    """One page of the cases within reach, what is due first first."""
    rows = cases_within(by=by, purpose=purpose).filter(CASE_STATES.get(state, CASE_STATES["open"]))
    if unit:
        rows = rows.filter(unit__code=unit)
    due = Case(
        When(state=State.OPENED, then=F("attribute_by")),
        When(state=State.ATTRIBUTED, then=F("statement_by")),
        When(state=State.HEARD, then=F("decide_by")),
        When(state=State.DECIDED, then=F("objection_by")),
        When(state=State.OBJECTED, then=F("redecide_by")),
        default=Value(None),
        output_field=DateTimeField(),
    )
    ordered = rows.select_related("unit", "dossier").annotate(
        due=due, fallen=Exists(FALLEN_GROUNDS), frozen=Exists(CONTESTED_GROUNDS)
    )
    return paged(ordered.order_by(F("due").asc(nulls_last=True), "-pk"), page)


@dataclass(frozen=True)
class OwnCase:
    """One's own part in one case: whether it waits for one's statement."""

    case: ResponsibilityCase
    to_state: bool


def own_cases(by: Officer, page: int = 1) -> Page:
    """One page of the cases that concern the officer who asks, the newest first; nobody can ask for another."""
    cases = ResponsibilityCase.objects.unfenced("one's own part").filter(
        pk__in=parts_own(by).values("case_id")
    )
    found = paged(cases.select_related("unit").order_by("-pk"), page)
    waiting = set(own_waiting(by).values_list("pk", flat=True))
    return replace(found, rows=[OwnCase(case, case.pk in waiting) for case in found.rows])


def own_waiting(by: Officer) -> QuerySet[ResponsibilityCase]:
    """The cases that wait for the statement of the officer who asks."""
    cases = ResponsibilityCase.objects.unfenced("one's own part").filter(
        state=State.ATTRIBUTED, pk__in=parts_own(by).filter(round=F("case__round")).values("case_id")
    )
    stated = Statement.objects.filter(officer=by, round=F("case__round")).values("case_id")
    return cases.exclude(pk__in=stated)


def concerned_by_any(by: Officer) -> bool:
    """Whether there is a case in which the officer who asks carries a share."""
    return parts_own(by).exists()


def parts_in(case: ResponsibilityCase, by: Officer | None = None) -> list[Involvement]:
    """The parts of the present round, of one officer where one is named, in the order of the chain."""
    rows = Involvement.objects.filter(case=case, round=case.round)
    if by is not None:
        rows = rows.filter(officer=by)
    return list(
        rows.select_related("officer", "ground_act", "own_act").order_by("ground_act__position", "id")
    )


def proposals_wished(units: frozenset[str]) -> list[Wish]:
    """The proposals of reviews that nobody has answered, for the page where norms are changed."""
    rows = NormProposal.objects.unfenced("of the units named").filter(unit_id__in=units, settled_at=None)
    return [
        Wish(
            row.text,
            str(row.result),
            row.made_at,
            reverse("external_result", args=[row.result_id]),
            frozenset((Role.SUPERVISOR, Role.LEGAL_REVIEWER)),
        )
        for row in rows.select_related("result").order_by("made_at")[:WISHES_SHOWN]
    ]
