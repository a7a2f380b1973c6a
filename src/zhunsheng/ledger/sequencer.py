"""The sequencer: puts unsealed entries into the tree and signs its head. One works at a time; any may take over at any moment.

Every batch is one transaction (entries taken from the queue, tiles, which leaf is which entry), so that a crash loses
nothing and repeats nothing. It takes whatever is unsealed, not everything after the last: a transaction that commits late
is not passed over.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from zhunsheng.base import clock
from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.ledger import checkpoints
from zhunsheng.ledger.entries import DIGEST_SIZE
from zhunsheng.ledger.hashing import Hash
from zhunsheng.ledger.keeping import ledger_hash, ledger_signer
from zhunsheng.ledger.models import Batch, Checkpoint
from zhunsheng.ledger.notes import Signer
from zhunsheng.ledger.tile_store import reader, tile_read, tiles_write
from zhunsheng.ledger.tiles import grow

BATCH = 20_000
LOCK = 0x5A5331
"""The advisory lock that makes one sequencer of many."""

TAKE = """
WITH taken AS (
  DELETE FROM ledger_unsealed WHERE seq IN (SELECT seq FROM ledger_unsealed ORDER BY seq LIMIT %(limit)s) RETURNING seq
), picked AS (
  SELECT entry.seq, entry.digest FROM taken JOIN ledger_entry entry USING (seq)
), batch AS (
  INSERT INTO ledger_batch (first, count, lowest, highest, seqs)
  SELECT %(first)s, count(*), min(seq), max(seq), array_agg(seq ORDER BY seq) FROM picked HAVING count(*) > 0
)
SELECT string_agg(digest, ''::bytea ORDER BY seq) FROM picked
"""
"""Takes entries off the queue, writes down which leaf each becomes, and gives their digests in that order."""


@dataclass(frozen=True)
class Sequenced:
    """What one run did: leaves added, and the checkpoint signed, if any."""

    added: int
    checkpoint: Checkpoint | None


def ledger_sequence(signer: Signer | None = None, *, batch: int = BATCH) -> Sequenced:
    """Put every unsealed entry into the tree and sign a checkpoint when the tree has grown since the last one.

    Safe to call from several processes: while one works the others find nothing to do. InputError when there is no key, or
    when the stored tree no longer agrees with the last checkpoint; nothing is signed then.
    """
    added = 0
    while taken := batch_seal(batch):
        added += taken
        if taken < batch:
            break
    return Sequenced(added, checkpoint_sign(signer))


def batch_seal(limit: int) -> int:
    """Take up to `limit` unsealed entries into the tree, in one transaction; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not cursor.fetchone()[0]:
            return 0
        size = tree_size()
        cursor.execute(TAKE, {"limit": limit, "first": size})
        joined = bytes(cursor.fetchone()[0] or b"")
        if not joined:
            return 0
        digests = [joined[i : i + DIGEST_SIZE] for i in range(0, len(joined), DIGEST_SIZE)]
        tiles_write(grow(size, digests, tile_read, ledger_hash()))
        return len(digests)


def tree_size() -> int:
    """Leaves in the tree."""
    last = Batch.objects.order_by("-first").values_list("first", "count").first()
    return 0 if last is None else sum(last)


def checkpoint_sign(signer: Signer | None = None) -> Checkpoint | None:
    """Sign the tree as it stands, if it has grown since the last checkpoint; the new checkpoint, else None."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not cursor.fetchone()[0]:
            return None
        size, last = tree_size(), Checkpoint.objects.order_by("-size").first()
        if size == (0 if last is None else last.size):
            return None
        hash_ = ledger_hash()
        if last is not None:
            agreement_check(last, size, hash_)
        root = reader(size, hash_).root()
        said = (
            f"time {clock.now().isoformat(timespec='seconds')}",
            f"{checkpoints.AFTER}{0 if last is None else last.size}",
        )
        head = checkpoints.Checkpoint(environment().ledger_origin, size, root, hash_, said)
        note = checkpoints.sign_checkpoint(head, signer or ledger_signer())
        return Checkpoint.objects.create(size=size, root=root, note=note.encode().decode())


def agreement_check(last: Checkpoint, size: int, hash_: Hash) -> None:
    """InputError when the stored tree is not a continuation of the last checkpoint: a fork is never signed."""
    try:
        agrees = size >= last.size and reader(last.size, hash_).root() == bytes(last.root)
    except LookupError:
        agrees = False
    if not agrees:
        raise InputError(
            zh=f"存储的账本与第{last.size}项时签发的检查点不一致，停止签发",
            en=f"the stored tree does not agree with the checkpoint signed at {last.size}; nothing more is signed",
            where="ledger_tile",
            remedy_zh="运行 zhunsheng ledger audit 查明改动，从备份恢复",
            remedy_en="run `zhunsheng ledger audit` to find the change, restore from backup",
        )
