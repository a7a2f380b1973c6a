"""The rows of cases made anew from the acts, and compared with what stood there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from zhunsheng.acts.models import Dossier
from zhunsheng.casework.models import Case, Decided, Paper, Party, Term
from zhunsheng.casework.projection import case_project
from zhunsheng.procedure.projections import Changed
from zhunsheng.procedure.standing import standing

PASSED_OVER = ("id", "changed_at")
"""Columns that say nothing about the case."""


@dataclass(frozen=True)
class Rebuilt:
    """How many dossiers were looked at, and how many had rows that were not what the acts say."""

    dossiers: int
    different: int


def cases_rebuild(*, mend: bool = True) -> Rebuilt:
    """Make the rows of every dossier anew, each under its lock; without `mend` only compare."""
    seen = different = 0
    ids = Dossier.objects.unfenced("rows follow acts").order_by("pk").values_list("pk", flat=True)
    for dossier_id in ids.iterator():
        seen += 1
        different += dossier_rebuild(dossier_id, mend=mend)
    return Rebuilt(seen, different)


def dossier_rebuild(dossier_id: uuid.UUID, *, mend: bool = True) -> bool:
    """Make the rows of one dossier anew; whether they were different."""
    with transaction.atomic():
        locked = Dossier.objects.unfenced("rows follow acts").select_for_update(no_key=True)
        dossier: Dossier = locked.get(pk=dossier_id)
        found = standing(dossier)
        before = rows_of(dossier)
        case_project(Changed(dossier, found.acts, found.stored, None))
        changed = rows_of(dossier) != before
        if not mend:
            transaction.set_rollback(True)
    return changed


def rows_of(dossier: Dossier) -> list[set[tuple[Any, ...]]]:
    """The rows of a dossier, without what says nothing about it."""
    tables = (Case, Party, Term, Decided, Paper)
    found = []
    for table in tables:
        columns = [f.attname for f in table._meta.concrete_fields if f.name not in PASSED_OVER]  # noqa: SLF001 - Django's documented API
        rows = table.objects
        query = rows.unfenced("rows follow acts") if hasattr(rows, "unfenced") else rows.all()
        found.append(set(query.filter(dossier=dossier).values_list(*columns)))
    return found
