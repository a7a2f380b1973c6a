"""What must be true of any database of ours, however it came about: asked in SQL of its own, of the audit and of the norms."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from zhunsheng.acts.audit import ledger_audit
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.ledger.witnesses import witnesses
from zhunsheng.procedure.invariants import DIFFERENT, invariants_check

ENDS_WITHIN_S = 10
HALVES = {
    "an act without its ledger entry, or at another place in its chain": """
        SELECT act.id FROM acts_act act
        LEFT JOIN ledger_entry entry
          ON entry.record = act.id AND entry.chain = act.dossier_id AND entry.position = act.position
        WHERE entry.seq IS NULL""",
    "a ledger entry without its act": """
        SELECT entry.seq FROM ledger_entry entry LEFT JOIN acts_act act ON act.id = entry.record WHERE act.id IS NULL""",
    "a dossier whose position or head is not that of its last act": """
        SELECT dossier.number FROM acts_dossier dossier
        LEFT JOIN ledger_entry entry ON entry.chain = dossier.id AND entry.position = dossier.position
        WHERE entry.digest IS DISTINCT FROM dossier.head""",
    "a dossier whose acts are not numbered 1 to n": """
        SELECT dossier.number FROM acts_dossier dossier
        LEFT JOIN (
            SELECT dossier_id, count(*) AS acts, min(position) AS lowest, max(position) AS highest
            FROM acts_act GROUP BY dossier_id
        ) found ON found.dossier_id = dossier.id
        WHERE (found.acts, found.lowest, found.highest) IS DISTINCT FROM (dossier.position::bigint, 1, dossier.position)""",
    "a receipt that stands for the same act as another": """
        SELECT act_id FROM procedure_receipt GROUP BY act_id HAVING count(*) > 1""",
    "an entry neither in the tree nor waiting": """
        SELECT entry.seq FROM ledger_entry entry
        WHERE NOT EXISTS (SELECT FROM ledger_unsealed waiting WHERE waiting.seq = entry.seq)
          AND NOT EXISTS (SELECT FROM ledger_batch batch WHERE entry.seq = ANY (batch.seqs))""",
    "an entry in the tree twice, or in the tree and waiting": """
        SELECT seq FROM (
            SELECT unnest(seqs) AS seq FROM ledger_batch UNION ALL SELECT seq FROM ledger_unsealed
        ) placed GROUP BY seq HAVING count(*) > 1""",
    "a number of a unit and year left out or given twice": """
        SELECT numbering.unit_id, numbering.year FROM acts_numbering numbering
        WHERE numbering.last <> (
            SELECT count(*) FROM acts_dossier dossier
            WHERE dossier.number LIKE numbering.unit_id || '-' || numbering.year || '-%'
        )""",
}
"""What no reader may ever see, at any moment: each query finds what is wrong, and is one snapshot."""

AT_REST = {
    "an act recorded before the one it follows": """
        SELECT later.id FROM acts_act later JOIN acts_act earlier
          ON earlier.dossier_id = later.dossier_id AND earlier.position = later.position - 1
        WHERE later.recorded_at < earlier.recorded_at""",
    "an entry left unsealed": "SELECT seq FROM ledger_unsealed",
    "a newest checkpoint that does not cover the tree": """
        SELECT 1 WHERE (SELECT coalesce(max(size), 0) FROM ledger_checkpoint)
          <> (SELECT coalesce(sum(count), 0) FROM ledger_batch)""",
}
"""What must be so besides, once nobody writes and everything has been sealed. Times are those of one machine's clock."""


def halves_seen() -> dict[str, list[Any]]:
    """What is wrong at this moment, by its description; nothing at any moment."""
    return asked(HALVES)


def asked(queries: dict[str, str]) -> dict[str, list[Any]]:
    """The rows each query finds, where it finds any."""
    found = {}
    with connection.cursor() as cursor:
        for what, query in queries.items():
            cursor.execute(query)
            if rows := cursor.fetchmany(5):
                found[what] = rows
    return found


def what_is_wrong() -> dict[str, list[Any]]:
    """Everything that is wrong once what waits has been sealed; nothing."""
    while ledger_sequence().added:
        pass
    found = asked(HALVES | AT_REST)
    audit = ledger_audit(witnesses=[witness.key for witness in witnesses()])
    if audit.faults:
        found["the audit"] = [(f.code, f.where, f.en) for f in audit.faults[:5]]
    differing = [(d.dossier_id, d.detail) for d in invariants_check() if d.kind == DIFFERENT]
    if differing:
        found["obligations not as a fresh evaluation gives them"] = differing[:5]
    return found


def deadlocks() -> int:
    """How many deadlocks the server has broken in this database since it was made; every other connection to it must be closed.

    A server process tells what it counted when it ends, which may be a moment after its connection was closed.
    """
    with connection.cursor() as cursor:
        until = time.monotonic() + ENDS_WITHIN_S
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] == 0:
                break
            assert time.monotonic() < until, "others are still connected"
            time.sleep(0.01)
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@contextmanager
def connected_to(**settings: Any) -> Iterator[None]:
    """Within the block Django's connection, in every thread, is to another database, by Django's names for its settings."""
    kept = {name: connection.settings_dict[name] for name in settings}
    connection.close()
    connection.settings_dict.update(settings)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)
