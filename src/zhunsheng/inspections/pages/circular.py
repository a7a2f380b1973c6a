"""通报: the results of one inspection for one unit on a page that prints, with the inspection before and what is to be done."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.access import facts_open, inspection_seen, inspections_within
from zhunsheng.inspections.codes import Status
from zhunsheng.inspections.figures import results
from zhunsheng.inspections.models import Chosen, Inspection, Problem
from zhunsheng.inspections.pages.inspection import problems_of
from zhunsheng.inspections.pages.lists import PURPOSES_HERE
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer, Unit
from zhunsheng.supervision.pages.reading import purpose_among

SHOWN = 300
"""Problems told one by one; the others are counted, and stand in the ledger."""


@require_safe
@login_required
def circular_page(request: HttpRequest, inspection_id: int, unit: str) -> HttpResponse:
    """One unit's page; Denied where no case of it was chosen."""
    officer, purpose = officer_of(request), purpose_among(request, PURPOSES_HERE)
    inspection = inspection_seen(inspection_id, by=officer, purpose=purpose)
    unit = unit.replace("\0", "")
    chosen = Chosen.objects.unfenced("of an inspection within reach").filter(
        inspection=inspection, dossier__isnull=False
    )
    if not chosen.filter(unit_id=unit).exists():
        raise Denied
    before = previous(inspection, unit, officer, purpose)
    every = problems_of(inspection).filter(chosen__unit__code=unit)
    problems, found = list(every[:SHOWN]), results(inspection, unit)
    by_title: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        by_title.setdefault((problem.title_zh, problem.title_en), []).append(problem)
    return render(
        request,
        "inspections/circular.html",
        {
            "inspection": inspection,
            "unit": Unit.objects.get(code=unit),
            "results": found,
            "before": before,
            "before_results": None if before is None else results(before, unit),
            "problems": problems,
            "problems_left": max(found.problems - SHOWN, 0),
            "facts": facts_open({p.chosen.dossier_id for p in problems}, by=officer, purpose=purpose),
            "kinds": [(zh, en, of) for (zh, en), of in by_title.items()],
            "today": clock.now(),
        },
    )


def previous(inspection: Inspection, unit: str, by: Officer, purpose: str) -> Inspection | None:
    """The last inspection of the same kind and theme that was closed before and read cases of the unit."""
    rows = inspections_within(by=by, purpose=purpose).filter(
        kind=inspection.kind,
        theme=inspection.theme,
        status=Status.CLOSED,
        planned_at__lt=inspection.planned_at,
        pk__in=Chosen.objects.unfenced("of inspections within reach")
        .filter(unit_id=unit)
        .values("inspection"),
    )
    found: Inspection | None = rows.order_by("-planned_at").first()
    return found
