"""What must hold of ourselves: open dossiers have live, owned, dated obligations, and every stored one is what norms say.

What does not is a `Discrepancy`: found, kept while it stands, and closed when a later run no longer finds it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from psycopg.errors import LockNotAvailable

from zhunsheng.acts.export import log_write
from zhunsheng.acts.models import Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.norms.results_table import Results
from zhunsheng.procedure.guard import Key, judge, key_of
from zhunsheng.procedure.models import Discrepancy, Obligation
from zhunsheng.procedure.obligations import as_stored
from zhunsheng.procedure.rulebook import Rulebook, rulebook
from zhunsheng.procedure.standing import Standing, Stored, standing_of_acts, stored_obligations
from zhunsheng.procedure.watch import dossier_judge

Engine = Literal["interpret", "fast", "duckdb"]
LOG = logging.getLogger(__name__)
UNWATCHED = "nothing-due"
DIFFERENT = "obligation-differs"
UNJUDGED = "not-judged"
Seen = tuple[str, int | None, int | None, str | None]
"""Status, due time, warning time and deciding act: what is compared of an obligation."""


@dataclass(frozen=True)
class Found:
    """One thing that does not hold."""

    kind: str
    dossier: uuid.UUID
    detail: Mapping[str, Any]


def invariants_check(engine: Engine = "interpret") -> list[Discrepancy]:
    """Check every dossier, record what does not hold and close what holds again; the discrepancies that stand afterwards.

    The stored obligations are compared, key by key, with a fresh evaluation by the interpreter (dossier by dossier, under its
    lock) or by a compiled engine over an export of all acts in one snapshot.
    """
    found = [
        *unwatched(),
        *(differences_interpreted() if engine == "interpret" else differences_compiled(engine)),
    ]
    return discrepancies_record(found)


def unwatched() -> Iterator[Found]:
    """Open dossiers in which nothing is due: no live obligation with a date. Silence would go unnoticed there."""
    live = Obligation.objects.unfenced("an invariant").filter(
        status__in=("pending", "overdue"), withdrawn_at=None
    )
    watched = live.filter(due_at__isnull=False).values("dossier_id")
    idle = (
        Dossier.objects.unfenced("an invariant")
        .filter(closed_at=None, position__gt=0)
        .exclude(pk__in=watched)
    )
    for dossier in idle.iterator():
        yield Found(UNWATCHED, dossier.id, {"number": dossier.number})


def differences_interpreted() -> Iterator[Found]:
    """Stored obligations against the interpreter, each dossier in a transaction of its own.

    Dossiers not yet judged by this edition of the rulebook are left to the clock and the next run.
    """
    book = rulebook()
    every = Dossier.objects.unfenced("an invariant").filter(position__gt=0, edition=book.digest)
    for dossier_id in every.values_list("pk", flat=True).iterator():
        yield from differences_in(dossier_id, book)


def differences_in(dossier_id: uuid.UUID, book: Rulebook) -> list[Found]:
    """What differs in one dossier, or that it cannot be judged."""
    try:
        with transaction.atomic():
            every = Dossier.objects.unfenced("an invariant")
            dossier = every.select_for_update(no_key=True).get(pk=dossier_id)
            # The instant is chosen once nobody else can add to the dossier.
            with clock.holding(clock.now()):
                return list(differences(dossier, book))
    except DatabaseError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            LOG.warning("dossier %s is left to the next check: somebody has held it for too long", dossier_id)
            return []
        raise
    except Exception as error:
        LOG.exception("dossier %s cannot be judged", dossier_id)
        return [Found(UNJUDGED, dossier_id, {"error": type(error).__name__})]


def differences(dossier: Dossier, book: Rulebook) -> Iterator[Found]:
    """What differs between the rows of a dossier and what the interpreter says of its acts.

    Rows that time alone may have changed since they were judged are compared as of then: the clock, not this check, brings them
    to the present, and it would mend what should be found.
    """
    acts = tuple(dossier_acts(dossier))
    stands = standing_of_acts(dossier, acts, {})
    now = stands.moment()
    fresh = fresh_obligations(dossier, stands, book, now)
    earlier: dict[dt.datetime, list[Key]] = {}
    for key, judged_at in time_bound_rows(dossier, now).items():
        earlier.setdefault(max(judged_at, acts[-1].recorded_at), []).append(key)
        fresh.pop(key, None)
    for as_of, keys in earlier.items():
        then = fresh_obligations(dossier, stands, book, as_of)
        fresh |= {key: then[key] for key in keys if key in then}
    yield from compared(dossier.id, stored_obligations(dossier), fresh)


def time_bound_rows(dossier: Dossier, now: dt.datetime) -> dict[Key, dt.datetime]:
    """The live rows of a dossier that time alone may have changed, and when each was judged."""
    rows = Obligation.objects.unfenced("an invariant").filter(
        time_bound(now), dossier=dossier, withdrawn_at=None
    )
    columns = rows.values_list("norm_id", "version", "scope", "opened_by_id", "judged_at")
    return {(norm, version, scope, str(opened)): at for norm, version, scope, opened, at in columns}


def fresh_obligations(
    dossier: Dossier, stands: Standing, book: Rulebook, as_of: dt.datetime
) -> dict[Key, Seen]:
    """What the interpreter says of the dossier as of an instant."""
    as_of_us = clock.microseconds(as_of)
    rows = judge(book, dossier.number, stands.judged, as_of_us)
    return {key_of(row): seen_of(as_stored(row, as_of_us)) for row in rows}


def time_bound(now: dt.datetime) -> Q:
    """Which rows time alone may have changed by now."""
    return Q(floating=True) | Q(status="pending", due_at__lt=now)


def seen_of(stored: Stored) -> Seen:
    """What is compared of a stored obligation."""
    return stored.status, stored.due_us, stored.warn_us, stored.decided_by


def compared(dossier: uuid.UUID, stored: Mapping[Key, Stored], fresh: Mapping[Key, Seen]) -> Iterator[Found]:
    """The obligations that are not stored as a fresh evaluation gives them, missing and superfluous ones among them."""
    live = {key: row for key, row in stored.items() if not row.withdrawn}
    for key in sorted(live.keys() | fresh.keys()):
        have = seen_of(live[key]) if key in live else None
        want = fresh.get(key)
        if have != want:
            named = dict(zip(("norm", "version", "scope", "opened_by"), key, strict=True))
            yield Found(
                DIFFERENT, dossier, named | {"stored": have and list(have), "fresh": want and list(want)}
            )


def differences_compiled(engine: Engine) -> Iterator[Found]:
    """Stored obligations against a compiled engine: acts exported and obligations read in one snapshot of the database.

    What time alone may have changed is compared by the interpreter, then brought to the instant of comparison. Dossiers that
    change meanwhile, and those not yet judged by this edition of the rulebook, are left to the next run.
    """
    book = rulebook()
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as work, clock.holding(clock.now()):
        now = clock.now()
        for dossier_id in watched_dossiers(time_bound(now)):
            yield from differences_in(dossier_id, book)
            dossier_judge(dossier_id)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            # A whole city's log takes longer to write than a request may leave the database waiting.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0")
            log = log_write(Path(work) / "log")
            changing = set(watched_dossiers(Q(judged_at__gt=now)))
            every = Dossier.objects.unfenced("an invariant").filter(position__gt=0, edition=book.digest)
            dossiers = every.exclude(pk__in=changing)
            stored = {d.number: (d.id, stored_obligations(d)) for d in dossiers}
        results: Results = runner(engine)(
            log,
            list(book.plans),
            calendar=book.calendar,
            as_of_us=clock.microseconds(now),
            into=Path(work) / "results.parquet",
        )
        fresh = by_case(results)
    for number, (dossier_id, rows) in stored.items():
        yield from compared(dossier_id, rows, fresh.get(number, {}))


@dataclass(frozen=True)
class Agreement:
    """How a fresh evaluation compares with what is stored."""

    obligations: int
    differences: tuple[Found, ...]


def agreement(engine: Engine) -> Agreement:
    """Compare every stored obligation with a fresh evaluation, row by row; nothing is recorded."""
    found = differences_interpreted() if engine == "interpret" else differences_compiled(engine)
    differences = tuple(found)
    live = Obligation.objects.unfenced("an invariant").filter(withdrawn_at=None)
    return Agreement(live.count(), differences)


def watched_dossiers(condition: Q) -> list[uuid.UUID]:
    """The dossiers with a live obligation for which the condition holds."""
    rows = Obligation.objects.unfenced("an invariant").filter(condition, withdrawn_at=None)
    return list(rows.values_list("dossier_id", flat=True).distinct())


def runner(engine: Engine) -> Any:
    """The compiled execution of that name."""
    if engine == "fast":
        from zhunsheng.norms.fast import run_fast

        return run_fast
    from zhunsheng.norms.compile.run_duckdb import run_duckdb

    return run_duckdb


def by_case(results: Results) -> dict[str, dict[Key, Seen]]:
    """The rows of a findings table by case and key."""
    wanted = ["norm_id", "version", "scope", "opened_by", "case_id", "status", "due_at", "warn_at", "met_by"]
    found: dict[str, dict[Key, Seen]] = {}
    for row in results.table().select(wanted).to_pylist():
        key = row["norm_id"], row["version"], row["scope"], row["opened_by"]
        due, warn = (None if row[c] is None else clock.microseconds(row[c]) for c in ("due_at", "warn_at"))
        found.setdefault(row["case_id"], {})[key] = row["status"], due, warn, row["met_by"]
    return found


@transaction.atomic
def discrepancies_record(found: Iterable[Found]) -> list[Discrepancy]:
    """Record what is new, close what is gone; what stands now."""
    now = clock.now()
    standing = {identity(d.kind, d.dossier_id, d.detail): d for d in Discrepancy.objects.filter(gone_at=None)}
    seen = {identity(f.kind, f.dossier, f.detail): f for f in found}
    new = [
        Discrepancy(kind=f.kind, dossier_id=f.dossier, detail=f.detail, found_at=now)
        for key, f in seen.items()
        if key not in standing
    ]
    # Another check may have found the same meanwhile.
    Discrepancy.objects.bulk_create(new, ignore_conflicts=True)
    gone = [d.id for key, d in standing.items() if key not in seen]
    Discrepancy.objects.filter(pk__in=gone).update(gone_at=now)
    return list(Discrepancy.objects.filter(gone_at=None).order_by("id"))


def identity(
    kind: str, dossier: uuid.UUID | None, detail: Mapping[str, Any]
) -> tuple[str, uuid.UUID | None, str]:
    """What makes a discrepancy the same as one found before."""
    return kind, dossier, json.dumps(detail, sort_keys=True)
