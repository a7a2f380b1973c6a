"""Adding an entry inside the caller's transaction; a sequencer puts it into the tree afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from zhunsheng.ledger.entries import seal
from zhunsheng.ledger.keeping import ledger_hash

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


def append(
    *,
    chain: uuid.UUID,
    position: int,
    previous: bytes,
    record: uuid.UUID,
    at: str,
    content: Mapping[str, Any],
) -> Appended:
    """Seal a record's content as the next entry of a chain, in the running transaction.

    `previous` is the digest of the entry before (empty for the first), `at` RFC 3339 in UTC. IntegrityError where the place is
    taken: the caller holds the lock of its chain.
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
    with connection.cursor() as cursor:
        cursor.execute(INSERT, (record, chain, position, sealed.digest, sealed.body, at))
    return Appended(sealed.digest, sealed.salts)
