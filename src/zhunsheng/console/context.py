"""What every page knows: the navigation, the assets at hand, and when the screen will lock."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from zhunsheng.console.assets import present
from zhunsheng.console.entries import entries_for
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import seconds_to_lock


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template variables of the layout."""
    known = {
        "has_bootstrap": present("vendor/bootstrap.min.css"),
        "languages": settings.LANGUAGES,
        "issuers": [i for i in settings.OIDC_ISSUERS if i.client_id],
    }
    user = getattr(request, "user", None)
    if not isinstance(user, Officer):
        return known
    return {**known, "entries": entries_for(user), "seconds_to_lock": seconds_to_lock()}
