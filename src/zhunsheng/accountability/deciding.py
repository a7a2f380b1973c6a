"""The decision by the authorised body, the objection to it and the decision on that; then it is final."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from zhunsheng.accountability.access import DECIDERS, may_decide, named_in, parts_own
from zhunsheng.accountability.attributing import frozen
from zhunsheng.accountability.chain import GRAVITY
from zhunsheng.accountability.codes import (
    Degree,
    Effect,
    EventKind,
    Level,
    Outcome,
    Share,
    Stage,
    State,
)
from zhunsheng.accountability.models import (
    Decision,
    Determination,
    GroundJudged,
    Objection,
    ResponsibilityCase,
)
from zhunsheng.accountability.recording import event, said_fields
from zhunsheng.accountability.rules import terms
from zhunsheng.accountability.services import case_locked, moved_on, waiting_check
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import holds_over, roles_held, units_over
from zhunsheng.supervision.rectifying import lacking

WITH_FAULT = (Outcome.FAULT, Outcome.EXEMPT)


@dataclass(frozen=True)
class Found:
    """What is found of one of those concerned."""

    share: str
    degree: str = ""


@dataclass(frozen=True)
class Ruling:
    """A decision as it is made: the outcome, the reasons, what is found of each, and handling suggested as text."""

    outcome: str
    reasons: str
    found: Mapping[str, Found]
    suggestion: str = ""


def deciding_check(case: ResponsibilityCase, by: Officer) -> None:
    """Denied without the role; InputError for whoever proposed, is concerned, decided before or had a hand in the dossier."""
    if not holds_over(by, DECIDERS, case.unit_id, clock.now()):
        raise Denied
    if not may_decide(case, by):
        raise InputError(
            zh="立案、提出划分意见、被划分责任、参与过案卷或者已经作过决定的人员不能决定",
            en="whoever opened, attributed, is concerned, had a hand in the dossier or decided before does not decide",
            where="by",
            remedy_zh="由有决定权的另一人决定",
            remedy_en="let another with the power decide",
        )


def ruling_check(case: ResponsibilityCase, ruling: Ruling) -> dict[str, Found]:
    """What is found of each who answers; InputError where it does not fit the outcome, or names somebody not concerned."""
    if ruling.outcome not in list(Outcome):
        raise lacking("outcome", "须选择决定", "an outcome is needed")
    if not ruling.reasons.strip():
        raise lacking("reasons", "决定须写明理由", "a decision needs its reasons")
    answering = {number: f for number, f in ruling.found.items() if f.share != Share.NONE}
    if ruling.outcome not in WITH_FAULT:
        return {}
    judged = GroundJudged.objects.filter(ground__case=case, round=case.round)
    if not judged.filter(effect=Effect.AFFECTS).exists():
        raise lacking(
            "outcome",
            "瑕疵不影响处理结果，不属于执法过错",
            "a defect that does not change the result is no fault",
        )
    if not answering:
        raise lacking("outcome", "认定过错的，须写明各人责任", "fault needs those who answer for it")
    if stray := set(answering) - set(named_in(case)):
        raise lacking("outcome", "只能认定已听取陈述申辩的人员", f"{min(stray)} is not among those heard")
    for one in answering.values():
        if one.share not in list(Share) or one.degree not in list(Degree):
            raise lacking(
                "outcome",
                "承担责任的，须写明故意或者过失",
                "whoever answers does so with intent or by negligence",
            )
    return answering


def ruled(
    case: ResponsibilityCase,
    by: Officer,
    stage: Stage,
    ruling: Ruling,
    answering: Mapping[str, Found],
    level: Level,
) -> Decision:
    """Write a decision with what it finds of each."""
    assert case.attributed_by_id is not None
    decision = Decision.objects.create(
        case=case,
        round=case.round,
        stage=stage,
        outcome=ruling.outcome,
        reasons=ruling.reasons.strip(),
        suggestion=ruling.suggestion.strip(),
        level=level,
        by=by,
        proposed_by_id=case.attributed_by_id,
        at=clock.now(),
    )
    found = {number: answering.get(number, Found(Share.NONE)) for number in named_in(case)}
    Determination.objects.bulk_create(
        Determination(decision=decision, officer_id=number, share=one.share, degree=one.degree)
        for number, one in found.items()
    )
    return decision


@transaction.atomic
def case_decide(case_id: int, *, by: Officer, ruling: Ruling, expected: int | None = None) -> Decision:
    """Decide a case that was heard. Without fault it is final at once; else those who answer may object within the term."""
    case = case_locked(case_id, State.HEARD, expected=expected)
    deciding_check(case, by)
    waiting_check(case)
    answering = ruling_check(case, ruling)
    decision = ruled(case, by, Stage.FIRST, ruling, answering, Level.SAME)
    now = clock.now()
    case.state = State.DECIDED if answering else State.FINAL
    case.objection_by = now + terms(now).objection.delta if answering else None
    event(
        case,
        EventKind.DECIDED,
        by,
        decision.reasons,
        responsibility_outcome=decision.outcome,
        **said_fields(case.statements.filter(round=case.round).order_by("id")),
    )
    return decision


def decision_last(case: ResponsibilityCase) -> Decision | None:
    """The last decision of the present round."""
    decision: Decision | None = case.decisions.filter(round=case.round).order_by("id").last()
    return decision


def answering_of(decision: Decision) -> dict[str, str]:
    """Number → share of those a decision finds to answer."""
    rows = decision.determinations.exclude(share=Share.NONE)
    return {str(one.officer_id): one.share for one in rows}


@transaction.atomic
def objection_make(case_id: int, *, by: Officer, text: str, evidence: str = "") -> Objection:
    """Somebody found to answer objects, once and within the term. Denied for everybody else."""
    if not parts_own(by).filter(case_id=case_id).exists():
        raise Denied
    case = case_locked(case_id, State.DECIDED, State.OBJECTED)
    decision, now = decision_last(case), clock.now()
    if decision is None or by.number not in answering_of(decision):
        raise Denied
    if case.objection_by is None or now > case.objection_by:
        raise lacking("objection", "申诉期限已经届满", "the term for objecting has run out")
    if case.objections.filter(round=case.round, officer=by).exists():
        raise lacking("objection", "已经提出过申诉", "an objection was made already")
    if not text.strip():
        raise lacking("objection", "须写明申诉的理由", "say why")
    made = Objection.objects.create(
        case=case, round=case.round, officer=by, text=text.strip(), evidence=evidence.strip(), at=now
    )
    case.state = State.OBJECTED
    case.redecide_by = case.redecide_by or now + terms(now).objection_decide.delta
    event(case, EventKind.OBJECTED, by)
    return made


@transaction.atomic
def objection_decide(case_id: int, *, by: Officer, ruling: Ruling, expected: int | None = None) -> Decision:
    """Decide on the objections, by another hand; nobody is burdened more than before. Then it is final.

    InputError while others who answer may still object.
    """
    case = case_locked(case_id, State.OBJECTED, expected=expected)
    deciding_check(case, by)
    waiting_check(case)
    first = decision_last(case)
    if first is None or case.objection_by is None:
        raise moved_on()
    before = first.determinations.exclude(share=Share.NONE)
    objected = {str(one.officer_id) for one in case.objections.filter(round=case.round)}
    if {str(one.officer_id) for one in before} - objected and clock.now() <= case.objection_by:
        raise lacking("outcome", "其他人的申诉期限还没有届满", "others may still object")
    answering = ruling_check(case, ruling)
    if heavier(
        first, {str(one.officer_id): Found(one.share, one.degree) for one in before}, ruling, answering
    ):
        raise lacking("outcome", "复核不得加重任何人的责任", "an objection burdens nobody more than before")
    decision = ruled(case, by, Stage.OBJECTION, ruling, answering, level_of(by, first))
    case.state = State.FINAL
    event(
        case,
        EventKind.REDECIDED,
        by,
        decision.reasons,
        responsibility_outcome=decision.outcome,
        **said_fields(case.objections.filter(round=case.round).order_by("id")),
    )
    return decision


def heavier(first: Decision, before: Mapping[str, Found], ruling: Ruling, after: Mapping[str, Found]) -> bool:
    """Whether anybody is burdened more: by a larger share, by intent for negligence, or by the loss of an exemption."""
    if after and (first.outcome, ruling.outcome) == (Outcome.EXEMPT, Outcome.FAULT):
        return True
    for number, one in after.items():
        was = before.get(number, Found(Share.NONE))
        if GRAVITY.index(Share(one.share)) > GRAVITY.index(Share(was.share)):
            return True
        if (was.degree, one.degree) == (Degree.NEGLIGENCE, Degree.INTENT):
            return True
    return False


def level_of(by: Officer, first: Decision) -> Level:
    """Whether they hold their power for a unit above that for which the first decision was made."""
    over = units_over(first.case.unit_id)
    ranks = {code: n for n, code in enumerate(over)}

    def highest(officer: Officer) -> int:
        held = (ranks.get(one.unit_code, -1) for one in roles_held(officer) if one.role in DECIDERS)
        return max(held, default=-1)

    return Level.ABOVE if highest(by) > highest(first.by) >= 0 else Level.SAME


@transaction.atomic
def case_lapse(case_id: int) -> bool:
    """A decision nobody objected to within the term is final; whether it was one. Not while what it rests on is contested."""
    case = case_locked(case_id)
    if case.state != State.DECIDED or case.objection_by is None or clock.now() <= case.objection_by:
        return False
    if frozen(case):
        return False
    case.state = State.FINAL
    event(case, EventKind.FINAL, None)
    return True


def cases_lapse() -> int:
    """Every decision whose term for objecting has run out; how many became final."""
    rows = ResponsibilityCase.objects.unfenced("the clock").filter(
        state=State.DECIDED, objection_by__lt=clock.now()
    )
    return sum(case_lapse(pk) for pk in rows.order_by("objection_by").values_list("pk", flat=True)[:500])
