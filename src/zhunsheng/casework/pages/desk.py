"""我的工作台: what the signed-in person has to do, by when and why."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.acts.access import dossiers_within
from zhunsheng.casework.forms.keeping import drafts_of_officer
from zhunsheng.casework.pages.case_page import language_now
from zhunsheng.casework.pages.purpose import officer_of, purpose_of, purposes_of
from zhunsheng.casework.selectors import desk
from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.procedure.rulebook import rulebook

TURNS = {"review": ("review",), "approval": ("approval", "decision")}
"""Purpose → whose turns in the cases are this person's."""


@require_safe
@login_required
def desk_page(request: HttpRequest) -> HttpResponse:
    """The desk, for the purpose in force."""
    officer, purpose = officer_of(request), purpose_of(request)
    found = desk(by=officer, purpose=purpose, waiting=TURNS.get(purpose, ()))
    return render(
        request,
        "casework/desk.html",
        {
            "desk": found,
            "titles": norm_titles(
                (row.norm_id for due in found.due for row in due.obligations), language_now()
            ),
            "purpose": PURPOSES[purpose],
            "purposes": purposes_of(officer),
            "drafts": drafts_of_officer(officer)
            .filter(Q(dossier=None) | Q(dossier__in=dossiers_within(by=officer, purpose=purpose)))
            .select_related("dossier"),
            "takes_turns": purpose in TURNS,
        },
    )


def norm_titles(ids: Iterable[str], language: Language) -> dict[str, str]:
    """Norm → its title."""
    wanted = set(ids)
    return {norm.id: getattr(norm.title, language) for norm in rulebook().norms.norms if norm.id in wanted}
