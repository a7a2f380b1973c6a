"""Proofs for single records: where an entry lies in the tree, and that a checkpoint covers it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from zhunsheng.ledger.hashing import Hash
from zhunsheng.ledger.keeping import ledger_hash
from zhunsheng.ledger.models import Batch, Checkpoint, Cosignature, Entry
from zhunsheng.ledger.notes import Note, Signature
from zhunsheng.ledger.tile_store import reader
from zhunsheng.ledger.tree import consistency_proof, inclusion_proof


@dataclass(frozen=True)
class Inclusion:
    """An entry's place in the tree and its audit path up to the root of a checkpoint."""

    index: int
    size: int
    path: list[bytes]


def leaf_index(seq: int) -> int | None:
    """The leaf an entry became; None while it is unsealed."""
    for first, seqs in Batch.objects.filter(lowest__lte=seq, highest__gte=seq).values_list("first", "seqs"):
        if seq in seqs:
            return int(first) + seqs.index(seq)
    return None


def checkpoint_newest() -> Checkpoint | None:
    """The newest checkpoint; None before the first act is sealed."""
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_note(checkpoint: Checkpoint) -> Note:
    """The checkpoint with every cosignature that has come in for it."""
    lines = (
        Cosignature.objects.filter(size=checkpoint.size).order_by("witness").values_list("line", flat=True)
    )
    return Note.parse(checkpoint.note.encode()).with_signatures([Signature.parse(line) for line in lines])


def inclusion_of(record: uuid.UUID, checkpoint: Checkpoint, hash_: Hash | None = None) -> Inclusion | None:
    """The proof that a checkpoint covers a record; None when the record was sealed after it, or not yet."""
    seq = Entry.objects.values_list("seq", flat=True).get(record=record)
    index = leaf_index(seq)
    if index is None or index >= checkpoint.size:
        return None
    hash_ = hash_ or ledger_hash()
    node = reader(checkpoint.size, hash_).node
    return Inclusion(index, checkpoint.size, inclusion_proof(index, checkpoint.size, node, hash_))


def consistency_of(old: int, new: int, hash_: Hash | None = None) -> list[bytes]:
    """The proof that the tree of `new` leaves continues that of `old`."""
    hash_ = hash_ or ledger_hash()
    return consistency_proof(old, new, reader(new, hash_).node, hash_)
