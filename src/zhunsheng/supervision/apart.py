"""Lines of the ledger of rectification that neither a finding nor a paper brought: the remedies of another procedure."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.supervision.codes import Repair, StepKind
from zhunsheng.supervision.models import Rectification
from zhunsheng.supervision.rectifying import GRAVEST, step


@transaction.atomic
def rectification_apart(
    *,
    by: Officer,
    unit: str,
    owner: Officer,
    problem: str,
    task: str,
    due_at: dt.datetime,
    dossier: Dossier | None,
) -> Rectification:
    """A line for what neither a finding nor a paper brought, as with the remedies of another procedure.

    `dossier` is the one it speaks of, so that its words are shown to no more people than the facts of that.
    """
    if not holds_over(by, [Role.SUPERVISOR], unit, clock.now()):
        raise Denied
    now = clock.now()
    row = Rectification.objects.create(
        dossier=dossier,
        severity=GRAVEST,
        problem=problem,
        task=reason_given(task),
        unit_id=unit,
        owner=owner,
        status=Repair.OPEN,
        opened_at=now,
        opened_by=by,
        due_at=due_at,
        changed_at=now,
    )
    step(row, StepKind.OPENED, by, row.task)
    return row
