"""提醒: the officer's own duties that are due soon or overdue, in every case."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.base import clock
from zhunsheng.casework.models import Case
from zhunsheng.casework.pages.case_page import language_now
from zhunsheng.casework.pages.desk import norm_titles
from zhunsheng.casework.pages.purpose import officer_of, purpose_of
from zhunsheng.people.access import reach
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.reminding import reminded

SHOWN = 200


@require_safe
@login_required
def notices_page(request: HttpRequest) -> HttpResponse:
    """Overdue first, then what is due soon; a case no longer within reach is not named."""
    officer = officer_of(request)
    within = Case.objects.within(reach(officer, purpose_of(request)))
    rows = list(reminded(officer)[:SHOWN])
    cases = within.in_bulk({row.dossier_id for row in rows})
    now = clock.now()
    lines = [(row, cases[row.dossier_id]) for row in rows if row.dossier_id in cases]
    groups = (
        ("overdue", [line for line in lines if is_over(line[0], now)]),
        ("soon", [line for line in lines if not is_over(line[0], now)]),
    )
    titles = norm_titles((row.norm_id for row, _ in lines), language_now())
    return render(request, "casework/notices.html", {"groups": groups, "titles": titles, "any": bool(lines)})


def is_over(row: Obligation, now: dt.datetime) -> bool:
    """Whether its time is up."""
    return row.due_at is not None and row.due_at <= now
