"""The steps of changing the rulebook against their entries in the ledger: each computed again, and what differs named."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from zhunsheng.acts.models import stamp
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.entries import seal
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.keeping import ledger_hash
from zhunsheng.ledger.models import Entry
from zhunsheng.procedure.changing import CHAIN, committed
from zhunsheng.procedure.models import RulebookChange


def changes_audit() -> Iterator[Fault]:
    """What does not hold of the chain of changes."""
    entries = {e.position: e for e in Entry.objects.filter(chain=CHAIN)}
    rows = {row.position: row for row in RulebookChange.objects.all()}
    previous = b""
    for position in range(1, max([0, *entries, *rows]) + 1):
        entry, row = entries.get(position), rows.get(position)
        where = f"rulebook {position}"
        if entry is None:
            yield Fault(
                "change-added",
                where,
                "账本中没有这一步规则变更",
                "the ledger has no entry for this change of the rulebook",
            )
        elif row is None:
            yield Fault(
                "change-removed",
                where,
                "账本中的规则变更已不存在",
                "the change of the rulebook of this entry is gone",
            )
        elif recomputed(row, previous) != (bytes(entry.digest), entry.record):
            yield Fault(
                "change-altered",
                where,
                "规则变更与账本条目不符",
                "the change of the rulebook is not what its entry commits to",
            )
        previous = previous if entry is None else bytes(entry.digest)


def recomputed(row: RulebookChange, previous: bytes) -> tuple[bytes, uuid.UUID]:
    """Digest and record of the entry that the row gives."""
    try:
        sealed = seal(
            chain=str(CHAIN),
            position=row.position,
            previous=previous,
            record=str(row.id),
            at=stamp(row.at),
            content=committed(row),
            hash=ledger_hash(),
            salts=bytes(row.salts),
        )
    except InputError:
        return b"", row.id
    return sealed.digest, row.id
