"""Jobs of accountability; each may run twice at once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from zhunsheng.accountability.deciding import cases_lapse


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="responsibility_lapses", pass_context=False)
def responsibility_lapses(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every ten minutes: decisions nobody objected to within the term are final."""
    cases_lapse()
