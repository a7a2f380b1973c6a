"""The ledger's tables. No foreign keys: it knows bytes, chains and records, not what they are about.

Entries, batches, checkpoints, cosignatures and keys are only ever added; tiles only ever grow (triggers in the migration).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Entry(models.Model):
    """One sealed record: the canonical header with its commitments, and its digest. What it commits to is kept elsewhere."""

    seq = models.BigAutoField(primary_key=True)
    """Order of writing; it has gaps and is not the order of the tree."""
    record = models.UUIDField(unique=True)
    chain = models.UUIDField()
    position = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    body = models.BinaryField()

    class Meta:
        """A chain has one entry at each place."""

        constraints = (models.UniqueConstraint(fields=("chain", "position"), name="entry_place_in_chain"),)

    def __str__(self) -> str:
        return f"{self.chain}:{self.position}"


class Unsealed(models.Model):
    """An entry that no tree holds yet; the sequencer takes it away in the transaction that puts it into the tree."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.seq)


class Batch(models.Model):
    """Which entries became which leaves: leaf `first` + n is the entry `seqs[n]`."""

    first = models.BigIntegerField(primary_key=True)
    count = models.PositiveIntegerField()
    lowest = models.BigIntegerField()
    highest = models.BigIntegerField()
    seqs = ArrayField(models.BigIntegerField())

    class Meta:
        """Found from an entry: its seq lies between the lowest and the highest."""

        indexes = (models.Index(fields=("highest", "lowest"), name="batch_by_seq"),)

    def __str__(self) -> str:
        return f"{self.first}+{self.count}"


class Tile(models.Model):
    """Hashes of the tree (level 0 and up) or entry digests (level -1), 256 to a full tile; C2SP tlog-tiles."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed tree head, as the text of the signed note."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()

    def __str__(self) -> str:
        return str(self.size)


class Cosignature(models.Model):
    """A witness's signature line under a checkpoint."""

    pk = models.CompositePrimaryKey("size", "witness")
    size = models.BigIntegerField()
    witness = models.CharField(max_length=200)
    line = models.TextField()

    def __str__(self) -> str:
        return f"{self.size} {self.witness}"
