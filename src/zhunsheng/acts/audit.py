"""The whole ledger recomputed from nothing: every act against its entry, every chain, the tree, the tiles, the checkpoints.

Acts and entries are read as two streams in the order of chain and position, in as many processes as there are cores, all of
them in one snapshot of the database.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing import get_context
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg.sql import SQL

from zhunsheng.acts.audit_acts import ActRow, DossierRow, EntryRow, Order, Walk, walk
from zhunsheng.acts.audit_concerns import Subject
from zhunsheng.acts.audit_erasures import erasure_faults
from zhunsheng.acts.audit_process import begin
from zhunsheng.ledger.audit import leaves_check, tree_check
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.hashing import SHA256
from zhunsheng.ledger.keeping import ledger_hash, ledger_history
from zhunsheng.ledger.models import Checkpoint, Entry
from zhunsheng.ledger.notes import Key

FETCH = 4_000
SMALL = 20_000
"""Up to so many acts one process is faster than several."""

BEGIN = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0
"""
"""One snapshot for as long as it takes: the limits of a request would end an audit in the middle of its reckoning."""
ENTRIES = """
SELECT seq, record, chain, position, digest,
       CASE WHEN %s AND sha256('\\x03'::bytea || body) = digest THEN NULL ELSE body END
FROM ledger_entry WHERE NOT chain = ANY(%s) AND chain >= %s AND chain < %s ORDER BY chain, position
"""
ACTS = """
SELECT id, dossier_id, position, type, schema, unit_id, occurred_at, ended_at, recorded_at, recorded_by_id, corrects_id,
       content::text, salts, NULLIF(erased, '{}')
FROM acts_act WHERE dossier_id >= %s AND dossier_id < %s ORDER BY dossier_id, position
"""
CONCERNS = "SELECT dossier_id, kind, name FROM acts_concern WHERE dossier_id >= %s AND dossier_id < %s"
DOSSIERS = """
SELECT id, number, kind, unit_id, opened_at, closed_at, sealed_at, position, head
FROM acts_dossier WHERE id >= %s AND id < %s
"""
EDGES = """
SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY chain) FROM ledger_entry WHERE position = 1
"""
FIRST, LAST = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)


@dataclass
class Audit:
    """What an audit looked at and found."""

    acts: int = 0
    leaves: int = 0
    checkpoints: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


OTHER_CHAINS: dict[uuid.UUID, Callable[[], Iterable[Fault]]] = {}
"""Chains that are no dossier's, each with what recomputes it; filled by their keepers in `AppConfig.ready()`."""


class Part(NamedTuple):
    """What one process found in its share of the chains."""

    acts: int
    digests: list[tuple[int, bytes]]
    faults: list[Fault]
    orders: dict[uuid.UUID, Order]
    dropped: dict[uuid.UUID, dict[str, str]]


def ledger_audit(
    *, witnesses: Iterable[Key] = (), kept: Iterable[str] = (), processes: int | None = None
) -> Audit:
    """Recompute everything; the faults, each named and located: chains first, then erasures, leaves, tiles and checkpoints.

    No fault is soundness, as far as tables can tell: that the newest acts are gone together with every checkpoint that covered
    them shows only against checkpoints `kept` elsewhere, as the text of their notes. `processes` is how many share the work; by
    default one for each core, and one for a small ledger.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN)
        found = Audit(checkpoints=Checkpoint.objects.count())
        digests: dict[int, bytes] = {}
        orders: dict[uuid.UUID, Order] = {}
        dropped: dict[uuid.UUID, dict[str, str]] = {}
        for part in parts_checked(processes):
            found.acts += part.acts
            found.faults += part.faults
            digests.update(part.digests)
            orders |= part.orders
            dropped |= part.dropped
        found.faults += erasure_faults(orders, dropped)
        for chain, check in OTHER_CHAINS.items():
            found.faults += check()
            rows = Entry.objects.filter(chain=chain).values_list("seq", "digest")
            digests.update((seq, bytes(digest)) for seq, digest in rows)
        leaves, faults = leaves_check(digests)
        found.leaves = len(leaves)
        found.faults += faults
        found.faults += tree_check(leaves, ledger_hash(), ledger_history(), witnesses, kept)
    return found


def parts_checked(processes: int | None) -> Iterator[Part]:
    """Every share of the chains, checked."""
    wanted = processes or (1 if Entry.objects.count() <= SMALL else os.cpu_count() or 1)
    if wanted == 1:
        yield part_checked(FIRST, LAST)
        return
    with connection.cursor() as cursor:
        cursor.execute(EDGES, ([n / wanted for n in range(1, wanted)],))
        edges = [FIRST, *sorted(set(cursor.fetchone()[0] or [])), LAST]
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    context, database = get_context("spawn"), dict(connection.settings_dict)
    with ProcessPoolExecutor(wanted, mp_context=context, initializer=begin, initargs=(database,)) as pool:
        jobs = [pool.submit(part_in_process, snapshot, low, high) for low, high in pairwise(edges)]
        for job in jobs:
            yield job.result()


def part_in_process(snapshot: str, low: uuid.UUID, high: uuid.UUID) -> Part:
    """One share, in a process of its own, in the snapshot of the one that asked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN)
        cursor.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(snapshot))
        return part_checked(low, high)


def part_checked(low: uuid.UUID, high: uuid.UUID) -> Part:
    """The chains whose ids lie in [low, high): acts and entries walked side by side."""
    hash_ = ledger_hash()
    dossiers = {row[0]: DossierRow(*row) for row in streamed("dossiers", DOSSIERS, low, high)}
    entries = map(
        EntryRow._make, streamed("entries", ENTRIES, hash_ is SHA256, list(OTHER_CHAINS), low, high)
    )
    acts = map(ActRow._make, streamed("acts", ACTS, low, high))
    concerns: dict[uuid.UUID, set[Subject]] = {}
    for dossier, kind, name in streamed("concerns", CONCERNS, low, high):
        concerns.setdefault(dossier, set()).add((kind, name))
    found = walk(entries, acts, Walk(hash_, dossiers, concerns, body_of))
    return Part(found.acts, found.digests, found.faults, found.orders, found.dropped)


def body_of(seq: int) -> bytes:
    """The body of one entry, for the few that must be looked at piece by piece."""
    return bytes(Entry.objects.values_list("body", flat=True).get(seq=seq))


def streamed(name: str, sql: str, *given: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of a query in bounded memory, in the binary protocol."""
    connection.ensure_connection()
    with connection.connection.cursor(name=name, binary=True) as cursor:
        cursor.itersize = FETCH
        cursor.execute(sql, given)
        yield from cursor
