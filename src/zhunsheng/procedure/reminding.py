"""Reminders to an officer of their own duties: what comes due soon, and what is overdue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Least

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.base import clock
from zhunsheng.norms.yaml_source import read_yaml
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


@dataclass(frozen=True)
class Usual:
    """When to remind of a duty whose norm says nothing: `rulebook/reminders.yaml`."""

    part: int
    least: dt.timedelta
    most: dt.timedelta


@cache
def usual() -> Usual:
    """The house's rule."""
    told = read_yaml(rulebook_folder() / "reminders.yaml")
    return Usual(int(told["part"]), dt.timedelta(**told["least"]), dt.timedelta(**told["most"]))


def remind_at(opened_at: str = "opened_by__occurred_at") -> Coalesce:
    """The time to remind as a column: the norm's own, else so much before it is due as the house says."""
    rule = usual()
    term = ExpressionWrapper(F("due_at") - F(opened_at), output_field=DurationField())
    before = Least(Greatest(term / rule.part, rule.least), rule.most)
    ahead = ExpressionWrapper(F("due_at") - before, output_field=DateTimeField())
    return Coalesce(F("warn_at"), ahead)


def reminded(by: Officer) -> QuerySet[Obligation]:
    """The officer's own duties that are overdue, or whose time to remind has come; what is due first first."""
    pressing = Q(status="overdue") | Q(status="pending", remind_at__lte=clock.now())
    own = Obligation.objects.unfenced("one's own duties").filter(owner=by, withdrawn_at=None)
    timed = own.filter(due_at__isnull=False, dossier__closed_at=None).annotate(remind_at=remind_at())
    found: QuerySet[Obligation] = timed.filter(pressing).order_by("due_at", "id")
    return found


def reminders(by: Officer) -> Reminders:
    """How many there are."""
    now = clock.now()
    due = list(reminded(by).values_list("due_at", flat=True)[: MOST_COUNTED + 1])
    over = sum(at is not None and at <= now for at in due)
    return Reminders(len(due) - over, over)
