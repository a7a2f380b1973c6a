"""Inspections against their entries in the ledger: each computed again, with what was frozen and drawn; what differs is named."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from zhunsheng.acts.models import stamp
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.evidence import CHAIN
from zhunsheng.inspections.models import Chosen, Draw, Evidence, Population
from zhunsheng.inspections.sampling import Member, population_digest, public_id, sample_digest
from zhunsheng.ledger.entries import seal
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.keeping import ledger_hash
from zhunsheng.ledger.models import Entry


def evidence_audit() -> Iterator[Fault]:
    """What does not hold of the chain of inspections."""
    entries = {entry.position: entry for entry in Entry.objects.filter(chain=CHAIN)}
    rows = {row.position: row for row in Evidence.objects.select_related("inspection")}
    previous = b""
    for position in range(1, max([0, *entries, *rows]) + 1):
        entry, row = entries.get(position), rows.get(position)
        where = f"inspection {position}"
        if entry is None:
            yield Fault(
                "inspection-added", where, "账本中没有这一步检查记录", "the ledger has no entry for this step"
            )
        elif row is None:
            yield Fault(
                "inspection-removed", where, "账本中的检查记录已不存在", "the step of this entry is gone"
            )
        elif recomputed(row, previous) != (bytes(entry.digest), entry.record):
            yield Fault(
                "inspection-altered",
                where,
                "检查记录与账本条目不符",
                "the step is not what its entry commits to",
            )
        elif row.content["digest"] != kept_digest(row):
            yield Fault(
                "inspection-altered",
                where,
                "总体或者样本与账本条目不符",
                "population or sample is not what the entry commits to",
            )
        previous = previous if entry is None else bytes(entry.digest)


def recomputed(row: Evidence, previous: bytes) -> tuple[bytes, uuid.UUID]:
    """Digest and record of the entry that the row gives."""
    try:
        sealed = seal(
            chain=str(CHAIN),
            position=row.position,
            previous=previous,
            record=str(row.id),
            at=stamp(row.at),
            content=row.content,
            hash=ledger_hash(),
            salts=bytes(row.salts),
        )
    except InputError:
        return b"", row.id
    return sealed.digest, row.id


def kept_digest(row: Evidence) -> str:
    """The digest of the rows that the step was about, computed from them."""
    if row.step == "frozen":
        population = Population.objects.filter(pk=row.inspection_id).first()
        return "" if population is None else population_digest(members_of(population))
    if not Draw.objects.filter(pk=row.inspection_id).exists():
        return ""
    chosen = Chosen.objects.unfenced("the audit").filter(inspection=row.inspection_id, random=True)
    return sample_digest([Member(one.public_id, one.unit_id) for one in chosen.order_by("place")])


def members_of(population: Population) -> list[Member]:
    """The members of a frozen population, in its order."""
    salt = bytes(population.salt)
    pairs = zip(population.keys, population.strata, strict=True)
    return [Member(public_id(salt, key), stratum) for key, stratum in pairs]
