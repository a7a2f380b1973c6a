"""How many questions each page puts to the database: written down, so that one more is a decision and not a slip."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.casework.test_pages import BACKEND
from tests.procedure.dossiers import KIND, Scene, at
from zhunsheng.base import clock
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

pytestmark = pytest.mark.django_db
QUERIES = {"/desk/": 21, "/cases/": 17, "/cases/?text=990101": 19, "/notices/": 12}


def asked(scene: Scene, path: str) -> int:
    """The queries of one signed-in request, after a first one has warmed what is read once a process."""
    officer, client = scene.bureau.handler, Client()
    with clock.holding(at(60)):
        client.force_login(officer, backend=BACKEND)
        session = client.session
        session[BEGAN] = session[SEEN] = clock.now().timestamp()
        session[FACTOR] = officer.number
        session.save()
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(connection) as found:
            client.get(path)
    return len(found)


def test_pages_ask_as_much_as_is_written_down_however_many_cases_there_are(scene: Scene) -> None:
    """The same number for one case and for four."""
    for n in range(4):
        scene.id = None
        scene.do("report.received", n, fields=KIND | {"summary": "争吵"}, subjects={"person": (f"某甲{n}",)})
        if n == 0:
            one = {path: asked(scene, path) for path in QUERIES}
    assert one == QUERIES
    assert {path: asked(scene, path) for path in QUERIES} == QUERIES
