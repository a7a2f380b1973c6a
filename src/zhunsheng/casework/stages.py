"""How far a case has come and whose turn it is, from its acts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from zhunsheng.acts.record_types import CLOSING
from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.review.state import Review, review_state
from zhunsheng.people.bilingual import both

SPOT = "penalty.decided-on-the-spot"
DECISIONS = ("penalty.decided", SPOT)
APPROVALS = ("approval.given", "approval.refused")
PAID = ("fine.collected", "fine.banked", "obligation.performed")
ENFORCING = (
    "detention.started",
    "detention.ended",
    "fine.collected",
    "fine.banked",
    "fine.deferred",
    "obligation.performed",
    "detention-suspension.requested",
    "enforcement.decided",
)


class Stage(StrEnum):
    """Where a case is. The order is that of a case without turns."""

    INTAKE = "intake"
    INVESTIGATION = "investigation"
    MEDIATION = "mediation"
    NOTICE = "notice"
    REVIEW = "review"
    DECISION = "decision"
    SERVICE = "service"
    ENFORCEMENT = "enforcement"
    CLOSED = "closed"


class Procedure(StrEnum):
    """By which procedure a case is handled."""

    ORDINARY = "ordinary"
    SUMMARY = "summary"
    FAST = "fast-track"


class Waiting(StrEnum):
    """Whose turn it is besides the handling officer's."""

    NOBODY = ""
    REVIEW = "review"
    APPROVAL = "approval"
    DECISION = "decision"


STAGE_WORDS = {
    Stage.INTAKE: both("接报受理", "intake"),
    Stage.INVESTIGATION: both("调查取证", "investigation"),
    Stage.MEDIATION: both("治安调解", "mediation"),
    Stage.NOTICE: both("处罚告知", "notice of the penalty"),
    Stage.REVIEW: both("法制审核", "legal review"),
    Stage.DECISION: both("审批决定", "decision"),
    Stage.SERVICE: both("宣告送达", "service"),
    Stage.ENFORCEMENT: both("执行", "enforcement"),
    Stage.CLOSED: both("已办结", "closed"),
}
PROCEDURE_WORDS = {
    Procedure.ORDINARY: both("普通程序", "ordinary procedure"),
    Procedure.SUMMARY: both("当场处罚", "on-the-spot penalty"),
    Procedure.FAST: both("快速办理", "fast track"),
}
WAITING_WORDS = {
    Waiting.REVIEW: both("待法制审核", "waiting for legal review"),
    Waiting.APPROVAL: both("待审批", "waiting for approval"),
    Waiting.DECISION: both("待作出决定", "waiting for the decision"),
}


def stage_of(facts: CaseFacts) -> Stage:
    """The stage a case is in."""
    if facts.closed_at is not None or facts.has(*CLOSING):
        return Stage.CLOSED
    if facts.has(*DECISIONS):
        return after_decision(facts)
    if reviewed(facts):
        return Stage.DECISION
    if in_review(facts):
        return Stage.REVIEW
    if facts.has("penalty.proposed"):
        return Stage.NOTICE
    return before_proposal(facts)


def settled_at(facts: CaseFacts) -> dt.datetime | None:
    """Since when a matter that never became a case is over: no violation seen, or dealt with on the spot and paid; else None.

    Nobody closes such a matter by an act of its own. Whether a duty is still open the caller sees.
    """
    if facts.has("case.opened"):
        return None
    spot = facts.last(SPOT)
    if spot is None:
        over = facts.last("report.declined")
    elif spot.fields.get("decision") == "fine":
        over = facts.last(*PAID)
    else:
        over = facts.acts[-1]
    return None if over is None else over.ended or over.at


def before_proposal(facts: CaseFacts) -> Stage:
    """Intake, mediation or investigation."""
    settled = facts.last("mediation.held", "mediation.agreed", "mediation.failed", "mediation.prepared")
    if settled is not None and settled.type != "mediation.failed":
        return Stage.MEDIATION
    begun = facts.has("case.opened", "person.summoned", "person.arrived", "inquiry-record.made")
    return Stage.INVESTIGATION if begun else Stage.INTAKE


def after_decision(facts: CaseFacts) -> Stage:
    """Whether what was decided is still to be served, or being carried out."""
    if undecided(facts):
        return Stage.DECISION
    served = facts.has(SPOT, *ENFORCING) or any(
        act.fields.get("document") in ("penalty-decision", "no-penalty-decision")
        for act in facts.all("document.served", "document.left", "document.announced")
    )
    return Stage.ENFORCEMENT if served else Stage.SERVICE


def in_review(facts: CaseFacts) -> bool:
    """Whether the case lies with the legal department."""
    return review_state(facts).review is Review.WAITING


def reviewed(facts: CaseFacts) -> bool:
    """Whether a review stands that a decision may rest on."""
    return review_state(facts).valid


def undecided(facts: CaseFacts) -> list[str]:
    """The persons a penalty was proposed for and nothing is decided on yet, by key."""
    proposed = dict.fromkeys(key for act in facts.all("penalty.proposed") for key in act.persons)
    decided = {key for act in facts.all(*DECISIONS) for key in act.persons}
    return [key for key in proposed if key not in decided]


def approvals_open(facts: CaseFacts) -> list[CaseAct]:
    """The requests for approval that nobody has answered: same measure, persons and things."""
    answered = [(a.position, matter(a)) for a in facts.all(*APPROVALS)]
    return [
        asked
        for asked in facts.all("approval.requested")
        if not any(at > asked.position and what == matter(asked) for at, what in answered)
    ]


def matter(act: CaseAct) -> tuple[object, ...]:
    """What an approval is about."""
    return act.fields.get("measure"), act.persons, act.items


def waiting_for(facts: CaseFacts) -> Waiting:
    """Whose turn it is besides the handling officer's."""
    if facts.closed_at is not None:
        return Waiting.NOBODY
    if approvals_open(facts):
        return Waiting.APPROVAL
    if in_review(facts):
        return Waiting.REVIEW
    return Waiting.DECISION if reviewed(facts) and undecided(facts) else Waiting.NOBODY


def procedure_of(facts: CaseFacts) -> Procedure:
    """By which procedure the case is handled now."""
    if facts.has(SPOT):
        return Procedure.SUMMARY
    fast = facts.last("fast-track.started", "fast-track.ended")
    return Procedure.FAST if fast is not None and fast.type == "fast-track.started" else Procedure.ORDINARY
