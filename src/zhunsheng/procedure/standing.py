"""A dossier as the door knows it: its acts as norms see them, who sat at which desk, its obligations as stored.

It is kept in memory between acts and valid as long as the dossier's revision and head are the same: a database put back to
an earlier state may reach the same revision again, but by other acts.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from zhunsheng.acts.columns import effective, judged_act
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.base.clock import microseconds
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.procedure.guard import Key
from zhunsheng.procedure.hands import taken_by
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.powers import Desk

ROWS_KEPT = 20_000
"""Acts and obligations that a thread remembers; an act takes four kilobytes, an obligation a tenth of that."""
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
    owner: str | None
    withdrawn: bool


@dataclass(frozen=True)
class Standing:
    """A dossier at one revision."""

    revision: int
    head: bytes
    acts: tuple[Act, ...]
    judged: tuple[Judged, ...]
    """The acts that count, in the norms' form."""
    desks: Mapping[str, frozenset[Desk]]
    """Officer → the desks at which they took part."""
    subjects: frozenset[tuple[str, str]]
    stored: Mapping[Key, Stored]

    @property
    def rows(self) -> int:
        """How many acts and obligations it holds."""
        return len(self.acts) + len(self.stored)

    def grown(self, act: Act) -> Standing:
        """The same dossier with one more act."""
        acts = (*self.acts, act)
        judged = (
            (*self.judged, judged_act(act.position, act)) if act.corrects_id is None else judged_acts(acts)
        )
        subjects = self.subjects | {(kind, name) for kind, names in act.subjects.items() for name in names}
        desks = desks_with(self.desks, [act], acts)
        return replace(self, acts=acts, judged=judged, desks=desks, subjects=subjects)

    def moment(self) -> dt.datetime:
        """The instant to judge at: now, but never before the newest act, should clocks of several machines differ."""
        now = clock.now()
        return max(now, self.acts[-1].recorded_at) if self.acts else now


def standing(dossier: Dossier) -> Standing:
    """The dossier as it stands. The caller holds its row lock, so that it cannot change meanwhile."""
    found = memory().get(dossier.id)
    if found is not None and (found.revision, found.head) == (dossier.revision, bytes(dossier.head)):
        return found
    return standing_of_acts(dossier, tuple(dossier_acts(dossier)), stored_obligations(dossier))


def standing_of_acts(dossier: Dossier, acts: tuple[Act, ...], stored: Mapping[Key, Stored]) -> Standing:
    """The dossier from its rows."""
    subjects = frozenset(
        (kind, name) for act in acts for kind, names in act.subjects.items() for name in names
    )
    desks = desks_with({}, acts, acts)
    return Standing(dossier.revision, bytes(dossier.head), acts, judged_acts(acts), desks, subjects, stored)


def judged_acts(acts: Iterable[Act]) -> tuple[Judged, ...]:
    """The acts that count, in the norms' form."""
    return tuple(judged_act(place, act) for place, act in effective(acts))


def desks_with(
    desks: Mapping[str, frozenset[Desk]], acts: Iterable[Act], whole: Sequence[Act]
) -> dict[str, frozenset[Desk]]:
    """Who has sat at which desk once these acts, of the whole dossier, are added."""
    found = dict(desks)
    for act in acts:
        for officer, desk in taken_by(power_taken(act, whole), act.officers, act.recorded_by_id):
            found[officer] = found.get(officer, frozenset()) | {desk}
    return found


def power_taken(act: Act, whole: Sequence[Act]) -> str:
    """The type whose power the act took: its own, or that of what it withdrew."""
    if act.type != WITHDRAWN:
        return act.type
    return next(other.type for other in whole if other.id == act.corrects_id)


class Memory:
    """The dossiers a thread remembers, the longest unused first; as many as have a bounded number of rows in all.

    Acts in it are lent to the interpreter, which writes their places.
    """

    def __init__(self) -> None:
        self.dossiers: OrderedDict[uuid.UUID, Standing] = OrderedDict()
        self.rows = 0

    def add(self, dossier_id: uuid.UUID, found: Standing) -> None:
        """Remember a dossier in place of what was known of it; forget others where it grows too much. The newest stays."""
        self.drop(dossier_id)
        self.dossiers[dossier_id] = found
        self.rows += found.rows
        while self.rows > ROWS_KEPT and len(self.dossiers) > 1:
            self.rows -= self.dossiers.popitem(last=False)[1].rows

    def drop(self, dossier_id: uuid.UUID) -> None:
        """Forget a dossier."""
        found = self.dossiers.pop(dossier_id, None)
        self.rows -= found.rows if found is not None else 0

    def get(self, dossier_id: uuid.UUID) -> Standing | None:
        """What is remembered of a dossier, true or not."""
        found = self.dossiers.get(dossier_id)
        if found is not None:
            self.dossiers.move_to_end(dossier_id)
        return found


def remember(dossier: Dossier, found: Standing) -> None:
    """Keep the dossier in memory once the transaction has gone through."""
    forget(dossier.id)
    transaction.on_commit(lambda: keep(dossier.id, found))


def keep(dossier_id: uuid.UUID, found: Standing) -> None:
    """Keep it now. What a failed transaction leaves behind is never taken: its head is in no table."""
    memory().add(dossier_id, found)


def forget(dossier_id: uuid.UUID) -> None:
    """Drop a dossier from memory, for a transaction that may not go through."""
    memory().drop(dossier_id)


def memory() -> Memory:
    """This thread's memory."""
    if not hasattr(_here, "memory"):
        _here.memory = Memory()
    found: Memory = _here.memory
    return found


def stored_obligations(dossier: Dossier) -> dict[Key, Stored]:
    """The dossier's rows by what they are about."""
    columns = (
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
        "owner_id",
        "withdrawn_at",
    )
    every = Obligation.objects.unfenced("the guard compares").filter(dossier=dossier)
    rows: Iterable[tuple[Any, ...]] = every.values_list(*columns)
    return {
        (norm, version, scope, str(opened)): Stored(
            id_,
            status,
            None if due is None else microseconds(due),
            None if warn is None else microseconds(warn),
            None if decided is None else str(decided),
            floating,
            owner,
            withdrawn is not None,
        )
        for norm, version, scope, opened, id_, status, due, warn, decided, floating, owner, withdrawn in rows
    }
