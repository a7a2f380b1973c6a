"""A release in which norms mean something else: dossiers judged before it are judged anew, and nothing differs afterwards."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import STOPPED, Govern, norm
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.procedure import rulebook as books
from zhunsheng.procedure.invariants import agreement, invariants_check
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.watch import obligations_watch

DAY = 24 * 60


def same_as_norms_say(minutes: float) -> bool:
    with clock.holding(at(minutes)):
        return not [d for d in invariants_check() if d.kind == "obligation-differs"]


def test_what_was_done_while_the_clock_stood_stays_as_it_was_decided(scene: Scene, governed: Govern) -> None:
    governed(norm("stopped", STOPPED))
    scene.opened()
    scene.do("appraisal.commissioned", 60)
    scene.do("penalty.decided", 60 + 3 * DAY, by=scene.bureau.approver, fields={"decision": "fine"})
    one = scene.obligation("test.stopped")
    assert (one.status, one.due_at, one.floating) == ("met", at(10 + 4 * DAY), False)
    assert same_as_norms_say(60 + 40 * DAY)
    scene.do("appraisal.received", 60 + 41 * DAY)
    assert scene.obligation("test.stopped").due_at == one.due_at
    assert same_as_norms_say(60 + 42 * DAY)


def test_the_end_of_the_stop_told_afterwards_for_an_earlier_day_does_count(scene: Scene, governed: Govern) -> None:
    governed(norm("stopped", STOPPED))
    scene.opened()
    scene.do("appraisal.commissioned", 60)
    scene.do("penalty.decided", 60 + 3 * DAY, by=scene.bureau.approver, fields={"decision": "fine"})
    scene.do("appraisal.received", 60 + 4 * DAY, occurred_at=at(60 + DAY))
    one = scene.obligation("test.stopped")
    assert (one.status, one.due_at) == ("late", at(10 + 2 * DAY))
    assert same_as_norms_say(60 + 5 * DAY)


def test_rows_of_the_release_before_are_brought_to_what_norms_mean_now(
    scene: Scene, governed: Govern, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = norm("stopped", STOPPED)
    with monkeypatch.context() as patched:
        patched.setattr(books, "MEANING", 1)
        before = governed(text).digest
    scene.opened()
    scene.do("appraisal.commissioned", 60)
    scene.do("penalty.decided", 60 + 3 * DAY, by=scene.bureau.approver, fields={"decision": "fine"})
    # As the release before would have left it: the clock ran on until somebody looked.
    every = Obligation.objects.unfenced("a test")
    every.update(due_at=at(10 + 4 * DAY) + dt.timedelta(days=9), floating=True)
    assert governed(text).digest != before
    with clock.holding(at(60 + 50 * DAY)):
        assert not obligations_watch().left
        assert agreement("interpret").differences == ()
    one = scene.obligation("test.stopped")
    assert (one.status, one.due_at, one.floating) == ("met", at(10 + 4 * DAY), False)
    assert not Dossier.objects.unfenced("a test").filter(edition=before).exists()
