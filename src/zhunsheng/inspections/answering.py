"""Answering a checklist: kept answer by answer, done once; what two readers see otherwise is settled by a third."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.casework.access import CaseView, case_open
from zhunsheng.inspections.access import Own, reads_for, running, sheet_own
from zhunsheng.inspections.checklists import Question, checklist_of, questions_of
from zhunsheng.inspections.codes import Engine, Status, StepKind, Verdict, disagrees
from zhunsheng.inspections.drawing import moved_on
from zhunsheng.inspections.models import Answer, Chosen, Inspection, Problem, Settlement, Sheet
from zhunsheng.inspections.planning import noted, wanting
from zhunsheng.inspections.tallies import Differing, cases_chosen, differing_in
from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.supervision.codes import COUNTED
from zhunsheng.supervision.codes import Status as Stands
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.watching import hands_in

VIA = "page:inspection"
Given = Mapping[str, tuple[str, str]]
"""Question → answer and note."""


@dataclass(frozen=True)
class Opened:
    """A checklist with the case it is about, both opened for reading."""

    own: Own
    case: CaseView
    questions: list[Question]
    answers: dict[str, Answer]


def sheet_open(sheet_id: int, *, by: Officer, language: Language = "zh") -> Opened:
    """One's own checklist, to be read and answered; the reading of the case is on record.

    Denied for others, once the case is out of reach or sealed, and for whoever has had a hand in it meanwhile.
    """
    own = sheet_own(sheet_id, by)
    if own.chosen.dossier is None:
        raise Denied
    dossier = own.chosen.dossier
    purpose = reads_for(by, dossier)
    if purpose is None or by.number in hands_in(dossier):
        raise Denied
    case = case_open(dossier.pk, by=by, purpose=purpose, via=VIA, language=language)
    return Opened(own, case, questions_of(checklist_of(own.chosen)), answers_of(own.sheet))


def answers_of(sheet: Sheet) -> dict[str, Answer]:
    """The answers that count, by question."""
    return {answer.question: answer for answer in sorted(sheet.answers.all(), key=lambda one: one.pk)}


@transaction.atomic
def answers_give(sheet_id: int, given: Given, *, by: Officer, done: bool) -> Sheet:
    """Keep what has changed; with `done` the checklist is closed and the case's problems follow. Denied for others.

    InputError for a problem nobody described, for what is left open when it is to be done, and where it was done before.
    """
    own = sheet_own(sheet_id, by, lock=True)
    if own.chosen.dossier is None:
        raise Denied
    if reads_for(by, own.chosen.dossier) is None or by.number in hands_in(own.chosen.dossier):
        raise Denied
    return answers_keep(own, given, by=by, done=done)


def answers_keep(own: Own, given: Given, *, by: Officer, done: bool) -> Sheet:
    """Keep answers of somebody who was found to be the one to give them; with `done` the sheet is closed. InputError as above."""
    sheet, inspection = own.sheet, own.inspection
    if sheet.done_at is not None or sheet.aside or inspection.status != Status.DRAWN:
        raise moved_on()
    questions = {one.key: one for one in questions_of(checklist_of(own.chosen))}
    kept = answers_of(sheet)
    now = clock.now()
    fresh = []
    for key, (answer, note) in given.items():
        if key not in questions or not answer:
            continue
        answer_check(answer, note, questions[key])
        before = kept.get(key)
        if before is None or (before.answer, before.note) != (answer, note.strip()):
            fresh.append(Answer(sheet=sheet, question=key, answer=answer, note=note.strip(), at=now))
    if done and (left := set(questions) - set(kept) - {one.question for one in fresh}):
        raise wanting(
            "answers",
            f"还有{len(left)}项没有回答：{questions[min(left)].zh}",
            f"{len(left)} questions are not answered yet: {questions[min(left)].en}",
        )
    Answer.objects.bulk_create(fresh)
    if done:
        sheet.done_at = now
        sheet.save(update_fields=["done_at"])
        noted(inspection, StepKind.READ, by, f"#{own.chosen.place}")
        reading_close(own.chosen.pk)
    return sheet


def answer_check(answer: str, note: str, question: Question) -> None:
    """InputError for an answer there is none of, and for what needs a word and has none."""
    if answer not in Verdict.values:
        raise wanting("answers", "没有这种答复", "there is no such answer")
    if answer == Verdict.PROBLEM and not note.strip() and question.engine != Engine.BREACHED:
        raise wanting(
            "answers",
            f"存在问题的须写明情况：{question.zh}",
            f"say what the problem is: {question.en}",
        )
    if disagrees(question.engine, answer) and not note.strip():
        raise wanting(
            "answers",
            f"与规则库的结论不同，须写明理由：{question.zh}",
            f"this differs from what the rulebook says; say why: {question.en}",
        )


def reading_close(chosen_id: int) -> None:
    """Once every reading of a case is done or set aside, what both see as a problem is one; what they differ on waits."""
    every = Chosen.objects.unfenced("its reading has ended").select_for_update(no_key=True, of=("self",))
    chosen: Chosen = every.select_related("dossier").get(pk=chosen_id)
    sheets = list(chosen.sheets.all())
    if len(sheets) < (2 if chosen.double else 1) or any(not s.done_at and not s.aside for s in sheets):
        return
    readings = [{k: (a.answer, a.note) for k, a in answers_of(s).items()} for s in sheets if s.done_at]
    if not readings:
        return
    differ = set(differing(readings))
    for question in questions_of(checklist_of(chosen)):
        answer, note = readings[0].get(question.key, ("", ""))
        if question.key not in differ and answer == Verdict.PROBLEM:
            problem_note(chosen, question, note)


def differing(readings: list[dict[str, tuple[str, str]]]) -> list[str]:
    """The questions on which two readings differ."""
    if len(readings) < 2:
        return []
    first, second = readings[0], readings[1]
    return sorted(key for key in first if key in second and first[key][0] != second[key][0])


def problem_note(chosen: Chosen, question: Question, note: str) -> Problem:
    """Keep a problem; where the rulebook has found it, it leads to that finding."""
    finding = None
    if question.obligations:
        rows = Finding.objects.unfenced("the case was opened to the inspector").filter(
            obligation__in=question.obligations, status__in=(*COUNTED, Stands.CONTESTED), silent=False
        )
        finding = rows.order_by("-found_at", "pk").first()
    row, _ = Problem.objects.get_or_create(
        chosen=chosen,
        question=question.key,
        defaults={
            "norm_id": question.norm,
            "element": question.element,
            "title_zh": question.zh,
            "title_en": question.en,
            "note": note,
            "by_engine": question.engine == Engine.BREACHED,
            "finding": finding,
            "at": clock.now(),
        },
    )
    return row


@dataclass(frozen=True)
class Difference:
    """A question on which two readers differ, and what each said; not who."""

    chosen: Chosen
    question: Question
    said: tuple[tuple[str, str], tuple[str, str]]


def differing_of(inspection: Inspection) -> list[Differing]:
    """What waits to be settled: both readings done, and nobody has settled it."""
    return differing_in(cases_chosen(inspection).filter(double=True).values_list("pk", flat=True))


def differences(rows: Sequence[Differing]) -> list[Difference]:
    """Some of them with their cases and questions, to be shown."""
    every = Chosen.objects.unfenced("of an inspection within reach").filter(
        pk__in={one.chosen for one in rows}
    )
    cases = {one.pk: one for one in every.select_related("dossier", "unit", "checklist")}
    asked = {pk: {q.key: q for q in questions_of(one.checklist)} for pk, one in cases.items()}
    return [Difference(cases[one.chosen], asked[one.chosen][one.question], one.said) for one in rows]


@transaction.atomic
def difference_settle(chosen_id: int, question: str, *, by: Officer, answer: str, reason: str) -> Settlement:
    """Say what counts, once, with a reason. Denied without the role; InputError for either reader, and where nothing differs."""
    rows = Chosen.objects.unfenced("the role is checked next")
    chosen: Chosen | None = (
        rows.select_related("inspection", "dossier", "checklist").filter(pk=chosen_id).first()
    )
    if chosen is None:
        raise Denied
    inspection = running(chosen.inspection_id, by)
    found = next((one for one in differing_in([chosen_id]) if one.question == question), None)
    if found is None or inspection.status != Status.DRAWN:
        raise moved_on()
    if chosen.sheets.filter(inspector=by).exists() or by.number in hands_in(chosen.case):
        raise wanting(
            "answer",
            "阅看过或者参与过本案的人员不能认定",
            "whoever read the case or had a hand in it does not settle",
        )
    if answer not in Verdict.values:
        raise wanting("answer", "没有这种答复", "there is no such answer")
    made = Settlement.objects.create(
        chosen=chosen, question=question, answer=answer, reason=reason_given(reason), by=by, at=clock.now()
    )
    if answer == Verdict.PROBLEM:
        (difference,) = differences([found])
        problem_note(chosen, difference.question, made.reason)
    noted(inspection, StepKind.SETTLED, by, f"#{chosen.place}")
    return made
