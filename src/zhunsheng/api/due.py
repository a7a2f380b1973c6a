"""What is due within reach: live obligations of all dossiers, the soonest first."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Annotated

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import Field

from zhunsheng.api.dossiers import Unit, whole, whose
from zhunsheng.api.inputs import Instant
from zhunsheng.api.operations import operation
from zhunsheng.api.paging import USUAL, Cursor, Limit, Page, cursor_read, page
from zhunsheng.api.problems import language_of
from zhunsheng.api.rules import READS
from zhunsheng.api.shown import DueOut, answer
from zhunsheng.people.selectors import units_under
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.selectors import obligations_due

Before = Annotated[Instant | None, Query(description="到期早于 · due before")]
Mine = Annotated[bool, Query(description="只列本人负责的 · only those the caller answers for")]


class DossierDueOut(DueOut):
    """A live obligation with its dossier's number and the norm's title."""

    number: str
    title: str = Field(description="In the caller's language.")


@cache
def titles() -> dict[str, tuple[str, str]]:
    """Norm → its title in Chinese and English."""
    return {norm.id: (norm.title.zh, norm.title.en) for norm in rulebook().norms.norms}


def shown(one: Obligation) -> DossierDueOut:
    """One row of the list."""
    zh, en = titles().get(one.norm_id, (one.norm_id, one.norm_id))
    return DossierDueOut(
        **DueOut.members(one), number=one.dossier.number, title=en if language_of() == "en" else zh
    )


@operation(
    "obligations",
    "GET",
    "/obligations",
    name="due",
    rule=READS,
    answers={200: Page[DossierDueOut]},
    words=(
        "职权范围内未了的义务与时限，先到期的在前",
        "Live obligations within reach, the soonest due first",
    ),
)
def due(
    request: HttpRequest,
    before: Before = None,
    unit: Unit = None,
    mine: Mine = False,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> HttpResponse:
    """List what is due."""
    caller = whose(request)
    found = obligations_due(by=caller.officer, purpose=caller.purpose).select_related("dossier")
    if before is not None:
        found = found.filter(due_at__lt=before)
    if unit is not None:
        found = found.filter(owner_unit__in=units_under(unit))
    if mine:
        found = found.filter(owner=caller.officer)
    if cursor is not None:
        at, last = cursor_read(cursor, instant_read, whole)
        found = found.filter(later(at, last))
    return answer(Page[DossierDueOut](**page(found[: limit + 1], limit, shown, lambda o: (o.due_at, o.id))))


def later(at: dt.datetime | None, last: int) -> Q:
    """The rows after one due at an instant (None: at no known time, which comes last) with that id."""
    if at is None:
        return Q(due_at=None, id__gt=last)
    return Q(due_at=None) | Q(due_at__gt=at) | Q(due_at=at, id__gt=last)


def instant_read(text: object) -> dt.datetime | None:
    """The instant of a cursor; ValueError for what is none."""
    if text is None:
        return None
    found = dt.datetime.fromisoformat(str(text))
    if found.tzinfo is None or not 1900 < found.year < 2200:
        raise ValueError
    return found
