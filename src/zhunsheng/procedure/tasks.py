"""Jobs of the door: the clock of obligations, and the check of ourselves. Each may run twice at once without harm."""

from __future__ import annotations

from procrastinate.contrib.django import app

from zhunsheng.procedure.invariants import invariants_check
from zhunsheng.procedure.overlay import overlay_restore
from zhunsheng.procedure.watch import obligations_watch

EVERY_S, MINUTE_S = 2, 60


@app.periodic(cron=f"* * * * * */{EVERY_S}")
@app.task(queue="clock", queueing_lock="obligations_due", pass_context=False)
def obligations_due(timestamp: int) -> None:
    """Every two seconds: what has come due becomes overdue; once a minute also another edition; goes on while there is more."""
    editions = timestamp % MINUTE_S < EVERY_S
    while (run := obligations_watch(editions=editions)).left and run.failed < run.dossiers:
        pass


@app.periodic(cron="17 * * * *")
@app.task(queue="upkeep", queueing_lock="invariants_hold", pass_context=False)
def invariants_hold(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every hour: stored obligations against a fresh evaluation, and open dossiers in which nothing is due.

    Norm files that were activated and are missing are put back first.
    """
    overlay_restore()
    invariants_check()
