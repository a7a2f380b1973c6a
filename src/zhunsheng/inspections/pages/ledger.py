"""整治台账: what a campaign has found, row by row, until each is put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import BooleanField, Case, Count, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.access import facts_open, inspection_seen
from zhunsheng.inspections.following import LOOSE, STANDING
from zhunsheng.inspections.models import Inspection
from zhunsheng.inspections.pages.inspection import problems_of
from zhunsheng.inspections.pages.lists import PURPOSES_HERE
from zhunsheng.inspections.rules import inspecting
from zhunsheng.inspections.tallies import COUNTS
from zhunsheng.supervision.codes import Repair
from zhunsheng.supervision.pages.lists import page_number
from zhunsheng.supervision.pages.reading import purpose_among
from zhunsheng.supervision.selectors import paged


@dataclass(frozen=True)
class Kept:
    """The ledger in numbers."""

    rows: int
    right: int
    overdue: int
    loose: int
    small: bool

    @property
    def share(self) -> float | None:
        """Put right among the rows, in per cent."""
        return self.right / self.rows * 100 if self.rows else None


@require_safe
@login_required
def campaign_ledger_page(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The ledger of one inspection."""
    officer, purpose = officer_of(request), purpose_among(request, PURPOSES_HERE)
    inspection = inspection_seen(inspection_id, by=officer, purpose=purpose)
    rows = ledger_rows(inspection)
    found = paged(rows.order_by("-stands", "-over", "chosen__place", "id"), page_number(request))
    return render(
        request,
        "inspections/ledger.html",
        {
            "inspection": inspection,
            "found": found,
            "asked": "",
            "kept": kept(rows),
            "facts": facts_open({p.chosen.dossier_id for p in found.rows}, by=officer, purpose=purpose),
        },
    )


def ledger_rows(inspection: Inspection) -> QuerySet[Any]:
    """Each problem, whether it still stands and whether it is overdue."""
    over = Q(rectification__status=Repair.OPEN, rectification__due_at__lt=clock.now())
    return problems_of(inspection).annotate(stands=truth(STANDING | LOOSE), over=truth(over))


def truth(about: Q) -> Case:
    """Whether it is so; no where nothing is known of it."""
    return Case(When(about, then=True), default=False, output_field=BooleanField())


def kept(rows: QuerySet[Any]) -> Kept:
    """The numbers of the whole ledger; what is contested, dismissed or gone stands in it and is in none of them."""
    told = rows.order_by().aggregate(
        rows=Count("pk", filter=COUNTS),
        right=Count("pk", filter=COUNTS & Q(stands=False)),
        overdue=Count("pk", filter=COUNTS & Q(over=True)),
        loose=Count("pk", filter=LOOSE),
    )
    return Kept(**told, small=told["rows"] < inspecting().small_number)
