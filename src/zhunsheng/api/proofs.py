"""Proofs that an act stands in the ledger as it was recorded, for anybody to check without us."""

from __future__ import annotations

import base64
import uuid

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from zhunsheng.acts.access import access_act, access_dossier
from zhunsheng.acts.models import Act
from zhunsheng.acts.record import committed
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.api.dossiers import whole, whose
from zhunsheng.api.operations import operation
from zhunsheng.api.paging import USUAL, Cursor, Limit, Page, cursor_read, page
from zhunsheng.api.rules import READS
from zhunsheng.api.shown import answer
from zhunsheng.ledger.entries import openings_of
from zhunsheng.ledger.models import Checkpoint, Entry
from zhunsheng.ledger.proofs import Inclusion, checkpoint_newest, checkpoint_note, inclusions_of

CHECKPOINT = "The signed note with its cosignatures; None before the first."


class OpeningOut(BaseModel):
    """What opens one commitment of an entry."""

    salt: str = Field(description="16 bytes in hex.")
    value: object


class InclusionOut(BaseModel):
    """The audit path (RFC 6962) from an entry's digest to a checkpoint's root."""

    index: int
    size: int
    path: list[str] = Field(description="Hashes in hex, from the leaf up.")


class ProofOut(BaseModel):
    """An entry, what opens it, and its place in the tree."""

    act: uuid.UUID
    position: int
    body: str = Field(description="The sealed entry, canonical JSON (RFC 8785), in base64.")
    digest: str = Field(description="Hash of the entry, in hex: the receipt, and the leaf's data.")
    openings: dict[str, OpeningOut] = Field(description="By path; what was erased by law has none.")
    inclusion: InclusionOut | None = Field(
        description="None until the sequencer has sealed it, seconds later."
    )


class ActProofOut(ProofOut):
    """An act's proof under the newest checkpoint."""

    checkpoint: str | None = Field(description=CHECKPOINT)


class DossierProofOut(Page[ProofOut]):
    """The proofs of a dossier's acts by position, all under one checkpoint."""

    checkpoint: str | None = Field(description=CHECKPOINT)


@operation(
    "ledger",
    "GET",
    "/acts/{uuid:act_id}/proof",
    name="act_proof",
    rule=READS,
    answers={200: ActProofOut},
    problems=("not-found",),
    words=("行为在账本中的证明", "The proof that an act stands in the ledger"),
)
def act_proof(request: HttpRequest, act_id: uuid.UUID) -> HttpResponse:
    """An act's proof."""
    caller = whose(request)
    act = access_act(act_id, by=caller.officer, purpose=caller.purpose, via="api:act_proof")
    checkpoint = checkpoint_newest()
    (proof,) = proofs_of([act], checkpoint)
    return answer(ActProofOut(**dict(proof), checkpoint=note_of(checkpoint)))


@operation(
    "ledger",
    "GET",
    "/dossiers/{uuid:dossier_id}/proof",
    name="dossier_proof",
    rule=READS,
    answers={200: DossierProofOut},
    problems=("not-found",),
    words=("案卷各项行为在账本中的证明", "The proofs that a dossier's acts stand in the ledger"),
)
def dossier_proof(
    request: HttpRequest, dossier_id: uuid.UUID, limit: Limit = USUAL, cursor: Cursor = None
) -> HttpResponse:
    """A dossier's proofs."""
    caller = whose(request)
    found = dossier_acts(
        access_dossier(dossier_id, by=caller.officer, purpose=caller.purpose, via="api:dossier_proof")
    ).select_related("dossier")
    if cursor is not None:
        (after,) = cursor_read(cursor, whole)
        found = found.filter(position__gt=after)
    checkpoint = checkpoint_newest()
    proofs = proofs_of(list(found[: limit + 1]), checkpoint)
    members = page(proofs, limit, lambda proof: proof, lambda proof: (proof.position,))
    return answer(DossierProofOut(**members, checkpoint=note_of(checkpoint)))


def proofs_of(acts: list[Act], checkpoint: Checkpoint | None) -> list[ProofOut]:
    """Entries, their openings and their paths under a checkpoint."""
    entries = {entry.record: entry for entry in Entry.objects.filter(record__in=[act.id for act in acts])}
    seqs = [entry.seq for entry in entries.values()]
    inclusions = {} if checkpoint is None else inclusions_of(seqs, checkpoint)
    return [proof_of(act, entries[act.id], inclusions.get(entries[act.id].seq)) for act in acts]


def proof_of(act: Act, entry: Entry, found: Inclusion | None) -> ProofOut:
    """One proof."""
    return ProofOut(
        act=act.id,
        position=act.position,
        body=base64.b64encode(bytes(entry.body)).decode(),
        digest=bytes(entry.digest).hex(),
        openings={
            path: OpeningOut(salt=salt.hex(), value=value)
            for path, (salt, value) in openings_of(committed(act), bytes(act.salts)).items()
        },
        inclusion=None
        if found is None
        else InclusionOut(index=found.index, size=found.size, path=[h.hex() for h in found.path]),
    )


def note_of(checkpoint: Checkpoint | None) -> str | None:
    """The signed note with every cosignature that has come in."""
    return None if checkpoint is None else checkpoint_note(checkpoint).encode().decode()
