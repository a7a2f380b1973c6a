"""检查: those within reach with what is overdue, and the checklists that are one's own to answer."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of, purposes_of
from zhunsheng.inspections.access import READING, inspections_within
from zhunsheng.inspections.codes import Kind, Status
from zhunsheng.inspections.models import Sheet
from zhunsheng.people.bilingual import both
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.supervision.pages.lists import page_number
from zhunsheng.supervision.pages.reading import purpose_among
from zhunsheng.supervision.selectors import paged

PURPOSES_HERE = frozenset(READING)
OWN_SHOWN = 100
STATES: Mapping[str, object] = {
    "open": both("未办结", "Not closed"),
    "overdue": both("超过期限", "Overdue"),
    "closed": both("已办结", "Closed"),
    "all": both("全部", "All"),
}


@require_safe
@login_required
def inspections_page(request: HttpRequest) -> HttpResponse:
    """The inspections within reach, what is to be closed first first."""
    officer, purpose = officer_of(request), purpose_among(request, PURPOSES_HERE)
    state = request.GET.get("state", "")
    state = state if state in STATES else "open"
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    now = clock.now()
    asked = {
        "open": ~Q(status=Status.CLOSED),
        "overdue": ~Q(status=Status.CLOSED) & Q(due_at__lt=now),
        "closed": Q(status=Status.CLOSED),
        "all": Q(),
    }[state]
    rows = inspections_within(by=officer, purpose=purpose).filter(asked)
    if kind:
        rows = rows.filter(kind=kind)
    order = ("-closed_at", "-pk") if state == "closed" else ("due_at", "pk")
    found = paged(rows.select_related("unit").order_by(*order), page_number(request))
    mine = Sheet.objects.filter(Q(inspector=officer) | Q(beside=officer), done_at=None, aside="")
    own = mine.select_related("chosen__inspection", "chosen__unit")
    return render(
        request,
        "inspections/list.html",
        {
            "found": found,
            "state": state,
            "states": STATES,
            "kind": kind,
            "kinds": [("", both("全部", "All")), *Kind.choices],
            "asked": urlencode({"state": state, "kind": kind}),
            "own": own.order_by("chosen__inspection__due_at", "pk")[:OWN_SHOWN],
            "may_plan": purpose == "supervision",
            "now": now,
            "purpose": PURPOSES[purpose],
            "purposes": purposes_of(officer),
        },
    )
