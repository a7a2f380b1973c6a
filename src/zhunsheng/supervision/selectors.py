"""Reads of many findings and lines of the ledger, each starting from what is within reach, or from what is one's own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from zhunsheng.base import clock
from zhunsheng.people.access import Reach, reach
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import units_under
from zhunsheng.supervision.access import (
    SHOWN_WITH,
    findings_own,
    findings_within,
    may_decide,
    rectifications_within,
)
from zhunsheng.supervision.codes import COUNTED, PUT_RIGHT, WRONG_NOW, NoticeKind, Repair, Status
from zhunsheng.supervision.models import (
    LINE_COUNTS,
    Alert,
    Contest,
    Delivery,
    Finding,
    Notice,
    Rectification,
)
from zhunsheng.supervision.notices import settled

PAGE = 30
COUNTED_TO = 10_000
"""Up to here a number is exact."""
OWN_SHOWN = 200
FAILED_SHOWN = 200
NOTICES_FOR = dt.timedelta(days=30)
"""So long a notice that was seen stays in sight."""

State = Literal[
    "now",
    "counted",
    "open",
    "contested",
    "undecided",
    "accepted",
    "upheld",
    "righted",
    "cured",
    "rectified",
    "dismissed",
    "closed",
    "all",
]
OWN = "own"
"""What was found in dossiers of our own, as an address says it."""
DATED: Mapping[str, str] = {
    "found": "found_at",
    "cured": "cured_at",
    "opened": "opened",
}
"""What the days of a list are about: when it was found, when it was put right, when the obligation arose."""
OPENED = Coalesce("obligation__opened_by__occurred_at", "imported__opened_at")
"""When the obligation arose, one of ours or of another system."""


@dataclass(frozen=True)
class Filters:
    """What a list of findings shows; empty means: do not ask."""

    state: str = "now"
    norm: str = ""
    unit: str = ""
    element: str = ""
    stage: str = ""
    severity: str = ""
    source: str = ""
    """A feed by its name, or `OWN`."""
    alone: bool = False
    """The unit without those below it."""
    dated: str = "found"
    since: dt.date | None = None
    until: dt.date | None = None

    def asked(self) -> dict[str, str]:
        """As an address says it."""
        usual = {"state": "now", "dated": "found"}
        return {
            name: "1" if value is True else str(value)
            for name, value in vars(self).items()
            if value and value != usual.get(name)
        }

    def narrowed(self, **more: Any) -> Filters:
        """The same and more."""
        return replace(self, **more)


STATES: Mapping[str, tuple[Status, ...]] = {
    "now": WRONG_NOW,
    "counted": COUNTED,
    "righted": PUT_RIGHT,
    "undecided": (Status.CONTESTED,),
    **{status.value: (status,) for status in Status},
}


@dataclass(frozen=True)
class Page:
    """One page of rows. `total` is exact unless `more`."""

    rows: list[Any]
    total: int
    more: bool
    page: int
    pages: int


def paged(rows: QuerySet[Any], page: int) -> Page:
    """A page of rows that have an order."""
    counted = rows.order_by()[: COUNTED_TO + 1].count()
    total = min(counted, COUNTED_TO)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    return Page(list(rows[(page - 1) * PAGE : page * PAGE]), total, counted > COUNTED_TO, page, pages)


def filtered(rows: QuerySet[Finding], filters: Filters) -> QuerySet[Finding]:
    """The findings that fit; what was found while its norm was silent stands in the list of everything of that norm only."""
    if filters.state in STATES:
        rows = rows.filter(status__in=STATES[filters.state], silent=False)
    elif not filters.norm:
        rows = rows.filter(silent=False)
    if filters.state == "undecided":
        over = Contest.objects.filter(outcome="", decide_by__lt=clock.now()).values("finding_id")
        rows = rows.filter(pk__in=over)
    if filters.unit:
        units = [filters.unit] if filters.alone else list(units_under(filters.unit))
        rows = rows.filter(unit_id__in=units)
    exact = {"norm_id": filters.norm, "element": filters.element, "severity": filters.severity}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.stage:
        rows = rows.filter(stage="" if filters.stage == "none" else filters.stage)
    if filters.source:
        rows = rows.filter(feed__name=None if filters.source == OWN else filters.source)
    column = DATED.get(filters.dated, "found_at")
    if column == "opened":
        rows = rows.annotate(opened=OPENED)
    if filters.since:
        rows = rows.filter(**{f"{column}__gte": clock.day_start(filters.since)})
    if filters.until:
        rows = rows.filter(**{f"{column}__lt": clock.day_start(filters.until + dt.timedelta(days=1))})
    return rows


def finding_list(filters: Filters, *, by: Officer, purpose: str, page: int = 1) -> Page:
    """One page of the findings within reach that fit, the longest wrong first."""
    rows = filtered(findings_within(by=by, purpose=purpose), filters)
    return paged(rows.select_related(*SHOWN_WITH).order_by("since", "pk"), page)


def case_findings(dossier_id: uuid.UUID, *, by: Officer, purpose: str) -> tuple[list[Finding], int]:
    """The findings of a case opened for a purpose that are this reader's to see, and how many are not yet. Newest first."""
    every = Finding.objects.unfenced("counted, and shown where theirs").filter(dossier_id=dossier_id)
    own = Q(pk__in=findings_own(by).filter(dossier_id=dossier_id).values("pk"))
    within = Q(pk__in=findings_within(by=by, purpose=purpose).filter(dossier_id=dossier_id).values("pk"))
    seen = (
        every.filter(own | within, silent=False)
        .select_related("dossier", "unit")
        .order_by("-found_at", "-pk")
    )
    withheld = every.filter(silent=False, status__in=WRONG_NOW).exclude(own | within)
    return list(seen), withheld.count()


