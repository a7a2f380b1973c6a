"""The closed lists of supervision, with their words."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from zhunsheng.people.bilingual import both


class Status(TextChoices):
    """What became of a finding so far."""

    OPEN = "open", both("待答复", "to be answered")
    CONTESTED = "contested", both("异议待决", "contested, to be decided")
    ACCEPTED = "accepted", both("已认可，待整改", "accepted, to be put right")
    UPHELD = "upheld", both("异议不成立", "upheld after a contest")
    CURED = "cured", both("已补正", "cured")
    RECTIFIED = "rectified", both("已整改销号", "put right, verified")
    DISMISSED = "dismissed", both("异议成立，不作为问题", "dismissed")
    CLOSED = "closed", both("义务已不成立", "closed: the breach is gone from the record")


WRONG_NOW = (Status.OPEN, Status.ACCEPTED, Status.UPHELD)
"""Still to be put right."""
PUT_RIGHT = (Status.CURED, Status.RECTIFIED)
"""Over: an act cured it, or, where no act can, another hand verified what was done about it."""
COUNTED = (*WRONG_NOW, *PUT_RIGHT)
"""What counts in figures: neither what is contested and undecided, nor what was dismissed or fell away."""
CONFIRMED = (Status.ACCEPTED, Status.UPHELD, *PUT_RIGHT)
"""Answers and decisions that say the norm was right to speak up."""
FALLEN = (Status.DISMISSED, Status.CLOSED)
"""No finding any more."""
ANSWERABLE = (Status.OPEN, Status.ACCEPTED, Status.UPHELD)

BREACHES = [
    ("broken", both("违反", "broken")),
    ("overdue", both("逾期未办", "overdue")),
    ("late", both("迟办", "late")),
]
SEVERITY_WORDS: Mapping[str, object] = {
    "blocking": both("阻断", "blocking"),
    "serious": both("严重", "serious"),
    "minor": both("一般", "minor"),
    "advisory": both("提示", "advisory"),
}
SEVERITIES = tuple(SEVERITY_WORDS)


class Event(TextChoices):
    """What changed a finding."""

    FOUND = "found", both("发现", "found")
    CHANGED = "changed", both("情况变化", "changed")
    CURED = "cured", both("补正", "cured")
    CLOSED = "closed", both("义务不再成立", "the breach is gone")
    REOPENED = "reopened", both("再次成立", "arose again")
    ACCEPTED = "accepted", both("认可", "accepted")
    CONTESTED = "contested", both("提出异议", "contested")
    UPHELD = "upheld", both("异议不成立", "contest refused")
    DISMISSED = "dismissed", both("异议成立", "contest granted")
    RECTIFIED = "rectified", both("整改核实销号", "verified as put right")
    RETURNED = "returned", both("重新整改", "to be put right again")


class Ground(TextChoices):
    """Why an officer contests."""

    FACTS = "facts", both("记录与事实不符", "the record does not tell what happened")
    EXCEPTION = "exception", both("依法属于例外情形", "the law makes an exception")
    NORM = "norm", both("规范不适用或者规则有误", "the norm does not fit, or the rule is wrong")
    OTHERS = "others", both("责任不在承办人", "it was not the handling officer's to do")
    OTHER = "other", both("其他", "another reason")


class Outcome(TextChoices):
    """What was decided on a contest, said of the finding."""

    UPHELD = "upheld", both("异议不成立，问题维持", "the finding is upheld")
    DISMISSED = "dismissed", both("异议成立，问题撤销", "the finding is dismissed")
    MOOT = "moot", both("问题已不存在，不再裁决", "nothing left to decide")


class Cause(TextChoices):
    """What was at fault where a finding falls."""

    NORM = "norm", both("规则误判", "the rule misjudged")
    RECORD = "record", both("记录有误", "the record was wrong")
    EXCEPTION = "exception", both("依法例外，规则未写明", "a lawful exception the rule does not know")
    OTHER = "other", both("其他", "another")


class Repair(TextChoices):
    """How far a line of the ledger has come."""

    OPEN = "open", both("整改中", "under way")
    DONE = "done", both("已报完成，待核实", "reported done, to be verified")
    CLOSED = "closed", both("已销号", "closed")


class StepKind(TextChoices):
    """What happened to a line of the ledger."""

    OPENED = "opened", both("列入台账", "entered")
    DONE = "done", both("报告完成", "reported done")
    RETURNED = "returned", both("核实不通过，退回", "returned")
    CLOSED = "closed", both("核实销号", "verified and closed")
    REOPENED = "reopened", both("重新打开", "reopened")
    DEPUTY = "deputy", both("约谈分管负责人", "talk with the deputy head")
    HEAD = "head", both("约谈主要负责人", "talk with the head")
    LISTED = "listed", both("挂牌督办", "put under listed supervision")
    DELISTED = "delisted", both("解除挂牌", "listing ended")
    TERM = "term", both("延长期限", "term extended")


class HandDownKind(TextChoices):
    """By which kind of paper another organ asks for something to be put right."""

    SUGGESTION = "procuratorial-suggestion", both("检察建议", "procuratorial suggestion")
    NOTICE = "supervision-notice", both("行政执法监督通知书", "notice of supervision")
    OPINION = "supervision-opinion", both("行政执法监督意见书", "opinion of supervision")
    DECISION = "supervision-decision", both("行政执法监督决定书", "decision of supervision")
    COMPLAINT = "complaint", both("转办投诉", "complaint handed down")


class NoticeKind(TextChoices):
    """What a notice is about."""

    DUTY = "duty", both("办理期限", "a duty's term")
    CONTEST = "contest", both("异议待裁决", "a contest to decide")
    DECISION = "decision", both("异议裁决结果", "the decision on a contest")
    REPAIR = "repair", both("整改", "rectification")
    HAND_DOWN = "hand-down", both("交办文书", "a paper handed down")


LEVEL_WORDS: Mapping[str, object] = {
    "officer": both("承办人", "handling officer"),
    "unit": both("单位负责人", "heads of the unit"),
    "legal": both("法制监督部门", "legal department"),
}
CHANNEL_WORDS: Mapping[str, object] = {
    "console": both("本系统", "this system"),
    "email": both("电子邮件", "e-mail"),
    "chat": both("即时通讯", "enterprise chat"),
    "sms": both("短信", "text message"),
}
