"""What happens again after it was put right: a finding of the same norm in the same unit opens the line of the ledger again.

Units merged into one are the same unit: what one of them put right and another does wrong again has happened again.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from zhunsheng.base import clock
from zhunsheng.people.selectors import units_as_one
from zhunsheng.supervision.alerting import Alerting
from zhunsheng.supervision.codes import COUNTED, FALLEN, Repair, StepKind
from zhunsheng.supervision.models import Finding, Rectification, RectificationStep


def recurrence_note(finding: Finding, rule: Alerting, now: dt.datetime) -> None:
    """Open again the lines of the same norm and unit that were closed so recently that this counts as the same."""
    if finding.silent:
        return
    since = now - rule.rectification.recurrence.delta
    rows = Rectification.objects.unfenced("recurrence opens again").select_for_update(
        no_key=True, of=("self",)
    )
    # Those to be verified are locked with the closed: whoever verifies one at this moment closes it before, and it is opened
    # again, or afterwards, and sees the finding.
    like = rows.filter(
        Q(status=Repair.CLOSED, verified_at__gte=since) | Q(status=Repair.DONE),
        norm_id=finding.norm_id,
        unit__in=units_as_one(finding.unit_id),
    )
    for row in like.exclude(finding=finding).exclude(finding__status__in=FALLEN).order_by("id"):
        if row.status != Repair.CLOSED or not happened_after(row, finding) or opened_elsewhere(row):
            continue
        row.status, row.changed_at = Repair.OPEN, now
        row.reopened += 1
        row.due_at = now + rule.rectification.term[finding.severity].delta
        row.verified_by_id = row.verified_at = None
        row.save()
        # Which case it was is the officer's alone to know until the finding is released; the line is read by others.
        case = f"{finding.case_number}：" if finding.released_at <= now else ""
        note = f"{case}{finding.title_zh}"
        RectificationStep.objects.create(
            rectification=row, at=now, kind=StepKind.REOPENED, status=row.status, note=note
        )


def happened_after(row: Rectification, finding: Finding) -> bool:
    """Whether what was found went wrong after the measure was taken: what is only found late is no recurrence."""
    return row.done_at is not None and finding.since > row.done_at


def opened_elsewhere(row: Rectification) -> bool:
    """Whether the finding of the line has another line that is open."""
    if row.finding_id is None:
        return False
    others = Rectification.objects.unfenced("recurrence opens again").filter(finding=row.finding_id)
    return others.exclude(status=Repair.CLOSED).exclude(pk=row.pk).exists()


def recurrences(row: Rectification, since: dt.datetime | None = None, *, told: bool = False) -> int:
    """How often it has happened again since then; when not said, since the measure was taken.

    `told` leaves out what is still the officer's alone to answer: nothing of it is shown, and nobody is escalated for it.
    """
    since = since or row.done_at
    if since is None or not row.norm_id:
        return 0
    found = Finding.objects.unfenced("recurrence of a line within reach").filter(
        norm_id=row.norm_id,
        unit__in=units_as_one(row.unit_id),
        since__gt=since,
        status__in=COUNTED,
        silent=False,
    )
    seen = found.filter(released_at__lte=clock.now()) if told else found
    return seen.exclude(pk=row.finding_id).count()


def recurred(row: Rectification) -> bool:
    """Whether it has happened again since it was first reported done, whatever was done about that; not what was dismissed."""
    done = row.steps.filter(kind=StepKind.DONE).order_by("id").values_list("at", flat=True).first()
    return done is not None and recurrences(row, done, told=True) > 0