@dataclass(frozen=True)
class Own:
    """What an officer has to answer, what they were told of as head or supervisor, what is under way, and what is over."""

    to_answer: list[Finding]
    told: list[Finding]
    running: list[Finding]
    over: list[Finding]


def own_findings(by: Officer) -> Own:
    """An officer's own findings, whatever role they hold now."""
    every = Finding.objects.unfenced("one's own").filter(silent=False).select_related(*SHOWN_WITH)
    mine = every.filter(officer=by)
    to_answer = mine.filter(status=Status.OPEN).order_by("since", "pk")[:OWN_SHOWN]
    alerted = Alert.objects.filter(officer=by, finding__status__in=WRONG_NOW).values("finding_id")
    told = every.filter(pk__in=alerted).exclude(officer=by).order_by("since")[:OWN_SHOWN]
    running = (Status.CONTESTED, Status.ACCEPTED, Status.UPHELD)
    newest = mine.order_by("-found_at", "-pk")
    over = newest.exclude(status__in=(Status.OPEN, *running))
    return Own(
        list(to_answer),
        list(told),
        list(newest.filter(status__in=running)[:OWN_SHOWN]),
        list(over[:OWN_SHOWN]),
    )


def notices_told(by: Officer) -> QuerySet[Notice]:
    """What the officer was told of beside findings; not their own duties' terms, which `notices` lists."""
    return Notice.objects.filter(officer=by).exclude(kind=NoticeKind.DUTY, obligation__owner=by)


def own_notices(by: Officer) -> list[Notice]:
    """What the officer was told of beside findings, unseen first; one that is settled meanwhile only where it was seen lately."""
    unseen = Q(seen_at=None) & ~settled()
    lately = Q(seen_at__isnull=False, made_at__gte=clock.now() - NOTICES_FOR)
    rows = notices_told(by).filter(unseen | lately)
    subjects = ("obligation", "imported__case__feed", "contest__finding", "rectification", "hand_down")
    found = rows.select_related(*subjects).order_by(F("seen_at").asc(nulls_first=True), "-made_at", "-pk")
    return list(found[:OWN_SHOWN])


