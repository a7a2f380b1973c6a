"""What the API shows: dossiers, acts, obligations, readings and proofs as documents for machines."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel, Field

from zhunsheng.acts.models import Act, Dossier, Reading
from zhunsheng.api.problems import ReasonOut
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.selectors import Explained

JSON = "application/json"


def answer(body: BaseModel, status: int = 200, **headers: str) -> HttpResponse:
    """A document, never to be kept by a cache: it holds what a case is about."""
    response = HttpResponse(body.model_dump_json(), status=status, content_type=JSON)
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


class DossierOut(BaseModel):
    """A dossier without its contents."""

    id: uuid.UUID
    number: str
    kind: str
    unit: str
    position: int = Field(description="Acts so far; also the ETag, for If-Match.")
    head: str = Field(description="Digest of the newest act's ledger entry, in hex.")
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    sealed_at: dt.datetime | None

    @classmethod
    def of(cls, dossier: Dossier) -> DossierOut:
        return cls(
            id=dossier.id,
            number=dossier.number,
            kind=dossier.kind,
            unit=dossier.unit_id,
            position=dossier.position,
            head=bytes(dossier.head).hex(),
            opened_at=dossier.opened_at,
            closed_at=dossier.closed_at,
            sealed_at=dossier.sealed_at,
        )


class ActorOut(BaseModel):
    """An officer at an act, with rank and qualification on that day."""

    officer: str
    role: str
    rank: str
    qualification: str


class AttachedOut(BaseModel):
    """A document or recording."""

    digest: str
    name: str = ""
    media_type: str
    size: int = 0
    started_at: str | None = None
    ended_at: str | None = None


class ActOut(BaseModel):
    """An act as it was recorded."""

    id: uuid.UUID
    dossier: uuid.UUID
    position: int
    type: str
    version: int = Field(description="Version of the type's fields it was written in.")
    unit: str
    occurred_at: dt.datetime
    ended_at: dt.datetime | None
    recorded_at: dt.datetime
    recorded_by: str
    corrects: uuid.UUID | None
    backfill: str
    officers: list[ActorOut]
    subjects: dict[str, list[str]]
    fields: dict[str, str | bool]
    documents: list[AttachedOut]
    recordings: list[AttachedOut]
    erased: list[str] = Field(description="Paths whose content was dropped by law.")

    @classmethod
    def of(cls, act: Act) -> ActOut:
        return cls(
            id=act.id,
            dossier=act.dossier_id,
            position=act.position,
            type=act.type,
            version=act.schema,
            unit=act.unit_id,
            occurred_at=act.occurred_at,
            ended_at=act.ended_at,
            recorded_at=act.recorded_at,
            recorded_by=act.recorded_by_id,
            corrects=act.corrects_id,
            backfill=act.content.get("backfill", ""),
            officers=[ActorOut(**one) for one in act.officers],
            subjects={kind: list(names) for kind, names in act.subjects.items()},
            fields=act.fields,
            documents=[AttachedOut(**one) for one in act.documents],
            recordings=[AttachedOut(**one) for one in act.recordings],
            erased=sorted(act.erased),
        )


class DueOut(BaseModel):
    """An obligation without its reasons."""

    id: int
    dossier: uuid.UUID
    norm: str
    version: str
    scope: str
    severity: str
    status: str
    due_at: dt.datetime | None
    warn_at: dt.datetime | None
    bearer: str
    owner: str | None
    owner_unit: str
    opened_by: uuid.UUID
    decided_by: uuid.UUID | None

    @classmethod
    def members(cls, one: Obligation) -> dict[str, Any]:
        """The members by name."""
        return {
            "id": one.id,
            "dossier": one.dossier_id,
            "norm": one.norm_id,
            "version": one.version,
            "scope": one.scope,
            "severity": one.severity,
            "status": one.status,
            "due_at": one.due_at,
            "warn_at": one.warn_at,
            "bearer": one.bearer,
            "owner": one.owner_id,
            "owner_unit": one.owner_unit_id,
            "opened_by": one.opened_by_id,
            "decided_by": one.decided_by_id,
        }


class ObligationOut(DueOut):
    """An obligation with its reasons in the caller's language."""

    title: str
    verdict: str
    basis: list[str]
    facts: list[str]
    steps: list[str]
    missing: list[str]
    cure: str

    @classmethod
    def of(cls, one: Explained) -> ObligationOut:
        told = one.explanation
        return cls(
            **cls.members(one.obligation),
            title=told.title,
            verdict=told.verdict,
            basis=list(told.basis),
            facts=list(told.facts),
            steps=list(told.steps),
            missing=list(told.missing),
            cure=told.cure,
        )


class ObligationsOut(BaseModel):
    """Every obligation of a dossier, what is due first before the rest."""

    items: list[ObligationOut]


class ReadingOut(BaseModel):
    """Who read a dossier, why, when and through which door."""

    officer: str
    purpose: str
    via: str
    at: dt.datetime

    @classmethod
    def of(cls, one: Reading) -> ReadingOut:
        return cls(officer=one.officer_id, purpose=one.purpose, via=one.via, at=one.at)


class ChangesOut(BaseModel):
    """How many obligations an act opened, changed and withdrew."""

    opened: int
    changed: int
    withdrawn: int


class EnactedOut(BaseModel):
    """What came of an act: recorded, recorded before, or only considered."""

    outcome: str = Field(
        description="recorded, replayed (sent before under this key) or considered (dry_run)."
    )
    act: uuid.UUID | None = Field(description="None where it was only considered.")
    dossier: uuid.UUID | None = Field(description="None where opening one was only considered.")
    number: str | None
    position: int
    recorded_at: dt.datetime | None
    receipt: str | None = Field(description="Digest of the act's ledger entry, in hex.")
    obligations: ChangesOut | None = Field(description="None where it was recorded before.")
    warnings: list[ReasonOut]
    documents_missing: list[str] = Field(
        description="Digests the act names whose bytes neither you have uploaded nor the dossier holds."
    )
