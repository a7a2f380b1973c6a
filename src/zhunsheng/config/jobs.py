"""Background jobs carry the request id of whoever asked for them, and are measured; procrastinate's hooks for that."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import structlog
from procrastinate import App, JobContext
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker
from structlog.contextvars import bind_contextvars, get_contextvars

from zhunsheng.config import metrics

log = structlog.get_logger(__name__)

GONE = ("08", "53300", "57P")
"""How the SQLSTATE begins where there is no connection, or no more than there are; where the server shuts down or has crashed."""
CARRIED = "_request_id"
"""Name of the argument a job carries the request id in; taken out before the task sees its arguments."""


class CarryingJobManager(JobManager):
    """A job manager that writes the request id at hand into every job it defers."""

    async def batch_defer_jobs_async(self, jobs: list[Job], connection: Any | None = None) -> list[Job]:
        """As procrastinate's."""
        return await super().batch_defer_jobs_async([carrying(job) for job in jobs], connection)

    def batch_defer_jobs(self, jobs: list[Job], connection: Any | None = None) -> list[Job]:
        """As procrastinate's."""
        return super().batch_defer_jobs([carrying(job) for job in jobs], connection)


def carrying(job: Job) -> Job:
    """The job with the request id of this context, where there is one."""
    name = get_contextvars().get("request_id")
    return job.evolve(task_kwargs={**job.task_kwargs, CARRIED: name}) if name else job


def prepare(app: App) -> None:
    """Procrastinate's PROCRASTINATE_ON_APP_READY."""
    app.job_manager = CarryingJobManager(app.connector)
    others = app.worker_defaults.get("worker_middleware") or []
    app.worker_defaults["worker_middleware"] = [carried, *others]


async def carried(call_next: AsyncCallNext, context: JobContext, _worker: Worker) -> Any:
    """Worker middleware: binds request id, job and task to every line of the job, counts it and takes its time.

    Every job runs in a task of its own, so that what is bound ends with it, after procrastinate's own last line.
    """
    metrics.begin()
    job = context.job
    name = job.task_kwargs.pop(CARRIED, None)
    bind_contextvars(job=job.id, task=job.task_name, **({"request_id": name} if name else {}))
    began = time.perf_counter()
    outcome, result = "failed", None
    try:
        result = await call_next()
        outcome = "succeeded"
    except Exception as error:
        if not (connection_lost(error) and repeats(context)):
            raise
        # Its like comes round again in a moment; a failed job would call for somebody to look at what has mended itself.
        outcome = "cut off"
        log.warning("job cut off: the database went away", exc_info=error)
    finally:
        metrics.JOBS.add(task=job.task_name, outcome=outcome)
        metrics.JOB_SECONDS.took(time.perf_counter() - began, task=job.task_name)
    return result


def repeats(context: JobContext) -> bool:
    """Whether the job is one of those that come round by the clock."""
    return any(
        periodic.task.name == context.job.task_name
        for periodic in context.app.periodic_registry.periodic_tasks.values()
    )


def connection_lost(error: BaseException | None) -> bool:
    """Whether an error says that the connection to the database is gone, and not that a statement took too long or was wrong."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError):
            state = error.sqlstate
            return state is None or state.startswith(GONE)
        error = error.__cause__ or error.__context__
    return False
