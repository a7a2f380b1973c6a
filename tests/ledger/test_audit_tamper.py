"""Whatever is changed in the tables of acts and ledger, an audit names and locates it.

Out of scope, because nothing inside could tell: whoever holds the signing key and rewrites everything before witnesses have
cosigned, and acts that no checkpoint covers yet. Against both stand the receipt the officer was given and what witnesses keep.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.db import connection, transaction

from tests.database import TestServer
from tests.ledger.tampering import (
    HELD_ELSEWHERE,
    KINDS,
    NO_EVIDENCE,
    TABLES,
    Tampered,
    column_changed,
    row_of,
    unguarded,
)
from tests.procedure.sealed import LOG_KEY, SealedLedger, as_superuser
from tests.procedure.traffic import AFTERWARDS, Traffic, disturbed
from zhunsheng.acts.audit import ledger_audit
from zhunsheng.base import clock
from zhunsheng.base.postgres import roles
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.models import Tile
from zhunsheng.ledger.sequencer import ledger_sequence

CASES = 280
MANY = 6_000
Tamper = Callable[[Random], Tampered | None]
Told = Callable[[str, object], None]


def tried(ledger: SealedLedger, tamper: Tamper, seed: int) -> tuple[Tampered, list[Fault]] | None:
    """What an audit finds after a change, which is then undone; None where the database did not take it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        unguarded()
        made = tamper(Random(seed))
        found = [] if made is None else ledger_audit(witnesses=ledger.witnesses, processes=1).faults
        transaction.set_rollback(True)
    return None if made is None else (made, found)


def unseen(made: Tampered, found: list[Fault]) -> str:
    """How the audit missed a change; empty when it named and located it."""
    if not found:
        return f"undetected: {made.what}"
    if not any(place in fault.where for fault in found for place in made.places):
        return f"not located: {made.what}: {[(f.code, f.where) for f in found][:4]} has none of {made.places}"
    return ""


def test_the_ledger_is_sound_before(sealed: SealedLedger) -> None:
    audit = ledger_audit(witnesses=sealed.witnesses)
    assert audit.faults == []
    assert (audit.acts, audit.leaves, audit.checkpoints) == (44, 43, 2)


@pytest.mark.parametrize(
    "cases", [CASES, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])]
)
def test_every_change_removal_addition_and_exchange_is_named_and_located(
    sealed: SealedLedger, cases: int, record_property: Told
) -> None:
    missed, counted = [], Counter[str]()
    with as_superuser(sealed):
        for seed in range(cases):
            table, kind = TABLES[seed % len(TABLES)], KINDS[seed // len(TABLES) % len(KINDS)]
            if (kind, table) == HELD_ELSEWHERE:
                continue
            outcome = tried(sealed, lambda r, k=kind, t=table: k(r, t), seed)  # type: ignore[misc]
            if outcome is not None:
                counted[f"{kind.__name__} {table}"] += 1
                missed += filter(None, [unseen(*outcome)])
    assert not missed, "\n".join(m[:1200] for m in missed)
    record_property("cases", sum(counted.values()))
    assert sum(counted.values()) > cases * 0.6, counted
    assert len(counted) > 30


def test_every_column_is_evidence_or_known_not_to_be(sealed: SealedLedger, record_property: Told) -> None:
    missed, seen = [], 0
    with as_superuser(sealed):
        for table in TABLES:
            for column in row_of(table, Random(0))[1]:
                outcomes = [
                    tried(sealed, lambda r, t=table, c=column: column_changed(r, t, c), n) for n in range(4)
                ]  # type: ignore[misc]
                found = [o for o in outcomes if o is not None]
                assert found, (table, column)
                seen += 1
                if (table, column) in NO_EVIDENCE:
                    assert not any(faults for _, faults in found), (table, column)
                else:
                    missed += filter(None, (unseen(*o) for o in found))
    assert not missed, "\n".join(m[:1200] for m in missed)
    record_property("columns", seen)
    assert seen > 50


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("living", [9], indirect=True)
def test_so_it_is_in_a_ledger_of_two_storeys_of_tiles(
    living: Traffic, home: Path, record_property: Told
) -> None:
    """Hundreds of acts by many officers, so that tiles stand above tiles; sealed in batches, with mistakes after and between."""
    with clock.holding(AFTERWARDS):
        ledger_sequence(LOG_KEY, batch=100)
    disturbed(living, 60, Random(9))
    with clock.holding(AFTERWARDS + dt.timedelta(days=9)):
        ledger_sequence(LOG_KEY)
    ledger = SealedLedger(str(connection.settings_dict["NAME"]), [])
    assert ledger_audit(processes=1).faults == []
    assert Tile.objects.filter(level=1).exists()
    missed, seen = [], 0
    with as_superuser(ledger), clock.holding(AFTERWARDS + dt.timedelta(days=90)):
        for seed in range(1_200):
            table, kind = TABLES[seed % len(TABLES)], KINDS[seed // len(TABLES) % len(KINDS)]
            if table in ("ledger_cosignature", "ledger_unsealed"):
                continue
            outcome = tried(ledger, lambda r, k=kind, t=table: k(r, t), seed)  # type: ignore[misc]
            if outcome is not None:
                seen += 1
                missed += filter(None, [unseen(*outcome)])
    assert not missed, "\n".join(m[:1200] for m in missed)
    record_property("cases", seen)
    assert seen > 600


@pytest.mark.slow
def test_several_processes_find_what_one_finds(sealed: SealedLedger, test_server: TestServer) -> None:
    with roles.superuser(test_server.layout, sealed.database) as superuser:
        for table in ("acts_act", "ledger_entry", "ledger_batch"):
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        superuser.execute("UPDATE acts_act SET type = 'case.closed' WHERE position = 2")
        superuser.execute("DELETE FROM ledger_entry WHERE position = 4")
        superuser.execute("UPDATE ledger_batch SET count = count + 1")
    one, three = (ledger_audit(witnesses=sealed.witnesses, processes=n) for n in (1, 3))
    assert len(one.faults) > 10
    assert (sorted(one.faults), one.acts, one.leaves) == (sorted(three.faults), three.acts, three.leaves)
