"""The load on an installation and waiting for what comes of it: what the tests of kills and of a long load share."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.faults.cases import Town
from tests.faults.clients import Client, Ledger, Shared, cases_one_after_another
from tests.faults.installation import Installation
from tests.soundness import connected_to
from zhunsheng.base.postgres.layout import APPLICATION, DATABASE

CASE_CLIENTS, SHARED_CLIENTS = 3, 2
PATIENCE_S = 120


def say(text: str) -> None:
    """A line of the test's own output; pytest shows it when the test fails, or with -rP."""
    sys.stdout.write(f"{text}\n")


@contextmanager
def inside(it: Installation) -> Iterator[None]:
    """Django of this process on the installation's database."""
    with connected_to(HOST=str(it.layout.sockets), NAME=DATABASE, USER=APPLICATION):
        yield


@contextmanager
def clients(it: Installation, people: Town, known: Ledger, seed: int) -> Iterator[None]:
    """The load goes on within the block; a client that saw something that may not be fails the test."""
    cases, turn, shared = iter(people.cases), threading.Lock(), Shared()
    works = [cases_one_after_another(cases, turn)] * CASE_CLIENTS + [shared.work] * SHARED_CLIENTS
    crowd = [Client(it.port, people, known, work, seed + n) for n, work in enumerate(works)]
    for client in crowd:
        client.start()
    try:
        yield
    finally:
        for client in crowd:
            client.ended.set()
        for client in crowd:
            client.join(60)
    for client in crowd:
        if client.failed is not None:
            raise AssertionError("a client saw what may not be") from client.failed
        assert not client.is_alive()


def calm(it: Installation) -> None:
    """Nobody writes any more: the worker seals what waits and nothing stays with workers that are dead."""

    def quiet() -> bool:
        with it.connect() as wire:
            (waiting,) = wire.execute("SELECT count(*) FROM ledger_unsealed").fetchone() or (1,)
            return waiting == 0

    until(quiet, "everything is sealed", it)
    until(lambda: nothing_stuck(it), "no job stays with a dead worker", it, seconds=150)


STUCK = """
SELECT count(*) FROM procrastinate_jobs job
LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (
    worker.id IS NULL
    OR worker.last_heartbeat < now() - interval '15 seconds'
    OR (SELECT max(at) FROM procrastinate_events event WHERE event.job_id = job.id AND event.type = 'started')
       < now() - interval '15 seconds'
)
"""
"""Jobs under way that belong to nobody alive, or take far longer than any does here."""


def nothing_stuck(it: Installation) -> bool:
    """Whether every job under way belongs to a worker that lives and works on it."""
    with it.connect() as wire:
        (stuck,) = wire.execute(STUCK).fetchone() or (1,)
    return stuck == 0


def until(true: Callable[[], bool], what: str, it: Installation, seconds: float = PATIENCE_S) -> None:
    """Wait for something to become true; AssertionError, with what the programs said, when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}\n{it.output()}"
        time.sleep(0.02)
