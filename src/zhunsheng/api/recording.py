"""Recording acts: a dossier opens with its first act, and every further act is posted to it. Sent twice is recorded once."""

from __future__ import annotations

import uuid
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Header, Query
from pydantic import StringConstraints

from zhunsheng.acts.drafts import Draft
from zhunsheng.acts.uploads import present
from zhunsheng.api.callers import Caller
from zhunsheng.api.inputs import ActIn, OpeningIn
from zhunsheng.api.operations import operation
from zhunsheng.api.problems import Problem, ReasonOut, language_of
from zhunsheng.api.rules import RECORDS, recording_check
from zhunsheng.api.shown import ChangesOut, EnactedOut, answer
from zhunsheng.base.storage import storage
from zhunsheng.procedure.door import Enacted, consider, enact
from zhunsheng.procedure.errors import notice_details

Key = Annotated[
    str | None,
    StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$"),
    Header(
        default=None,
        alias="Idempotency-Key",
        description="请求编号，如 UUID；以原编号重发，仍是同一行为。 · Sent again under the same key it is the same act.",
    ),
]
Position = Annotated[
    str | None,
    StringConstraints(pattern=r'^"\d{1,9}"$'),
    Header(
        default=None,
        alias="If-Match",
        description="案卷的 ETag：登记时案卷若已有变化，则不登记。 · The dossier's ETag: nothing is recorded if it has moved on.",
    ),
]
DryRun = Annotated[
    bool, Query(description="只问可否登记，不登记。 · Say what would come of it; write nothing.")
]
PROBLEMS = ("key-required", "refused", "key-reused")
ANSWERS = {201: EnactedOut, 200: EnactedOut}


@operation(
    "acts",
    "POST",
    "/dossiers",
    name="dossier_open",
    route="dossiers",
    rule=RECORDS,
    answers=ANSWERS,
    problems=PROBLEMS,
    words=("立卷：以第一项行为开立案卷", "Open a dossier with its first act"),
)
def dossier_open(
    request: HttpRequest, body: OpeningIn, key: Key = None, dry_run: DryRun = False
) -> HttpResponse:
    """Open a dossier."""
    return recorded(request, body, body.draft(None, body.kind), key, None, dry_run)


@operation(
    "acts",
    "POST",
    "/dossiers/{uuid:dossier_id}/acts",
    name="act_record",
    route="acts",
    rule=RECORDS,
    answers=ANSWERS,
    problems=(*PROBLEMS, "not-found", "out-of-step"),
    words=("在案卷中登记一项行为", "Record an act in a dossier"),
)
def act_record(
    request: HttpRequest,
    dossier_id: uuid.UUID,
    body: ActIn,
    key: Key = None,
    if_match: Position = None,
    dry_run: DryRun = False,
) -> HttpResponse:
    """Record an act."""
    expected = None if if_match is None else int(if_match.strip('"'))
    return recorded(request, body, body.draft(dossier_id), key, expected, dry_run)


def recorded(
    request: HttpRequest, body: ActIn, draft: Draft, key: str | None, expected: int | None, dry_run: bool
) -> HttpResponse:
    """Through the door, or up to it."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    recording_check(caller, draft.type)
    if dry_run:
        return answer(
            shown(consider(draft, by=caller.officer, expected=expected), body, "considered", caller)
        )
    if key is None:
        raise Problem(
            "key-required",
            zh="每个登记请求给一个编号；网络中断后以原编号重发，不会登记两次。",
            en="Name each request; sent again under the same name after a broken connection it is recorded once.",
        )
    found = enact(draft, by=caller.officer, key=key, expected=expected)
    document = shown(found, body, "replayed" if found.replayed else "recorded", caller)
    return answer(
        document,
        200 if found.replayed else 201,
        Location=reverse("api:act", args=[found.act.id]),
        ETag=f'"{found.act.position}"',
    )


def shown(found: Enacted, body: ActIn, outcome: str, caller: Caller) -> EnactedOut:
    """What came of it; ids of what was not written are left out."""
    written, opens = outcome != "considered", found.act.position == 1
    changes, language = found.obligations, language_of()
    return EnactedOut(
        outcome=outcome,
        act=found.act.id if written else None,
        dossier=found.dossier.id if written or not opens else None,
        number=found.dossier.number if written or not opens else None,
        position=found.act.position,
        recorded_at=found.act.recorded_at if written else None,
        receipt=found.receipt.hex() if written else None,
        obligations=None
        if changes is None
        else ChangesOut(opened=changes.opened, changed=changes.changed, withdrawn=changes.withdrawn),
        warnings=[ReasonOut(**notice_details(n, language)) for n in found.warnings],
        documents_missing=documents_missing(body, caller, found.dossier.id),
    )


def documents_missing(body: ActIn, caller: Caller, dossier: uuid.UUID) -> list[str]:
    """The digests named whose bytes neither the caller has uploaded nor the dossier holds, each once."""
    named = dict.fromkeys(item.digest for item in (*body.documents, *body.recordings))
    if not named:
        return []
    kept, there = storage(), present(named, caller.officer.number, dossier)
    return [digest for digest in named if digest not in there or kept.size(digest) is None]
