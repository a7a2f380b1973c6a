"""The same ledger under SM3, where a deployment must: door, sequencer, proofs and audit, and a hash that is not the ledger's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ledger import plain_tree
from tests.ledger.tampering import KINDS, TABLES
from tests.ledger.test_audit_tamper import tried, unseen
from tests.ledger.writing import leaves
from tests.procedure.sealed import AFTERWARDS, WITNESSES, SealedLedger, as_superuser, populate
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.base import clock
from zhunsheng.ledger.entries import entry_digest, open_entry
from zhunsheng.ledger.hashing import SM3
from zhunsheng.ledger.models import Checkpoint, Entry


@pytest.fixture
def later() -> Iterator[None]:
    """The clock stands where the ledger is looked at."""
    with clock.holding(AFTERWARDS):
        yield


def test_a_bureau_whose_ledger_is_made_with_sm3(
    empty: str, later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHUNSHENG_LEDGER_HASH", "sm3")
    populate()
    ledger = SealedLedger(empty, [witness.key for witness in WITNESSES])
    audit = ledger_audit(witnesses=ledger.witnesses)
    assert (audit.faults, audit.acts, audit.leaves, audit.checkpoints) == ([], 44, 43, 2)
    entry = Entry.objects.order_by("seq")[0]
    assert open_entry(bytes(entry.body)).hash is SM3
    assert bytes(entry.digest) == entry_digest(bytes(entry.body), SM3)
    newest = Checkpoint.objects.order_by("-size")[0]
    assert newest.note.split("\n")[3] == "hash sm3"
    assert plain_tree.root(leaves()[: newest.size], SM3) == bytes(newest.root)
    missed = []
    with as_superuser(ledger):
        for seed in range(27):
            outcome = tried(ledger, lambda r, n=seed: KINDS[0](r, TABLES[n % len(TABLES)]), seed)  # type: ignore[misc]
            missed += filter(None, [outcome and unseen(*outcome)])
    assert missed == []
    monkeypatch.setenv("ZHUNSHENG_LEDGER_HASH", "sha-256")
    codes = {fault.code for fault in ledger_audit(witnesses=ledger.witnesses).faults}
    assert {"header-changed", "tile-changed", "checkpoint-root"} <= codes
