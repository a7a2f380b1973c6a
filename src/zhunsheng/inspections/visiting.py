"""Visits to the units drawn: two officers go who do not belong to the unit, and record when, what they saw and what is wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.access import (
    INSPECTING,
    Own,
    may_visit,
    ordering,
    outside,
    running,
    running_any,
    sheet_own,
)
from zhunsheng.inspections.answering import Given, answers_keep, answers_of
from zhunsheng.inspections.assigning import sheet_unbegun, waiting
from zhunsheng.inspections.checklists import Question, checklist_of, questions_of
from zhunsheng.inspections.codes import Status, StepKind, Subject
from zhunsheng.inspections.drawing import moved_on
from zhunsheng.inspections.models import Answer, Chosen, Inspection, Sheet, Step
from zhunsheng.inspections.places import units_of
from zhunsheng.inspections.planning import noted, wanting
from zhunsheng.inspections.sampling import digest_of
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held, units_under

TOLD = 5
"""Units told one by one where two cannot be sent."""
LONGEST_SEEN = 4000


@dataclass(frozen=True)
class VisitSheet:
    """A visit's sheet opened by one of the two: the questions, and what was answered so far."""

    own: Own
    questions: list[Question]
    answers: dict[str, Answer]


@dataclass(frozen=True)
class Visited:
    """What a visit says beside its answers."""

    at: dt.datetime | None
    seen: str


def visitable(officers: Sequence[Officer]) -> dict[str, set[str]]:
    """The units each may visit, by their number: those they inspect by their role, without their own."""
    found: dict[str, set[str]] = {}
    for officer in officers:
        over = [held.unit_code for held in roles_held(officer) if held.role in INSPECTING]
        found[officer.number] = set(units_under(*over)) - units_of(officer)
    return found


def two_of(
    unit: str, officers: Sequence[Officer], given: Counter[str], may: dict[str, set[str]]
) -> list[Officer]:
    """The two of those who may visit the unit that have the fewest visits so far; fewer where there are not two."""
    able = [one for one in officers if unit in may[one.number]]
    return sorted(able, key=lambda one: (given[one.number], one.number))[:2]


@transaction.atomic
def visits_assign(inspection_id: int, officers: Sequence[Officer], *, by: Officer) -> int:
    """Give every visit nobody has yet to two officers, in turn; how many. Denied for all but who ordered the visits.

    InputError, and none is given out, where for some unit there are not two who may go.
    """
    inspection = running(inspection_id, by)
    if inspection.status != Status.DRAWN or inspection.subject != Subject.UNITS:
        raise moved_on()
    given: Counter[str] = Counter()
    may, made, stuck = visitable(officers), [], []
    for chosen in waiting(inspection):
        if chosen.sheets.all():
            continue
        pair = two_of(chosen.unit_id, officers, given, may)
        if len(pair) < 2:
            stuck.append(chosen.place)
            continue
        given.update(one.number for one in pair)
        made.append(
            Sheet(
                chosen=chosen,
                reading=1,
                inspector=pair[0],
                beside=pair[1],
                assigned_by=by,
                assigned_at=clock.now(),
            )
        )
    if stuck:
        raise no_two(stuck)
    Sheet.objects.bulk_create(made)
    if made:
        noted(inspection, StepKind.ASSIGNED, by, str(len(made)))
    return len(made)


def no_two(places: Collection[int]) -> InputError:
    """There are not two who may visit these; the first are told."""
    told = sorted(places)[:TOLD]
    rest = len(places) - len(told)
    return InputError(
        zh=f"不能派出两人的单位：{'、'.join(f'第{n}个' for n in told)}{f'，另有{rest}个' if rest else ''}",
        en=f"two cannot be sent to: unit {', '.join(map(str, told))}{f', and {rest} more' if rest else ''}",
        where="inspectors",
        remedy_zh="一个也没有分派；到访的两人须有监督或者考评职责，并且都不属于该单位，增加人员后再提交",
        remedy_en="none was given out; both must supervise or assess the unit and belong to another: name more",
    )


