"""The tables of acts: dossiers, the acts in them, what was erased and why, and who read which dossier.

Acts, erasures and readings are only ever added: triggers refuse everything else, for every database role (see the migration).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.base.ids import new_id
from zhunsheng.people.access import NOTHING, Reach
from zhunsheng.people.fence import Fenced
from zhunsheng.people.models import Officer, Unit

DOSSIER_KINDS = [(code, zh) for code, (zh, _) in CASE_KINDS.items()]


class Dossier(Fenced):
    """The ordered chain of acts of one case, application, request or complaint."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40, choices=DOSSIER_KINDS)
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    """From here on the dossier is read for a statutory reason only."""
    position = models.PositiveIntegerField(default=0)
    """Acts so far; the next one takes this number plus one."""
    head = models.BinaryField(default=bytes)
    """Digest of the newest act's ledger entry; the next entry names it."""
    revision = models.PositiveBigIntegerField(default=0)
    """Grows with every change of the acts, their content or the obligations, so that a copy in memory knows it is old."""
    edition = models.CharField(max_length=64, blank=True)
    """Edition of the rulebook its obligations were judged by."""

    class Meta:
        """Lists run by unit, newest first, page after page by key."""

        indexes = (models.Index(fields=("unit", "-id"), name="dossier_by_unit"),)

    def __str__(self) -> str:
        return self.number

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """Dossiers of the units within reach, and those granted one by one; a sealed one only when granted so."""
        singly = Q(pk__in=reach.singly("dossier")) if reach.contents else NOTHING
        return reach.within("unit") & Q(sealed_at=None) | singly


class Act(Fenced):
    """One official act, as it was recorded. What may be erased by law stands in `content`, path → value.

    Paths: `officers.0` {officer, role, rank, qualification}, `subjects.person.0` "…", `fields.amount` …,
    `documents.0` {name, digest, media_type, size}, `recordings.0` {digest, started_at, ended_at, device}.
    Numbers are decimal strings, dates ISO, times RFC 3339 in UTC with microseconds.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    type = models.CharField(max_length=80)
    schema = models.PositiveSmallIntegerField(default=1)
    """Version of the type's fields it was written in; `upcasters` bring it up to the present one when it is read."""
    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    occurred_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    content = models.JSONField(default=dict)
    salts = models.BinaryField()
    """16 bytes for each committed path that is still there, in the order of the sorted paths."""
    erased = models.JSONField(default=dict)
    """Path → id of the erasure that dropped it."""

    class Meta:
        """A dossier's acts have one total order."""

        ordering = ("dossier", "position")
        constraints = (
            models.UniqueConstraint(fields=("dossier", "position"), name="act_place_in_dossier"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("occurred_at")),
                name="act_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.id}"

    @classmethod
    def rule(cls, reach: Reach) -> Q:
        """The acts of the dossiers within reach."""
        return Q(dossier__in=Dossier.objects.within(reach))

    def parts(self, group: str) -> Iterator[tuple[str, Any]]:
        """The content of one group (`officers`, `fields` …) in order: the rest of the path, and the value."""
        prefix = group + "."
        found = [
            (path.removeprefix(prefix), value)
            for path, value in self.content.items()
            if path.startswith(prefix)
        ]
        yield from sorted(found, key=lambda part: [int(p) if p.isdigit() else p for p in part[0].split(".")])

    @property
    def officers(self) -> list[Mapping[str, str]]:
        return [value for _, value in self.parts("officers")]

    @property
    def fields(self) -> dict[str, Any]:
        return dict(self.parts("fields"))

    @property
    def subjects(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for rest, value in self.parts("subjects"):
            found.setdefault(rest.split(".")[0], []).append(value)
        return {kind: tuple(names) for kind, names in found.items()}

    @property
    def documents(self) -> list[Mapping[str, Any]]:
        return [value for _, value in self.parts("documents")]

    @property
    def recordings(self) -> list[Mapping[str, Any]]:
        return [value for _, value in self.parts("recordings")]


class Erasure(models.Model):
    """Content of an act dropped by law; the act that ordered it stays readable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+")
    ordered_in = models.ForeignKey(Act, models.PROTECT, related_name="+")
    paths = models.JSONField()
    law = models.CharField(max_length=80)
    article = models.CharField(max_length=40)
    reason = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act_id}: {', '.join(self.paths)}"


class Concern(models.Model):
    """Whom or what a dossier is about, so that a subject can be told how often its dossiers were read."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="concerns")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)

    class Meta:
        """Each subject once a dossier, found from the subject."""

        constraints = (models.UniqueConstraint(fields=("kind", "name", "dossier"), name="concern_once"),)

    def __str__(self) -> str:
        return f"{self.kind}={self.name}"


class Reading(models.Model):
    """One reading of one dossier: who, why, on what basis, when, and through which door."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="readings")
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    purpose = models.CharField(max_length=40)
    via = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Asked for by dossier."""

        indexes = (models.Index(fields=("dossier", "at"), name="reading_by_dossier"),)

    def __str__(self) -> str:
        return f"{self.officer_id} {self.purpose} {self.at:%Y-%m-%d %H:%M}"


class Upload(models.Model):
    """Who has the bytes of a document or recording: whoever brought them, or named them where they were held already.

    Rows are added, and go with the bytes when a document is erased; nothing about one changes.
    """

    digest = models.CharField(max_length=64)
    officer = models.ForeignKey(Officer, models.PROTECT, to_field="number", related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Each officer once a digest."""

        constraints = (models.UniqueConstraint(fields=("digest", "officer"), name="upload_once"),)

    def __str__(self) -> str:
        return f"{self.digest} {self.officer_id}"


class Numbering(models.Model):
    """The last dossier number a unit gave in a year."""

    unit = models.ForeignKey(Unit, models.PROTECT, to_field="code", related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        """One counter for a unit and year."""

        constraints = (models.UniqueConstraint(fields=("unit", "year"), name="numbering_once"),)

    def __str__(self) -> str:
        return f"{self.unit_id}-{self.year}-{self.last}"


def identifier(text: str) -> uuid.UUID | None:
    """A UUID from text; None when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def stamp(at: dt.datetime) -> str:
    """An instant as the ledger writes it: RFC 3339 in UTC with microseconds."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")[:26] + "Z"
