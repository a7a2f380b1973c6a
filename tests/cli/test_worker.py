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
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.state import status

RESCUE = "zhunsheng.config.tasks.jobs_rescue"


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


def test_it_does_what_waits_and_what_is_due_and_ends(own_database: str, tmp_path: Path) -> None:
    with psycopg.connect(own_database) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES ('no.such.task', 'upkeep', '{}')"
        )
    env = environment_for(tmp_path, DATABASE_URL=own_database)
    done = zhunsheng(env, "worker", "--no-wait", "--queues", "upkeep")
    assert done.returncode == 0, done.stderr
    assert statuses(own_database, "no.such.task") == ["failed"]
    with psycopg.connect(own_database) as connection:
        deferred = connection.execute("SELECT task_name FROM procrastinate_periodic_defers").fetchall()
    assert (RESCUE,) in deferred


def test_jobs_of_a_dead_worker_run_again(own_database: str, tmp_path: Path) -> None:
    with psycopg.connect(own_database) as connection:
        (dead,) = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        ).fetchone()
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, status, worker_id)"
            " VALUES ('no.such.task', 'upkeep', '{}', 'doing', %s)",
            [dead],
        )
    env = environment_for(tmp_path, DATABASE_URL=own_database)
    for _ in range(2):
        done = zhunsheng(env, "worker", "--no-wait", "--queues", "upkeep")
        assert done.returncode == 0, done.stderr
        app_defer(own_database)
    assert statuses(own_database, "no.such.task") == ["failed"]


def app_defer(url: str) -> None:
    """Ask for the rescue as its hour would."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES (%s, 'upkeep', '{\"timestamp\": 0}')",
            [RESCUE],
        )


def test_without_tables_it_says_so_instead_of_waiting(test_server, tmp_path: Path) -> None:
    empty = f"test_{os.getpid()}_empty"
    test_server.drop(empty)
    test_server.made.append(empty)
    from zhunsheng.base.postgres.roles import ensure_database

    ensure_database(test_server.layout, empty)
    done = zhunsheng(environment_for(tmp_path, DATABASE_URL=test_server.url(empty)), "worker", "--no-wait")
    assert done.returncode == 2
    assert "zhunsheng manage migrate" in done.stderr


@pytest.mark.slow
def test_it_goes_on_after_the_database_was_killed(home: Path) -> None:
    env, layout, out = environment_for(home), layout_in(home), home / "out"
    assert zhunsheng(env, "manage", "migrate", "-v0").returncode == 0
    worker = begin(env, out, "worker")
    try:
        until(lambda: out.read_text(encoding="utf-8").count("start_worker") == 1)
        database = status(layout).pid
        assert database is not None
        os.kill(database, signal.SIGKILL)
        until(lambda: out.read_text(encoding="utf-8").count("start_worker") == 2)
    finally:
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(60)
    assert code == 0, out.read_text(encoding="utf-8")
    assert status(layout).state == "stopped"
