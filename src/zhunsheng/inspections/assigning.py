"""Who reads which case: nobody with a hand in it, nobody out of whose reach it lies, and the second reader is another."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.access import INSPECTING, readable, running
from zhunsheng.inspections.codes import Status, StepKind
from zhunsheng.inspections.drawing import moved_on
from zhunsheng.inspections.models import Chosen, Inspection, Sheet
from zhunsheng.inspections.planning import noted, wanting
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held
from zhunsheng.supervision.watching import hands_in


def inspectors_named(text: str) -> list[Officer]:
    """The officers whose numbers are given, with commas, blanks or line ends between; InputError for one who may not inspect."""
    numbers = list(dict.fromkeys(text.replace("，", " ").replace(",", " ").replace("、", " ").split()))
    known = {one.number: one for one in Officer.objects.filter(number__in=numbers, is_active=True)}
    for number in numbers:
        officer = known.get(number)
        if officer is None or not {held.role for held in roles_held(officer)} & set(INSPECTING):
            raise wanting(
                "inspectors",
                f"{number}不是在任的监督或者考评人员",
                f"{number} holds no role of supervisor or assessor",
            )
    if not numbers:
        raise wanting("inspectors", "须写明检查人员的警号", "name the inspectors by their numbers")
    return [known[number] for number in numbers]


@transaction.atomic
def sheets_assign(inspection_id: int, inspectors: Sequence[Officer], *, by: Officer) -> int:
    """Give out every reading nobody has yet, in turn; how many. InputError where nobody named may read a case."""
    inspection = running(inspection_id, by)
    if inspection.status != Status.DRAWN:
        raise moved_on()
    given: Counter[str] = Counter()
    made: list[Sheet] = []
    cases = list(waiting(inspection))
    may = readable(inspectors, {chosen.dossier_id for chosen in cases})
    for chosen in cases:
        have = list(chosen.sheets.all())
        readers = {sheet.inspector_id for sheet in have}
        missing = {1, 2} if chosen.double else {1}
        for reading in sorted(missing - {sheet.reading for sheet in have}):
            officer = first_free(chosen, inspectors, readers, given, may)
            readers.add(officer.number)
            given[officer.number] += 1
            made.append(
                Sheet(
                    chosen=chosen, reading=reading, inspector=officer, assigned_by=by, assigned_at=clock.now()
                )
            )
    Sheet.objects.bulk_create(made)
    if made:
        noted(inspection, StepKind.ASSIGNED, by, str(len(made)))
    return len(made)


def waiting(inspection: Inspection) -> Iterable[Chosen]:
    """The cases drawn, with their sheets."""
    rows = Chosen.objects.unfenced("the role was checked").filter(inspection=inspection)
    found: Iterable[Chosen] = rows.select_related("dossier").prefetch_related("sheets").order_by("place")
    return found


def first_free(
    chosen: Chosen,
    inspectors: Sequence[Officer],
    readers: set[str],
    given: Counter[str],
    may: Mapping[str, Collection[uuid.UUID]],
) -> Officer:
    """The one of those who may read the case that has the fewest so far.

    A case sealed since it was drawn is read by nobody: anybody may hold its checklist, which is then set aside.
    """
    hands = hands_in(chosen.dossier)
    sealed = chosen.dossier.sealed_at is not None
    able = [
        officer
        for officer in inspectors
        if officer.number not in readers
        and (sealed or (officer.number not in hands and chosen.dossier_id in may[officer.number]))
    ]
    if not able:
        raise nobody(chosen.place)
    return min(able, key=lambda officer: (given[officer.number], officer.number))


def nobody(place: int) -> InputError:
    """No inspector named may read the case."""
    return InputError(
        zh=f"第{place}件没有可以阅看的检查人员：参与过本案、已分派另一次阅看或者不在其范围内的人员不能检查",
        en=f"nobody named may read case {place}: not who took part in it, reads it already, or has it out of reach",
        where="inspectors",
        remedy_zh="另外指派检查人员",
        remedy_en="name other inspectors",
    )


def sheet_locked(sheet_id: int, by: Officer) -> tuple[Inspection, Sheet]:
    """A sheet that is not done, and its inspection, both locked, by somebody who runs it."""
    rows = Sheet.objects.filter(pk=sheet_id).values_list("chosen__inspection_id", flat=True)
    of = rows.first()
    if of is None:
        raise Denied
    inspection = running(of, by)
    sheet = Sheet.objects.select_for_update(no_key=True, of=("self",)).get(pk=sheet_id)
    if sheet.done_at is not None or sheet.aside or inspection.status != Status.DRAWN:
        raise moved_on()
    return inspection, sheet


@transaction.atomic
def sheet_reassign(sheet_id: int, officer: Officer, *, by: Officer) -> Sheet:
    """Give a reading nobody has begun to another inspector. InputError as before."""
    inspection, sheet = sheet_locked(sheet_id, by)
    if sheet.answers.exists():
        raise wanting(
            "inspector",
            "已经开始作答的检查表不能转交",
            "a checklist somebody has begun to answer is not handed on: set it aside",
        )
    chosen = Chosen.objects.unfenced("the role was checked").select_related("dossier").get(pk=sheet.chosen_id)
    others = set(chosen.sheets.exclude(pk=sheet.pk).values_list("inspector_id", flat=True))
    first_free(chosen, [officer], others, Counter(), readable([officer], {chosen.dossier_id}))
    sheet.inspector, sheet.assigned_by, sheet.assigned_at = officer, by, clock.now()
    sheet.save()
    noted(inspection, StepKind.ASSIGNED, by, f"#{chosen.place} → {officer.name}")
    return sheet


@transaction.atomic
def sheet_aside(sheet_id: int, *, by: Officer, reason: str) -> Sheet:
    """A case that is not read after all, with the reason: sealed meanwhile, out of everybody's reach. It leaves the figures."""
    from zhunsheng.inspections.answering import reading_close

    inspection, sheet = sheet_locked(sheet_id, by)
    sheet.aside, sheet.aside_by = reason_given(reason), by
    sheet.save()
    noted(inspection, StepKind.ASIDE, by, sheet.aside)
    reading_close(sheet.chosen_id)
    return sheet
