"""`/health`: the process lives. `/ready`: each need tested and named; JSON without secrets, and any doubt is a no."""

from __future__ import annotations

from functools import cache
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhunsheng.base.measures import Answer, Gauge, Readiness, gauge_register, needs, readiness_register
from zhunsheng.config.database import brief_look

LONGEST_STATEMENT_MS = 2_000
SILENCE = 60
"""Seconds without a heartbeat after which no worker is taken to run; one is written every ten."""

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """Whether this process answers at all; touches neither database nor disk."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """200 when every need is met, 503 otherwise, with each need's answer."""
    answers = {"database": asked(Readiness("database", database_answers))}
    for need in needs():
        answers[need.name] = asked(need) if answers["database"].ok else NOT_ASKED
    met = all(answer.ok for answer in answers.values())
    told = {name: {"ok": a.ok, "zh": a.zh, "en": a.en} for name, a in answers.items()}
    return JsonResponse(
        {"status": "ready" if met else "unready", "checks": told},
        status=200 if met else 503,
        json_dumps_params={"ensure_ascii": False},
    )


NOT_ASKED = Answer(ok=False, zh="数据库不通，未检查", en="not tested: the database does not answer")


def asked(need: Readiness) -> Answer:
    """The answer of one need; a test that raises is a no, and its exception goes to the log, not to the caller."""
    try:
        with brief_look(LONGEST_STATEMENT_MS):
            return need.test()
    except DatabaseError:
        log.warning("readiness test failed", check=need.name, exc_info=True)
        return Answer(ok=False, zh="数据库不答复", en="the database does not answer")
    except Exception:
        log.exception("readiness test failed", check=need.name)
        return Answer(ok=False, zh="检查出错，详见日志", en="the test itself failed: see the log")


def database_answers() -> Answer:
    """Whether a statement comes back; reaching this function at all took one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Answer(ok=True, zh="数据库可用", en="the database answers")


@cache
def shipped_migrations() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Every migration this version ships, with those it replaces; read from disk once a process."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {key: tuple(migration.replaces) for key, migration in loader.disk_migrations.items()}


def migrations_applied() -> Answer:
    """Whether the database has every migration of this version; one that is ahead is no fault (an upgrade under way)."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    lacking = [
        key
        for key, replaced in shipped_migrations().items()
        if key not in applied and not (replaced and applied.issuperset(replaced))
    ]
    if lacking:
        return Answer(
            ok=False,
            zh=f"数据库缺{len(lacking)}个迁移：运行 zhunsheng manage migrate",
            en=f"the database lacks {len(lacking)} migrations: run `zhunsheng manage migrate`",
        )
    return Answer(ok=True, zh="数据库结构与本版一致", en="the database has this version's structure")


def worker_alive() -> Answer:
    """Whether a background worker wrote a heartbeat lately."""
    silence = worker_silence()
    if silence is None or silence > SILENCE:
        return Answer(
            ok=False, zh="后台进程没有心跳：运行 zhunsheng worker", en="no worker: run `zhunsheng worker`"
        )
    return Answer(ok=True, zh="后台进程在运行", en="a worker runs")


def worker_silence() -> float | None:
    """Seconds since the latest heartbeat of any worker; None when none ever wrote one."""
    (value,) = row("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
    return None if value is None else float(value)


def worker_silences() -> dict[tuple[str, ...], float]:
    """As a gauge: nothing when no worker is known, so that an alert on absence sees it."""
    silence = worker_silence()
    return {} if silence is None else {(): silence}


def jobs_by_status() -> dict[tuple[str, ...], float]:
    """How many jobs wait, run, or failed, by queue; those that ended well are not counted."""
    return {
        (queue, status): float(number)
        for queue, status, number in rows(
            "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
        )
    }


def oldest_waiting_job() -> float:
    """Seconds the job that waits longest is past its time; 0 when none waits."""
    (value,) = row(
        "SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0)"
        " FROM procrastinate_jobs j"
        " LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at) <= now()"
    )
    return float(value)


def connections_by_state() -> dict[tuple[str, ...], float]:
    """Connections to this database by what they are doing."""
    return {
        (state,): float(number)
        for state, number in rows(
            "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() GROUP BY 1"
        )
    }


def database_bytes() -> float:
    """Size of the database on disk."""
    return float(row("SELECT pg_database_size(current_database())")[0])


def row(statement: str) -> tuple[Any, ...]:
    """The first row of a constant statement."""
    return rows(statement)[0]


def rows(statement: str) -> list[tuple[Any, ...]]:
    """All rows of a constant statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def register() -> None:
    """What the web application itself knows to ask; the layers below register their own."""
    readiness_register(Readiness("migrations", migrations_applied))
    readiness_register(Readiness("worker", worker_alive))
    gauge_register(Gauge("jobs_now", "Jobs waiting, running or failed.", jobs_by_status, ("queue", "status")))
    gauge_register(Gauge("oldest_job_seconds", "Age of the job that waits longest.", oldest_waiting_job))
    gauge_register(Gauge("worker_silence_seconds", "Since the latest worker heartbeat.", worker_silences))
    gauge_register(Gauge("database_connections", "Connections by state.", connections_by_state, ("state",)))
    gauge_register(Gauge("database_bytes", "Size of the database.", database_bytes))
