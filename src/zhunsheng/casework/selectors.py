"""Reads of many cases: the list with its filters, the search, and an officer's desk. Each starts from what is within reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from zhunsheng.base import clock
from zhunsheng.casework.access import cases_within
from zhunsheng.casework.models import Case, SearchTrace, Term
from zhunsheng.casework.parties import folded
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import units_under
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.selectors import obligations_due

COUNTED = 10_000
"""Up to here a number of cases is exact; beyond it nobody reads on, and counting would cost."""
PAGE = 30
SHORTEST_SEARCH = 2
DESK_ROWS = 30
MOST_PAGES = 100
"""Nobody turns so many pages; a narrower question finds it sooner, for the reader and for the database."""
MOST_TERMS = 2_000
"""A beginning that more names or numbers share finds too much to look through: it is asked for in full, or for more of it."""

Show = Literal["open", "closed", "all"]
Order = Literal["due", "newest"]


@dataclass(frozen=True)
class Filters:
    """What a case list shows; each an address of its own. Empty means: do not ask."""

    show: Show = "open"
    order: Order = "due"
    unit: str = ""
    stage: str = ""
    procedure: str = ""
    waiting: str = ""
    handler: str = ""
    kind: str = ""
    overdue: bool = False
    juvenile: bool = False
    text: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Found:
    """One page of cases. `total` is exact up to `COUNTED`; `more` says that there are more than that."""

    rows: list[Case]
    total: int
    more: bool
    page: int
    pages: int
    too_wide: bool = False
    """Whether so many names or numbers begin so that only those that are exactly so were looked for."""


def case_list(filters: Filters, *, by: Officer, purpose: str, page: int = 1) -> Found:
    """The cases within reach that fit, one page of them. A search by words is put on record."""
    words = [folded(word) for word in filters.text.split()]
    exact = {word for word in words if len(word) >= SHORTEST_SEARCH and shared_widely(word)}
    rows = filtered(cases_within(by=by, purpose=purpose), filters)
    if words:
        rows = rows.filter(matching(words, exact))
    counted = rows.order_by()[: COUNTED + 1].count()
    total, more = min(counted, COUNTED), counted > COUNTED
    pages = min(max(1, -(-total // PAGE)), MOST_PAGES)
    page = min(max(page, 1), pages)
    ordered = rows.order_by(*ORDERS[filters.order]).select_related("unit", "handler")
    if filters.text.strip():
        search_note(filters.text, counted, by=by, purpose=purpose)
    shown = list(ordered[(page - 1) * PAGE : page * PAGE])
    return Found(shown, total, more, page, pages, too_wide=bool(exact))


ORDERS: dict[Order, tuple[OrderBy | str, ...]] = {
    "due": (F("due_at").asc(nulls_last=True), "-pk"),
    "newest": ("-opened_at", "-pk"),
}


def filtered(rows: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """The cases that fit."""
    if filters.show != "all":
        rows = rows.filter(closed_at__isnull=filters.show == "open")
    if filters.unit:
        rows = rows.filter(unit__in=list(units_under(filters.unit)))
    exact = {name: getattr(filters, name) for name in ("stage", "procedure", "waiting", "kind")}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.handler:
        rows = rows.filter(Q(handler=filters.handler) | Q(co_handler=filters.handler))
    if filters.overdue:
        rows = rows.filter(overdue__gt=0)
    if filters.juvenile:
        rows = rows.filter(juvenile=True)
    if filters.since:
        rows = rows.filter(opened_at__gte=clock.day_start(filters.since))
    if filters.until:
        rows = rows.filter(opened_at__lt=clock.day_start(filters.until + dt.timedelta(days=1)))
    return rows


def shared_widely(word: str) -> bool:
    """Whether more names and numbers begin so than are looked through."""
    begun = Term.objects.filter(term__startswith=word).order_by()
    return begun[: MOST_TERMS + 1].count() > MOST_TERMS


def matching(words: Iterable[str], exact: Container[str]) -> Q:
    """Cases with a number, name, identity number or paper that begins with each of the words, or is one of the exact ones.

    Too short a word finds nothing.
    """
    found = Q()
    for word in words:
        if len(word) < SHORTEST_SEARCH:
            return Q(pk__in=())
        how = "term" if word in exact else "term__startswith"
        found &= Q(pk__in=Term.objects.filter(**{how: word}).values("dossier_id"))
    return found


def search_note(text: str, found: int, *, by: Officer, purpose: str) -> None:
    """Put a search on record."""
    SearchTrace.objects.create(officer=by, purpose=purpose, query=text[:200], found=found, at=clock.now())


@dataclass(frozen=True)
class Due:
    """What is due in one case: its first obligations."""

    case: Case
    obligations: list[Obligation] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """What a person has to do, the most pressing first."""

    due: list[Due]
    """Cases with obligations that are the person's own."""
    waiting: list[Case]
    """Cases that wait for a review, an approval or a decision that the person may give."""
    mine: list[Case]
    """Cases the person handles, first or second, whether something is due or not."""
    due_total: int
    waiting_total: int


def desk(*, by: Officer, purpose: str, waiting: Iterable[str] = ()) -> Desk:
    """The desk of an officer for a purpose; `waiting` names the turns (review, approval, decision) that are theirs."""
    within = cases_within(by=by, purpose=purpose)
    open_ = within.filter(closed_at=None).select_related("unit", "handler")
    own = obligations_due(by=by, purpose=purpose).filter(owner=by, due_at__isnull=False)
    rows = list(own[:DESK_ROWS])
    cases = {
        case.pk: case
        for case in within.filter(pk__in={row.dossier_id for row in rows}).select_related("unit")
    }
    due: dict[object, Due] = {}
    for row in rows:
        if row.dossier_id in cases:
            due.setdefault(row.dossier_id, Due(cases[row.dossier_id])).obligations.append(row)
    turns = open_.filter(waiting__in=list(waiting))
    mine = open_.filter(Q(handler=by) | Q(co_handler=by)).order_by(*ORDERS["due"])
    return Desk(
        list(due.values()),
        list(turns.order_by(*ORDERS["due"])[:DESK_ROWS]),
        list(mine[:DESK_ROWS]),
        own.order_by()[: COUNTED + 1].count(),
        turns.order_by()[: COUNTED + 1].count(),
    )
