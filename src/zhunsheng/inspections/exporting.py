"""What leaves the house so that a draw can be checked: public ids, the seed's head, and the proof that it came afterwards."""

from __future__ import annotations

from zhunsheng.inspections.audit import members_of
from zhunsheng.inspections.codes import Status
from zhunsheng.inspections.drawing import head_after, moved_on
from zhunsheng.inspections.models import Chosen, Evidence, Inspection
from zhunsheng.inspections.sample_file import FORMAT, CaseLine, Frozen, Opening, SampleFile
from zhunsheng.ledger.entries import openings_of
from zhunsheng.ledger.models import Entry
from zhunsheng.ledger.proofs import checkpoint_note, inclusion_of
from zhunsheng.people.access import Denied


def sample_file(inspection: Inspection) -> SampleFile:
    """The file of an inspection within reach that has been drawn; Denied before."""
    if inspection.status not in (Status.DRAWN, Status.CLOSED):
        raise Denied
    draw, population = inspection.draw, inspection.population
    chosen = Chosen.objects.unfenced("of an inspection within reach").filter(
        inspection=inspection, random=True
    )
    sample = list(chosen.order_by("place").values_list("public_id", "double"))
    head = head_after(inspection)
    if head is None or head.checkpoint.size != draw.size:
        raise moved_on()
    return SampleFile(
        format=FORMAT,
        inspection=str(inspection.key),
        population=tuple(CaseLine(id=m.id, stratum=m.stratum) for m in members_of(population)),
        population_digest=population.digest,
        public_source=inspection.public_source,
        size_of_sample=inspection.size,
        stratified=inspection.stratified,
        double=inspection.double,
        frozen=frozen_entry(inspection, head.leaf),
        checkpoint=checkpoint_note(head.checkpoint).encode().decode(),
        origin=draw.origin,
        size=draw.size,
        root=draw.root,
        public_value=draw.public_value,
        seed=draw.seed,
        sample=tuple(name for name, _ in sample),
        sample_digest=draw.digest,
        read_by_two=tuple(name for name, double in sample if double),
    )


def frozen_entry(inspection: Inspection, leaf: int) -> Frozen:
    """The entry that froze the population, opened, with its proof under the seed's checkpoint."""
    evidence = Evidence.objects.get(inspection=inspection, step="frozen")
    entry = Entry.objects.get(record=evidence.id)
    head = head_after(inspection)
    assert head is not None
    included = inclusion_of(evidence.id, head.checkpoint)
    assert included is not None
    openings = openings_of(evidence.content, bytes(evidence.salts))
    return Frozen(
        body=bytes(entry.body).decode(),
        openings={name: Opening(salt=salt.hex(), value=value) for name, (salt, value) in openings.items()},
        leaf=leaf,
        path=tuple(one.hex() for one in included.path),
    )