def notices_unseen(by: Officer) -> int:
    """How many of them wait to be seen, up to as many as are shown; one that is settled meanwhile is not counted."""
    waiting = notices_told(by).filter(seen_at=None).exclude(settled())
    return waiting.order_by()[:OWN_SHOWN].count()


def waiting_for_answer(by: Officer) -> int:
    """How many findings wait for the officer's answer, and how many findings and notices they were told of and have not seen."""
    mine = Finding.objects.unfenced("one's own").filter(officer=by, status=Status.OPEN, silent=False)
    unseen = Alert.objects.filter(officer=by, seen_at=None, finding__status__in=WRONG_NOW)
    told = unseen.exclude(finding__officer=by).values("finding").distinct()
    return mine.count() + told.count() + notices_unseen(by)


def contests_waiting(*, by: Officer, purpose: str) -> list[tuple[Contest, bool]]:
    """The contests within reach that are to be decided, the most pressing first, and whether this officer may decide each."""
    within = findings_within(by=by, purpose=purpose).filter(status=Status.CONTESTED)
    rows = Contest.objects.filter(outcome="", finding__in=within)
    beside = [f"finding__{name}" for name in SHOWN_WITH]
    contests = rows.select_related(*beside).order_by("decide_by", "pk")
    return [(contest, may_decide(contest, by)) for contest in contests[:OWN_SHOWN]]


RECTIFICATION_STATES: Mapping[str, Q] = {
    "open": ~Q(status=Repair.CLOSED) & LINE_COUNTS,
    "overdue": Q(status=Repair.OPEN) & LINE_COUNTS,
    "done": Q(status=Repair.DONE) & LINE_COUNTS,
    "aside": ~Q(status=Repair.CLOSED) & ~LINE_COUNTS,
    "closed": Q(status=Repair.CLOSED),
    "listed": Q(listed_at__isnull=False, delisted_at=None),
    "all": Q(),
}


def rectification_list(
    state: str, *, by: Officer, purpose: str | None, unit: str = "", norm: str = "", page: int = 1
) -> Page:
    """One page of the ledger: within reach, or one's own lines where no purpose is given; what is due first first."""
    rows: QuerySet[Rectification] = (
        Rectification.objects.unfenced("one's own").filter(owner=by)
        if purpose is None
        else rectifications_within(by=by, purpose=purpose)
    )
    rows = rows.filter(RECTIFICATION_STATES.get(state, RECTIFICATION_STATES["open"]))
    if state == "overdue":
        rows = rows.filter(due_at__lt=clock.now())
    if unit:
        rows = rows.filter(unit__in=list(units_under(unit)))
    if norm:
        rows = rows.filter(norm_id=norm)
    beside = ("unit", "owner", "dossier", "finding__dossier", "finding__imported", "verified_by")
    ordered = rows.select_related(*beside).order_by("due_at", "pk")
    return paged(ordered, page)


def deliveries_within(reach: Reach) -> QuerySet[Delivery]:
    """Deliveries to officers of the units within reach, and of findings of these units."""
    return Delivery.objects.filter(
        Q(alert__officer__unit__in=reach.units)
        | Q(alert__finding__unit__in=reach.units)
        | Q(notice__officer__unit__in=reach.units)
    )


def deliveries_failed(*, by: Officer, purpose: str) -> list[Delivery]:
    """What could not be delivered, given up first, then what is still being tried; without what it is about."""
    rows = deliveries_within(reach(by, purpose)).exclude(fault="").filter(sent_at=None)
    # What nobody need be told of any more is neither tried nor given up.
    rows = rows.exclude(next_at=None, given_up_at=None)
    return list(rows.order_by(F("given_up_at").desc(nulls_last=True), "next_at")[:FAILED_SHOWN])
