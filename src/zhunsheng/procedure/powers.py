"""Who may record what: the desk of each type of act, the roles that serve it, and the desks no one may join in one dossier.

This is the house's division of labour (办案、审核、审批 and the keepers), not law: the law is in the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from zhunsheng.acts.record_types import CLOSING, ERASED, SEALED, UNSEALED
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.people.roles import Hand, Role


class Desk(StrEnum):
    """Who a type of act belongs to. Exactly one for every type."""

    HANDLING = "handling"
    REVIEW = "review"
    APPROVAL = "approval"
    PROPERTY = "property"
    CUSTODY = "custody"
    RECORDINGS = "recordings"
    SUPERVISION = "supervision"
    DETERMINATION = "determination"
    """Fault decided by the body authorised to."""


DESKS: Mapping[Desk, frozenset[str]] = {
    Desk.REVIEW: frozenset(
        (
            "case.reviewed",
            "evidence.exclusion-proposed",
            "legal-review.passed",
            "legal-review.person-heard",
            "legal-review.recording-viewed",
            "legal-review.refused",
            "legal-review.returned",
        )
    ),
    Desk.APPROVAL: frozenset(
        (
            "approval.given",
            "approval.refused",
            "bail-bond.forfeited",
            "bail.decided",
            "bail.lifted",
            "bond.forfeited",
            "case-period.extended",
            "decision.discussed",
            "deliberation.opened",
            "deliberation.position-taken",
            "deliberation.stood-aside",
            "detention-leave.granted",
            "detention-leave.refused",
            "detention-suspension.granted",
            "detention-suspension.refused",
            "enforcement.decided",
            "evidence.excluded",
            "evidence.exclusion-refused",
            "fine.deferred",
            "jurisdiction.designated",
            "penalties.merged",
            "penalty.decided",
            "property.claim-extended",
            "property.deemed-ownerless",
            "recusal.decided",
            "surveillance.decided",
            "surveillance.lifted",
            "wrongful-detention.decided",
            ERASED,
            SEALED,
            UNSEALED,
        )
    ),
    Desk.PROPERTY: frozenset(
        (
            "property.checked-in",
            "property.checked-out",
            "property.claim-announced",
            "property.photographed",
            "property.stored",
            "bond.banked",
            "treasury.paid",
        )
    ),
    Desk.CUSTODY: frozenset(
        (
            "area.entered",
            "area.left",
            "belongings.registered",
            "belongings.returned",
            "cell.assigned",
            "person.security-checked",
            "waiting.ended",
            "waiting.started",
        )
    ),
    Desk.RECORDINGS: frozenset(
        (
            "recording.accessed",
            "recording.altered",
            "recording.classified",
            "recording.destroyed",
            "recording.lost",
        )
    ),
    Desk.SUPERVISION: frozenset(
        (
            "accountability.attributed",
            "accountability.closed",
            "accountability.heard",
            "accountability.opened",
            "accountability.reopened",
            "accountability.withdrawn",
            "supervision.delisted",
            "supervision.listed",
            "supervision.talked-with-deputy",
            "supervision.talked-with-head",
        )
    ),
    Desk.DETERMINATION: frozenset(("accountability.decided", "accountability.redecided")),
}
"""Types that are not the handling officers' own; every other type is."""

ROLES_AT: Mapping[Desk, frozenset[Role]] = {
    Desk.HANDLING: frozenset((Role.HANDLER,)),
    Desk.REVIEW: frozenset((Role.LEGAL_REVIEWER,)),
    Desk.APPROVAL: frozenset((Role.APPROVER,)),
    Desk.PROPERTY: frozenset((Role.PROPERTY_KEEPER, Role.HANDLER)),
    Desk.CUSTODY: frozenset((Role.CUSTODY_KEEPER, Role.HANDLER)),
    Desk.RECORDINGS: frozenset((Role.RECORDING_KEEPER, Role.HANDLER)),
    Desk.SUPERVISION: frozenset((Role.SUPERVISOR,)),
    Desk.DETERMINATION: frozenset((Role.SUPERVISOR, Role.APPROVER)),
}
"""Handling officers do the keepers' steps where nobody else is there; whether they may is a norm's business."""

WINDOW_TYPES = frozenset(
    (
        "report.received",
        "report.registered",
        "evidence.received",
        "traffic.processing-accepted",
        "remedy.filed",
        "hearing.requested",
    )
)
"""What window staff may record beside the handling officers."""

