"""监督: what went wrong in the case by which norm, and who has read it; readable by the officers it concerns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from zhunsheng.acts.selectors import dossier_readings
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.pages.due import grouped
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.people.purposes import PURPOSES

READINGS_SHOWN = 50
FAULTS = ("overdue", "broken")
LOOKS_AT_READINGS = frozenset(("supervision", "outside-supervision", "assessment"))


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """The breaches, with their reasons; for supervisors also the readings."""
    groups = [g for g in grouped(case.obligations, case) if g.slug in FAULTS]
    readings = []
    if case.purpose in LOOKS_AT_READINGS:
        rows = dossier_readings(case.dossier).select_related("officer")[:READINGS_SHOWN]
        readings = [(row, PURPOSES[row.purpose].zh) for row in rows]
    return show(
        request, case, "supervision", "casework/supervision.html", {"groups": groups, "readings": readings}
    )


TAB = Tab("supervision", "监督", "supervision", view)
