"""Writing the sign-in log."""

from __future__ import annotations

from django.http import HttpRequest

from zhunsheng.people.codes import AccountEventKind
from zhunsheng.people.models import AccountEvent, Officer

METHOD_LENGTH, AGENT_LENGTH, DETAIL_LENGTH = 24, 200, 400


def event_record(
    event: AccountEventKind,
    officer: Officer | None,
    *,
    by: Officer | None = None,
    method: str = "",
    detail: str = "",
    request: HttpRequest | None = None,
) -> AccountEvent:
    """Add a line: what happened to whose account, done by whom if not by its owner, from where when a browser asked."""
    meta = request.META if request else {}
    return AccountEvent.objects.create(
        event=event,
        officer=officer,
        by=by,
        method=method[:METHOD_LENGTH],
        # The outermost middleware has put the client's own address here, or nothing for a Unix socket.
        address=meta.get("REMOTE_ADDR") or None,
        agent=meta.get("HTTP_USER_AGENT", "")[:AGENT_LENGTH],
        detail=detail[:DETAIL_LENGTH],
    )
