"""What stops in the middle and does not end: a writer that holds a dossier, and an audit that takes longer than a request may."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import note, report
from tests.concurrency.test_locks import Meanwhile
from tests.soundness import connected_to, what_is_wrong
from zhunsheng.acts import audit
from zhunsheng.acts.models import Dossier
from zhunsheng.procedure.door import enact

STOPS_S = 1.5


def impatient(**limits: str) -> dict[str, Any]:
    """Connection options under which the server waits less long."""
    words = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return {**connection.settings_dict["OPTIONS"], "options": words}


def test_requests_and_jobs_do_not_pause_for_ever_within_a_transaction(platform: Platform) -> None:
    with connection.cursor() as cursor:
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone()[0] not in ("0", "")


def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Pause where the act is half written."""
    if "INSERT INTO ledger_entry" in sql:
        time.sleep(STOPS_S)
    return execute(sql, params, many, context)


def test_a_writer_that_stops_in_the_middle_gives_way_to_the_next(platform: Platform) -> None:
    """As a process does that is frozen, or whose network is gone."""
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    stopped = note(dossier.id, "某乙")

    def stops() -> str:
        with connection.execute_wrapper(stop):
            try:
                enact(stopped, by=by, key="once")
            except DatabaseError as error:
                return str(error)
        return ""

    with connected_to(OPTIONS=impatient(idle_in_transaction_session_timeout="200ms")):
        first = Meanwhile(stops)
        first.start()
        time.sleep(0.1)
        began = time.monotonic()
        second = enact(note(dossier.id, "某丙"), by=by)
        assert time.monotonic() - began < STOPS_S
        assert "idle-in-transaction" in first.result()
        assert second.act.position == 2
        assert enact(stopped, by=by, key="once").act.position == 3
        assert what_is_wrong() == {}


def test_over_the_api_who_stopped_is_asked_to_come_again(
    platform: Platform, authority: dict[str, str]
) -> None:
    client = Client(raise_request_exception=False)
    draft = report()
    body = {
        "type": draft.type,
        "occurred_at": draft.occurred_at.isoformat(),
        "kind": draft.kind,
        "fields": draft.fields,
    }
    headers = authority | {"Idempotency-Key": "once"}

    def post() -> Any:
        return client.post("/api/v1/dossiers", body, content_type="application/json", headers=headers)

    with connected_to(OPTIONS=impatient(idle_in_transaction_session_timeout="200ms")):
        with connection.execute_wrapper(stop):
            answer = post()
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), answer.content
        assert post().status_code == 201
        assert what_is_wrong() == {}


def test_whoever_waits_too_long_is_told_and_nothing_is_there(platform: Platform) -> None:
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    with connected_to(OPTIONS=impatient(lock_timeout="100ms")):
        held = Meanwhile(lambda: hold(dossier, 1.0))
        held.start()
        time.sleep(0.2)
        with pytest.raises(OperationalError, match="lock timeout"):
            enact(note(dossier.id, "某乙"), by=by, key="once")
        held.result()
        assert enact(note(dossier.id, "某乙"), by=by, key="once").act.position == 2
        assert what_is_wrong() == {}


def hold(dossier: Dossier, seconds: float) -> None:
    """Keep the dossier's lock for a while."""
    with transaction.atomic():
        Dossier.objects.unfenced("a test").select_for_update().get(pk=dossier.pk)
        time.sleep(seconds)


def test_an_audit_may_take_longer_than_a_request(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = enact(report(), by=platform.bureau.handler).dossier
    enact(note(dossier.id, "某乙"), by=platform.bureau.handler)
    assert what_is_wrong() == {}
    walk = audit.walk

    def slowly(*given: Any) -> Any:
        time.sleep(0.5)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.5)")
        return walk(*given)

    monkeypatch.setattr(audit, "walk", slowly)
    limits = impatient(idle_in_transaction_session_timeout="100ms", statement_timeout="200ms")
    with connected_to(OPTIONS=limits):
        found = audit.ledger_audit(processes=1)
    assert (found.acts, found.sound) == (2, True)
