"""The acts of a dossier as norms see them, kept in memory between acts: valid as long as the dossier's revision is the same."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhunsheng.acts.columns import effective, judged_act
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base.clock import microseconds
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.procedure.guard import Key
from zhunsheng.procedure.models import Obligation

KEPT = 512
_here = threading.local()


@dataclass(frozen=True)
class Stored:
    """An obligation as it stands in the table."""

    id: int
    status: str
    due_us: int | None
    warn_us: int | None
    decided_by: str | None
    floating: bool
    withdrawn: bool


@dataclass
class Standing:
    """A dossier at one revision: its acts, and its obligations as stored."""

    revision: int
    acts: list[Act]
    judged: list[Judged]
    stored: dict[Key, Stored]


def standing(dossier: Dossier) -> Standing:
    """The dossier's acts and obligations. The caller holds the dossier's row lock, so that they cannot change meanwhile."""
    kept = cache()
    found = kept.get(dossier.id)
    if found is not None and found.revision == dossier.revision:
        kept.move_to_end(dossier.id)
        return found
    acts = list(
        Act.objects.unfenced("the guard judges whole dossiers").filter(dossier=dossier).order_by("position")
    )
    return Standing(dossier.revision, acts, judged_acts(acts), stored_obligations(dossier))


def judged_acts(acts: list[Act]) -> list[Judged]:
    """The acts that count, in the norms' form."""
    return [judged_act(place, act) for place, act in effective(acts)]


def keep(dossier_id: uuid.UUID, found: Standing) -> None:
    """Remember a dossier for the next act; the one longest unused is forgotten."""
    kept = cache()
    kept[dossier_id] = found
    kept.move_to_end(dossier_id)
    while len(kept) > KEPT:
        kept.popitem(last=False)


def forget(dossier_id: uuid.UUID) -> None:
    """Drop a dossier from memory, for a transaction that did not go through."""
    cache().pop(dossier_id, None)


def cache() -> OrderedDict[uuid.UUID, Standing]:
    """This thread's memory; acts in it are lent to the interpreter, which writes their places."""
    if not hasattr(_here, "kept"):
        _here.kept = OrderedDict()
    kept: OrderedDict[uuid.UUID, Standing] = _here.kept
    return kept


def stored_obligations(dossier: Dossier) -> dict[Key, Stored]:
    """The dossier's rows by what they are about."""
    rows: Iterable[tuple[Any, ...]] = (
        Obligation.objects.unfenced("the guard compares")
        .filter(dossier=dossier)
        .values_list(
            "norm_id",
            "version",
            "scope",
            "opened_by_id",
            "id",
            "status",
            "due_at",
            "warn_at",
            "decided_by_id",
            "floating",
            "withdrawn_at",
        )
    )
    return {
        (norm, version, scope, str(opened)): Stored(
            id_,
            status,
            None if due is None else microseconds(due),
            None if warn is None else microseconds(warn),
            None if decided is None else str(decided),
            floating,
            withdrawn is not None,
        )
        for norm, version, scope, opened, id_, status, due, warn, decided, floating, withdrawn in rows
    }
