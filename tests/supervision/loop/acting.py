"""Short words for what the tests of the loop do again and again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from tests.procedure.dossiers import SUSPECT, Scene, at
from zhunsheng.base import clock
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN
from zhunsheng.procedure.watch import obligations_watch
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.reopening import lines_reopen

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OVER = 40 + 8 * 60 + 20
"""Minutes after the start at which eight hours from the arrival, counted from the full hour, are over."""


def passed(minutes: float) -> dt.datetime:
    """Let the clock of obligations run at that time."""
    with clock.holding(at(minutes)):
        obligations_watch()
    return at(minutes)


def reopened_by(minutes: float) -> int:
    """Let the clock open lines again at that time; how many it did."""
    with clock.holding(at(minutes)):
        return lines_reopen()


def overdue(scene: Scene, minutes: float = OVER + 10) -> Finding:
    """The finding of a person who was not released in time."""
    passed(minutes)
    return finding(scene)


def finding(scene: Scene) -> Finding:
    """The one finding of the dossier, as it stands in the table."""
    found: Finding = Finding.objects.unfenced("a test").get(dossier_id=scene.id)
    return found


def released(scene: Scene, minutes: float = OVER + 30, **more: Any) -> None:
    """The person leaves."""
    scene.do("person.released", minutes, subjects=SUSPECT, **more)


def signed_in(officer: Officer) -> Client:
    """A client of that officer, for the time held."""
    client = Client()
    client.force_login(officer, backend=BACKEND)
    session = client.session
    session[BEGAN] = session[SEEN] = clock.now().timestamp()
    session[FACTOR] = officer.number
    session.save()
    return client
