"""Who waits for whom: writers for the writer before them, readers for nobody, and the counter of deadlocks counts."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, connections, transaction

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import note, report
from tests.soundness import deadlocks, what_is_wrong
from zhunsheng.acts.access import access_dossier
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.people.models import Unit
from zhunsheng.people.services import officer_restore, officer_suspend, unit_move
from zhunsheng.procedure.door import Enacted, enact
from zhunsheng.procedure.invariants import DIFFERENT, invariants_check
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.watch import obligations_watch


class Meanwhile(threading.Thread):
    """Something done in another thread while the test goes on; `done` is what came of it."""

    def __init__(self, task) -> None:
        super().__init__(daemon=True)
        self.task, self.done = task, None

    def run(self) -> None:
        try:
            self.done = self.task()
        finally:
            connections.close_all()

    def result(self):
        self.join(30)
        assert not self.is_alive()
        return self.done


def waiting(url: str) -> int:
    """How many connections of the database wait for a lock."""
    with psycopg.connect(url, autocommit=True) as watcher:
        return watcher.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()[0]


def until_waiting(url: str, number: int) -> None:
    end = time.monotonic() + 10
    while waiting(url) < number:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_an_act_is_recorded_after_those_it_waited_for(platform: Platform) -> None:
    """Whoever waits for the dossier takes the time when it is their turn, so that times follow positions."""
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    with transaction.atomic():
        Dossier.objects.unfenced("a test").select_for_update().get(pk=dossier.id)
        late = Meanwhile(lambda: enact(note(dossier.id, "某乙"), by=by))
        late.start()
        until_waiting(platform.url, 1)
        early = enact(note(dossier.id, "某丙"), by=by)
    waited = late.result()
    assert isinstance(waited, Enacted)
    assert (early.act.position, waited.act.position) == (2, 3)
    assert early.act.recorded_at < waited.act.recorded_at
    assert what_is_wrong() == {}


def test_reading_waits_for_no_writer(platform: Platform) -> None:
    """A reading is put on record with a reference to the dossier, which its writer has locked."""
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    with transaction.atomic():
        enact(note(dossier.id, "某乙"), by=by)
        reader = Meanwhile(lambda: access_dossier(dossier.id, by=by, purpose="handling", via="test").position)
        reader.start()
        assert reader.result() == 1


def test_a_reader_who_goes_on_to_write_meets_another_without_deadlock(platform: Platform) -> None:
    """Both have put their reading on record in the transaction in which they then record an act."""
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    both = threading.Barrier(2)

    def read_and_write(person: str) -> Enacted:
        with transaction.atomic():
            access_dossier(dossier.id, by=by, purpose="handling", via="test")
            both.wait(10)
            return enact(note(dossier.id, person), by=by)

    writers = [Meanwhile(lambda person=person: read_and_write(person)) for person in ("某乙", "某丙")]
    for writer in writers:
        writer.start()
    assert all(isinstance(writer.result(), Enacted) for writer in writers)
    assert what_is_wrong() == {}
    assert deadlocks() == 0


def test_acts_and_changes_of_people_do_not_wait_for_each_other(platform: Platform) -> None:
    """An act refers to its officer and its unit; neither is kept from being changed, nor the other way round."""
    bureau = platform.bureau
    dossier = enact(report(), by=bureau.handler).dossier
    with transaction.atomic():
        enact(note(dossier.id, "某乙"), by=bureau.handler)
        changing = Meanwhile(lambda: officer_suspend(bureau.handler, by=bureau.administrator, reason="测试"))
        changing.start()
        assert not changing.result().is_active
    with transaction.atomic():
        officer_restore(bureau.handler, by=bureau.administrator, reason="测试")
        unit_move(Unit.objects.get(code=bureau.handler.unit_id), by=bureau.founder, parent="990102000000")
        writing = Meanwhile(lambda: enact(note(dossier.id, "某丙"), by=bureau.second_handler))
        writing.start()
        assert isinstance(writing.result(), Enacted)
    assert what_is_wrong() == {}
    assert deadlocks() == 0


@pytest.fixture
def held(platform: Platform) -> Iterator[tuple[Dossier, Dossier]]:
    """Two dossiers in which something has come due; somebody holds the first, in which it came due first, and does not end."""
    by = platform.bureau.handler
    first, second = (enact(report(f"某{n}"), by=by).dossier for n in range(2))
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Dossier.objects.unfenced("a test").select_for_update().get(pk=first.pk)
            holding.set()
            release.wait(60)

    holder = Meanwhile(hold)
    holder.start()
    assert holding.wait(10)
    with clock.holding(clock.now() + dt.timedelta(days=400)):
        yield first, second
    release.set()
    holder.result()


def overdue(dossier: Dossier) -> bool:
    return Obligation.objects.unfenced("a test").filter(dossier=dossier, status="overdue").exists()


def test_the_clock_passes_over_a_dossier_that_is_held(held: tuple[Dossier, Dossier]) -> None:
    first, second = held
    began = time.monotonic()
    assert obligations_watch().changed
    assert time.monotonic() - began < 5
    assert (overdue(first), overdue(second)) == (False, True)


def test_the_check_of_ourselves_passes_over_a_dossier_that_is_held(held: tuple[Dossier, Dossier]) -> None:
    _, second = held
    Obligation.objects.unfenced("a test").update(bearer="nobody", due_at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    found = {d.dossier_id for d in invariants_check() if d.kind == DIFFERENT}
    assert found == {second.id}


def test_the_counter_of_deadlocks_counts(platform: Platform) -> None:
    assert deadlocks() == 0
    both = threading.Barrier(2)

    def cross(first: int, second: int) -> None:
        with psycopg.connect(platform.url) as wire:
            wire.execute("SELECT pg_advisory_xact_lock(%s)", [first])
            both.wait(10)
            try:
                wire.execute("SELECT pg_advisory_xact_lock(%s)", [second])
            except psycopg.errors.DeadlockDetected:
                wire.rollback()

    crossing = [Meanwhile(lambda: cross(1, 2)), Meanwhile(lambda: cross(2, 1))]
    for one in crossing:
        one.start()
    for one in crossing:
        one.result()
    assert deadlocks() == 1
