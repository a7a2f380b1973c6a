"""监督, the last tab of a case: its findings as far as they are this reader's to see, and who has read the case."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from zhunsheng.acts.selectors import dossier_readings
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.supervision.selectors import case_findings

READINGS_SHOWN = 50
LOOKS_AT_READINGS = frozenset(("supervision", "outside-supervision", "assessment"))


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """The findings, each leading to its page; how many are still the officer's alone; for supervisors the readings."""
    findings, withheld = case_findings(case.dossier.pk, by=case.by, purpose=case.purpose)
    readings = []
    if case.purpose in LOOKS_AT_READINGS:
        rows = dossier_readings(case.dossier).select_related("officer")[:READINGS_SHOWN]
        readings = [(row, PURPOSES[row.purpose].zh) for row in rows]
    shown = {"findings": findings, "withheld": withheld, "readings": readings}
    return show(request, case, "supervision", "supervision/case_tab.html", shown)


TAB = Tab("supervision", "监督", "Supervision", view)
