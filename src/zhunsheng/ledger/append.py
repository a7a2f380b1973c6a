"""Adding an entry inside the caller's transaction; a sequencer puts it into the tree afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from zhunsheng.ledger.entries import seal
from zhunsheng.ledger.keeping import ledger_hash
from zhunsheng.ledger.models import Entry, Unsealed

INSERT = """
WITH entry AS (
  INSERT INTO ledger_entry (record, chain, position, digest, body) VALUES (%s, %s, %s, %s, %s) RETURNING seq
) INSERT INTO ledger_unsealed (seq, at) SELECT seq, %s FROM entry
"""


@dataclass(frozen=True)
class Appended:
    """What the caller keeps: the digest is the receipt, the salts open the commitments."""

    digest: bytes
    salts: bytes


@dataclass
class Waiting:
    """Entries that are written together, later in the same transaction and in this order."""

    entries: list[Entry] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Write them; IntegrityError where a place is taken."""
        made = Entry.objects.bulk_create(self.entries)
        Unsealed.objects.bulk_create(
            [Unsealed(seq=entry.seq, at=at) for entry, at in zip(made, self.moments, strict=True)]
        )
        self.entries, self.moments = [], []


def append(
    *,
    chain: uuid.UUID,
    position: int,
    previous: bytes,
    record: uuid.UUID,
    at: str,
    content: Mapping[str, Any],
    waiting: Waiting | None = None,
) -> Appended:
    """Seal a record's content as the next entry of a chain, in the running transaction.

    `previous` is the digest of the entry before (empty for the first), `at` RFC 3339 in UTC. IntegrityError where the place is
    taken: the caller holds the lock of its chain. With `waiting` it is written when that is.
    """
    sealed = seal(
        chain=str(chain),
        position=position,
        previous=previous,
        record=str(record),
        at=at,
        content=content,
        hash=ledger_hash(),
    )
    if waiting is not None:
        waiting.entries.append(
            Entry(record=record, chain=chain, position=position, digest=sealed.digest, body=sealed.body)
        )
        waiting.moments.append(at)
        return Appended(sealed.digest, sealed.salts)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, (record, chain, position, sealed.digest, sealed.body, at))
    return Appended(sealed.digest, sealed.salts)
