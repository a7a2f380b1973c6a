"""The life of a signed-in session: when it began, when its screen locks, when it is over."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import HttpRequest

from zhunsheng.base import clock
from zhunsheng.people.account_log import event_record
from zhunsheng.people.codes import AccountEventKind
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.adapter import FACTOR, needs_second_factor

BEGAN, SEEN, LOCKED = "session-began", "session-seen", "session-locked"
NOTED_EVERY = 0.02
"""How exactly the last request is remembered, as a part of the time to the lock; each note is a write."""


def begin(request: HttpRequest) -> None:
    """Just signed in: the clocks start."""
    request.session[BEGAN] = request.session[SEEN] = clock.now().timestamp()
    request.session.pop(LOCKED, None)


def is_over(request: HttpRequest) -> bool:
    """Whether the session has lasted its time; one that does not say when it began is over."""
    return _age(request, BEGAN) >= int(settings.SESSION_LIFETIME_S)


def is_locked(request: HttpRequest) -> bool:
    """Whether the screen is locked, by its owner or by the time that went by."""
    return LOCKED in request.session or _age(request, SEEN) >= int(settings.SESSION_IDLE_S)


def note(request: HttpRequest) -> None:
    """Somebody is at work."""
    if _age(request, SEEN) >= int(settings.SESSION_IDLE_S) * NOTED_EVERY:
        request.session[SEEN] = clock.now().timestamp()


def lock(request: HttpRequest) -> None:
    """Lock the screen; what was open stays open behind it."""
    assert isinstance(request.user, Officer)
    if LOCKED not in request.session:
        request.session[LOCKED] = True
        event_record(AccountEventKind.LOCKED, request.user, request=request)


def unlock(request: HttpRequest) -> None:
    """The right person is back: a new session key, the same session."""
    assert isinstance(request.user, Officer)
    request.session.pop(LOCKED, None)
    request.session[SEEN] = clock.now().timestamp()
    request.session.cycle_key()
    event_record(AccountEventKind.UNLOCKED, request.user, request=request)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether a role held now asks for a second factor that this session was not given."""
    assert isinstance(request.user, Officer)
    return request.session.get(FACTOR) != request.user.number and needs_second_factor(request.user)


def seconds_to_lock() -> int:
    """For the page's own timer."""
    return int(settings.SESSION_IDLE_S)


def _age(request: HttpRequest, what: str) -> float:
    """Seconds since a noted instant; endless where none is noted."""
    noted = request.session.get(what)
    if not isinstance(noted, float):
        return float("inf")
    return (clock.now() - dt.datetime.fromtimestamp(noted, dt.UTC)).total_seconds()
