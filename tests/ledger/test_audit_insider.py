"""An insider who rewrites everything that hangs together, but for signatures: cut tails, forked trees, forged erasures.

Whoever also holds the signing key, and rewrites before any witness has cosigned or anybody kept a checkpoint, is out of scope.
"""

from __future__ import annotations

import uuid
from random import Random

import pytest
from django.db import connection, transaction

from tests.ledger.insider import (
    act_removed,
    acts,
    chain_rewritten,
    dossiers,
    insider,
    run,
    told,
    tree_rewritten,
)
from tests.procedure.dossiers import at
from tests.procedure.sealed import LOG_KEY, ORIGIN, WITNESSES, SealedLedger
from zhunsheng.acts.models import Act, Erasure
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint as Head
from zhunsheng.ledger.checkpoints import sign_checkpoint
from zhunsheng.ledger.hashing import SHA256
from zhunsheng.ledger.keys import FileSigner
from zhunsheng.ledger.models import Batch, Checkpoint, Cosignature, Entry, Unsealed
from zhunsheng.ledger.sequencer import checkpoint_sign
from zhunsheng.ledger.tree import Tree


@pytest.mark.parametrize("place", range(4))
def test_a_tail_cut_off_with_chain_head_and_tree_made_anew(sealed: SealedLedger, place: int) -> None:
    with insider(sealed) as cursor:
        dossier = dossiers()[place]
        act_removed(cursor, acts(dossier)[-1])
        chain_rewritten(cursor, dossier)
        tree_rewritten(cursor)
        assert set(told(sealed)) & {"checkpoint-root", "leaves-missing"}


def test_a_whole_dossier_gone_with_everything_that_speaks_of_it(sealed: SealedLedger) -> None:
    with insider(sealed) as cursor:
        dossier = dossiers()[0]
        for act in acts(dossier):
            act_removed(cursor, act)
        run(cursor, "DELETE FROM acts_dossier WHERE id = %s", dossier.id)
        tree_rewritten(cursor)
        assert set(told(sealed)) & {"checkpoint-root", "leaves-missing"}


@pytest.mark.parametrize("seed", range(6))
def test_a_value_changed_in_the_middle_and_everything_after_made_anew(
    sealed: SealedLedger, seed: int
) -> None:
    r = Random(seed)
    with insider(sealed) as cursor:
        sealed_acts = [a for d in dossiers()[:4] for a in acts(d) if a.fields and not a.erased]
        act = r.choice(sealed_acts)
        path = r.choice([p for p in act.content if p.startswith("fields.")])
        run(
            cursor,
            "UPDATE acts_act SET content = jsonb_set(content, %s, '\"x\"') WHERE id = %s",
            [path],
            act.id,
        )
        chain_rewritten(cursor, act.dossier)
        tree_rewritten(cursor)
        assert "checkpoint-root" in told(sealed)


def test_an_act_slipped_in_and_sealed_like_the_others(sealed: SealedLedger) -> None:
    with insider(sealed) as cursor:
        dossier = dossiers()[1]
        last = acts(dossier)[-1]
        run(cursor, "UPDATE acts_act SET position = position + 1 WHERE id = %s", last.id)
        run(cursor, "UPDATE ledger_entry SET position = position + 1 WHERE record = %s", last.id)
        false = Act.objects.unfenced("a test").get(pk=acts(dossier)[1].id)
        false.id, false.position = uuid.uuid4(), last.position
        false.save(force_insert=True)
        entry = Entry(record=false.id, chain=dossier.id, position=false.position, digest=bytes(32), body=b"")
        entry.save(force_insert=True)
        Batch.objects.filter(first=0).update(seqs=[*Batch.objects.get(first=0).seqs, entry.seq])
        chain_rewritten(cursor, dossier)
        tree_rewritten(cursor)
        assert "checkpoint-root" in told(sealed)


def test_a_forked_checkpoint_signed_by_another_key(sealed: SealedLedger) -> None:
    with insider(sealed) as cursor:
        dossier = dossiers()[0]
        run(
            cursor,
            'UPDATE acts_act SET content = content || \'{"fields.place": "x"}\' WHERE id = %s',
            acts(dossier)[4].id,
        )
        chain_rewritten(cursor, dossier)
        tree_rewritten(cursor)
        tree = Tree([bytes(d) for d in digests_in_order()])
        forger = FileSigner(ORIGIN, bytes(32))
        for checkpoint in Checkpoint.objects.all():
            head = Head(ORIGIN, checkpoint.size, tree.root(checkpoint.size), SHA256)
            note = sign_checkpoint(head, forger).encode().decode()
            Checkpoint.objects.filter(pk=checkpoint.pk).update(root=head.root, note=note)
        found = told(sealed)
        assert found["checkpoint-signature"].startswith("checkpoint ")
        assert "cosignature-changed" in found


def digests_in_order() -> list[bytes]:
    """The leaves as batches and entries now say they are."""
    there = dict(Entry.objects.values_list("seq", "digest"))
    return [there[seq] for batch in Batch.objects.order_by("first") for seq in batch.seqs]


