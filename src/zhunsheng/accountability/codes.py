"""The codes of accountability. Their words and sources stand in `rulebook/accountability.yaml`; those of states here."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices

from zhunsheng.people.bilingual import both


class State(TextChoices):
    """How far a case has come."""

    OPENED = "opened", both("已立案，待划分责任", "opened, to be attributed")
    ATTRIBUTED = "attributed", both("已划分责任，听取陈述申辩", "attributed, to be heard")
    HEARD = "heard", both("陈述申辩完毕，待决定", "heard, to be decided")
    DECIDED = "decided", both("已决定，申诉期内", "decided, open to objection")
    OBJECTED = "objected", both("申诉，待复核", "objected to, to be decided again")
    FINAL = "final", both("决定生效，落实纠正措施", "final, remedies to be done")
    DONE = "done", both("办结", "done")
    WITHDRAWN = "withdrawn", both("已撤销", "withdrawn")


OVER = (State.DONE, State.WITHDRAWN)
AFTER_DECISION = (State.DECIDED, State.OBJECTED, State.FINAL, State.DONE)


class EventKind(TextChoices):
    """What happened to a case."""

    OPENED = "opened", both("立案", "opened")
    ATTRIBUTED = "attributed", both("划分责任", "attributed")
    STATED = "stated", both("陈述申辩", "statement made")
    HEARD = "heard", both("听取陈述申辩完毕", "hearing closed")
    DECIDED = "decided", both("作出决定", "decided")
    OBJECTED = "objected", both("提出申诉", "objection made")
    REDECIDED = "redecided", both("复核决定", "objection decided")
    FINAL = "final", both("决定生效", "final")
    REMEDY = "remedy", both("确定纠正措施", "remedy ordered")
    DONE = "done", both("办结", "done")
    WITHDRAWN = "withdrawn", both("撤销案件", "withdrawn")
    RECONSIDERED = "reconsidered", both("依据变化，重新审查", "reconsidered: a ground fell")
    REOPENED = "reopened", both("重新划分责任", "to be attributed anew")


class Hand(StrEnum):
    """What somebody did in the chain of acts."""

    HANDLER = "handler"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    MEMBER = "member"
    APPRAISER = "appraiser"
    SUPERIOR = "superior"


class Share(StrEnum):
    """How much of it is theirs, by the law's words."""

    SOLE = "sole"
    MAIN = "main"
    EQUAL = "equal"
    SECONDARY = "secondary"
    NONE = "none"


class Rule(StrEnum):
    """Why a share is proposed."""

    BY_PART = "by-part"
    REVIEW_SHOULD_SEE = "review-should-see"
    APPROVAL_SHOULD_SEE = "approval-should-see"
    OWN_DECISION = "own-decision"
    APPROVER_CHANGED = "approver-changed"
    NOT_FOLLOWED = "opinion-not-followed"
    DECEIVED = "deceived"
    WAS_DECEIVED = "was-deceived"
    APPRAISAL = "appraisal"
    DIRECT = "direct"
    ORDERED = "ordered"
    ORDERED_UNREPORTED = "ordered-unreported"
    ORDERED_REPORTED = "ordered-reported"
    COLLECTIVE = "collective"
    NOT_YET_VISIBLE = "not-yet-visible"
    APPROVED_BEFORE = "approved-before"


class Effect(StrEnum):
    """Whether what was wrong changes the result."""

    AFFECTS = "affects"
    NONE = "none"


class Outcome(StrEnum):
    """What was decided."""

    FAULT = "fault"
    NO_FAULT = "no-fault"
    DEFECT = "defect"
    EXEMPT = "exempt"


class Degree(StrEnum):
    """With intent or by negligence."""

    INTENT = "intent"
    NEGLIGENCE = "negligence"


class RemedyKind(StrEnum):
    """What is to be done about it."""

    REVOKE = "revoke"
    ALTER = "alter"
    CORRECT = "correct"
    COMPENSATE = "compensate"
    TRAINING = "training"
    RULE = "rule"


class Conclusion(StrEnum):
    """What a review of an external result came to."""

    FAULT_POSSIBLE = "fault-possible"
    DEFECT_ONLY = "defect-only"
    JUDGEMENT = "judgement-differs"
    NEW_EVIDENCE = "new-evidence"
    LAW_CHANGED = "law-changed"
    PARTY = "party-conduct"
    COORDINATION = "coordination"


class Stage(TextChoices):
    """Which decision of a round."""

    FIRST = "first", both("决定", "Decision")
    OBJECTION = "objection", both("复核决定", "Decision on the objection")


class Level(TextChoices):
    """Who decided: somebody of the same authority, or of the one above."""

    SAME = "same", both("本级另一人", "another hand of the same authority")
    ABOVE = "above", both("上一级", "the authority above")