OPENING = frozenset(
    (
        "case.converted-to-administrative",
        "case.opened",
        "conduct.ended",
        "monitor-record.captured",
        "outside-measure.received",
        "penalty.decided-on-the-spot",
        "person.brought-in",
        "person.identified",
        "recording.made",
        "report.received",
        "report.registered",
        "scene.handled",
        "stop-check.made",
        "traffic.processing-accepted",
        "violation.entered",
    )
)
"""Acts a dossier may begin with."""

NATURAL_ROLES: Mapping[Desk, tuple[str, ...]] = {
    Desk.HANDLING: ("handler", "recorder"),
    Desk.REVIEW: ("legal-reviewer",),
    Desk.APPROVAL: ("approver",),
    Desk.PROPERTY: ("property-keeper", "handler"),
    Desk.CUSTODY: ("handler", "recorder"),
    Desk.RECORDINGS: ("handler", "recorder"),
    Desk.SUPERVISION: ("supervisor",),
    Desk.DETERMINATION: ("supervisor", "approver"),
}
"""What the recording officer is at the act when the draft names no one: the first of these open to them."""

ROLE_NEEDED: Mapping[str, Role] = {
    "handler": Role.HANDLER,
    "legal-reviewer": Role.LEGAL_REVIEWER,
    "approver": Role.APPROVER,
    "decider": Role.APPROVER,
    "deliberation-member": Role.APPROVER,
    "department-head": Role.APPROVER,
    "property-keeper": Role.PROPERTY_KEEPER,
    "supervisor": Role.SUPERVISOR,
}
"""Roles in an act that only a holder of the platform's role may have; the others are open to any registered person."""

ROLES_APART: Mapping[str, frozenset[Role]] = dict.fromkeys(
    ("handler", "recorder", "investigator"), frozenset((Role.LEGAL_REVIEWER, Role.APPROVER))
)
"""Handling roles that nobody who reviews or approves can be given: naming them would shut them out of their own desk."""

COLLECTIVE = frozenset(("decision.discussed", "deliberation.opened"))
"""Acts that several take part in; every other review or approval is one person's."""

DECIDED_OUTSIDE = frozenset(("penalty.decided-on-the-spot",))
"""Decisions that handling officers make themselves; the guard is as strict with them as at the desks of review and approval."""

SEPARATE = (Desk.HANDLING, Desk.REVIEW, Desk.APPROVAL)
"""No one takes part in one dossier at two of these desks."""

DESK_OF_ACT_ROLE: Mapping[str, Desk] = {
    "handler": Desk.HANDLING,
    "recorder": Desk.HANDLING,
    "investigator": Desk.HANDLING,
    "legal-reviewer": Desk.REVIEW,
    "approver": Desk.APPROVAL,
    "decider": Desk.APPROVAL,
    "deliberation-member": Desk.APPROVAL,
    "department-head": Desk.APPROVAL,
    "supervisor": Desk.SUPERVISION,
}


def desk_of(act_type: str) -> Desk:
    """The desk a type of act belongs to."""
    return next((desk for desk, types in DESKS.items() if act_type in types), Desk.HANDLING)


def decides(act_type: str) -> bool:
    """Whether an act of this type decides something, here and now."""
    return desk_of(act_type) in (Desk.REVIEW, Desk.APPROVAL) or act_type in DECIDED_OUTSIDE


def roles_for(act_type: str) -> frozenset[Role]:
    """The roles whose holders may record acts of this type."""
    window = frozenset((Role.WINDOW,)) if act_type in WINDOW_TYPES else frozenset[Role]()
    return ROLES_AT[desk_of(act_type)] | window


def hands_in(act_type: str) -> frozenset[Hand]:
    """Which of the four hands of a case an act of this type is."""
    found = set()
    if act_type in OPENING:
        found.add(Hand.OPEN)
    if act_type in CLOSING:
        found.add(Hand.CLOSE)
    desk = desk_of(act_type)
    if desk is Desk.REVIEW:
        found.add(Hand.REVIEW)
    if desk is Desk.APPROVAL:
        found.add(Hand.APPROVE)
    return frozenset(found)


def types_of(role: Role) -> frozenset[str]:
    """The types of act that holders of a role may record."""
    return frozenset(name for name in vocabulary().types if role in roles_for(name))
