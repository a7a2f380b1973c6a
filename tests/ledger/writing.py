"""Entries of made-up records, written as a caller of the ledger writes them."""

from __future__ import annotations

import uuid

from django.db import transaction

from zhunsheng.ledger.append import append
from zhunsheng.ledger.models import Batch, Entry

AT = "2026-03-02T01:00:00.000000Z"


def written(number: int) -> list[uuid.UUID]:
    """So many new records, each the first of a chain of its own, in one transaction."""
    records = [uuid.uuid4() for _ in range(number)]
    with transaction.atomic():
        for record in records:
            append(chain=uuid.uuid4(), position=1, previous=b"", record=record, at=AT, content={"type": "x"})
    return records


def leaves() -> list[bytes]:
    """The digests in the order of the tree, as batches tell it."""
    there = dict(Entry.objects.values_list("seq", "digest"))
    return [bytes(there[seq]) for batch in Batch.objects.order_by("first") for seq in batch.seqs]
