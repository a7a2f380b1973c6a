"""What every page knows: the navigation, the assets at hand, and when the screen will lock."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zhunsheng.accountability.selectors import own_waiting
from zhunsheng.console.assets import present
from zhunsheng.console.entries import entries_for
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import seconds_to_lock
from zhunsheng.procedure.reminding import reminders
from zhunsheng.supervision.selectors import waiting_for_answer

LARGE_TEXT = "large-text"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the layout."""
    known = {
        "has_bootstrap": present("vendor/bootstrap.min.css"),
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
        "issuers": [i for i in settings.OIDC_ISSUERS if i.client_id],
    }
    known["large_text"] = request.COOKIES.get(LARGE_TEXT) == "1"
    user = getattr(request, "user", None)
    if not isinstance(user, Officer):
        return known
    entries = entries_for(user)
    reads_cases = any(entry.route == "cases" for entry in entries)
    return {
        **known,
        "entries": entries,
        "seconds_to_lock": seconds_to_lock(),
        "reads_cases": reads_cases,
        "reminders": reminders(user) if reads_cases else None,
        "findings_waiting": waiting_for_answer(user) if reads_cases else 0,
        "statements_waiting": own_waiting(user).count(),
    }
