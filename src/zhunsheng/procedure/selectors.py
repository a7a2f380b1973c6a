"""Reads of obligations: what is due, by whom and when, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, QuerySet

from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.explain import Explanation
from zhunsheng.people.access import reach
from zhunsheng.people.models import Officer
from zhunsheng.procedure.guard import judge, key_of
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.procedure.standing import standing

LIVE = ("pending", "overdue", "unknown")
"""Statuses in which something is still to be done or found out."""


def dossier_obligations(dossier: Dossier) -> QuerySet[Obligation]:
    """The obligations of a dossier the caller was given access to; what is due first comes first."""
    found = Obligation.objects.unfenced("access to the dossier was given").filter(
        dossier=dossier, withdrawn_at=None
    )
    return found.order_by(F("due_at").asc(nulls_last=True), "id")


def obligations_due(*, by: Officer, purpose: str) -> QuerySet[Obligation]:
    """Live obligations within reach for a purpose, the soonest due first; Denied when none may be seen."""
    found = Obligation.objects.within(reach(by, purpose)).filter(status__in=LIVE, withdrawn_at=None)
    return found.order_by(F("due_at").asc(nulls_last=True), "id")


@dataclass(frozen=True)
class Explained:
    """An obligation with its reasons in words."""

    obligation: Obligation
    explanation: Explanation


def obligations_explained(dossier: Dossier, language: Language = "zh") -> list[Explained]:
    """The dossier's obligations, each with article, facts, arithmetic, what is missing and the cure, as of now."""
    book, stands = rulebook(), standing(dossier)
    as_of_us = clock.microseconds(stands.moment())
    rows = {key_of(row): row for row in judge(book, dossier.number, stands.judged, as_of_us)}
    found = []
    for obligation in dossier_obligations(dossier):
        row = rows.get(
            (obligation.norm_id, obligation.version, obligation.scope, str(obligation.opened_by_id))
        )
        if row is not None:
            found.append(Explained(obligation, book.told(row, as_of_us, language)))
    return found
