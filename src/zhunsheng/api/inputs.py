"""What the API takes in: the shape of acts and query values. Their sense is for `acts.drafts` and the door to judge."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from zhunsheng.acts.drafts import LONGEST_TEXT, MOST_PARTS, Actor, Attached, Draft, Erases
from zhunsheng.acts.vocabulary.core import CASE_KINDS

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
EARLIEST, LATEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def instant(value: Any) -> dt.datetime:
    """An RFC 3339 time between 1900 and 2200, to the microsecond."""
    try:
        found = dt.datetime.fromisoformat(value) if RFC3339.fullmatch(value) else None
    except (TypeError, ValueError):
        found = None
    if found is None or not EARLIEST <= found < LATEST:
        raise PydanticCustomError(
            "instant", "a time with its zone between 1900 and 2200, as 2026-01-31T09:30:00+08:00"
        )
    return found


def scalar(value: Any) -> Any:
    """A JSON value that is neither an object nor a list."""
    if isinstance(value, dict | list):
        raise PydanticCustomError("scalar", "a text, number, flag or date, not a list or an object")
    return value


def case_kind(value: str) -> str:
    """One of the kinds of dossier."""
    if value not in CASE_KINDS:
        raise PydanticCustomError("code", "not one of the codes that are taken here")
    return value


def decodable(value: Any) -> Any:
    """A UUID is taken in its one usual spelling."""
    if not isinstance(value, str) or not re.fullmatch(
        r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value
    ):
        raise PydanticCustomError("uuid_parsing", "a UUID")
    return value


Instant = Annotated[
    dt.datetime,
    BeforeValidator(instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-02T09:00:00+08:00"]}),
]
Scalar = Annotated[
    Any, BeforeValidator(scalar), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
]
DossierKind = Annotated[
    str, AfterValidator(case_kind), WithJsonSchema({"type": "string", "enum": list(CASE_KINDS)})
]
Identifier = Annotated[
    uuid.UUID, BeforeValidator(decodable), WithJsonSchema({"type": "string", "format": "uuid"})
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{0,79}$")]
"""A name of the vocabulary."""
Code = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20\x7f]{1,64}$")]
"""A unit's code or an officer's number."""
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")]
Size = Annotated[int, Strict(), Field(ge=0, lt=2**53)]


class Taken(BaseModel):
    """What is taken in has no members nobody knows."""

    model_config = ConfigDict(extra="forbid")


class ActorIn(Taken):
    """An officer at the act; rank and qualification come from the register."""

    officer: Code
    role: Name


class AttachedIn(Taken):
    """A document or recording by the SHA-256 of its bytes; the bytes themselves go to `POST /documents`."""

    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    name: Line = ""
    media_type: Line = "application/octet-stream"
    size: Size = 0
    started_at: Instant | None = None
    ended_at: Instant | None = None

    def attached(self) -> Attached:
        """As acts know it."""
        return Attached(self.digest, self.name, self.media_type, self.size, self.started_at, self.ended_at)


class ErasesIn(Taken):
    """What an erasure drops: paths of the content of one earlier act of the dossier."""

    act: Identifier
    paths: Annotated[list[Line], Field(min_length=1, max_length=MOST_PARTS)]


class ActIn(Taken):
    """An act as an officer states it. `GET /vocabulary` tells the types, their fields, roles and codes."""

    type: Name = Field(examples=["person.arrived"])
    occurred_at: Instant
    ended_at: Instant | None = None
    unit: Code | None = Field(default=None, description="Where it happened, unless the dossier's own unit.")
    officers: Annotated[list[ActorIn], Field(max_length=MOST_PARTS)] = Field(
        default=[], description="Nobody named: the officer who records it, in the natural role."
    )
    subjects: Annotated[
        dict[Name, Annotated[list[Line], Field(max_length=MOST_PARTS)]], Field(max_length=20)
    ] = {}
    fields: Annotated[dict[Name, Scalar], Field(max_length=200)] = {}
    documents: Annotated[list[AttachedIn], Field(max_length=MOST_PARTS)] = []
    recordings: Annotated[list[AttachedIn], Field(max_length=MOST_PARTS)] = []
    corrects: Identifier | None = Field(default=None, description="The act this one corrects or withdraws.")
    backfill: Text = Field(default="", description="Why an act that happened is recorded only now.")
    erases: ErasesIn | None = Field(default=None, description="For acts of type record.erased only.")

    def draft(self, dossier: uuid.UUID | None, kind: str | None = None) -> Draft:
        """As the door takes it."""
        return Draft(
            type=self.type,
            occurred_at=self.occurred_at,
            dossier=dossier,
            kind=kind,
            unit=self.unit,
            ended_at=self.ended_at,
            officers=tuple(Actor(a.officer, a.role) for a in self.officers),
            subjects={name: tuple(names) for name, names in self.subjects.items()},
            fields=self.fields,
            documents=tuple(d.attached() for d in self.documents),
            recordings=tuple(r.attached() for r in self.recordings),
            corrects=self.corrects,
            backfill=self.backfill,
            erases=None if self.erases is None else Erases(self.erases.act, tuple(self.erases.paths)),
        )


class OpeningIn(ActIn):
    """The act a dossier begins with."""

    kind: DossierKind | None = Field(
        default=None, description="Kind of dossier; else the act's field case_kind, else other."
    )
