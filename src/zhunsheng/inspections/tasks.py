"""Jobs of inspections. Each may run twice at once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from zhunsheng.inspections.cadences import cadences_plan


@app.periodic(cron="11 * * * *")
@app.task(queue="upkeep", queueing_lock="inspections_planned", pass_context=False)
def inspections_planned(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every hour: what the cadences ask for is planned; what is not held in time stands there overdue."""
    cadences_plan()
