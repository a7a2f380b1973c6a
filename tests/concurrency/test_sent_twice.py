"""The same request sent many times at once is one act; one key for different requests, in one dossier or in many, is one too."""

from __future__ import annotations

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import at_once, note, of_kind, report
from tests.soundness import deadlocks, what_is_wrong
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.procedure.door import Enacted, enact
from zhunsheng.procedure.errors import KeyReused
from zhunsheng.procedure.models import Receipt

FEW = 16


def count() -> tuple[int, int, int]:
    """Dossiers, acts and receipts."""
    every = Dossier.objects.unfenced("a test").count(), Act.objects.unfenced("a test").count()
    return *every, Receipt.objects.count()


def sound() -> bool:
    assert what_is_wrong() == {}
    assert deadlocks() == 0
    return True


def test_an_opening_sent_by_many_at_once_opens_one_dossier(platform: Platform) -> None:
    draft = report()
    answers = at_once(FEW, lambda _: enact(draft, by=platform.bureau.handler, key="opening"))
    done = of_kind(answers, Enacted)
    assert len(done) == FEW, answers
    assert len({(one.act.id, one.dossier.number, one.receipt) for one in done}) == 1
    assert sum(not one.replayed for one in done) == 1
    assert count() == (1, 1, 1)
    assert sound()


def test_an_act_sent_by_many_at_once_is_recorded_once(platform: Platform) -> None:
    by = platform.bureau.handler
    draft = note(enact(report(), by=by).dossier.id, "某乙")
    answers = at_once(FEW, lambda _: enact(draft, by=by, key="note", expected=1))
    done = of_kind(answers, Enacted)
    assert len(done) == FEW, answers
    assert len({(one.act.id, one.receipt) for one in done}) == 1
    assert sum(not one.replayed for one in done) == 1
    assert count() == (1, 2, 1)
    assert sound()


def test_one_key_for_many_acts_of_one_dossier_records_one(platform: Platform) -> None:
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    answers = at_once(FEW, lambda n: enact(note(dossier.id, f"某{n}"), by=by, key="once"))
    assert (len(of_kind(answers, Enacted)), len(of_kind(answers, KeyReused))) == (1, FEW - 1), answers
    assert count() == (1, 2, 1)
    assert sound()


def test_one_key_for_acts_of_many_dossiers_records_one(platform: Platform) -> None:
    """Each holds the lock of its own dossier and waits for the key."""
    by = platform.bureau.handler
    dossiers = [enact(report(f"某{n}"), by=by).dossier for n in range(FEW)]
    answers = at_once(FEW, lambda n: enact(note(dossiers[n].id, "某乙"), by=by, key="once"))
    assert (len(of_kind(answers, Enacted)), len(of_kind(answers, KeyReused))) == (1, FEW - 1), answers
    assert count() == (FEW, FEW + 1, 1)
    assert sound()


def test_one_key_for_openings_and_acts_together_records_one(platform: Platform) -> None:
    """Those who open wait for the unit's number, those who add for their dossier, and all for the key."""
    by = platform.bureau.handler
    dossier = enact(report(), by=by).dossier
    drafts = [note(dossier.id, f"某{n}") if n % 2 else report(f"某{n}") for n in range(FEW)]
    answers = at_once(FEW, lambda n: enact(drafts[n], by=by, key="once"))
    assert (len(of_kind(answers, Enacted)), len(of_kind(answers, KeyReused))) == (1, FEW - 1), answers
    dossiers, acts, receipts = count()
    assert (dossiers in (1, 2), acts, receipts) == (True, 2, 1)
    assert sound()


def test_two_officers_may_give_the_same_key(platform: Platform) -> None:
    bureau = platform.bureau
    draft = note(enact(report(), by=bureau.handler).dossier.id, "某乙")
    both = [bureau.handler, bureau.second_handler]
    answers = at_once(FEW, lambda n: enact(draft, by=both[n % 2], key="mine"))
    done = of_kind(answers, Enacted)
    assert len(done) == FEW, answers
    assert len({one.act.id for one in done}) == 2
    assert count() == (1, 3, 2)
    assert sound()
