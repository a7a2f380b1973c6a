"""Two hundred writers at the same time, in several processes, on one dossier and on two hundred: nothing lost, one total order."""

from __future__ import annotations

import sys
import time
import uuid

import pytest
from django.db import connection

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import note, report
from tests.concurrency.processes import (
    PROCESSES,
    THREADS,
    Wrote,
    having_seen,
    on_a_dossier_of_their_own,
    on_one_dossier,
    the_same,
    two_hundred,
)
from tests.soundness import deadlocks, what_is_wrong
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.ledger.models import Entry
from zhunsheng.procedure.door import enact

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
WRITERS = PROCESSES * THREADS


def told(what: str, wrote: list[Wrote], seconds: float) -> None:
    again = sum(one.attempts > 1 for one in wrote)
    sys.stdout.write(
        f"{what}: {len(wrote)} requests in {seconds:.1f} s with the processes' start, {again} sent again\n"
    )


def kept(wrote: list[Wrote]) -> None:
    """Every act somebody was told of is in the ledger as they were told, and nothing is wrong with anything."""
    receipts = {record: bytes(digest) for record, digest in Entry.objects.values_list("record", "digest")}
    assert {one.act: one.receipt for one in wrote if one.act}.items() <= receipts.items()
    connection.close()
    assert what_is_wrong() == {}
    assert deadlocks() == 0


def test_on_one_dossier(platform: Platform) -> None:
    dossier = enact(report(), by=platform.bureau.handler).dossier
    began = time.monotonic()
    (wrote,) = two_hundred((on_one_dossier, dossier.id))
    told("one dossier", wrote, time.monotonic() - began)
    assert [one for one in wrote if one.raised] == []
    assert sorted(one.position for one in wrote) == list(range(2, 2 * WRITERS + 2))
    assert len({one.act for one in wrote}) == 2 * WRITERS
    assert Dossier.objects.unfenced("a test").get(pk=dossier.id).position == 2 * WRITERS + 1
    kept(wrote)


def test_on_two_hundred_dossiers(platform: Platform) -> None:
    began = time.monotonic()
    (wrote,) = two_hundred((on_a_dossier_of_their_own, 4))
    told("two hundred dossiers", wrote, time.monotonic() - began)
    assert [one for one in wrote if one.raised] == []
    places: dict[uuid.UUID | None, list[int]] = {}
    for one in wrote:
        places.setdefault(one.dossier, []).append(one.position)
    assert len(places) == WRITERS
    assert all(positions == [1, 2, 3, 4, 5] for positions in places.values())
    numbers = Dossier.objects.unfenced("a test").values_list("number", flat=True)
    assert sorted(int(number[-6:]) for number in numbers) == list(range(1, WRITERS + 1))
    kept(wrote)


def test_who_saw_the_same_position_and_who_sent_the_same_request(platform: Platform) -> None:
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    seen, opening, adding = two_hundred(
        (having_seen, (dossier.id, 1)),
        (the_same, (report("某己"), "opening")),
        (the_same, (note(dossier.id, "某己"), "adding")),
    )
    (winner,) = [one for one in seen if not one.raised]
    assert winner.position == 2
    assert {one.raised for one in seen if one is not winner} == {"OutOfStep"}
    for same in (opening, adding):
        assert [one for one in same if one.raised] == []
        assert len({(one.act, one.receipt) for one in same}) == 1
        assert len(same) == WRITERS
    assert (opening[0].position, adding[0].position) == (1, 3)
    assert Act.objects.unfenced("a test").count() == 4
    kept([*seen, *opening, *adding])
