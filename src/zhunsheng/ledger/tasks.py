"""Jobs of the ledger: sealing what was written. Each may run twice at once without harm: one works, the other finds nothing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from zhunsheng.ledger.sequencer import ledger_sequence


@app.periodic(cron="* * * * * */2")
@app.task(queue="ledger", queueing_lock="ledger_sealed", pass_context=False)
def ledger_sealed(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every two seconds: unsealed entries go into the tree, and a checkpoint is signed when it has grown."""
    ledger_sequence()
