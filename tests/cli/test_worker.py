"""Background jobs on a real database: found in every app, run, repeated, and picked up again after a worker was killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import pytest
from procrastinate.contrib.django import app

from tests.cli.running import begin, environment_for, zhunsheng
from tests.config.serving import until
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.state import status
from zhunsheng.cli import worker as worker_module
from zhunsheng.cli.worker import await_migrations

RESCUE = "zhunsheng.config.tasks.jobs_rescue"
UNKNOWN = "no.such.task"
PATIENCE_S = 120


def statuses(url: str, task: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task]
        )
        return [status for (status,) in found]


def test_every_apps_tasks_are_known_and_have_a_queue_of_their_own() -> None:
    ours = {name: task.queue for name, task in app.tasks.items() if name.startswith("zhunsheng.")}
    assert {RESCUE, "zhunsheng.config.tasks.jobs_forget"} <= set(ours)
    assert "default" not in ours.values()


def test_it_does_what_waits_and_what_is_due_until_it_is_told_to_stop(
    own_database: str, tmp_path: Path
) -> None:
    wait_for_nobody(own_database, "todo")
    env = environment_for(tmp_path, DATABASE_URL=own_database)
    worker = begin(env, tmp_path / "out", "worker", "--queues", "upkeep")
    try:
        until(lambda: statuses(own_database, UNKNOWN) == ["failed"], PATIENCE_S)
        until(lambda: RESCUE in periodic(own_database), PATIENCE_S)
    finally:
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(PATIENCE_S)
    assert code == 0, (tmp_path / "out").read_text(encoding="utf-8")


def test_jobs_of_a_dead_worker_run_again(own_database: str, tmp_path: Path) -> None:
    wait_for_nobody(own_database, "doing", silent_s=300)
    with psycopg.connect(own_database) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES (%s, 'upkeep', '{\"timestamp\": 0}')",
            [RESCUE],
        )
    env = environment_for(tmp_path, DATABASE_URL=own_database)
    seen = []
    for _ in range(2):
        done = zhunsheng(env, "worker", "--no-wait", "--queues", "upkeep")
        assert done.returncode == 0, done.stderr
        seen += statuses(own_database, UNKNOWN)
    assert seen[0] in {"todo", "failed"}, "handed on"
    assert seen[1] == "failed", "run"


def wait_for_nobody(url: str, status: str, silent_s: int = 0) -> None:
    """Put in a job of a task nobody knows, held by a worker last heard of so long ago where it is being done."""
    with psycopg.connect(url) as connection:
        (worker,) = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_s],
        ).fetchone()
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, status, worker_id)"
            " VALUES (%s, 'upkeep', '{}', %s, %s)",
            [UNKNOWN, status, worker if status == "doing" else None],
        )


def periodic(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT task_name FROM procrastinate_periodic_defers")}


@pytest.mark.django_db
def test_without_tables_it_says_so_instead_of_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    await_migrations(wait=False)
    monkeypatch.setattr(worker_module, "migrations_pending", lambda: 3)
    with pytest.raises(InputError, match=r"3 steps behind.*\n.*zhunsheng manage migrate"):
        await_migrations(wait=False)


@pytest.mark.slow
def test_it_goes_on_after_the_database_was_killed(home: Path) -> None:
    env, layout, out = environment_for(home), layout_in(home), home / "out"
    assert zhunsheng(env, "manage", "migrate", "-v0").returncode == 0
    worker = begin(env, out, "worker")
    try:
        until(lambda: out.read_text(encoding="utf-8").count("start_worker") == 1, PATIENCE_S)
        database = status(layout).pid
        assert database is not None
        os.kill(database, signal.SIGKILL)
        until(lambda: out.read_text(encoding="utf-8").count("start_worker") == 2, PATIENCE_S)
    finally:
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(PATIENCE_S)
    assert code == 0, out.read_text(encoding="utf-8")
    assert status(layout).state == "stopped"
