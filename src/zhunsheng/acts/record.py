"""Writing an act: its row, its ledger entry and the dossier's new head, inside the caller's transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection

from zhunsheng.acts.course import Course
from zhunsheng.acts.models import Act, Concern, Dossier, Numbering, stamp
from zhunsheng.acts.record_types import CLOSING, SEALED, UNSEALED
from zhunsheng.acts.uploads import uploads_follow
from zhunsheng.base.clock import LOCAL
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.append import Waiting, append


def dossier_open(*, kind: str, unit: str, at: dt.datetime) -> Dossier:
    """A new dossier with the next number of its unit and year; its first act must follow in the same transaction."""
    year = at.astimezone(LOCAL).year
    Numbering.objects.bulk_create([Numbering(unit_id=unit, year=year, last=0)], ignore_conflicts=True)
    row = Numbering.objects.select_for_update().get(unit_id=unit, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return Dossier.objects.create(
        kind=kind, unit_id=unit, opened_at=at, number=f"{unit}-{year}-{row.last:06d}"
    )


def committed(act: Act) -> dict[str, Any]:
    """What the ledger commits to, path → value: the act's own columns and all of its content."""
    found = own_columns(
        act.type, act.schema, act.unit_id, act.occurred_at, act.ended_at, act.recorded_by_id, act.corrects_id
    )
    found.update(act.content)
    if act.position == 1:
        dossier = act.dossier
        found.update(dossier_particulars(dossier.number, dossier.kind, dossier.unit_id, dossier.opened_at))
    return found


def own_columns(
    act_type: str,
    schema: int,
    unit: str,
    occurred_at: dt.datetime,
    ended_at: dt.datetime | None,
    recorded_by: str,
    corrects: uuid.UUID | None,
) -> dict[str, Any]:
    """The act's own columns by the paths they are committed under; what is not there is left out."""
    found: dict[str, Any] = {
        "type": act_type,
        "schema": schema,
        "unit": unit,
        "occurred_at": stamp(occurred_at),
        "recorded_by": recorded_by,
    }
    if ended_at is not None:
        found["ended_at"] = stamp(ended_at)
    if corrects is not None:
        found["corrects"] = str(corrects)
    return found


def dossier_particulars(number: str, kind: str, unit: str, opened_at: dt.datetime) -> dict[str, Any]:
    """What the first act commits to about the dossier it opens."""
    return {
        "dossier.number": number,
        "dossier.kind": kind,
        "dossier.unit": unit,
        "dossier.opened_at": stamp(opened_at),
    }


@dataclass
class ActsWaiting:
    """Acts of one dossier that are written together, later in the same transaction: rows, entries, and the dossier's own.

    Only for acts that name no other act and no document; what these ask the tables would not be there yet.
    """

    acts: list[Act] = field(default_factory=list)
    dossiers: list[tuple[Any, ...]] = field(default_factory=list)
    """The dossier's own columns after each act: it grows act by act (see the trigger)."""
    entries: Waiting = field(default_factory=Waiting)
    concerns: list[Concern] = field(default_factory=list)

    def write(self) -> None:
        """Write them; IntegrityError where a place is taken."""
        self.entries.write()
        Act.objects.bulk_create(self.acts)
        if self.dossiers:
            with connection.cursor() as cursor:
                cursor.executemany(GROWS, self.dossiers)
        Concern.objects.bulk_create(self.concerns, ignore_conflicts=True)
        self.acts, self.dossiers, self.concerns = [], [], []


FOLLOWING = ("position", "head", "revision", "edition", "closed_at", "sealed_at")
"""A dossier's columns that follow its acts."""
GROWS = f"UPDATE {Dossier._meta.db_table} SET {', '.join(f'{c} = %s' for c in FOLLOWING)} WHERE id = %s"  # noqa: S608, SLF001 - names of ours


def act_write(
    act: Act,
    dossier: Dossier,
    *,
    edition: str,
    known: frozenset[tuple[str, str]] = frozenset(),
    waiting: ActsWaiting | None = None,
) -> bytes:
    """Seal and insert an act as the dossier's next, and move the dossier's head; the entry's digest is the receipt.

    `edition` is that of the rulebook the caller judged by, `known` the subjects noted before.
    The caller holds the dossier's row lock and has set
    `act.position` to the next one. InputError when the place is taken all the same. With `waiting` all is written when that is.
    """
    try:
        sealed = append(
            chain=dossier.id,
            position=act.position,
            previous=bytes(dossier.head),
            record=act.id,
            at=stamp(act.recorded_at),
            content=committed(act),
            waiting=None if waiting is None else waiting.entries,
        )
    except IntegrityError as error:
        raise InputError(
            zh="案卷的这一位置已有行为",
            en="this place in the dossier is taken",
            where=str(dossier.id),
            remedy_zh="重新读取案卷后再试",
            remedy_en="read the dossier again and retry",
        ) from error
    act.salts = sealed.salts
    if waiting is None:
        act.save(force_insert=True)
    dossier.position, dossier.head = act.position, sealed.digest
    dossier.revision += 1
    dossier.edition = edition
    dossier_follow(dossier, act)
    new = concerns_new(dossier, act.subjects, known)
    if waiting is not None:
        waiting.acts.append(act)
        waiting.dossiers.append((*(getattr(dossier, column) for column in FOLLOWING), dossier.id))
        waiting.concerns += new
        return sealed.digest
    dossier.save(update_fields=FOLLOWING)
    if new:
        Concern.objects.bulk_create(new, ignore_conflicts=True)
    uploads_follow(act)
    return sealed.digest


def dossier_follow(dossier: Dossier, act: Act) -> None:
    """Closing, sealing and unsealing are acts; the dossier's own columns follow those that count."""
    if act.corrects_id is not None:
        course = Course()
        rows = Act.objects.unfenced("what counts is told anew").filter(dossier=dossier).order_by("position")
        for row in rows.values_list("id", "position", "type", "occurred_at", "corrects_id"):
            course.take(*row)
        dossier.closed_at, dossier.sealed_at = course.closed_at, course.sealed_at
    elif act.type in CLOSING and dossier.closed_at is None:
        dossier.closed_at = act.occurred_at
    elif act.type == SEALED:
        dossier.sealed_at = act.occurred_at
    elif act.type == UNSEALED:
        dossier.sealed_at = None


def concerns_new(
    dossier: Dossier, subjects: Mapping[str, tuple[str, ...]], known: frozenset[tuple[str, str]]
) -> list[Concern]:
    """Whom and what the dossier is about, as far as it is not noted yet."""
    named = {(kind, name) for kind, names in subjects.items() for name in names} - known
    return [Concern(dossier=dossier, kind=kind, name=name) for kind, name in sorted(named)]
