"""Who reads which case: nobody with a hand in it, nobody out of whose reach it lies, and the second reader is another."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.access import INSPECTING, readable, running
from zhunsheng.inspections.codes import Status, StepKind, Subject
from zhunsheng.inspections.drawing import moved_on
from zhunsheng.inspections.models import Chosen, Inspection, Sheet
from zhunsheng.inspections.planning import noted, wanting
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held
from zhunsheng.supervision.watching import hands_in

CASES_TOLD = 5
"""Cases told one by one where nobody may read them."""


def inspectors_named(text: str) -> list[Officer]:
    """The officers whose numbers are given, with commas, blanks or line ends between; InputError for one who may not inspect."""
    numbers = list(dict.fromkeys(text.replace("，", " ").replace(",", " ").replace("、", " ").split()))
    known = {one.number: one for one in Officer.objects.filter(number__in=numbers)}
    wrong = [(number, why) for number in numbers if (why := unfit(known.get(number))) is not None]
    if wrong:
        raise InputError(
            zh="；".join(f"{number}{zh}" for number, (zh, _) in wrong),
            en="; ".join(f"{number} {en}" for number, (_, en) in wrong),
            where="inspectors",
            remedy_zh="去掉或者改正后再提交",
            remedy_en="leave them out or mend the numbers, and submit again",
        )
    if not numbers:
        raise wanting("inspectors", "须写明检查人员的警号", "name the inspectors by their numbers")
    return [known[number] for number in numbers]


def unfit(officer: Officer | None) -> tuple[str, str] | None:
    """Why somebody does not inspect at all; None where they do."""
    if officer is None:
        return "：没有这个警号", "is nobody's number"
    if not officer.is_active:
        return f"（{officer.name}）账号已停用", f"({officer.name}) has an account that is shut"
    if not {held.role for held in roles_held(officer)} & set(INSPECTING):
        return (
            f"（{officer.name}）不是在任的监督或者考评人员",
            f"({officer.name}) holds no role of supervisor or assessor",
        )
    return None


@transaction.atomic
def sheets_assign(inspection_id: int, inspectors: Sequence[Officer], *, by: Officer) -> int:
    """Give out every reading nobody has yet, in turn; how many.

    InputError, and none is given out, where nobody named may read some case: which, and why each of them may not.
    """
    inspection = running(inspection_id, by)
    if inspection.status != Status.DRAWN or inspection.subject != Subject.CASES:
        raise moved_on()
    given: Counter[str] = Counter()
    made: list[Sheet] = []
    cases = list(waiting(inspection))
    may = readable(inspectors, {chosen.case.pk for chosen in cases})
    stuck: list[Barred] = []
    for chosen in cases:
        have = list(chosen.sheets.all())
        readers = {sheet.inspector_id for sheet in have}
        missing = {1, 2} if chosen.double else {1}
        for reading in sorted(missing - {sheet.reading for sheet in have}):
            officer = first_free(chosen, inspectors, readers, given, may)
            if isinstance(officer, Barred):
                stuck.append(officer)
                break
            readers.add(officer.number)
            given[officer.number] += 1
            made.append(
                Sheet(
                    chosen=chosen, reading=reading, inspector=officer, assigned_by=by, assigned_at=clock.now()
                )
            )
    if stuck:
        raise nobody(stuck)
    Sheet.objects.bulk_create(made)
    if made:
        noted(inspection, StepKind.ASSIGNED, by, str(len(made)))
    return len(made)


def waiting(inspection: Inspection) -> Iterable[Chosen]:
    """The cases drawn, with their sheets."""
    rows = Chosen.objects.unfenced("the role was checked").filter(inspection=inspection)
    found: Iterable[Chosen] = rows.select_related("dossier").prefetch_related("sheets").order_by("place")
    return found


@dataclass(frozen=True)
class Barred:
    """A case that nobody named may read, and why each of them may not, in both languages."""

    place: int
    zh: tuple[str, ...]
    en: tuple[str, ...]


def first_free(
    chosen: Chosen,
    inspectors: Sequence[Officer],
    readers: Collection[str],
    given: Counter[str],
    may: Mapping[str, Collection[uuid.UUID]],
) -> Officer | Barred:
    """The one of those who may read the case that has the fewest so far.

    A case sealed since it was drawn is read by nobody: anybody may hold its checklist, which is then set aside.
    """
    hands = hands_in(chosen.case)
    sealed = chosen.case.sealed_at is not None
    able: list[Officer] = []
    zh: list[str] = []
    en: list[str] = []
    for officer in inspectors:
        if officer.number in readers:
            zh.append(f"{officer.name}已分派本案的另一次阅看")
            en.append(f"{officer.name} has the other reading of it")
        elif not sealed and officer.number in hands:
            zh.append(f"{officer.name}参与过本案")
            en.append(f"{officer.name} had a hand in it")
        elif not sealed and chosen.case.pk not in may[officer.number]:
            zh.append(f"{officer.name}看不到本案（不在其范围内）")
            en.append(f"{officer.name} has it out of reach")
        else:
            able.append(officer)
    if not able:
        return Barred(chosen.place, tuple(zh), tuple(en))
    return min(able, key=lambda officer: (given[officer.number], officer.number))


def nobody(cases: Sequence[Barred]) -> InputError:
    """No inspector named may read these cases; the first are told one by one."""
    told, rest = cases[:CASES_TOLD], len(cases) - CASES_TOLD
    zh = [f"第{one.place}件（{'，'.join(one.zh) or '没有指明人员'}）" for one in told]
    en = [f"case {one.place} ({', '.join(one.en) or 'nobody is named'})" for one in told]
    if rest > 0:
        zh.append(f"另有{rest}件")
        en.append(f"{rest} more")
    return InputError(
        zh=f"没有可以阅看的检查人员：{'；'.join(zh)}",
        en=f"nobody named may read: {'; '.join(en)}",
        where="inspectors",
        remedy_zh="一件也没有分派；增加可以阅看这些案件的检查人员后再提交",
        remedy_en="none was given out; name somebody more who may read these, and submit again",
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


def sheet_unbegun(sheet_id: int, by: Officer) -> tuple[Inspection, Sheet]:
    """The same, of a sheet nobody has begun; InputError otherwise."""
    inspection, sheet = sheet_locked(sheet_id, by)
    if sheet.answers.exists():
        raise wanting(
            "inspector",
            "已经开始作答的检查表不能转交",
            "a checklist somebody has begun to answer is not handed on: set it aside",
        )
    return inspection, sheet


@transaction.atomic
def sheet_reassign(sheet_id: int, officer: Officer, *, by: Officer) -> Sheet:
    """Give a reading nobody has begun to another inspector. InputError as before."""
    inspection, sheet = sheet_unbegun(sheet_id, by)
    if inspection.subject != Subject.CASES:
        raise moved_on()
    chosen = Chosen.objects.unfenced("the role was checked").select_related("dossier").get(pk=sheet.chosen_id)
    others = set(chosen.sheets.exclude(pk=sheet.pk).values_list("inspector_id", flat=True))
    free = first_free(chosen, [officer], others, Counter(), readable([officer], {chosen.case.pk}))
    if isinstance(free, Barred):
        raise wanting(
            "inspector", f"不能改派：{'，'.join(free.zh)}", f"not to be handed on: {', '.join(free.en)}"
        )
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
