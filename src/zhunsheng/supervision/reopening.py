"""The clock that opens a line of the ledger again, where what it was about has happened again soon after it was closed.

It looks once others than its officer see what was found: a line is read by more people than a finding within its time to answer.
"""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.db.models import Q

from zhunsheng.base import clock
from zhunsheng.people.selectors import units_succeeded
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import COUNTED, FALLEN, Repair, StepKind
from zhunsheng.supervision.models import Finding, Rectification
from zhunsheng.supervision.rectifying import row_locked, step
from zhunsheng.supervision.recurring import again, opened_elsewhere

LOOKED_BACK = 2
"""How many times as far as a recurrence reaches the clock looks back: a contest keeps one from counting for a while."""
WHY = "recurrence opens again"
STANDING = Q(finding=None) | ~Q(finding__status__in=FALLEN)
"""Lines of what has not fallen away."""


def lines_reopen() -> int:
    """Open again every line of what has happened again so soon after it was closed that this counts as the same; how many."""
    return sum(line_reopen(pk) for pk in lines_recurred())


def lines_recurred() -> list[int]:
    """The closed lines of what has happened again, by one look at both tables."""
    now, reach = clock.now(), alerting().rectification.recurrence.delta
    begin, one = now - LOOKED_BACK * reach, units_succeeded()
    by_matter = defaultdict(list)
    counted = Finding.objects.unfenced(WHY).filter(status__in=COUNTED, silent=False)
    lately = counted.filter(released_at__gte=begin, released_at__lte=now)
    for pk, norm, unit, since, released in lately.values_list(
        "pk", "norm_id", "unit_id", "since", "released_at"
    ):
        by_matter[norm, one.get(unit, unit)].append((pk, since, released))
    closed = Rectification.objects.unfenced(WHY).filter(
        STANDING, status=Repair.CLOSED, verified_at__gte=begin
    )
    lines = closed.order_by("pk").values_list(
        "pk", "norm_id", "unit_id", "finding_id", "done_at", "verified_at"
    )
    return [
        pk
        for pk, norm, unit, own, done, verified in lines
        if any(
            since > done and released <= verified + reach and other != own
            for other, since, released in by_matter.get((norm, one.get(unit, unit)), ())
        )
    ]


@transaction.atomic
def line_reopen(row_id: int) -> bool:
    """Open one again under its lock, with whichever happened first, unless somebody did meanwhile."""
    row, now = row_locked(row_id), clock.now()
    if row.status != Repair.CLOSED or row.verified_at is None or opened_elsewhere(row):
        return False
    rule = alerting(now).rectification
    soon = again(row, row.done_at).filter(released_at__lte=row.verified_at + rule.recurrence.delta)
    finding = soon.select_related("dossier", "imported__case").order_by("since", "pk").first()
    if finding is None:
        return False
    row.status, row.changed_at = Repair.OPEN, now
    row.reopened += 1
    row.due_at = now + rule.term[finding.severity].delta
    row.verified_by = row.verified_at = None
    row.save()
    step(row, StepKind.REOPENED, None, f"{finding.case_number}：{finding.title_zh}")
    return True
