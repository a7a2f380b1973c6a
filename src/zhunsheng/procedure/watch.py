"""The clock of obligations: what is due becomes overdue by time alone, found within a minute and after any standstill."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.db.models import F, Min, Q, QuerySet

from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.procedure.guard import judge
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.obligations import Reconciled, reconcile
from zhunsheng.procedure.projections import Changed, project
from zhunsheng.procedure.rulebook import Rulebook, rulebook
from zhunsheng.procedure.standing import Standing, forget, standing

LOG = logging.getLogger(__name__)
AT_ONCE = 500
"""Dossiers looked at in one run; the rest waits for the next, the longest overdue first."""
FLOATING_EVERY = dt.timedelta(minutes=1)
"""How old the judgement of an obligation may be whose due time moves on with the clock."""


NOTHING = Reconciled(0, 0, 0, {})


@dataclass(frozen=True)
class Watched:
    """What one run of the clock did."""

    dossiers: int
    changed: int
    left: bool
    """Whether more was due than one run looks at."""
    failed: int = 0
    """Dossiers that could not be judged; the others are not held up by them."""


def obligations_watch(limit: int = AT_ONCE, *, editions: bool = True) -> Watched:
    """Judge again every dossier in which something has come due, or floats, since it was judged; each in its own transaction.

    With `editions` also those of another edition of the rulebook; every dossier is looked through for it.
    """
    found = due_obligations(clock.now()).values("dossier_id").annotate(first=Min("due_at")).order_by("first")
    due = list(found.values_list("dossier_id", flat=True)[: limit + 1])
    if editions and len(due) < limit:
        due += of_old_editions(due, limit + 1 - len(due))
    changed = failed = 0
    for dossier_id in due[:limit]:
        try:
            one = dossier_judge(dossier_id, wait=False)
        except DatabaseError:
            raise
        except Exception:
            LOG.exception("dossier %s cannot be judged", dossier_id)
            failed += 1
        else:
            changed += one.changed + one.opened + one.withdrawn
    return Watched(len(due[:limit]), changed, left=len(due) > limit, failed=failed)


def of_old_editions(but: list[uuid.UUID], limit: int) -> list[uuid.UUID]:
    """Dossiers judged by another edition of the rulebook, open ones first: a new one is read into all, as time is left."""
    old = Dossier.objects.unfenced("the clock watches all").exclude(edition=rulebook().digest)
    ordered = old.exclude(pk__in=but).order_by(F("closed_at").desc(nulls_first=True))
    return list(ordered.values_list("pk", flat=True)[:limit])


def due_obligations(now: dt.datetime) -> QuerySet[Obligation]:
    """Live obligations that time alone may have changed since they were judged."""
    passed = Q(status="pending", due_at__lt=now, judged_at__lte=F("due_at"))
    moved = Q(floating=True, judged_at__lt=now - FLOATING_EVERY)
    return Obligation.objects.unfenced("the clock watches all").filter(passed | moved, withdrawn_at=None)


def dossier_judge(dossier_id: uuid.UUID, book: Rulebook | None = None, *, wait: bool = True) -> Reconciled:
    """Judge one dossier as of now and bring its obligations to that, in one transaction.

    Rows that time has not changed are marked as judged now, so that they are not looked at again before it can have.
    Without `wait` a dossier that somebody is writing in is passed over: they judge it themselves, and should they not come to an
    end, it holds up no other.
    """
    book = book or rulebook()
    with transaction.atomic():
        every = Dossier.objects.unfenced("the clock watches all")
        locked = every.select_for_update(no_key=True, skip_locked=not wait)
        dossier: Dossier | None = locked.filter(pk=dossier_id).first()
        if dossier is None:
            return NOTHING
        found: Standing = standing(dossier)
        now = found.moment()
        rows = judge(book, dossier.number, found.judged, clock.microseconds(now))
        changes = reconcile(dossier, found.judged, rows, found.stored, as_of=now, act=None)
        due_obligations(now).filter(dossier=dossier).update(judged_at=now)
        if changes.any or dossier.edition != book.digest:
            dossier.revision += 1
            dossier.edition = book.digest
            dossier.save(update_fields=["revision", "edition"])
            project(Changed(dossier, found.acts, changes.stored, None, rows))
            forget(dossier.id)
    return changes
