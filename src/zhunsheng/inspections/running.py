"""Running a query: from the cases within somebody's reach, and from no others."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from zhunsheng.acts.models import Act
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.base import clock
from zhunsheng.casework.access import cases_within
from zhunsheng.casework.models import Case
from zhunsheng.inspections.query import Acts, Duties, Findings, Query, Unfinished
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import units_under
from zhunsheng.procedure.models import Obligation
from zhunsheng.supervision.codes import COUNTED, WRONG_NOW
from zhunsheng.supervision.models import Finding

WHY = "narrows cases that are within reach"


def cases_of(query: Query, *, unit: str, by: Officer, purpose: str) -> QuerySet[Case]:
    """The cases of a unit and those below it, within reach, that fit; none that is sealed. Denied where none may be read."""
    rows = cases_within(by=by, purpose=purpose).filter(unit__in=list(units_under(unit)))
    return rows.filter(condition(query, clock.now()))


def condition(query: Query, now: dt.datetime) -> Q:
    """A query as a condition on cases."""
    found = Q()
    for name, values in (("kind", query.kinds), ("stage", query.stages), ("procedure", query.procedures)):
        if values:
            found &= Q(**{f"{name}__in": values})
    if query.state != "all":
        found &= Q(closed_at__isnull=query.state == "open")
    found &= within("opened_at", query.opened_from, query.opened_to)
    found &= within("closed_at", query.closed_from, query.closed_to)
    if query.open_longer_than is not None:
        found &= Q(closed_at=None, opened_at__lt=before(now, query.open_longer_than))
    if query.idle_for is not None:
        found &= ~Q(
            Exists(acts().filter(dossier=OuterRef("pk"), recorded_at__gte=before(now, query.idle_for)))
        )
    for part in (query.acts, query.duties, query.findings):
        found &= Q() if part is None else has(part)
    if query.unfinished is not None:
        found &= unfinished(query.unfinished, now)
    if query.any_of:
        either = Q()
        for one in query.any_of:
            either |= condition(one, now)
        found &= either
    return found


def within(column: str, begin: dt.date | None, end: dt.date | None) -> Q:
    """A time on these days, both included."""
    found = Q()
    if begin is not None:
        found &= Q(**{f"{column}__gte": clock.day_start(begin)})
    if end is not None:
        found &= Q(**{f"{column}__lt": clock.day_start(end + dt.timedelta(days=1))})
    return found


def before(now: dt.datetime, days: int) -> dt.datetime:
    """So many days ago."""
    return now - dt.timedelta(days=days)


def acts() -> QuerySet[Act]:
    """The acts that count: neither corrected by another nor withdrawn."""
    rows = Act.objects.unfenced(WHY)
    later = rows.filter(corrects=OuterRef("pk"))
    counting: QuerySet[Act] = rows.exclude(type=WITHDRAWN).filter(~Exists(later))
    return counting


def has(part: Acts | Duties | Findings) -> Q:
    """Cases with, or without, such rows."""
    case = {"dossier": OuterRef("pk")}
    if isinstance(part, Acts):
        found = Q(Exists(acts().filter(**case, type__in=part.any_of))) if part.any_of else Q()
        return found & (~Q(Exists(acts().filter(**case, type__in=part.none_of))) if part.none_of else Q())
    rows: QuerySet[Obligation] | QuerySet[Finding]
    if isinstance(part, Duties):
        rows = Obligation.objects.unfenced(WHY).filter(**case, withdrawn_at=None)
        asked = {"norm_id__in": part.norms, "status__in": part.status}
    else:
        rows = Finding.objects.unfenced(WHY).filter(**case, silent=False, released_at__lte=clock.now())
        rows = rows.filter(status__in=WRONG_NOW if part.standing else COUNTED)
        asked = {"norm_id__in": part.norms, "element__in": part.elements}
    return Q(Exists(rows.filter(**{name: values for name, values in asked.items() if values})))


def unfinished(part: Unfinished, now: dt.datetime) -> Q:
    """Cases with an act of the first kind, long enough ago, that none of the second has followed."""
    followed = acts().filter(
        dossier=OuterRef("dossier"), type__in=part.not_followed_by, occurred_at__gte=OuterRef("occurred_at")
    )
    done = acts().filter(dossier=OuterRef("pk"), type__in=part.done, occurred_at__lt=before(now, part.days))
    return Q(Exists(done.filter(~Exists(followed))))


def previewed(rows: QuerySet[Case], shown: int) -> tuple[int, list[Case]]:
    """How many fit, and the first of them, the longest open first."""
    count: int = rows.order_by().count()
    return count, list(rows.select_related("unit").order_by(F("opened_at"), "pk")[:shown])
