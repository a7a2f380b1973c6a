"""Many requests at once, each in its own connection and really committed: one act for one request, and no update lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tests.api.conftest import FOUNDED, REPORT, Asking, asking
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base import clock
from zhunsheng.ledger.models import Entry
from zhunsheng.people.demo import demo_bureau
from zhunsheng.procedure.models import Receipt

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 12


@pytest.fixture
def caller() -> Asking:
    """A handler of a bureau that other connections see too; the real clock runs, which held time would not do in threads."""
    return asking(demo_bureau(at=FOUNDED).handler, "handling")


def report() -> dict[str, Any]:
    return {
        "type": "report.received",
        "occurred_at": (clock.now() - dt.timedelta(minutes=1)).isoformat(),
        **REPORT,
    }


def at_once(ask: Callable[[int], Any]) -> list[Any]:
    """What `ask` answers, asked by a dozen threads at the same time."""

    def one(number: int) -> Any:
        try:
            return ask(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def fresh(caller: Asking) -> Asking:
    """The same caller over another connection."""
    return Asking(caller.headers)


def test_the_same_opening_sent_a_dozen_times_at_once_is_one_dossier(caller: Asking) -> None:
    body, key = report(), uuid.uuid4().hex
    answers = at_once(lambda _: fresh(caller).post("/dossiers", body, key=key))
    assert Counter(a.status_code for a in answers) == {201: 1, 200: AT_ONCE - 1}
    assert len({(a.json()["act"], a.json()["receipt"]) for a in answers}) == 1
    assert Act.objects.unfenced("test").count() == Dossier.objects.unfenced("test").count() == 1
    assert Entry.objects.count() == Receipt.objects.count() == 1


def test_different_acts_at_once_all_stand_in_one_order(caller: Asking) -> None:
    opened = caller.post("/dossiers", report()).json()
    body = {
        "type": "family.notified",
        "occurred_at": clock.now().isoformat(),
        "subjects": {"person": ["某乙"]},
    }
    path = f"/dossiers/{opened['dossier']}/acts"
    answers = at_once(lambda n: fresh(caller).post(path, body | {"fields": {"notice": f"第{n}次"}}))
    assert [a.status_code for a in answers] == [201] * AT_ONCE
    assert sorted(a.json()["position"] for a in answers) == list(range(2, AT_ONCE + 2))
    kept = Dossier.objects.unfenced("test").get()
    entries = list(Entry.objects.order_by("position"))
    assert kept.position == len(entries) == AT_ONCE + 1
    assert bytes(kept.head) == bytes(entries[-1].digest)


def test_of_many_who_saw_the_same_position_one_records(caller: Asking) -> None:
    opened = caller.post("/dossiers", report()).json()
    body = {
        "type": "family.notified",
        "occurred_at": clock.now().isoformat(),
        "subjects": {"person": ["某乙"]},
    }
    path = f"/dossiers/{opened['dossier']}/acts"
    answers = at_once(
        lambda n: fresh(caller).post(path, body | {"fields": {"notice": f"第{n}次"}}, If_Match='"1"')
    )
    assert Counter(a.status_code for a in answers) == {201: 1, 412: AT_ONCE - 1}
    assert Act.objects.unfenced("test").count() == 2


def test_one_key_with_a_dozen_different_acts_records_one_of_them(caller: Asking) -> None:
    answers = at_once(
        lambda n: fresh(caller).post("/dossiers", report() | {"backfill": f"第{n}次"}, key="the-same")
    )
    assert Counter(a.status_code for a in answers) == {201: 1, 422: AT_ONCE - 1}
    assert Act.objects.unfenced("test").count() == 1


def test_asking_what_would_come_of_it_a_dozen_times_leaves_nothing(caller: Asking) -> None:
    answers = at_once(lambda _: fresh(caller).post("/dossiers?dry_run=true", report(), key=None))
    assert [a.status_code for a in answers] == [200] * AT_ONCE
    assert not Act.objects.unfenced("test").exists()
    assert not Entry.objects.exists()
    opened = caller.post("/dossiers", report()).json()
    assert opened["number"].endswith("-000001")
