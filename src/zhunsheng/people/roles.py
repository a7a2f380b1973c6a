"""The twelve roles, who may hold them, which hand on a case each lends, and which no one may hold at once.

A *hand* is one of the four steps of a case that no single person may take alone: open, review, approve, close.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from django.db.models import TextChoices

from zhunsheng.people import basis
from zhunsheng.people.basis import Basis
from zhunsheng.people.bilingual import both
from zhunsheng.people.codes import OfficerKind


class Role(TextChoices):
    """What a person may be on the platform; always for a unit and a term."""

    HANDLER = "handler", both("办案民警", "handling officer")
    LEGAL_REVIEWER = "legal-reviewer", both("法制审核人员", "legal reviewer")
    APPROVER = "approver", both("审批人", "approver")
    PROPERTY_KEEPER = "property-keeper", both("涉案财物管理人员", "keeper of case property")
    CUSTODY_KEEPER = "custody-keeper", both("办案区管理人员", "keeper of the custody area")
    RECORDING_KEEPER = "recording-keeper", both("执法记录管理人员", "keeper of recordings")
    SUPERVISOR = "supervisor", both("执法监督人员", "supervisor")
    ASSESSOR = "assessor", both("执法考评人员", "assessor")
    WINDOW = "window", both("窗口受理人员", "officer at the window")
    OUTSIDE_OBSERVER = "outside-observer", both("外部监督人员", "outside observer")
    AUDITOR = "auditor", both("安全审计员", "auditor")
    ADMINISTRATOR = "administrator", both("系统管理员", "administrator")


class Hand(StrEnum):
    """A step of a case that must not fall to one person together with the other three."""

    OPEN = "open"
    REVIEW = "review"
    APPROVE = "approve"
    CLOSE = "close"


NO_HANDS: frozenset[Hand] = frozenset()

_HANDS: Mapping[Role, frozenset[Hand]] = {
    Role.HANDLER: frozenset({Hand.OPEN, Hand.CLOSE}),
    Role.WINDOW: frozenset({Hand.OPEN}),
    Role.LEGAL_REVIEWER: frozenset({Hand.REVIEW}),
    Role.APPROVER: frozenset({Hand.APPROVE}),
}

PRIVILEGED = frozenset(Role) - {Role.HANDLER, Role.WINDOW}
"""Roles whose holders must sign in with a second factor."""

MAY_HOLD: Mapping[OfficerKind, frozenset[Role]] = {
    OfficerKind.OFFICER: frozenset(Role) - {Role.OUTSIDE_OBSERVER},
    # Auxiliaries enforce nothing on their own, and case property is kept by police officers (行政案件程序规定第188条).
    OfficerKind.AUXILIARY: frozenset({Role.RECORDING_KEEPER, Role.WINDOW}),
    OfficerKind.OBSERVER: frozenset({Role.OUTSIDE_OBSERVER}),
    # A programme records and keeps for people; it neither reviews nor approves nor watches.
    OfficerKind.MACHINE: frozenset(
        {Role.HANDLER, Role.PROPERTY_KEEPER, Role.CUSTODY_KEEPER, Role.RECORDING_KEEPER}
    ),
}


def hands_of(role: str) -> frozenset[Hand]:
    """The hands a role lends to a case; none for a role that only keeps, watches, judges or runs the machine."""
    return _HANDS.get(Role(role), NO_HANDS)


@dataclass(frozen=True)
class Exclusion:
    """Two roles that no one may hold at overlapping times, with the reason and the law it rests on.

    `basis` is empty where the rule is the house's own and no article asks for it.
    """

    roles: frozenset[Role]
    zh: str
    en: str
    basis: tuple[Basis, ...] = ()


_BUSINESS = (
    Role.HANDLER,
    Role.LEGAL_REVIEWER,
    Role.APPROVER,
    Role.PROPERTY_KEEPER,
    Role.CUSTODY_KEEPER,
    Role.RECORDING_KEEPER,
    Role.WINDOW,
)


def _against(one: Role, others: Iterable[Role], zh: str, en: str, *articles: Basis) -> tuple[Exclusion, ...]:
    """The same reason for one role against several."""
    return tuple(Exclusion(frozenset({one, other}), zh, en, articles) for other in others)


RULES: tuple[Exclusion, ...] = (
    Exclusion(
        frozenset({Role.HANDLER, Role.LEGAL_REVIEWER}),
        "法制审核由专门从事审核的人员进行；自己办的案件自己审核，审核就不存在了。",
        "Legal review is done by those who review; whoever reviews their own case has not been reviewed.",
        (
            Basis(basis.PENALTIES, 58, "应当由从事行政处罚决定法制审核的人员进行法制审核"),
            Basis(basis.PUBLIC_ORDER, 114, "应当由从事治安管理处罚决定法制审核的人员进行法制审核"),
        ),
    ),
    Exclusion(
        frozenset({Role.HANDLER, Role.APPROVER}),
        "决定由负责人在调查之后审查作出；调查的人不批准自己的调查。",
        "A head decides after the investigation and on it; who investigated does not approve the investigation.",
        (Basis(basis.PENALTIES, 57, "调查终结，行政机关负责人应当对调查结果进行审查"),),
    ),
    Exclusion(
        frozenset({Role.LEGAL_REVIEWER, Role.APPROVER}),
        "法制审核在负责人作出决定之前进行，是对决定人的提示；同一人审核又决定，少一道关。",
        "Legal review comes before the head's decision and advises it; one person in both is one check fewer.",
        (Basis(basis.PENALTIES, 58, "在行政机关负责人作出行政处罚的决定之前"),),
    ),
    Exclusion(
        frozenset({Role.HANDLER, Role.PROPERTY_KEEPER}),
        "办案与保管分离：严禁办案人员自行保管涉案财物。",
        "Handling and keeping are apart: handlers must not keep case property themselves.",
        (
            Basis(basis.CASES, 188, "严禁由办案人员自行保管涉案财物"),
            Basis(basis.CRIMINAL_CASES, 235, "严禁由侦查人员自行保管涉案财物"),
        ),
    ),
    *_against(
        Role.HANDLER,
        (Role.CUSTODY_KEEPER, Role.RECORDING_KEEPER),
        "办案区的时间和执法录音录像是对办案人的监督，不由办案人自己管理。",
        "The custody clock and the recordings check the handler, so the handler does not keep them.",
    ),
    *_against(
        Role.APPROVER,
        (Role.PROPERTY_KEEPER, Role.CUSTODY_KEEPER, Role.RECORDING_KEEPER),
        "批准处置的人不经手被处置的财物、人员和记录。",
        "Who orders the disposal does not have the property, the person or the record in hand.",
    ),
    *_against(
        Role.LEGAL_REVIEWER,
        (Role.PROPERTY_KEEPER, Role.CUSTODY_KEEPER, Role.RECORDING_KEEPER),
        "审核要查看保管与记录，不能查看自己保管的。",
        "Review looks at what was kept and recorded, and cannot look at its own keeping.",
    ),
    *_against(
        Role.WINDOW,
        (Role.LEGAL_REVIEWER, Role.APPROVER),
        "受理、审查、决定由不同的人员承担。",
        "Receiving, examining and deciding lie in different hands.",
    ),
    *_against(
        Role.SUPERVISOR,
        _BUSINESS,
        "监督人员不监督自己办理、审核、审批、保管或受理的事项；督察机构由专职人员组成。",
        "A supervisor does not supervise their own handling, review, approval or keeping: the post is a full-time one.",
        Basis(basis.INSPECTORS, 2, "由专职人员组成"),
    ),
    *_against(
        Role.ASSESSOR,
        [role for role in _BUSINESS if role is not Role.LEGAL_REVIEWER],
        "被考评的人不给自己打分；考评由法制部门组织，审核人员可以参加。",
        "Those assessed give no marks; the legal department runs assessments, so reviewers may take part.",
    ),
    *_against(
        Role.OUTSIDE_OBSERVER,
        [role for role in Role if role is not Role.OUTSIDE_OBSERVER],
        "外部监督人员来自其他机关，只看明确授权的内容，不承担公安机关的职务。",
        "An outside observer comes from another organ, sees only what was granted, and holds no office here.",
    ),
    *_against(
        Role.AUDITOR,
        [role for role in Role if role not in (Role.AUDITOR, Role.OUTSIDE_OBSERVER)],
        "审计员查看日志，不接触业务内容，也不管理系统。",
        "The auditor reads logs, touches no case and runs no system.",
    ),
    *_against(
        Role.ADMINISTRATOR,
        [role for role in Role if role not in (Role.ADMINISTRATOR, Role.AUDITOR, Role.OUTSIDE_OBSERVER)],
        "系统管理员授予他人权限，自己不承担任何业务，也不能阅看卷宗。",
        "The administrator grants roles to others, holds none of the business and reads no dossier.",
    ),
)

EXCLUSIONS: frozenset[frozenset[Role]] = frozenset(rule.roles for rule in RULES)
"""Unordered pairs that no one may hold at overlapping times; the database refuses them too."""


def conflicts(roles: Iterable[str]) -> tuple[Exclusion, ...]:
    """The exclusions that a set of roles in one person breaks, in the order of `RULES`."""
    pairs = {frozenset(pair) for pair in combinations({Role(role) for role in roles}, 2)}
    return tuple(rule for rule in RULES if rule.roles in pairs)
