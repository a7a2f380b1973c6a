"""Jobs of the ledger: sealing what was written. Each may run twice at once without harm: one works, the other finds nothing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.ledger.witnesses import checkpoint_cosign


@app.periodic(cron="* * * * * */2")
@app.task(queue="ledger", queueing_lock="ledger_sealed", pass_context=False)
def ledger_sealed(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every two seconds: unsealed entries go into the tree, and a checkpoint is signed when it has grown."""
    ledger_sequence()


@app.periodic(cron="* * * * *")
@app.task(queue="ledger", queueing_lock="checkpoint_cosigned", pass_context=False)
def checkpoint_cosigned(timestamp: int) -> None:  # noqa: ARG001 - when it was to run
    """Every minute: the witnesses are asked to cosign the newest checkpoint; a refusal means a fork and fails the job loudly."""
    refused = [one for one in checkpoint_cosign() if one.alarming]
    if refused:
        raise RuntimeError("; ".join(f"{one.witness} refuses to cosign: {one.said}" for one in refused))
