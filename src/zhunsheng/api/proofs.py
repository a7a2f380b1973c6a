"""Proofs that an act stands in the ledger as it was recorded, for anybody to check without us."""

from __future__ import annotations

import base64
import uuid

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from zhunsheng.acts.access import access_act
from zhunsheng.acts.models import Act
from zhunsheng.acts.record import committed
from zhunsheng.api.dossiers import whose
from zhunsheng.api.operations import operation
from zhunsheng.api.rules import READS
from zhunsheng.api.shown import answer
from zhunsheng.ledger.entries import openings_of
from zhunsheng.ledger.models import Entry
from zhunsheng.ledger.proofs import checkpoint_newest, checkpoint_note, inclusion_of


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
    checkpoint: str | None = Field(description="The signed note with its cosignatures.")


@operation(
    "ledger",
    "GET",
    "/acts/{uuid:act_id}/proof",
    name="act_proof",
    rule=READS,
    answers={200: ProofOut},
    problems=("not-found",),
    words=("行为在账本中的证明", "The proof that an act stands in the ledger"),
)
def act_proof(request: HttpRequest, act_id: uuid.UUID) -> HttpResponse:
    """An act's proof."""
    caller = whose(request)
    act = access_act(act_id, by=caller.officer, purpose=caller.purpose, via="api:act_proof")
    return answer(proof_of(act))


def proof_of(act: Act) -> ProofOut:
    """The entry, its openings and its path under the newest checkpoint."""
    body, digest = Entry.objects.values_list("body", "digest").get(record=act.id)
    checkpoint = checkpoint_newest()
    found = None if checkpoint is None else inclusion_of(act.id, checkpoint)
    return ProofOut(
        act=act.id,
        position=act.position,
        body=base64.b64encode(bytes(body)).decode(),
        digest=bytes(digest).hex(),
        openings={
            path: OpeningOut(salt=salt.hex(), value=value)
            for path, (salt, value) in openings_of(committed(act), bytes(act.salts)).items()
        },
        inclusion=None
        if found is None
        else InclusionOut(index=found.index, size=found.size, path=[h.hex() for h in found.path]),
        checkpoint=None if checkpoint is None else checkpoint_note(checkpoint).encode().decode(),
    )
