"""Somebody in whose way no trigger stands, and who can rewrite everything that hangs together, but for signatures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tests.ledger.tampering import unguarded
from tests.procedure.sealed import SealedLedger, as_superuser
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.record import committed, stamp
from zhunsheng.ledger.audit import tiles_of
from zhunsheng.ledger.entries import seal
from zhunsheng.ledger.hashing import SHA256
from zhunsheng.ledger.models import Batch, Entry


@contextmanager
def insider(ledger: SealedLedger) -> Iterator[Any]:
    """A transaction of somebody in whose way no trigger stands; what they did is undone afterwards."""
    with as_superuser(ledger), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        unguarded()
        cursor.execute("ALTER TABLE procedure_obligation DISABLE TRIGGER ALL")
        yield cursor
        transaction.set_rollback(True)


def told(ledger: SealedLedger, *kept: str) -> dict[str, str]:
    """What an audit finds: code → where."""
    return {f.code: f.where for f in ledger_audit(witnesses=ledger.witnesses, processes=1, kept=kept).faults}


def dossiers() -> list[Dossier]:
    return list(Dossier.objects.unfenced("a test").order_by("id"))


def acts(dossier: Dossier) -> list[Act]:
    return list(Act.objects.unfenced("a test").filter(dossier=dossier).order_by("position"))


def run(cursor: Any, statement: str, *given: Any) -> None:
    cursor.execute(statement, given)


def chain_rewritten(cursor: Any, dossier: Dossier) -> None:
    """Every entry of a dossier sealed again from its acts as they now are, and its head with them."""
    head = b""
    for position, act in enumerate(acts(dossier), start=1):
        act.position = position
        made = seal(
            chain=str(dossier.id),
            position=position,
            previous=head,
            record=str(act.id),
            at=stamp(act.recorded_at),
            content=committed(act),
        )
        head = made.digest
        run(
            cursor,
            "UPDATE acts_act SET position = %s, salts = %s WHERE id = %s",
            position,
            made.salts,
            act.id,
        )
        run(
            cursor,
            "UPDATE ledger_entry SET position = %s, digest = %s, body = %s WHERE record = %s",
            position,
            head,
            made.body,
            act.id,
        )
    run(
        cursor,
        "UPDATE acts_dossier SET position = %s, head = %s WHERE id = %s",
        len(acts(dossier)),
        head,
        dossier.id,
    )


def tree_rewritten(cursor: Any) -> None:
    """Batches without entries that are gone, and tiles of what is left."""
    there = dict(Entry.objects.values_list("seq", "digest"))
    leaves: list[bytes] = []
    for batch in Batch.objects.order_by("first"):
        seqs = [seq for seq in batch.seqs if seq in there]
        run(cursor, "DELETE FROM ledger_batch WHERE first = %s", batch.first)
        if seqs:
            row = (len(leaves), len(seqs), min(seqs), max(seqs), seqs)
            run(cursor, "INSERT INTO ledger_batch VALUES (%s, %s, %s, %s, %s)", *row)
        leaves += [bytes(there[seq]) for seq in seqs]
    run(cursor, "DELETE FROM ledger_unsealed WHERE NOT seq = ANY(%s)", list(there))
    run(cursor, "DELETE FROM ledger_tile")
    for (level, index), data in tiles_of(leaves, SHA256).items():
        run(cursor, "INSERT INTO ledger_tile VALUES (%s, %s, %s)", level, index, data)


def act_removed(cursor: Any, act: Act) -> None:
    """An act and all that speaks of it."""
    run(cursor, "DELETE FROM procedure_obligation WHERE opened_by_id = %s", act.id)
    run(cursor, "DELETE FROM acts_erasure WHERE act_id = %s OR ordered_in_id = %s", act.id, act.id)
    run(cursor, "DELETE FROM ledger_entry WHERE record = %s", act.id)
    run(cursor, "DELETE FROM acts_act WHERE id = %s", act.id)