@transaction.atomic
def visit_reassign(sheet_id: int, officers: Sequence[Officer], *, by: Officer) -> Sheet:
    """Give a visit nobody has begun to record to two others. InputError where they are not two who may go."""
    inspection, sheet = sheet_unbegun(sheet_id, by)
    chosen = Chosen.objects.unfenced("the role was checked").get(pk=sheet.chosen_id)
    if inspection.subject != Subject.UNITS:
        raise moved_on()
    pair = two_of(chosen.unit_id, officers, Counter(), visitable(officers))
    if len(officers) != 2 or len(pair) != 2:
        raise wanting(
            "inspector",
            "须写明两人，都有监督或者考评职责，并且都不属于该单位",
            "name two who supervise or assess the unit and belong to another",
        )
    sheet.inspector, sheet.beside = pair
    sheet.assigned_by, sheet.assigned_at = by, clock.now()
    sheet.save()
    noted(inspection, StepKind.ASSIGNED, by, f"#{chosen.place} → {'、'.join(one.name for one in pair)}")
    return sheet


@transaction.atomic
def visits_take(inspection_id: int, *, by: Officer, reason: str) -> Step:
    """Take over visits somebody else ordered, on record; then they are seen. Denied without the role and for the units' own."""
    inspection = running_any(inspection_id, by)
    if inspection.subject != Subject.UNITS or not outside(inspection, by):
        raise Denied
    if inspection.status != Status.DRAWN or by.number in ordering(inspection):
        raise moved_on()
    return noted(inspection, StepKind.TAKEN, by, reason_given(reason))


def visit_own(sheet_id: int, by: Officer, *, lock: bool = False) -> Own:
    """A visit's sheet for one of the two; Denied for others, and once they belong to the unit or inspect it no more."""
    own = sheet_own(sheet_id, by, lock=lock)
    if own.chosen.dossier_id is not None or not may_visit(by, own.chosen.unit_id):
        raise Denied
    return own


def version_of(sheet: Sheet) -> str:
    """What a sheet says so far, in short: of two who fill it in neither overwrites what they have not seen."""
    last = sheet.answers.order_by("-id").values_list("id", flat=True).first()
    return digest_of(str(last), str(sheet.visited_at), sheet.seen)[:16]


def visit_open(sheet_id: int, *, by: Officer) -> VisitSheet:
    """The sheet to be looked at and filled in. Denied as `visit_own`."""
    own = visit_own(sheet_id, by)
    return VisitSheet(own, questions_of(checklist_of(own.chosen)), answers_of(own.sheet))


@transaction.atomic
def visit_record(
    sheet_id: int,
    given: Given,
    visited: Visited,
    *,
    by: Officer,
    done: bool,
    expected: str | None = None,
) -> Sheet:
    """Keep what the two saw; with `done` the visit is recorded, its problems follow, and the unit is no secret any more.

    Denied as `visit_own`. InputError where the sheet is not as `expected` any more (`version_of`), for a time before the draw
    or to come, and where something is left out when it is done.
    """
    own = visit_own(sheet_id, by, lock=True)
    sheet = own.sheet
    if sheet.done_at is not None or sheet.aside or own.inspection.status != Status.DRAWN:
        raise moved_on()
    if expected is not None and expected != version_of(sheet):
        raise saved_meanwhile()
    time_check(own.inspection, visited.at)
    if done and visited.at is None:
        raise wanting("visited_at", "须填写到访时间", "say when you were there")
    if done and not visited.seen.strip():
        raise wanting(
            "seen",
            "须写明看到的情况，没有发现问题的也要写明",
            "say what you saw, also where nothing was wrong",
        )
    sheet.visited_at, sheet.seen = visited.at, visited.seen.strip()[:LONGEST_SEEN]
    sheet.save(update_fields=["visited_at", "seen"])
    return answers_keep(own, given, by=by, done=done)


def saved_meanwhile() -> InputError:
    """The other one of the two has saved since the page was opened."""
    return InputError(
        zh="另一人在您打开以后保存过这份记录",
        en="the other officer has saved this sheet since you opened it",
        where="status",
        remedy_zh="页面上是您填的内容；核对以后再次提交，以您的为准",
        remedy_en="the page shows what you entered: agree on it and submit again, and yours counts",
    )


def time_check(inspection: Inspection, at: dt.datetime | None) -> None:
    """InputError for a visit before the unit was drawn, or in the future."""
    if at is not None and not inspection.draw.at.replace(second=0, microsecond=0) <= at <= clock.now():
        raise wanting(
            "visited_at",
            "到访时间须在抽取以后、现在以前",
            "the visit was after the draw and before now",
        )
