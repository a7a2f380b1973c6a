"""Writers at the same time on one dossier and on many: no update is lost, nobody waits in a circle, and the order is total."""

from __future__ import annotations

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import at_once, note, of_kind, report
from tests.soundness import deadlocks, what_is_wrong
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.ledger.models import Entry
from zhunsheng.procedure.door import Enacted, enact
from zhunsheng.procedure.errors import OutOfStep

FEW = 16


def acts_of(dossier: Dossier) -> list[Act]:
    return list(Act.objects.unfenced("a test").filter(dossier=dossier).order_by("position"))


def test_on_one_dossier_everybody_is_written_down_once(platform: Platform) -> None:
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    answers = at_once(FEW, lambda n: enact(note(dossier.id, f"某{n}"), by=by))
    done = of_kind(answers, Enacted)
    assert len(done) == FEW, answers
    assert sorted(one.act.position for one in done) == list(range(2, FEW + 2))
    written = acts_of(dossier)
    assert sorted(act.subjects["person"][0] for act in written[1:]) == sorted(f"某{n}" for n in range(FEW))
    receipts = dict(Entry.objects.filter(chain=dossier.id).values_list("record", "digest"))
    assert {one.act.id: one.receipt for one in done}.items() <= {
        k: bytes(v) for k, v in receipts.items()
    }.items()
    assert what_is_wrong() == {}
    assert deadlocks() == 0


def test_on_many_dossiers_each_is_opened_with_the_next_number(platform: Platform) -> None:
    by = platform.bureau.handler

    def case(which: int) -> Dossier:
        opened = enact(report(f"某{which}"), by=by).dossier
        return enact(note(opened.id, f"某{which}"), by=by).dossier

    dossiers = of_kind(at_once(FEW, case), Dossier)
    assert len(dossiers) == FEW
    assert sorted(int(d.number[-6:]) for d in dossiers) == list(range(1, FEW + 1))
    assert {d.position for d in dossiers} == {2}
    assert what_is_wrong() == {}
    assert deadlocks() == 0


def test_of_those_who_saw_the_same_position_one_records(platform: Platform) -> None:
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    for seen in range(1, 6):
        answers = at_once(
            FEW, lambda n, seen=seen: enact(note(dossier.id, f"某{seen}-{n}"), by=by, expected=seen)
        )
        (winner,) = of_kind(answers, Enacted)
        assert winner.act.position == seen + 1
        losers = of_kind(answers, OutOfStep)
        assert len(losers) == FEW - 1, answers
        assert {one.actual for one in losers} == {seen + 1}
    assert len(acts_of(dossier)) == 6
    assert what_is_wrong() == {}