def test_a_signature_or_two_too_many_under_a_checkpoint(sealed: SealedLedger) -> None:
    with insider(sealed):
        checkpoint = Checkpoint.objects.order_by("size")[0]
        line = Cosignature.objects.filter(size=checkpoint.size)[0].line
        Checkpoint.objects.filter(pk=checkpoint.pk).update(note=checkpoint.note + line)
        assert told(sealed) == {"checkpoint-signature": f"checkpoint {checkpoint.size}"}


def test_a_cosignature_under_another_key_of_the_witness_name(sealed: SealedLedger) -> None:
    with insider(sealed) as cursor:
        one = Cosignature.objects.order_by("size", "witness")[0]
        forged = one.line.replace(one.line.split()[2][:5], "AAAAA")
        run(
            cursor,
            "UPDATE ledger_cosignature SET line = %s WHERE size = %s AND witness = %s",
            forged,
            one.size,
            one.witness,
        )
        assert told(sealed) == {"cosignature-changed": f"cosignature {one.size} {WITNESSES[1].key.name}"}


def test_content_dropped_under_an_erasure_nobody_ordered(sealed: SealedLedger) -> None:
    """The application's own role can do this much: an erasure is a row it may add."""
    act = acts(dossiers()[1])[0]
    path = next(p for p in act.content if p.startswith("fields."))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        order = acts(dossiers()[1])[-1]
        forged = Erasure.objects.create(
            act=act, ordered_in=order, paths=[path], law="x", article="1", reason="x", at=act.recorded_at
        )
        run(
            cursor,
            "UPDATE acts_act SET content = content - %s, erased = %s::jsonb, salts = %s WHERE id = %s",
            path,
            f'{{"{path}": "{forged.id}"}}',
            bytes(16),
            act.id,
        )
        found = told(sealed)
        transaction.set_rollback(True)
    assert found["erasure-changed"] == f"erasure {forged.id}"
    assert "salts-changed" in found


def test_what_no_checkpoint_covers_shows_against_one_kept_elsewhere(sealed: SealedLedger) -> None:
    """Back to the first checkpoint, every later act gone with its checkpoint: chains and tree are whole again inside."""
    newest = Checkpoint.objects.order_by("-size")[0]
    assert told(sealed, newest.note) == {}
    with insider(sealed) as cursor:
        covered = set(Batch.objects.get(first=0).seqs)
        later = set(Entry.objects.exclude(seq__in=covered).values_list("record", flat=True))
        for dossier in dossiers():
            kept_acts = [a for a in acts(dossier) if a.id not in later]
            for act in reversed(acts(dossier)):
                if act.id in later:
                    act_removed(cursor, act)
            head = bytes(Entry.objects.get(record=kept_acts[-1].id).digest) if kept_acts else b""
            run(
                cursor,
                "UPDATE acts_dossier SET position = %s, head = %s, closed_at = NULL, sealed_at = NULL WHERE id = %s",
                len(kept_acts),
                head,
                dossier.id,
            )
        run(cursor, "DELETE FROM acts_dossier WHERE position = 0")
        tree_rewritten(cursor)
        run(cursor, "DELETE FROM ledger_checkpoint WHERE size = %s", newest.size)
        run(cursor, "DELETE FROM ledger_cosignature WHERE size = %s", newest.size)
        inside, outside = told(sealed), told(sealed, newest.note)
    assert not set(inside) & {"leaves-missing", "checkpoint-root", "acts-cut", "act-removed"}
    assert outside["leaves-missing"] == f"kept checkpoint {newest.size}"


def test_a_checkpoint_kept_elsewhere_that_is_not_ours_says_so(sealed: SealedLedger) -> None:
    note = Checkpoint.objects.order_by("-size")[0].note
    assert set(told(sealed, "nothing")) == {"kept-unusable"}
    assert set(told(sealed, note.replace("41", "40", 1))) == {"kept-unusable"}


def test_the_sequencer_signs_no_fork(sealed: SealedLedger) -> None:
    with insider(sealed) as cursor:
        run(cursor, "UPDATE ledger_tile SET data = set_byte(data, 0, get_byte(data, 0) # 1) WHERE level = 0")
        with pytest.raises(InputError) as caught:
            checkpoint_sign(LOG_KEY)
        assert "ledger audit" in caught.value.text("en")
        assert Checkpoint.objects.count() == 2
    assert Unsealed.objects.count() == 1


def test_a_checkpoint_taken_away_with_its_cosignatures_is_missed(sealed: SealedLedger) -> None:
    first, newest = Checkpoint.objects.order_by("size")
    for gone in (first, newest):
        with insider(sealed) as cursor:
            run(cursor, "DELETE FROM ledger_checkpoint WHERE size = %s", gone.size)
            run(cursor, "DELETE FROM ledger_cosignature WHERE size = %s", gone.size)
            with clock.holding(at(300)):
                found = told(sealed)
        assert found == (
            {"checkpoint-removed": "checkpoint 35", "unsigned": "checkpoint 43"}
            if gone is first
            else {"unsigned": "checkpoint 43"}
        )


def test_what_waits_long_for_a_signature_is_a_fault_and_what_waits_a_moment_is_none(
    sealed: SealedLedger,
) -> None:
    assert told(sealed) == {}
    with clock.holding(at(131 + 61)):
        assert told(sealed) == {"unsigned": "checkpoint 43"}
        checkpoint_sign(LOG_KEY)
        assert told(sealed) == {}
