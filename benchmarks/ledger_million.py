"""A ledger of a million acts: sealing them into the tree, and recomputing everything from nothing; against bare hashing.

Run `python -m benchmarks.ledger_million [--acts 1000000]`. The acts are realistic rows written with COPY, past the door, so that
the ledger is there in minutes; each is sealed as the door seals it. The floor is hashing the same bytes, and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.platform_under_test import bureau, platform

IN_A_DOSSIER = 50


def main() -> None:
    """Fill, seal, audit."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--acts", type=int, default=1_000_000)
    given.add_argument("--processes", type=int, default=None)
    asked = given.parse_args()
    with platform():
        living, made = bureau(30)
        for case in made.cases:
            living.enact_case(case)
        fill(asked.acts)
        seal_all()
        floors()
        audit(asked.processes)


def fill(acts: int) -> None:
    """Copies of the recorded acts in new dossiers, sealed and written with COPY until there are so many."""
    from django.db import connection

    from zhunsheng.acts.models import Act, Dossier

    start = time.perf_counter()
    dossiers = list(Dossier.objects.unfenced("a benchmark").filter(position__gte=IN_A_DOSSIER))
    patterns = [
        list(Act.objects.unfenced("a benchmark").filter(dossier=d, corrects=None).order_by("position")[:IN_A_DOSSIER])
        for d in dossiers
    ]
    made = 0
    connection.ensure_connection()
    while made < acts:
        rows = [copied(patterns[(made // IN_A_DOSSIER + n) % len(patterns)], made + n) for n in range(400)]
        with connection.connection.cursor() as cursor:
            for table, columns, place in TABLES:
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in (r for one in rows for r in one[place]):
                        copy.write_row(row)
            cursor.execute(
                "INSERT INTO ledger_unsealed (seq, at) SELECT seq, now() FROM ledger_entry e "
                "WHERE seq > coalesce((SELECT max(seq) FROM ledger_unsealed), 0) "
                "AND NOT EXISTS (SELECT FROM ledger_batch b WHERE e.seq BETWEEN b.lowest AND b.highest)"
            )
        made += 400 * IN_A_DOSSIER
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM acts_act")
        count = cursor.fetchone()[0]
    print(f"{count:,} acts written past the door in {time.perf_counter() - start:.0f} s", flush=True)


TABLES = (
    ("acts_dossier", "id, number, kind, unit_id, opened_at, position, head, revision, edition, closed_at, sealed_at", 0),
    (
        "acts_act",
        (
            "id, dossier_id, position, type, schema, unit_id, occurred_at, recorded_at, recorded_by_id, content, salts,"
            " erased, ended_at"
        ),
        1,
    ),
    ("ledger_entry", "record, chain, position, digest, body", 2),
)


def copied(pattern: list[Any], number: int) -> tuple[list[Any], list[Any], list[Any]]:
    """One dossier like a recorded one: its own row, its acts, its entries."""
    from psycopg.types.json import Jsonb

    from zhunsheng.acts.course import Course
    from zhunsheng.acts.models import stamp
    from zhunsheng.acts.record import dossier_particulars, own_columns
    from zhunsheng.base.ids import new_id
    from zhunsheng.ledger.entries import seal

    dossier, name, head = new_id(), f"b-{number}-{new_id().hex[-8:]}", b""
    first, course = pattern[0], Course()
    acts, entries = [], []
    for position, act in enumerate(pattern, start=1):
        record = new_id()
        content = own_columns(act.type, act.schema, act.unit_id, act.occurred_at, act.ended_at, act.recorded_by_id, None)
        content |= act.content
        if position == 1:
            content |= dossier_particulars(name, "other", first.unit_id, first.recorded_at)
        sealed = seal(
            chain=str(dossier), position=position, previous=head, record=str(record), at=stamp(act.recorded_at), content=content
        )
        head = sealed.digest
        course.take(record, position, act.type, act.occurred_at, None)
        acts.append((
            record, dossier, position, act.type, act.schema, act.unit_id, act.occurred_at, act.recorded_at,
            act.recorded_by_id, Jsonb(act.content), sealed.salts, Jsonb({}), act.ended_at,
        ))
        entries.append((record, dossier, position, sealed.digest, sealed.body))
    own = (
        dossier, name, "other", first.unit_id, first.recorded_at, len(pattern), head, len(pattern), "",
        course.closed_at, course.sealed_at,
    )
    return [own], acts, entries


def seal_all() -> None:
    """The sequencer on everything."""
    from zhunsheng.ledger.sequencer import ledger_sequence

    start = time.perf_counter()
    done = ledger_sequence()
    seconds = time.perf_counter() - start
    print(f"sequencer: {done.added:,} leaves in {seconds:.1f} s, {done.added / seconds:,.0f} leaves/s (aim 100,000)", flush=True)


def floors() -> None:
    """Hashing every entry's body, and reading every row, each with nothing else."""
    from django.db import connection, transaction

    start, size, count = time.perf_counter(), 0, 0
    spent = 0.0
    with transaction.atomic():
        for body in bodies(connection):
            begun = time.perf_counter()
            hashlib.sha256(body).digest()
            spent += time.perf_counter() - begun
            size, count = size + len(body), count + 1
    reading = time.perf_counter() - start - spent
    print(f"floor: {count:,} bodies, {size / 1e6:.0f} MB: hashing them {spent:.1f} s, reading them {reading:.1f} s", flush=True)


def bodies(connection: Any) -> Iterator[bytes]:
    """Every entry's body."""
    with connection.connection.cursor(name="bodies", binary=True) as cursor:
        cursor.itersize = 4000
        cursor.execute("SELECT body FROM ledger_entry")
        for (body,) in cursor:
            yield body


def audit(processes: int | None) -> None:
    """Everything recomputed."""
    from zhunsheng.acts.audit import ledger_audit

    start = time.perf_counter()
    found = ledger_audit(processes=processes)
    seconds = time.perf_counter() - start
    told = "sound" if found.sound else f"{len(found.faults)} faults, first {found.faults[0]}"
    print(f"audit: {found.acts:,} acts, {found.leaves:,} leaves: {told}; {seconds:.1f} s (aim for a million: 20 s)", flush=True)


if __name__ == "__main__":
    main()
