"""整治台账: what a campaign has found, row by row, until each is put right."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.access import inspection_seen
from zhunsheng.inspections.following import standing
from zhunsheng.inspections.models import Inspection
from zhunsheng.inspections.pages.inspection import problems_of
from zhunsheng.inspections.pages.lists import PURPOSES_HERE
from zhunsheng.inspections.rules import inspecting
from zhunsheng.supervision.codes import Repair
from zhunsheng.supervision.pages.reading import purpose_among

SHOWN = 1000
"""Rows on the page, those still standing first; the numbers count all."""


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
    rows, kept = ledger_of(inspection)
    return render(
        request,
        "inspections/ledger.html",
        {"inspection": inspection, "rows": rows[:SHOWN], "kept": kept, "shown": SHOWN},
    )


def ledger_of(inspection: Inspection) -> tuple[list[tuple[object, bool, bool]], Kept]:
    """Each problem, whether it still stands and whether it is overdue; and the numbers."""
    now = clock.now()
    rows: list[tuple[object, bool, bool]] = []
    loose = 0
    for problem in problems_of(inspection):
        line = problem.rectification
        nowhere = line is None and problem.finding is None
        loose += nowhere
        over = line is not None and line.status == Repair.OPEN and line.due_at < now
        rows.append((problem, standing(problem) or nowhere, over))
    rows.sort(key=lambda row: (not row[1], not row[2]))
    right = sum(not stands for _, stands, _ in rows)
    small = len(rows) < inspecting().small_number
    return rows, Kept(len(rows), right, sum(over for _, _, over in rows), loose, small)
