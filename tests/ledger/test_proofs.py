"""Proofs from the stored tiles: equal to those of a tree made as the standard defines it, for any record under any checkpoint."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from tests.ledger import plain_tree
from tests.ledger.writing import leaves, written
from tests.procedure.sealed import SealedLedger
from zhunsheng.acts.models import Act
from zhunsheng.ledger.checkpoints import open_checkpoint
from zhunsheng.ledger.hashing import HASHES, SHA256
from zhunsheng.ledger.models import Checkpoint, Entry
from zhunsheng.ledger.proofs import (
    checkpoint_newest,
    checkpoint_note,
    consistency_of,
    inclusion_of,
    leaf_indices,
)
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.ledger.tree import verify_consistency, verify_inclusion


@pytest.mark.parametrize(
    ("name", "most"), [("sha-256", 620), pytest.param("sha-256", 2_500, marks=pytest.mark.slow), ("sm3", 60)]
)
def test_random_records_at_random_checkpoints(
    empty: str, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHUNSHENG_LEDGER_HASH", name)
    r, hash_, total = Random(most), HASHES[name], 0
    while total < most:
        number = min(r.choice((1, 2, 7, 64, 255, 256, 257)), most - total)
        written(number)
        total += number
        ledger_sequence(batch=r.choice((50, 300)))
    every = leaves()
    sealed_late = written(3)
    records = {bytes(d): record for record, d in Entry.objects.values_list("record", "digest")}
    checkpoints = list(Checkpoint.objects.order_by("size"))
    assert every == [d for d in every if d in records]
    for checkpoint in checkpoints:
        root = bytes(checkpoint.root)
        assert root == plain_tree.root(every[: checkpoint.size], hash_)
        for index in {0, checkpoint.size - 1, *(r.randrange(checkpoint.size) for _ in range(6))}:
            proof = inclusion_of(records[every[index]], checkpoint)
            assert proof is not None
            assert (proof.index, proof.size) == (index, checkpoint.size)
            assert proof.path == plain_tree.path(index, every[: checkpoint.size], hash_)
            assert verify_inclusion(every[index], index, checkpoint.size, proof.path, root, hash_)
            wrong = every[(index + 1) % len(every)]
            assert not verify_inclusion(wrong, index, checkpoint.size, proof.path, root, hash_)
        if checkpoint.size < total:
            assert inclusion_of(records[every[checkpoint.size]], checkpoint) is None
        assert inclusion_of(sealed_late[0], checkpoint) is None
    for old, new in combinations(checkpoints, 2):
        path = consistency_of(old.size, new.size)
        assert path == plain_tree.proof(old.size, every[: new.size], hash_)
        assert verify_consistency(old.size, new.size, path, bytes(old.root), bytes(new.root), hash_)


def test_the_newest_checkpoint_bears_every_cosignature(sealed: SealedLedger) -> None:
    newest = checkpoint_newest()
    assert newest is not None
    _, note, signed = open_checkpoint(checkpoint_note(newest).encode(), sealed.witnesses)
    assert {key.name for key, _ in signed} == {key.name for key in sealed.witnesses}
    assert len(note.signatures) == 3


def test_every_act_of_a_bureau_is_proved_by_its_receipt(sealed: SealedLedger) -> None:
    newest = checkpoint_newest()
    assert newest is not None
    proved = 0
    for act in Act.objects.unfenced("a test"):
        digest = bytes(Entry.objects.get(record=act.id).digest)
        proof = inclusion_of(act.id, newest)
        if proof is not None:
            proved += 1
            assert verify_inclusion(digest, proof.index, proof.size, proof.path, bytes(newest.root), SHA256)
    assert proved == newest.size == 41
    assert len(leaf_indices(Entry.objects.values_list("seq", flat=True))) == 43
