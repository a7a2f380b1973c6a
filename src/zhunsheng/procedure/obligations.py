"""Obligations as rows: opened, met, voided, changed and withdrawn so that the table says what the interpreter says."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from zhunsheng.acts.models import Dossier
from zhunsheng.base.clock import from_microseconds, microseconds
from zhunsheng.norms.dossiers import Act as Judged
from zhunsheng.norms.plans import Timed
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.procedure.guard import Key, key_of
from zhunsheng.procedure.models import Change, Obligation
from zhunsheng.procedure.standing import Stored

BEARER_ROLES: Mapping[str, tuple[str, ...]] = {
    "approver": ("approver",),
    "bureau-head": ("approver", "decider"),
    "collector": ("handler",),
    "decider": ("decider", "approver"),
    "enforcer": ("handler",),
    "file-keeper": ("handler",),
    "handler": ("handler", "recorder"),
    "hearing-clerk": ("hearing-clerk",),
    "hearing-host": ("hearing-host",),
    "legal-reviewer": ("legal-reviewer",),
    "mediator": ("mediator", "handler"),
    "property-keeper": ("property-keeper",),
    "server": ("server", "handler"),
}
"""Whose name stands on a duty: the officer who last acted in one of these roles. Other bearers are organs: their unit owns it."""


@dataclass(frozen=True)
class Reconciled:
    """What changed in a dossier's obligations, and how they stand now."""

    opened: int
    changed: int
    withdrawn: int
    stored: dict[Key, Stored]

    @property
    def any(self) -> bool:
        return bool(self.opened or self.changed or self.withdrawn)


@dataclass
class ObligationsWaiting:
    """Obligations of one dossier and their changes that are written together, later in the same transaction.

    Until then a new one goes by a negative id: -1 for the first.
    """

    new: list[Obligation] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def add(self, made: Obligation) -> Obligation:
        """One more; it has its id for the time being."""
        self.new.append(made)
        made.id = -len(self.new)
        return made

    def alter(self, id_: int, **columns: object) -> None:
        """Change one that waits."""
        for name, value in columns.items():
            setattr(self.new[-id_ - 1], name, value)

    def write(self) -> None:
        """Write them, in the order in which they came about."""
        for made in self.new:
            made.id = None
        Obligation.objects.bulk_create(self.new)
        for change in self.changes:
            if change.obligation_id < 0:
                change.obligation_id = self.new[-change.obligation_id - 1].id
        Change.objects.bulk_create(self.changes)
        self.new, self.changes = [], []


def reconcile(
    dossier: Dossier,
    acts: Iterable[Judged],
    rows: Iterable[Row],
    stored: Mapping[Key, Stored],
    *,
    as_of: dt.datetime,
    act: uuid.UUID | None,
    waiting: ObligationsWaiting | None = None,
) -> Reconciled:
    """Bring the table to what `rows` say as of an instant; `act` is what brought the change about, None for time alone.

    The caller holds the dossier's row lock. Rows no longer opened by any act are kept as withdrawn. With `waiting`, rows that it
    holds and new ones are written when it is, and so are all changes.
    """
    owners, as_of_us = Owners(acts), microseconds(as_of)
    now: dict[Key, Stored] = {}
    new: list[Obligation] = []
    changed: list[tuple[Stored, Stored]] = []
    for row in rows:
        key = key_of(row)
        old = stored.get(key)
        found = as_stored(row, as_of_us, owners.of(row), 0 if old is None else old.id)
        now[key] = found
        if old is None:
            new.append(opened(dossier, row, found, as_of))
        elif old != found:
            changed.append((old, found))
    gone = {key: old for key, old in stored.items() if key not in now}
    written = Obligation.objects.bulk_create(new) if waiting is None else [waiting.add(made) for made in new]
    for made in written:
        key = (made.norm_id, made.version, made.scope, str(made.opened_by_id))
        now[key] = replace(now[key], id=made.id)
    changes = [*update(changed, as_of, act, waiting), *withdraw(gone, as_of, act, waiting)]
    if waiting is None:
        Change.objects.bulk_create(changes)
    else:
        waiting.changes += changes
    now |= {key: replace(old, withdrawn=True) for key, old in gone.items()}
    fresh = sum(1 for old in gone.values() if not old.withdrawn)
    return Reconciled(len(new), len(changed), fresh, now)


