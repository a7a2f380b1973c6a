"""One case: opened on record for a purpose, then handed to the tab that was asked for."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from zhunsheng.casework.access import CaseView, case_open
from zhunsheng.casework.pages.purpose import officer_of, purpose_of
from zhunsheng.casework.pages.tabs import tab_of, tabs
from zhunsheng.norms.calendar_days import Language


def language_now() -> Language:
    """The language in force, as norms tell their reasons in."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def opened(request: HttpRequest, case_id: uuid.UUID, via: str) -> CaseView:
    """The case, its reading on record; Denied out of reach."""
    return case_open(
        case_id,
        by=officer_of(request),
        purpose=purpose_of(request),
        via=f"console:{via}",
        language=language_now(),
    )


@login_required
def case_page(request: HttpRequest, case_id: uuid.UUID, slug: str = "") -> HttpResponse:
    """A tab of a case; the first one where none is named."""
    tab = tab_of(slug) if slug else tabs()[0]
    if tab is None:
        raise Http404
    return tab.view(request, opened(request, case_id, tab.slug))
