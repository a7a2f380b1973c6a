"""What leaves the house of a draw: the file that anybody can check, and the sample with case numbers for those within reach."""

from __future__ import annotations

import csv
import io

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.access import all_known, facts_open, inspection_seen, sees_draw
from zhunsheng.inspections.codes import Status
from zhunsheng.inspections.exporting import sample_file
from zhunsheng.inspections.models import Inspection
from zhunsheng.inspections.pages.lists import PURPOSES_HERE
from zhunsheng.inspections.tallies import cases_chosen
from zhunsheng.people.access import Denied
from zhunsheng.supervision.pages.reading import purpose_among


@require_safe
@login_required
def sample_json(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The file for `zhunsheng sample verify`; no case number is in it."""
    inspection = seen(request, inspection_id)
    content = sample_file(inspection).model_dump_json(indent=1)
    return sent(content, "application/json", f"sample-{inspection.pk}.json")


@require_safe
@login_required
def sample_csv(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The cases chosen, with their public ids; no number of a case that is sealed or out of reach."""
    inspection = seen(request, inspection_id)
    rows = list(cases_chosen(inspection).select_related("dossier").order_by("place"))
    purpose = purpose_among(request, PURPOSES_HERE)
    known = facts_open({row.dossier_id for row in rows}, by=officer_of(request), purpose=purpose)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("place", "public_id", "number", "unit", "random", "mandatory", "double"))
    for row in rows:
        writer.writerow(
            (
                row.place,
                row.public_id,
                row.dossier.number if row.dossier is not None and row.dossier_id in known else "",
                row.unit_id,
                int(row.random),
                row.mandatory,
                int(row.double),
            )
        )
    return sent("\ufeff" + out.getvalue(), "text/csv; charset=utf-8", f"sample-{inspection.pk}.csv")


def seen(request: HttpRequest, inspection_id: int) -> Inspection:
    """An inspection within reach that has been drawn; Denied otherwise, and while it is a secret which units are visited."""
    purpose = purpose_among(request, PURPOSES_HERE)
    officer = officer_of(request)
    found = inspection_seen(inspection_id, by=officer, purpose=purpose)
    if found.status not in (Status.DRAWN, Status.CLOSED):
        raise Denied
    if not (sees_draw(found, officer) or all_known(found)):
        raise Denied
    return found


def sent(content: str, kind: str, name: str) -> HttpResponse:
    """As a file to be kept."""
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
