"""Jobs whose database goes away: those that come round again leave nothing to be looked at, the others are tried again."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from zhunsheng.acts.tasks import document_dropped
from zhunsheng.cli import worker
from zhunsheng.config.jobs import carried

SEALING, ERASING = "zhunsheng.ledger.tasks.ledger_sealed", "zhunsheng.acts.tasks.document_dropped"
LOST = [
    psycopg.OperationalError("the connection is lost"),
    psycopg.errors.AdminShutdown(),
    psycopg.errors.CrashShutdown(),
    psycopg.errors.CannotConnectNow(),
    psycopg.errors.ConnectionFailure(),
    psycopg.errors.TooManyConnections(),
]
OTHER = [
    psycopg.errors.LockNotAvailable(),
    psycopg.errors.QueryCanceled(),
    psycopg.errors.DeadlockDetected(),
]


def run(task: str, error: Exception) -> Any:
    """What the worker hears of a job that raises this as Django raises it."""
    job = Job(id=1, queue="any", lock=None, queueing_lock=None, task_name=task)

    async def call_next() -> None:
        raise OperationalError(str(error)) from error

    context = JobContext(app=app, job=job, start_timestamp=0, abort_reason=lambda: None)
    return asyncio.run(carried(call_next, context, None))


@pytest.mark.parametrize("error", LOST, ids=lambda e: type(e).__name__)
def test_one_that_comes_round_again_has_not_failed(error: Exception) -> None:
    assert run(SEALING, error) is None


@pytest.mark.parametrize("error", LOST, ids=lambda e: type(e).__name__)
def test_one_that_does_not_has(error: Exception) -> None:
    with pytest.raises(OperationalError):
        run(ERASING, error)


@pytest.mark.parametrize("error", OTHER, ids=lambda e: type(e).__name__)
def test_what_may_fail_again_is_to_be_looked_at(error: Exception) -> None:
    with pytest.raises(OperationalError):
        run(SEALING, error)


def test_an_erasure_is_tried_again_for_hours() -> None:
    job = Job(id=1, queue="upkeep", lock=None, queueing_lock=None, task_name=ERASING, attempts=10)
    assert document_dropped.get_retry_exception(exception=OSError(), job=job) is not None


def test_a_worker_whose_database_is_not_there_yet_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[Any] = [OperationalError("in recovery mode"), OperationalError("in recovery mode"), 2, 2, 0]

    def pending() -> int:
        answer = found.pop(0)
        if isinstance(answer, Exception):
            raise answer
        number: int = answer
        return number

    monkeypatch.setattr(worker, "migrations_pending", pending)
    monkeypatch.setattr(worker, "RETRY_S", 0)
    worker.await_migrations(wait=True)
    assert not found
    said = capsys.readouterr().out
    assert (said.count("等待数据库。"), said.count("等待数据库结构更新。")) == (1, 1)


def test_one_that_is_not_to_wait_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> int:
        raise OperationalError

    monkeypatch.setattr(worker, "migrations_pending", gone)
    with pytest.raises(OperationalError):
        worker.await_migrations(wait=False)
