"""Jobs of supervision: alerts carried, findings passed on, norms that misjudge silenced. Each may run twice at once."""

from __future__ import annotations

import logging
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhunsheng.supervision.delivery import deliveries_carry
from zhunsheng.supervision.notices import notices_make
from zhunsheng.supervision.precision import silences_note
from zhunsheng.supervision.rebuild import differences_mend
from zhunsheng.supervision.reopening import lines_reopen
from zhunsheng.supervision.telling import AT_ONCE, levels_pass_on

LOG = logging.getLogger(__name__)
CARRIER = "alerts_carried"


@app.task(queue="alerts", queueing_lock=CARRIER, pass_context=False)
def alerts_carried() -> None:
    """Carry what waits, called right after it was made; goes on while there is more."""
    while deliveries_carry().sent:
        pass


def carrier_call() -> None:
    """Have `alerts_carried` run now; where one waits already, that one does it."""
    with suppress(AlreadyEnqueued):
        alerts_carried.defer()


@app.periodic(cron="* * * * * */20")
@app.task(queue="alerts", queueing_lock="alerts_due", pass_context=False)
def alerts_due(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every twenty seconds: findings go on to the next level, and what could not be delivered is tried again."""
    while levels_pass_on() >= AT_ONCE:
        pass
    alerts_carried()


@app.periodic(cron="* * * * *")
@app.task(queue="alerts", queueing_lock="notices_due", pass_context=False)
def notices_due(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every minute: lines of what has happened again, terms come due or past, and what was filed, decided or entered."""
    lines_reopen()
    notices_make()


@app.periodic(cron="37 * * * *")
@app.task(queue="upkeep", queueing_lock="norms_silenced", pass_context=False)
def norms_silenced(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every hour: norms whose findings are dismissed too often fall silent."""
    silences_note()


@app.periodic(cron="47 * * * *")
@app.task(queue="upkeep", queueing_lock="findings_hold", pass_context=False)
def findings_hold(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every hour: findings against obligations; they differ after an update that brought findings, and never otherwise."""
    if mended := differences_mend():
        LOG.warning("findings of %s dossiers were not what their obligations say; mended", mended)
