"""现场抽查通报: units visited, what was wrong and how it stands; posted, once closed, to everybody of the units below."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.access import inspection_seen, posted, posted_to
from zhunsheng.inspections.codes import Status, Subject
from zhunsheng.inspections.figures import results
from zhunsheng.inspections.models import Inspection
from zhunsheng.inspections.pages.lists import PURPOSES_HERE
from zhunsheng.inspections.visited import outcome
from zhunsheng.people.access import Denied
from zhunsheng.supervision.pages.lists import page_number
from zhunsheng.supervision.pages.reading import purpose_if_any
from zhunsheng.supervision.selectors import paged


@require_safe
@login_required
def circulars_page(request: HttpRequest) -> HttpResponse:
    """The circulars posted to the reader's unit, the newest first; empty for whom none is posted to."""
    rows = posted(officer_of(request)).select_related("unit").order_by("-closed_at", "-pk")
    found = paged(rows, page_number(request))
    return render(request, "inspections/circulars.html", {"found": found, "asked": ""})


@require_safe
@login_required
def posted_page(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The circular on visits; Denied before anything is drawn, of cases, and out of reach unless it is posted."""
    inspection, whole = circular_of(request, inspection_id)
    if inspection.subject != Subject.UNITS or inspection.status not in (Status.DRAWN, Status.CLOSED):
        raise Denied
    found = results(inspection)
    return render(
        request,
        "inspections/posted.html",
        {
            "inspection": inspection,
            "whole": whole,
            "results": found,
            "outcome": outcome(inspection),
            "left": found.chosen - found.read - found.aside,
            "today": inspection.closed_at or clock.now(),
        },
    )


def circular_of(request: HttpRequest, inspection_id: int) -> tuple[Inspection, bool]:
    """The inspection, and whether it is itself within reach; else one that is posted to the reader. Denied where neither."""
    officer, purpose = officer_of(request), purpose_if_any(request, PURPOSES_HERE)
    if purpose is not None:
        try:
            return inspection_seen(inspection_id, by=officer, purpose=purpose), True
        except Denied:
            pass
    return posted_to(inspection_id, officer), False
