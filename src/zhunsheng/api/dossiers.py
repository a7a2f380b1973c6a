"""Reading dossiers: lists, one dossier, its acts, its obligations with their reasons, and who has read it."""

from __future__ import annotations

import uuid
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import StringConstraints

from zhunsheng.acts.access import access_act, access_dossier, access_log, dossiers_within
from zhunsheng.acts.selectors import dossier_acts, dossier_readings
from zhunsheng.api.callers import Caller
from zhunsheng.api.inputs import Code, DossierKind
from zhunsheng.api.operations import operation
from zhunsheng.api.paging import USUAL, Cursor, Limit, Page, cursor_read, page
from zhunsheng.api.problems import language_of
from zhunsheng.api.rules import READS, READS_LOG
from zhunsheng.api.shown import ActOut, DossierOut, ObligationOut, ObligationsOut, ReadingOut, answer
from zhunsheng.people.selectors import units_under
from zhunsheng.procedure.selectors import obligations_explained

Number = Annotated[
    str | None,
    StringConstraints(pattern=r"^[^\x00-\x20\x7f]{1,80}$"),
    Query(default=None, description="案卷编号 · the dossier's number"),
]
Kind = Annotated[DossierKind | None, Query(description="案卷类别 · kind of dossier")]
Unit = Annotated[Code | None, Query(description="单位及其下级 · a unit with all below it")]
Open = Annotated[bool | None, Query(alias="open", description="未结或已结 · open, or closed")]


def whose(request: HttpRequest) -> Caller:
    """The caller the guard let in."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller


@operation(
    "dossiers",
    "GET",
    "/dossiers",
    name="dossiers",
    rule=READS,
    answers={200: Page[DossierOut]},
    words=("案卷目录，最新的在前", "Dossiers within reach, the newest first"),
)
def dossiers(
    request: HttpRequest,
    number: Number = None,
    kind: Kind = None,
    unit: Unit = None,
    is_open: Open = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> HttpResponse:
    """List dossiers; the list shows no contents and leaves no trace in them."""
    caller = whose(request)
    found = dossiers_within(by=caller.officer, purpose=caller.purpose).order_by("-id")
    if number is not None:
        found = found.filter(number=number)
    if kind is not None:
        found = found.filter(kind=kind)
    if unit is not None:
        found = found.filter(unit__in=units_under(unit))
    if is_open is not None:
        found = found.filter(closed_at__isnull=is_open)
    if cursor is not None:
        (after,) = cursor_read(cursor, uuid.UUID)
        found = found.filter(id__lt=after)
    return answer(Page[DossierOut](**page(found[: limit + 1], limit, DossierOut.of, lambda d: (d.id,))))


@operation(
    "dossiers",
    "GET",
    "/dossiers/{uuid:dossier_id}",
    name="dossier",
    rule=READS,
    answers={200: DossierOut},
    problems=("not-found",),
    words=("一个案卷", "One dossier"),
)
def dossier(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """One dossier."""
    caller = whose(request)
    found = access_dossier(dossier_id, by=caller.officer, purpose=caller.purpose, via="api:dossier")
    return answer(DossierOut.of(found), ETag=f'"{found.position}"')


@operation(
    "dossiers",
    "GET",
    "/dossiers/{uuid:dossier_id}/acts",
    name="acts",
    rule=READS,
    answers={200: Page[ActOut]},
    problems=("not-found",),
    words=("案卷中的行为，按次序", "The acts of a dossier in their order"),
)
def acts(
    request: HttpRequest, dossier_id: uuid.UUID, limit: Limit = USUAL, cursor: Cursor = None
) -> HttpResponse:
    """A dossier's acts."""
    caller = whose(request)
    found = dossier_acts(
        access_dossier(dossier_id, by=caller.officer, purpose=caller.purpose, via="api:acts")
    )
    if cursor is not None:
        (after,) = cursor_read(cursor, whole)
        found = found.filter(position__gt=after)
    return answer(Page[ActOut](**page(found[: limit + 1], limit, ActOut.of, lambda a: (a.position,))))


@operation(
    "dossiers",
    "GET",
    "/acts/{uuid:act_id}",
    name="act",
    rule=READS,
    answers={200: ActOut},
    problems=("not-found",),
    words=("一项行为", "One act"),
)
def act(request: HttpRequest, act_id: uuid.UUID) -> HttpResponse:
    """One act."""
    caller = whose(request)
    return answer(ActOut.of(access_act(act_id, by=caller.officer, purpose=caller.purpose, via="api:act")))


@operation(
    "dossiers",
    "GET",
    "/dossiers/{uuid:dossier_id}/obligations",
    name="obligations",
    rule=READS,
    answers={200: ObligationsOut},
    problems=("not-found",),
    words=("案卷的全部义务与时限，附理由", "Every obligation of a dossier, with its reasons"),
)
def obligations(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """A dossier's obligations, explained in the caller's language."""
    caller = whose(request)
    found = access_dossier(dossier_id, by=caller.officer, purpose=caller.purpose, via="api:obligations")
    told = obligations_explained(found, language_of())
    return answer(ObligationsOut(items=[ObligationOut.of(one) for one in told]))


@operation(
    "dossiers",
    "GET",
    "/dossiers/{uuid:dossier_id}/readings",
    name="readings",
    rule=READS_LOG,
    answers={200: Page[ReadingOut]},
    problems=("not-found",),
    words=("谁、为何、何时查阅过案卷", "Who read a dossier, why and when"),
)
def readings(
    request: HttpRequest, dossier_id: uuid.UUID, limit: Limit = USUAL, cursor: Cursor = None
) -> HttpResponse:
    """A dossier's readings, the newest first; looking at them is one more."""
    caller = whose(request)
    found = dossier_readings(
        access_log(dossier_id, by=caller.officer, purpose=caller.purpose, via="api:readings")
    )
    if cursor is not None:
        (before,) = cursor_read(cursor, whole)
        found = found.filter(id__lt=before)
    return answer(Page[ReadingOut](**page(found[: limit + 1], limit, ReadingOut.of, lambda r: (r.id,))))


def whole(value: object) -> int:
    """A whole number that a table's key can be; ValueError otherwise."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    raise ValueError
