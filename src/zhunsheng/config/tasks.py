"""Upkeep: jobs whose worker died run again, those given up are forgotten after a while, and so are sessions that ended."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

KEPT_HOURS = 7 * 24
SILENT_S = 30
"""A worker says every ten seconds that it lives; one silent for so long is taken for dead."""


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="jobs_rescue", pass_context=True)
async def jobs_rescue(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it by name
    """Hand the jobs of dead workers to living ones; one whose like waits already is given up in its favour."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, status=Status.ABORTED, delete_job=False)


@app.periodic(cron="17 3 * * *")
@app.task(queue="upkeep", queueing_lock="jobs_forget", pass_context=True)
async def jobs_forget(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it by name
    """Delete jobs that were given up a week ago; successful ones go at once, failed ones stay until somebody has looked."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_aborted=True, include_cancelled=True
    )


@app.periodic(cron="27 3 * * *")
@app.task(queue="upkeep", queueing_lock="sessions_clear", pass_context=False)
def sessions_clear(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it by name
    """Delete the rows of sessions that ended by themselves."""
    call_command("clearsessions")
