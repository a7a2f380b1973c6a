"""What happens again after it was put right: a finding of the same norm in the same unit, once others than its officer see it.

Units merged into one are the same unit: what one of them put right and another does wrong again has happened again.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from zhunsheng.base import clock
from zhunsheng.people.selectors import units_as_one
from zhunsheng.supervision.codes import COUNTED, Repair, StepKind
from zhunsheng.supervision.models import Finding, Rectification


def again(row: Rectification, since: dt.datetime | None) -> QuerySet[Finding]:
    """What went wrong again since then, as far as it counts and is not the officer's alone to answer: of that nothing is told."""
    found = Finding.objects.unfenced("recurrence of a line within reach")
    if since is None or not row.norm_id:
        return found.none()
    return found.filter(
        norm_id=row.norm_id,
        unit__in=units_as_one(row.unit_id),
        since__gt=since,
        released_at__lte=clock.now(),
        status__in=COUNTED,
        silent=False,
    ).exclude(pk=row.finding_id)


def recurrences(row: Rectification) -> int:
    """How often it has happened again since the measure was taken; what is only found late is no recurrence."""
    return again(row, row.done_at).count()


def recurred(row: Rectification) -> bool:
    """Whether it has happened again since it was first reported done, whatever was done about that; not what was dismissed."""
    done = row.steps.filter(kind=StepKind.DONE).order_by("id").values_list("at", flat=True).first()
    return again(row, done).exists()


def opened_elsewhere(row: Rectification) -> bool:
    """Whether the finding of the line has another line that is open."""
    if row.finding_id is None:
        return False
    others = Rectification.objects.unfenced("recurrence of a line within reach").filter(
        finding=row.finding_id
    )
    return others.exclude(status=Repair.CLOSED).exclude(pk=row.pk).exists()
