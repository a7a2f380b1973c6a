"""The lines of the sign-in log that come from Django's and allauth's own signals; connected in `PeopleConfig.ready`."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from django.contrib.auth import signals as auth_signals
from django.http import HttpRequest

from zhunsheng.people.account_log import event_record
from zhunsheng.people.codes import AccountEventKind
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in import session
from zhunsheng.people.sign_in.adapter import FACTOR

WAYS = "ways-in"
"""In the session: the steps taken so far by somebody on the way in."""


def step_taken(request: HttpRequest, method: str, **details: Any) -> None:
    """A password, a code or an identity provider was right."""
    if not details.get("reauthenticated"):
        way = str(details.get("type") or details.get("provider") or method)
        request.session[WAYS] = [*request.session.get(WAYS, []), way]


def signed_in(request: HttpRequest, user: Officer, **_: Any) -> None:
    """Somebody is in; by which ways is in the line."""
    session.begin(request)
    ways = "+".join(request.session.pop(WAYS, []))
    event_record(AccountEventKind.SIGNED_IN, user, method=ways, request=request)


def signed_out(request: HttpRequest, user: Officer | None, **_: Any) -> None:
    """Somebody left."""
    if user is not None:
        event_record(AccountEventKind.SIGNED_OUT, user, request=request)


def factor_shown(request: HttpRequest, user: Officer, **_: Any) -> None:
    """This session has shown its second factor."""
    request.session[FACTOR] = user.number


def factor_refused(request: HttpRequest, user: Officer, authenticator: Any, **_: Any) -> None:
    """A code was wrong, or right for the second time."""
    event_record(AccountEventKind.REFUSED, user, method=authenticator.type, detail="code", request=request)


def factor_added(request: HttpRequest, user: Officer, authenticator: Any, **_: Any) -> None:
    """A second factor, or a new set of recovery codes; setting one up shows that it is at hand."""
    factor_shown(request, user)
    event_record(AccountEventKind.FACTOR_ADDED, user, method=authenticator.type, request=request)


def factor_removed(request: HttpRequest, user: Officer, authenticator: Any, **_: Any) -> None:
    """A second factor is gone, and with it the proof."""
    request.session.pop(FACTOR, None)
    event_record(AccountEventKind.FACTOR_REMOVED, user, method=authenticator.type, request=request)


def password_changed(request: HttpRequest, user: Officer, **_: Any) -> None:
    """Its owner changed it; every other session of the account has ended."""
    event_record(AccountEventKind.PASSWORD_SET, user, method="change", request=request)


def connect() -> None:
    """Listen; each receiver once, however often this is called."""
    for signal, receiver in (
        (account_signals.authentication_step_completed, step_taken),
        (auth_signals.user_logged_in, signed_in),
        (auth_signals.user_logged_out, signed_out),
        (factor_signals.authenticator_used, factor_shown),
        (factor_signals.authentication_failed, factor_refused),
        (factor_signals.authenticator_added, factor_added),
        (factor_signals.authenticator_reset, factor_added),
        (factor_signals.authenticator_removed, factor_removed),
        (account_signals.password_changed, password_changed),
    ):
        signal.connect(receiver, dispatch_uid=f"people.{receiver.__name__}")
