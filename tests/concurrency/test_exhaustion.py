"""More callers than the database takes connections: each is told so clearly, nothing is lost, and sent again it is recorded once."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection
from django.test import Client

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import at_once, note, of_kind, report
from tests.database import TestServer
from tests.soundness import deadlocks, what_is_wrong
from zhunsheng.acts.models import Act
from zhunsheng.procedure.door import Enacted, enact
from zhunsheng.procedure.models import Receipt

CROWD, TAKEN = 24, 4


@contextmanager
def few_connections(test_server: TestServer, platform: Platform) -> Iterator[None]:
    """Within the block the database takes a few connections and refuses the next."""
    connection.close()
    test_server.execute(f"ALTER DATABASE {platform.database} CONNECTION LIMIT {TAKEN}")
    yield
    connection.close()
    test_server.execute(f"ALTER DATABASE {platform.database} CONNECTION LIMIT -1")


def test_at_the_door_it_is_an_operational_error_and_nothing_is_there(
    platform: Platform, test_server: TestServer
) -> None:
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    with few_connections(test_server, platform):
        answers = at_once(CROWD, lambda n: enact(note(dossier.id, f"某{n}"), by=by, key=f"{n}"))
    done, failed = of_kind(answers, Enacted), of_kind(answers, OperationalError)
    assert len(done) + len(failed) == CROWD, answers
    assert done
    assert failed
    assert all("connection" in str(one) for one in failed)
    assert Act.objects.unfenced("a test").count() == 1 + len(done) == 1 + Receipt.objects.count()
    assert what_is_wrong() == {}
    assert deadlocks() == 0


def test_over_the_api_it_is_503_with_when_to_come_again_and_a_retry_is_recorded_once(
    platform: Platform, test_server: TestServer, authority: dict[str, str]
) -> None:
    dossier = enact(report(), by=platform.bureau.handler).dossier
    seen: Counter[int] = Counter()

    def insist(which: int) -> dict[str, Any]:
        client, headers = (
            Client(raise_request_exception=False),
            authority | {"Idempotency-Key": uuid.uuid4().hex},
        )
        draft = note(dossier.id, f"某{which}")
        body = {
            "type": draft.type,
            "occurred_at": draft.occurred_at.isoformat(),
            "fields": dict(draft.fields),
            "subjects": {"person": [f"某{which}"]},
        }
        for _ in range(400):
            answer = client.post(
                f"/api/v1/dossiers/{dossier.id}/acts", body, content_type="application/json", headers=headers
            )
            seen[answer.status_code] += 1
            if answer.status_code != 503:
                found: dict[str, Any] = answer.json()
                return found
            assert answer.headers["Retry-After"] == "1"
            assert answer.headers["Content-Type"] == "application/problem+json"
            # Whoever was refused must not sit on a connection.
            connection.close()
            time.sleep(0.02)
        raise AssertionError("never let in")

    with few_connections(test_server, platform):
        answers = of_kind(at_once(CROWD, insist), dict)
    assert len(answers) == CROWD
    assert sorted(one["position"] for one in answers) == list(range(2, CROWD + 2))
    assert seen[503]
    assert set(seen) <= {200, 201, 503}
    assert Act.objects.unfenced("a test").count() == 1 + CROWD
    assert what_is_wrong() == {}
