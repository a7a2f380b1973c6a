"""Obligations and findings of dossiers whose acts were copied: made act by act, by the functions of the door and of the clock.

What is left out of the door is what forbids and what proves: powers, the gate, the ledger. Nothing here looks at all of a
dossier's acts at once but the last step of each, as at the door.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base import clock
from zhunsheng.norms.plans import BREACHES
from zhunsheng.procedure.guard import judge
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.obligations import ObligationsWaiting, Reconciled, reconcile
from zhunsheng.procedure.projections import Changed
from zhunsheng.procedure.rulebook import Rulebook, rulebook
from zhunsheng.procedure.standing import Standing, standing_of_acts, stored_obligations
from zhunsheng.supervision.demo.living import JUDGED_AT_MOST, MINUTE
from zhunsheng.supervision.own import findings_project
from zhunsheng.supervision.processes import gathered

DOSSIERS_AT_ONCE = 40
"""Dossiers written in one transaction."""


@dataclass(frozen=True)
class Stretch:
    """The dossiers of one process, brought to an instant."""

    dossiers: tuple[uuid.UUID, ...]
    until: dt.datetime


def dossiers_walk(until: dt.datetime, processes: int, told: Callable[[int, int], None]) -> int:
    """Make the obligations and findings of every dossier that waits for them, by so many processes; how many dossiers."""
    ids = waiting_dossiers()
    shares = [Stretch(tuple(ids[n::processes]), until) for n in range(processes)]
    gathered(share_walk, shares, len(ids), told, size=int)
    return len(ids)


def waiting_dossiers() -> list[uuid.UUID]:
    """Dossiers with acts that no edition of the rulebook has judged, in no order that says anything of them."""
    waiting = Dossier.objects.unfenced("the demo's own city").filter(position__gt=0, edition="")
    return sorted(waiting.values_list("pk", flat=True), key=lambda pk: pk.bytes[::-1])


def share_walk(stretch: Stretch) -> Iterator[int]:
    """Walk through the share; how many dossiers were done since the last."""
    book, ids = rulebook(), stretch.dossiers
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    for start in range(0, len(ids), DOSSIERS_AT_ONCE):
        some = ids[start : start + DOSSIERS_AT_ONCE]
        with transaction.atomic():
            for dossier, acts in whole(some):
                dossier_walk(dossier, acts, book, stretch.until)
            Dossier.objects.unfenced("the demo's own city").filter(pk__in=some).update(edition=book.digest)
        yield len(some)


def whole(ids: Iterable[uuid.UUID]) -> Iterator[tuple[Dossier, list[Act]]]:
    """Dossiers with their acts."""
    named = {"dossier_id__in": list(ids)}
    members: dict[uuid.UUID, list[Act]] = {}
    for act in Act.objects.unfenced("the demo's own city").filter(**named).order_by("dossier_id", "position"):
        members.setdefault(act.dossier_id, []).append(act)
    dossiers = Dossier.objects.unfenced("the demo's own city").filter(pk__in=list(members))
    for dossier in dossiers.order_by("pk"):
        yield dossier, members[dossier.pk]


def dossier_walk(dossier: Dossier, acts: Iterable[Act], book: Rulebook, until: dt.datetime) -> None:
    """One dossier: after each act what the door writes, then the clock up to `until`, with the findings of both."""
    stands, waiting = standing_of_acts(dossier, (), {}), ObligationsWaiting()
    found = None
    for act in acts:
        stands = stands.grown(act)
        found = judged(dossier, stands, book, act.recorded_at, act.id, found, waiting)
    waiting.write()
    if found is None:
        return
    last = stands.acts[-1].recorded_at
    statuses = {row.status for row in found.stored.values() if not row.withdrawn}
    if not statuses.isdisjoint(BREACHES):
        findings(dossier, stands, found, last)
    for _ in range(JUDGED_AT_MOST):
        due = first_due(dossier, until)
        if due is None:
            return
        at = max(last, min(until, due + MINUTE))
        earlier = Reconciled(0, 0, 0, stored_obligations(dossier))
        found = judged(dossier, stands, book, at, None, earlier)
        findings(dossier, stands, found, at)


def judged(
    dossier: Dossier,
    stands: Standing,
    book: Rulebook,
    as_of: dt.datetime,
    act: uuid.UUID | None,
    before: Reconciled | None,
    waiting: ObligationsWaiting | None = None,
) -> Reconciled:
    """The dossier judged as of an instant and its obligations brought to that, as by the door and by the clock."""
    rows = judge(book, dossier.number, stands.judged, clock.microseconds(as_of))
    stored = {} if before is None else before.stored
    return reconcile(dossier, stands.judged, rows, stored, as_of=as_of, act=act, waiting=waiting)


def findings(dossier: Dossier, stands: Standing, found: Reconciled, at: dt.datetime) -> None:
    """The findings as the dossier stands, made at an instant."""
    with clock.holding(at):
        findings_project(Changed(dossier, stands.acts, found.stored, None))


def first_due(dossier: Dossier, until: dt.datetime) -> dt.datetime | None:
    """When the first live duty came due that nobody has met by then."""
    live = Obligation.objects.unfenced("the demo's own city").filter(
        dossier=dossier, status="pending", withdrawn_at=None, due_at__lt=until
    )
    found: dt.datetime | None = live.order_by("due_at").values_list("due_at", flat=True).first()
    return found
