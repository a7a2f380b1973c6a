"""Who may do what: every route of the application with its rule, written down a second time so that a slip in one shows.

A route that stands in no table fails the matrix. Add it here when you add it, with who is to be let in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Purposes = Mapping[str, frozenset[str]]
"""Role → the purposes for which it is let in."""


def by_role(**purposes: str) -> Purposes:
    """Roles with their purposes, `_` for the hyphen."""
    return {role.replace("_", "-"): frozenset(text.split()) for role, text in purposes.items()}


READERS = by_role(
    handler="handling party-request export",
    window="reception party-request",
    legal_reviewer="review export",
    approver="approval",
    property_keeper="keeping",
    custody_keeper="keeping",
    recording_keeper="keeping",
    supervisor="supervision export",
    assessor="assessment",
    outside_observer="outside-supervision",
)
LOG_READERS = by_role(auditor="audit", supervisor="supervision")
HANDERS_OVER = by_role(handler="export", legal_reviewer="export", supervisor="export")
UPLOADERS = frozenset(
    (
        "handler",
        "window",
        "legal-reviewer",
        "approver",
        "property-keeper",
        "custody-keeper",
        "recording-keeper",
        "supervisor",
    )
)
ROLES = frozenset((*READERS, "auditor", "administrator"))


@dataclass(frozen=True)
class Reads:
    """Shows what one dossier holds: found for the purposes named, absent when it is another unit's."""

    path: str
    who: Purposes = field(default_factory=lambda: READERS)
    body: Any = None


@dataclass(frozen=True)
class Lists:
    """Shows rows of the units within reach for the purposes named, and no others."""

    path: str
    who: Purposes = field(default_factory=lambda: READERS)


@dataclass(frozen=True)
class Records:
    """Records an act: let through to the law for these roles in their own unit, nobody elsewhere. By type of act."""

    path: str
    by_type: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Uploads:
    """Stores bytes for these roles."""

    who: frozenset[str] = UPLOADERS