def as_stored(row: Row, as_of_us: int, owner: str | None = None, id_: int = 0) -> Stored:
    """A result as the table keeps it."""
    decided = None if row.decided is None else row.decided.facts["act_id"]
    return Stored(
        id_, row.status, row.due_us, row.warn_us, decided, floating(row, as_of_us), owner, withdrawn=False
    )


def floating(row: Row, as_of_us: int) -> bool:
    """Whether time alone may still change it otherwise than by its due time.

    So it is while a stop stands, and where it is in doubt which term is the one until the latest of them has ended.
    """
    if row.status not in ("pending", "unknown") or not isinstance(row.plan.form, Timed):
        return False
    latest = row.reckoning.latest_us
    in_doubt = row.status == "unknown" and latest is not None and as_of_us <= latest
    return in_doubt or row.reckoning.standing


def opened(dossier: Dossier, row: Row, found: Stored, as_of: dt.datetime) -> Obligation:
    """A new row."""
    return Obligation(
        dossier=dossier,
        norm_id=row.plan.norm_id,
        version=row.plan.version,
        scope=row.scope_text,
        opened_by_id=uuid.UUID(row.opened.facts["act_id"]),
        severity=row.plan.severity,
        bearer=row.plan.norm.bearer,
        owner_unit_id=dossier.unit_id,
        judged_at=as_of,
        **columns(found),
    )


def columns(found: Stored) -> dict[str, object]:
    """The columns that may change."""
    return {
        "status": found.status,
        "due_at": instant(found.due_us),
        "warn_at": instant(found.warn_us),
        "decided_by_id": None if found.decided_by is None else uuid.UUID(found.decided_by),
        "floating": found.floating,
        "owner_id": found.owner,
        "withdrawn_at": None,
    }


def update(
    changed: list[tuple[Stored, Stored]],
    as_of: dt.datetime,
    act: uuid.UUID | None,
    waiting: ObligationsWaiting | None = None,
) -> list[Change]:
    """Write changed rows, those that change alike together; the changes of status to be remembered."""
    changes = []
    alike: dict[Stored, list[int]] = {}
    for old, found in changed:
        if waiting is not None and old.id < 0:
            waiting.alter(old.id, judged_at=as_of, **columns(found))
        else:
            alike.setdefault(replace(found, id=0), []).append(old.id)
        before = "withdrawn" if old.withdrawn else old.status
        if before != found.status:
            changes.append(
                Change(obligation_id=old.id, before=before, after=found.status, at=as_of, act_id=act)
            )
    for found, ids in alike.items():
        rows = Obligation.objects.unfenced("obligations follow acts").filter(pk__in=ids)
        rows.update(judged_at=as_of, **columns(found))
    return changes


def withdraw(
    gone: Mapping[Key, Stored],
    as_of: dt.datetime,
    act: uuid.UUID | None,
    waiting: ObligationsWaiting | None = None,
) -> list[Change]:
    """Mark rows nothing opens any more; the changes to be remembered."""
    live = [old for old in gone.values() if not old.withdrawn]
    there = [old.id for old in live if waiting is None or old.id > 0]
    if waiting is not None:
        for old in live:
            if old.id < 0:
                waiting.alter(old.id, withdrawn_at=as_of, judged_at=as_of)
    if there:
        gone_rows = Obligation.objects.unfenced("obligations follow acts").filter(pk__in=there)
        gone_rows.update(withdrawn_at=as_of, judged_at=as_of)
    return [
        Change(obligation_id=old.id, before=old.status, after="withdrawn", at=as_of, act_id=act)
        for old in live
    ]


class Owners:
    """Who answers for a duty of a bearer: the officer who last acted in the dossier in a fitting role."""

    def __init__(self, acts: Iterable[Judged]) -> None:
        self.last: dict[str, str] = {}
        for act in sorted(acts, key=lambda a: (a.at_us or 0, a.seq)):
            # Of several in one role the first named leads.
            for slot in reversed(act.officers):
                if slot.role is not None:
                    self.last[slot.role] = slot.officer

    def of(self, row: Row) -> str | None:
        """The officer's number; None where an organ bears it or nobody acted in such a role."""
        roles = BEARER_ROLES.get(row.plan.norm.bearer, ())
        return next((self.last[role] for role in roles if role in self.last), None)


def instant(us: int | None) -> dt.datetime | None:
    """Microseconds as an aware instant."""
    return None if us is None else from_microseconds(us)
