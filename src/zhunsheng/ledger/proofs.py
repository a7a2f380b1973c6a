"""Proofs for single records: where an entry lies in the tree, and that a checkpoint covers it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from zhunsheng.ledger.hashing import Hash
from zhunsheng.ledger.keeping import ledger_hash
from zhunsheng.ledger.models import Checkpoint, Cosignature, Entry
from zhunsheng.ledger.notes import Note, Signature
from zhunsheng.ledger.tile_store import reader
from zhunsheng.ledger.tree import consistency_proof, inclusion_proof


@dataclass(frozen=True)
class Inclusion:
    """An entry's place in the tree and its audit path up to the root of a checkpoint."""

    index: int
    size: int
    path: list[bytes]


LEAVES = """
SELECT wanted.seq, batch.first + array_position(batch.seqs, wanted.seq) - 1
FROM unnest(%s::bigint[]) AS wanted (seq)
JOIN ledger_batch batch ON batch.lowest <= wanted.seq AND batch.highest >= wanted.seq
WHERE array_position(batch.seqs, wanted.seq) IS NOT NULL
"""


def leaf_indices(seqs: Iterable[int]) -> dict[int, int]:
    """The leaves that entries became, by seq; those still unsealed are left out."""
    with connection.cursor() as cursor:
        cursor.execute(LEAVES, [list(seqs)])
        return dict(cursor.fetchall())


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
    return inclusions_of([seq], checkpoint, hash_).get(seq)


def inclusions_of(
    seqs: Iterable[int], checkpoint: Checkpoint, hash_: Hash | None = None
) -> dict[int, Inclusion]:
    """The same for several entries by seq; each tile is read once. Those the checkpoint does not cover are left out."""
    hash_ = hash_ or ledger_hash()
    node = reader(checkpoint.size, hash_).node
    return {
        seq: Inclusion(index, checkpoint.size, inclusion_proof(index, checkpoint.size, node, hash_))
        for seq, index in leaf_indices(seqs).items()
        if index < checkpoint.size
    }


def consistency_of(old: int, new: int, hash_: Hash | None = None) -> list[bytes]:
    """The proof that the tree of `new` leaves continues that of `old`."""
    hash_ = hash_ or ledger_hash()
    return consistency_proof(old, new, reader(new, hash_).node, hash_)
