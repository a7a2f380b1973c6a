"""The only way from a person to inspections: those of the units within reach, and the checklists that are one's own."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, Q, QuerySet

from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.inspections.codes import Status, StepKind, Subject
from zhunsheng.inspections.models import Chosen, Draw, Inspection, Population, Sheet
from zhunsheng.inspections.places import units_of
from zhunsheng.inspections.tallies import FINISHED, SHEETS, cases_chosen
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.codes import OfficerKind
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over, units_over

READING = ("supervision", "assessment")
"""Purposes for which inspections and the cases drawn are read."""
INSPECTING = (Role.SUPERVISOR, Role.ASSESSOR)
"""Who reads the cases drawn."""


def inspections_within(*, by: Officer, purpose: str) -> QuerySet[Inspection]:
    """The inspections within reach. Denied when none may be seen."""
    if purpose not in READING:
        raise Denied
    return Inspection.objects.within(reach(by, purpose))


def inspection_seen(inspection_id: int, *, by: Officer, purpose: str) -> Inspection:
    """One inspection within reach; Denied when there is none, without a difference."""
    rows = inspections_within(by=by, purpose=purpose).filter(pk=inspection_id)
    found: Inspection | None = rows.select_related("unit", "planned_by", "closed_by", "query").first()
    if found is None:
        raise Denied
    return found


def may_run(inspection: Inspection, by: Officer) -> bool:
    """Whether they plan, freeze, draw, assign and close: a supervisor of the unit."""
    return holds_over(by, [Role.SUPERVISOR], inspection.unit_id, clock.now())


def sees_draw(inspection: Inspection, by: Officer) -> bool:
    """Whether they see what was drawn before it is looked at: cases who sees the inspection, units only who ordered the visits.

    That is who planned, froze, drew or took over, while they may run it and belong to no unit that may be drawn.
    """
    if inspection.subject == Subject.CASES or inspection.status == Status.CLOSED:
        return True
    return may_run(inspection, by) and by.number in ordering(inspection) and outside(inspection, by)


def ordering(inspection: Inspection) -> set[str | None]:
    """The numbers of those who ordered it."""
    hands = [rows.filter(pk=inspection.pk).values_list("by_id", flat=True) for rows in (FROZEN, DRAWN)]
    took = inspection.steps.filter(kind=StepKind.TAKEN).values_list("by_id", flat=True)
    return {inspection.planned_by_id, *hands[0], *hands[1], *took}


def outside(inspection: Inspection, by: Officer) -> bool:
    """Whether they belong to no unit that may be drawn."""
    of = FROZEN.filter(pk=inspection.pk).values_list("units", flat=True).first()
    return not units_of(by) & set(of or ())


FROZEN = Population.objects.all()
DRAWN = Draw.objects.all()


def chosen_seen(inspection: Inspection, by: Officer) -> QuerySet[Chosen]:
    """What was drawn, as far as they may know: of visits not made yet only one's own, unless one has ordered them."""
    rows = cases_chosen(inspection)
    if sees_draw(inspection, by):
        return rows
    own = Exists(SHEETS.filter(Q(inspector=by) | Q(beside=by), aside=""))
    seen: QuerySet[Chosen] = rows.filter(FINISHED | own)
    return seen


def all_known(inspection: Inspection) -> bool:
    """Whether what was drawn is no secret any more: it never is of cases; of units once every visit is recorded."""
    if inspection.subject == Subject.CASES or inspection.status == Status.CLOSED:
        return True
    return not cases_chosen(inspection).exclude(FINISHED).exists()


def running(inspection_id: int, by: Officer) -> Inspection:
    """The inspection under its lock, by somebody who may run it; of visits, once drawn, who sees the draw. Denied otherwise."""
    found = running_any(inspection_id, by)
    if found.status == Status.DRAWN and not sees_draw(found, by):
        raise Denied
    return found


def running_any(inspection_id: int, by: Officer) -> Inspection:
    """The inspection under its lock, by a supervisor of its unit; Denied otherwise."""
    rows = Inspection.objects.unfenced("the role is checked next").select_for_update(
        no_key=True, of=("self",)
    )
    found: Inspection | None = rows.select_related("unit").filter(pk=inspection_id).first()
    if found is None or not may_run(found, by):
        raise Denied
    return found


def posted(officer: Officer) -> QuerySet[Inspection]:
    """Visits whose circular is posted to somebody: closed, ordered by their unit or one above; none to outsiders."""
    rows: QuerySet[Inspection] = Inspection.objects.unfenced("posted to those it is about")
    if officer.kind not in (OfficerKind.OFFICER, OfficerKind.AUXILIARY):
        return rows.none()
    over = units_over(officer.unit_id)
    return rows.filter(subject=Subject.UNITS, status=Status.CLOSED, unit__code__in=over)


def posted_to(inspection_id: int, officer: Officer) -> Inspection:
    """One of those; Denied where there is none."""
    found = posted(officer).select_related("unit").filter(pk=inspection_id).first()
    if found is None:
        raise Denied
    return found


def may_visit(officer: Officer, unit: str) -> bool:
    """Whether they may visit a unit: they inspect it or one above it by their role, and do not belong to it."""
    return holds_over(officer, INSPECTING, unit, clock.now()) and unit not in units_of(officer)


def reads_for(officer: Officer, dossier: Dossier) -> str | None:
    """The purpose for which an inspector may read a case that was drawn; None where it is out of their reach."""
    for purpose in READING:
        try:
            within = Dossier.objects.within(reach(officer, purpose))
        except Denied:
            continue
        if within.filter(pk=dossier.pk).exists():
            return purpose
    return None


def readable(officers: Iterable[Officer], dossiers: Collection[uuid.UUID]) -> dict[str, set[uuid.UUID]]:
    """Of some cases those each inspector may read, by the inspector's number."""
    found: dict[str, set[uuid.UUID]] = {}
    for officer in officers:
        mine = found.setdefault(officer.number, set())
        for purpose in READING:
            try:
                within = Dossier.objects.within(reach(officer, purpose))
            except Denied:
                continue
            mine.update(within.filter(pk__in=dossiers).values_list("pk", flat=True))
    return found


def facts_open(dossiers: Iterable[uuid.UUID | None], *, by: Officer, purpose: str) -> set[uuid.UUID | None]:
    """Of some cases those whose facts may be shown: within reach and not sealed. What was noted of the others is not shown.

    None stands for a unit that was visited: what was seen there is of no case, and shown with the visit.
    """
    within = Dossier.objects.within(reach(by, purpose)).filter(pk__in=set(dossiers) - {None}, sealed_at=None)
    return {None, *within.values_list("pk", flat=True)}


@dataclass(frozen=True)
class Own:
    """A checklist opened by the one it was given to."""

    sheet: Sheet
    chosen: Chosen
    inspection: Inspection


def sheet_own(sheet_id: int, by: Officer, *, lock: bool = False) -> Own:
    """One's own checklist; Denied for everybody else, and where there is none."""
    rows = Sheet.objects.filter(Q(inspector=by) | Q(beside=by), pk=sheet_id)
    if lock:
        rows = rows.select_for_update(no_key=True, of=("self",))
    sheet = rows.first()
    if sheet is None:
        raise Denied
    every = Chosen.objects.unfenced("it was given to them to read")
    chosen: Chosen = every.select_related("dossier", "inspection__unit", "unit").get(pk=sheet.chosen_id)
    return Own(sheet, chosen, chosen.inspection)