@dataclass(frozen=True)
class Rest:
    """Neither about units nor about purposes: who is let in by what they are."""

    signed_in: bool
    """Whether somebody who has not proved who they are is turned away."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    signed_in_elsewhere: bool = False
    """Whether whoever is signed in already is sent on."""
    nowhere: bool = False
    """Whether there is nothing at the address, for anybody."""
    may_be_empty: bool = False
    """Whether whoever is signed in may find nothing there yet."""
    this_machine_only: bool = False


ANYBODY, SIGNED_IN = Rest(signed_in=False), Rest(signed_in=True)
GUESTS = Rest(signed_in=False, signed_in_elsewhere=True)

API: Mapping[str, Reads | Lists | Records | Uploads | Rest] = {
    "GET openapi-json": ANYBODY,
    "GET api-root": Rest(signed_in=False, nowhere=True),
    "GET vocabulary": SIGNED_IN,
    "GET me": SIGNED_IN,
    "GET dossiers": Lists("/dossiers"),
    "GET due": Lists("/obligations"),
    "GET dossier": Reads("/dossiers/{dossier}"),
    "GET acts": Reads("/dossiers/{dossier}/acts"),
    "GET obligations": Reads("/dossiers/{dossier}/obligations"),
    "GET dossier_proof": Reads("/dossiers/{dossier}/proof"),
    "GET act": Reads("/acts/{act}"),
    "GET act_proof": Reads("/acts/{act}/proof"),
    "GET document": Reads("/acts/{act}/documents/{digest}"),
    "GET readings": Reads("/dossiers/{dossier}/readings", LOG_READERS),
    "GET export": Reads("/dossiers/{dossier}/export", HANDERS_OVER),
    "POST export": Reads("/dossiers/{dossier}/export", HANDERS_OVER, body={"withhold": []}),
    "POST document_store": Uploads(),
    "POST feed_rows": Rest(signed_in=True, arguments={"name": "unknown"}, may_be_empty=True),
    "POST dossiers": Records(
        "/dossiers",
        {
            "report.received": frozenset(("handler", "window")),
            "case.opened": frozenset(("handler",)),
            "scene.handled": frozenset(("handler",)),
        },
    ),
    "POST acts": Records(
        "/dossiers/{dossier}/acts",
        {
            "family.notified": frozenset(("handler",)),
            "evidence.received": frozenset(("handler", "window")),
            "legal-review.passed": frozenset(("legal-reviewer",)),
            "approval.given": frozenset(("approver",)),
            "penalty.decided": frozenset(("approver",)),
            "property.checked-in": frozenset(("handler", "property-keeper")),
            "area.entered": frozenset(("handler", "custody-keeper")),
            "recording.classified": frozenset(("handler", "recording-keeper")),
            "dossier.sealed": frozenset(("approver",)),
        },
    ),
}

LEDGER: Mapping[str, Rest] = {
    "checkpoint": ANYBODY,
    "keys": ANYBODY,
    "tile": Rest(signed_in=False, arguments={"rest": "0/000.p/2"}),
}

PAGES: Mapping[str, Rest] = {
    "health": ANYBODY,
    "ready": ANYBODY,
    "metrics": Rest(signed_in=False, this_machine_only=True),
    "set_language": ANYBODY,
    "text_size": ANYBODY,
    "verify": ANYBODY,
    "verify_paper": Rest(signed_in=False, arguments={"token": "unknown"}, nowhere=True),
    "sign_in_refused": ANYBODY,
    "enrol": ANYBODY,
    "enrolled": ANYBODY,
    "account_logout": ANYBODY,
    "account_login": GUESTS,
    "mfa_authenticate": GUESTS,
    "openid_connect_login": Rest(signed_in=False, arguments={"provider_id": "unknown"}, nowhere=True),
    "openid_connect_callback": Rest(signed_in=False, arguments={"provider_id": "unknown"}, nowhere=True),
    "home": SIGNED_IN,
    "account": SIGNED_IN,
    "end_others": SIGNED_IN,
    "lock": SIGNED_IN,
    "still_here": SIGNED_IN,
    "unlock": SIGNED_IN,
    "sign_in_factor_needed": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": Rest(signed_in=True, may_be_empty=True),
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_view_recovery_codes": Rest(signed_in=True, may_be_empty=True),
    # One's own findings and addresses: open without any role, for they are about oneself.
    "my_findings": SIGNED_IN,
    "my_responsibility": SIGNED_IN,
    "contacts": SIGNED_IN,
    "rectifications": SIGNED_IN,
    # Circulars posted to one's unit: empty where none is.
    "inspection_circulars": SIGNED_IN,
}


CASE_READERS = frozenset(
    (
        "handler",
        "legal-reviewer",
        "approver",
        "property-keeper",
        "custody-keeper",
        "recording-keeper",
        "supervisor",
        "assessor",
        "window",
        "outside-observer",
    )
)
"""Who reads the cases of their unit in their daily work, or what was granted to them."""
OVERSEERS = frozenset(("supervisor", "assessor", "legal-reviewer", "approver"))
"""Who looks at the findings of whole units."""
DECIDERS = frozenset(("supervisor",))
INSPECTORS = frozenset(("supervisor", "assessor"))
"""Who looks at cases that were drawn."""
HANDLERS = frozenset(("handler",))
FORM = {"slug": "family.notified"}
UNKNOWN = "00000000-0000-7000-8000-000000000000"
NOBODY_AT_ALL = frozenset[str]()
"""There is no such thing, and it looks the same as one out of reach."""


@dataclass(frozen=True)
class CasePage:
    """A page of the staff face about cases; `of_case` ones exist for each case, `arguments` are added to its id."""

    of_case: bool = False
    arguments: Mapping[str, str] = field(default_factory=dict)
    posts_only: bool = False
    who: frozenset[str] = CASE_READERS


CASE_PAGES: Mapping[str, CasePage] = {
    "rulebook": CasePage(who=frozenset(("legal-reviewer", "approver", "supervisor"))),
    "feeds": CasePage(who=frozenset(("supervisor", "administrator"))),
    "desk": CasePage(),
    "notices": CasePage(),
    "purpose": CasePage(posts_only=True),
    "cases": CasePage(),
    "case": CasePage(of_case=True),
    "case_tab": CasePage(of_case=True, arguments={"slug": "due"}),
    "case_new": CasePage(who=frozenset(("handler", "window"))),
    "intake_look": CasePage(posts_only=True),
    "intake_keep": CasePage(posts_only=True),
    "intake_alike": CasePage(posts_only=True),
    "case_receipt": CasePage(of_case=True),
    "case_acts": CasePage(of_case=True),
    "case_act": CasePage(of_case=True, arguments=FORM, who=HANDLERS),
    "case_act_look": CasePage(of_case=True, arguments=FORM, posts_only=True),
    "case_act_again": CasePage(of_case=True, arguments=FORM, posts_only=True),
    "case_act_keep": CasePage(of_case=True, arguments=FORM, posts_only=True),
    "act_withdraw": CasePage(of_case=True, arguments={"act_id": UNKNOWN}, who=NOBODY_AT_ALL),
    "evidence_file": CasePage(
        of_case=True, arguments={"act_id": UNKNOWN, "digest": "unknown"}, who=NOBODY_AT_ALL
    ),
    "person_new": CasePage(of_case=True, who=HANDLERS),
    "person_read": CasePage(of_case=True, posts_only=True),
    "person_merge": CasePage(of_case=True, who=NOBODY_AT_ALL),
    "person": CasePage(of_case=True, arguments={"key": "unknown"}, who=NOBODY_AT_ALL),
    "uploads": CasePage(posts_only=True),
    "upload": CasePage(arguments={"upload_id": "unknown"}, posts_only=True),
    "supervision_desk": CasePage(who=OVERSEERS),
    "findings": CasePage(who=OVERSEERS),
    "finding": CasePage(arguments={"finding_id": "0"}, who=NOBODY_AT_ALL),
    "notice": CasePage(arguments={"notice_id": "0"}, who=NOBODY_AT_ALL),
    "contests": CasePage(who=DECIDERS),
    "norm_precision": CasePage(),
    "failed_deliveries": CasePage(who=DECIDERS),
    "hand_downs": CasePage(who=DECIDERS),
    "external_results": CasePage(who=OVERSEERS),
    "external_result": CasePage(arguments={"result_id": "0"}, who=NOBODY_AT_ALL),
    "responsibility_cases": CasePage(who=frozenset(("supervisor", "approver"))),
    "responsibility_new": CasePage(who=DECIDERS),
    "responsibility_case": CasePage(arguments={"case_id": "0"}, who=NOBODY_AT_ALL),
    "my_part": CasePage(arguments={"case_id": "0"}, who=NOBODY_AT_ALL),
    "rectification": CasePage(arguments={"row_id": "0"}, who=NOBODY_AT_ALL),
    "inspections": CasePage(who=INSPECTORS),
    "inspection_new": CasePage(who=DECIDERS),
    "inspection": CasePage(arguments={"inspection_id": "0"}, who=NOBODY_AT_ALL),
    "inspection_visits_new": CasePage(who=DECIDERS),
    "inspection_visit": CasePage(arguments={"sheet_id": "0"}, who=NOBODY_AT_ALL),
    "inspection_posted": CasePage(arguments={"inspection_id": "0"}, who=NOBODY_AT_ALL),
    "inspection_sheet": CasePage(arguments={"sheet_id": "0"}, who=NOBODY_AT_ALL),
    "inspection_ledger": CasePage(arguments={"inspection_id": "0"}, who=NOBODY_AT_ALL),
    "inspection_sample": CasePage(arguments={"inspection_id": "0"}, who=NOBODY_AT_ALL),
    "inspection_sample_table": CasePage(arguments={"inspection_id": "0"}, who=NOBODY_AT_ALL),
    "inspection_circular": CasePage(arguments={"inspection_id": "0", "unit": "0"}, who=NOBODY_AT_ALL),
}
