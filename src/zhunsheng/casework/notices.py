"""Reminders to an officer of their own duties: what comes due soon, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from zhunsheng.base import clock
from zhunsheng.people.models import Officer
from zhunsheng.procedure.models import Obligation

MOST_COUNTED = 99


@dataclass(frozen=True)
class Reminders:
    """How much presses: exact up to `MOST_COUNTED`, and so shown."""

    soon: int
    overdue: int

    @property
    def total(self) -> int:
        return min(self.soon + self.overdue, MOST_COUNTED)


def reminded(by: Officer) -> QuerySet[Obligation]:
    """The officer's own duties that are overdue, or whose time to warn (a term of the norm) has come; what is due first first."""
    now = clock.now()
    pressing = (
        Q(status="overdue") | Q(status="pending", due_at__lt=now) | Q(status="pending", warn_at__lte=now)
    )
    own = Obligation.objects.unfenced("one's own duties").filter(owner=by, withdrawn_at=None)
    return own.filter(pressing, due_at__isnull=False, dossier__closed_at=None).order_by("due_at", "id")


def reminders(by: Officer) -> Reminders:
    """How many there are."""
    now = clock.now()
    due = list(reminded(by).values_list("due_at", flat=True)[: MOST_COUNTED + 1])
    over = sum(at <= now for at in due)
    return Reminders(len(due) - over, over)
