"""The only way from a person to inspections: those of the units within reach, and the checklists that are one's own."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.inspections.models import Chosen, Inspection, Sheet
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over

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


def running(inspection_id: int, by: Officer) -> Inspection:
    """The inspection under its lock, by somebody who may run it; Denied otherwise."""
    rows = Inspection.objects.unfenced("the role is checked next").select_for_update(
        no_key=True, of=("self",)
    )
    found: Inspection | None = rows.select_related("unit").filter(pk=inspection_id).first()
    if found is None or not may_run(found, by):
        raise Denied
    return found


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


def facts_open(dossiers: Iterable[uuid.UUID], *, by: Officer, purpose: str) -> set[uuid.UUID]:
    """Of some cases those whose facts may be shown: within reach and not sealed. What was noted of the others is not shown."""
    within = Dossier.objects.within(reach(by, purpose)).filter(pk__in=set(dossiers), sealed_at=None)
    return set(within.values_list("pk", flat=True))


@dataclass(frozen=True)
class Own:
    """A checklist opened by the one it was given to."""

    sheet: Sheet
    chosen: Chosen
    inspection: Inspection


def sheet_own(sheet_id: int, by: Officer, *, lock: bool = False) -> Own:
    """One's own checklist; Denied for everybody else, and where there is none."""
    rows = Sheet.objects.filter(pk=sheet_id, inspector=by)
    if lock:
        rows = rows.select_for_update(no_key=True, of=("self",))
    sheet = rows.first()
    if sheet is None:
        raise Denied
    every = Chosen.objects.unfenced("it was given to them to read")
    chosen: Chosen = every.select_related("dossier", "inspection__unit", "unit").get(pk=sheet.chosen_id)
    return Own(sheet, chosen, chosen.inspection)
