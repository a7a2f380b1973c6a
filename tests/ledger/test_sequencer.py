"""The sequencer: takes whatever is unsealed, once; one works at a time; no crash loses or repeats a leaf; no fork is signed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from tests.database import TestServer
from tests.ledger import plain_tree
from tests.ledger.writing import leaves, written
from tests.procedure.sealed import LOG_KEY
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres import roles
from zhunsheng.ledger import sequencer
from zhunsheng.ledger.checkpoints import open_checkpoint
from zhunsheng.ledger.models import Batch, Checkpoint, Entry, Tile, Unsealed
from zhunsheng.ledger.sequencer import batch_seal, checkpoint_sign, ledger_sequence
from zhunsheng.ledger.tasks import ledger_sealed


def whole() -> bool:
    """Every entry is one leaf, no more waits, and the newest checkpoint is signed over just this tree."""
    newest = Checkpoint.objects.order_by("-size")[0]
    head, _, _ = open_checkpoint(newest.note.encode(), [LOG_KEY.key])
    assert sorted(leaves()) == sorted(bytes(d) for d in Entry.objects.values_list("digest", flat=True))
    assert not Unsealed.objects.exists()
    assert (
        (head.size, head.root)
        == (newest.size, bytes(newest.root))
        == (len(leaves()), plain_tree.root(leaves()))
    )
    return True


def test_what_is_written_is_sealed_in_order_and_signed(empty: str) -> None:
    assert ledger_sequence() == sequencer.Sequenced(0, None)
    written(5)
    done = ledger_sequence()
    assert done.added == 5
    assert done.checkpoint is not None
    assert leaves() == [bytes(d) for d in Entry.objects.order_by("seq").values_list("digest", flat=True)]
    assert whole()
    assert ledger_sequence() == sequencer.Sequenced(0, None)
    written(1)
    ledger_sealed(0)
    assert Checkpoint.objects.count() == 2
    assert whole()


def test_many_go_in_by_batches(empty: str) -> None:
    written(10)
    assert ledger_sequence(batch=3).added == 10
    assert [(b.first, b.count) for b in Batch.objects.order_by("first")] == [(0, 3), (3, 3), (6, 3), (9, 1)]
    assert Checkpoint.objects.count() == 1
    assert whole()


def test_an_entry_whose_transaction_ends_late_is_not_passed_over(empty: str) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            written(1)
            begun.set()
            go_on.wait(30)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slow)
        begun.wait(30)
        written(2)
        assert ledger_sequence().added == 2
        go_on.set()
        waiting.result()
    assert ledger_sequence().added == 1
    assert [b.seqs for b in Batch.objects.order_by("first")] == [[2, 3], [1]]
    assert whole()


def test_several_at_once_do_each_leaf_once(empty: str) -> None:
    stop = threading.Event()

    def until_stopped(work: Callable[[], Any]) -> int:
        rounds = 0
        while not stop.is_set():
            work()
            rounds += 1
        connections.close_all()
        return rounds

    with ThreadPoolExecutor(5) as pool:
        writing = [pool.submit(until_stopped, lambda: written(3)) for _ in range(2)]
        sealing = [pool.submit(until_stopped, lambda: ledger_sequence(batch=4)) for _ in range(3)]
        stop.wait(1.5)
        stop.set()
        assert all(work.result() for work in (*writing, *sealing))
    ledger_sequence()
    assert whole()
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    assert len(sizes) > 1
    assert all(
        plain_tree.root(leaves()[:size]) == bytes(Checkpoint.objects.get(size=size).root) for size in sizes
    )


def test_while_another_works_there_is_nothing_to_do(empty: str) -> None:
    written(2)
    held, let_go = threading.Event(), threading.Event()

    def other() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (sequencer.LOCK,))
            held.set()
            let_go.wait(30)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other)
        held.wait(30)
        assert ledger_sequence() == sequencer.Sequenced(0, None)
        let_go.set()
        waiting.result()
    assert ledger_sequence().added == 2
    assert whole()


def test_killed_between_batch_and_checkpoint_the_next_one_signs(empty: str) -> None:
    written(3)
    assert batch_seal(100) == 3
    done = ledger_sequence()
    assert (done.added, done.checkpoint is not None) == (0, True)
    assert whole()


@pytest.mark.parametrize("moment", ["before the tiles", "after the tiles"])
def test_killed_within_a_batch_nothing_is_lost_or_repeated(
    empty: str, moment: str, monkeypatch: pytest.MonkeyPatch, test_server: TestServer
) -> None:
    written(3)
    real = sequencer.tiles_write

    def killed(tiles: Any) -> None:
        if moment == "after the tiles":
            real(tiles)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with roles.superuser(test_server.layout) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connection.cursor().execute("SELECT 1")

    monkeypatch.setattr(sequencer, "tiles_write", killed)
    with pytest.raises(OperationalError):
        ledger_sequence()
    connection.close()
    monkeypatch.setattr(sequencer, "tiles_write", real)
    assert (Unsealed.objects.count(), Batch.objects.count(), Tile.objects.count()) == (3, 0, 0)
    assert ledger_sequence().added == 3
    assert whole()


def tile_changed() -> None:
    Tile.objects.filter(level=0).update(data=bytes(32 * 4))


def tile_lost() -> None:
    Tile.objects.filter(level=0).delete()


def batch_lost() -> None:
    Batch.objects.order_by("-first")[0].delete()


def checkpoint_forged() -> None:
    Checkpoint.objects.update(root=bytes(32))


@pytest.mark.parametrize("harm", [tile_changed, tile_lost, batch_lost, checkpoint_forged])
def test_a_tree_that_does_not_continue_the_last_checkpoint_is_not_signed(
    empty: str, harm: Callable[[], None], test_server: TestServer
) -> None:
    written(2)
    ledger_sequence()
    written(2)
    batch_seal(100)
    checkpoint_sign()
    with roles.superuser(test_server.layout, empty) as superuser:
        for table in ("ledger_tile", "ledger_batch", "ledger_checkpoint"):
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    if harm is not batch_lost:
        written(1)
        batch_seal(100)
    harm()
    before = list(Checkpoint.objects.values_list("size", "note"))
    with pytest.raises(InputError) as caught:
        checkpoint_sign()
    assert caught.value.where == "ledger_tile"
    assert list(Checkpoint.objects.values_list("size", "note")) == before


def test_without_a_key_the_tree_grows_and_is_signed_once_there_is_one(
    empty: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written(2)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///elsewhere")
    monkeypatch.delenv("ZHUNSHENG_LEDGER_KEY")
    with pytest.raises(InputError) as caught:
        ledger_sequence()
    assert "key" in caught.value.text("en")
    assert (Batch.objects.count(), Checkpoint.objects.count()) == (1, 0)
    assert ledger_sequence(LOG_KEY).checkpoint is not None
    assert whole()


def test_a_queue_that_names_what_is_not_there_does_not_stop_the_rest(empty: str) -> None:
    written(2)
    Unsealed.objects.create(seq=0, at="2026-03-02T01:00:00Z")
    for _ in range(4):
        ledger_sequence(batch=1)
    assert whole()
