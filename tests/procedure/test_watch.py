"""The clock: time alone turns due into overdue, moves floating times on, settles doubts, and brings in a new rulebook."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.procedure.rules import DECIDED, DOUBTFUL, KEPT_HOURS, STOPPED, Govern, norm
from zhunsheng.base import clock
from zhunsheng.procedure import invariants, watch
from zhunsheng.procedure.invariants import UNJUDGED, invariants_check
from zhunsheng.procedure.models import Change
from zhunsheng.procedure.tasks import obligations_due
from zhunsheng.procedure.watch import Watched, due_obligations, obligations_watch

DAY = 24 * 60
NOTHING = Watched(0, 0, left=False)


def watched(minutes: float, limit: int = 500) -> Watched:
    with clock.holding(at(minutes)):
        return obligations_watch(limit)


def same_as_norms_say(minutes: float) -> bool:
    with clock.holding(at(minutes)):
        return not [d for d in invariants_check() if d.kind == "obligation-differs"]


def test_due_becomes_overdue_with_its_last_instant(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    scene.in_custody()
    due = 40 + 8 * 60
    assert watched(due) == NOTHING
    assert scene.obligation("test.hours").status == "pending"
    assert watched(due + 1 / 60) == Watched(1, 1, left=False)
    one = scene.obligation("test.hours")
    assert (one.status, one.due_at) == ("overdue", at(due))
    change = Change.objects.get(obligation=one)
    assert (change.before, change.after, change.act, change.at) == (
        "pending",
        "overdue",
        None,
        at(due + 1 / 60),
    )
    assert watched(due + 5) == NOTHING
    scene.do("person.released", due + 90, subjects=SUSPECT)
    assert scene.obligation("test.hours").status == "late"


def test_after_days_of_standstill_it_catches_up_in_bites(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"), norm("decided", DECIDED))
    scenes = [Scene(scene.bureau).in_custody() for _ in range(7)]
    late = 9 * DAY
    runs = [watched(late, 3) for _ in range(3)]
    assert [(run.dossiers, run.left) for run in runs] == [(3, True), (3, True), (1, False)]
    assert sum(run.changed for run in runs) == 14
    assert watched(late, 3) == NOTHING
    assert {o.status for one in scenes for o in one.obligations()} == {"overdue"}
    assert same_as_norms_say(late)


def test_the_longest_overdue_comes_first(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    later, earlier = Scene(scene.bureau).opened(), Scene(scene.bureau).opened()
    earlier.do("person.arrived", 50, subjects=SUSPECT)
    later.do("person.arrived", 60, subjects=SUSPECT)
    watched(2 * DAY, 1)
    assert [one.obligation("test.hours").status for one in (earlier, later)] == ["overdue", "pending"]


def test_a_stop_that_stands_moves_the_due_time_on_with_the_clock(scene: Scene, governed: Govern) -> None:
    governed(norm("stopped", STOPPED))
    scene.opened()
    scene.do("appraisal.commissioned", 60)
    assert watched(60.5) == NOTHING
    assert watched(60 + 2 * DAY).changed == 1
    assert scene.obligation("test.stopped").due_at == at(10 + 3 * DAY)
    assert same_as_norms_say(60 + 2 * DAY)
    assert same_as_norms_say(60 + 5 * DAY)
    scene.do("appraisal.received", 60 + 5 * DAY)
    one = scene.obligation("test.stopped")
    assert (one.due_at, one.floating, one.status) == (at(10 + 6 * DAY), False, "pending")
    assert watched(11 + 6 * DAY).changed == 1
    assert scene.obligation("test.stopped").status == "overdue"


def test_a_doubt_which_term_it_is_shows_between_the_two_and_is_settled_after_both(
    scene: Scene, governed: Govern
) -> None:
    governed(norm("hours", DOUBTFUL, per="case, person"))
    scene.in_custody()
    short, long = 40 + 8 * 60, 40 + 24 * 60
    assert scene.obligation("test.hours").status == "pending"
    assert watched(short + 1).changed == 1
    one = scene.obligation("test.hours")
    assert (one.status, one.floating, one.due_at) == ("unknown", True, at(short))
    assert same_as_norms_say(short + 1)
    watched(long)
    assert scene.obligation("test.hours").status == "unknown"
    assert watched(long + 1.1).changed == 1
    one = scene.obligation("test.hours")
    assert (one.status, one.floating) == ("overdue", False)
    assert same_as_norms_say(long + 2)


def test_a_doubt_that_time_cannot_settle_is_not_looked_at_for_ever(scene: Scene, governed: Govern) -> None:
    waits = "deadline: {when: case.opened, then: {act: penalty.decided, if: act.amount > 100}, within: {hours: 1}}"
    governed(norm("waits", waits), norm("hours", DOUBTFUL, per="case, person"))
    scene.opened()
    scene.do("penalty.decided", 20, by=scene.bureau.approver, fields={"decision": "fine"})
    watched(3 * 60)
    one = scene.obligation("test.waits")
    assert (one.status, one.floating) == ("unknown", False)
    assert watched(3 * 60 + 10) == NOTHING
    assert same_as_norms_say(3 * DAY)


def test_a_dossier_looked_at_for_nothing_waits_its_minute(scene: Scene, governed: Govern) -> None:
    governed(
        norm(
            "stopped",
            "deadline: {when: case.opened, then: penalty.decided, within: {days: 3}, stop: [{from: appraisal.commissioned, to: appraisal.received}]}",
        )
    )
    scene.opened()
    scene.do("appraisal.commissioned", 60)
    assert watched(62) == Watched(1, 0, left=False)
    with clock.holding(at(62.5)):
        assert not due_obligations(clock.now()).exists()
    assert watched(63.1) == Watched(1, 0, left=False)


def test_a_new_edition_of_the_rulebook_is_read_into_every_dossier_open_ones_first(
    scene: Scene, governed: Govern
) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    closed, open_ = Scene(scene.bureau).in_custody(), Scene(scene.bureau).in_custody()
    closed.do("case.closed", 50)
    shorter = governed(
        norm("hours", KEPT_HOURS.replace("8", "2"), per="case, person"), norm("decided", DECIDED)
    )
    watched(60, 1)
    assert [one.dossier.edition == shorter.digest for one in (closed, open_)] == [False, True]
    assert {o.norm_id: o.due_at for o in open_.obligations()} == {
        "test.hours": at(40 + 2 * 60),
        "test.decided": dt.datetime(2026, 3, 5, 15, 59, 59, 999999, tzinfo=dt.UTC),
    }
    watched(60)
    assert closed.dossier.edition == shorter.digest
    governed(norm("decided", DECIDED))
    watched(61)
    assert open_.obligation("test.hours").withdrawn_at == at(61)
    assert Change.objects.get(obligation=open_.obligation("test.hours")).after == "withdrawn"
    governed(norm("decided", DECIDED), norm("hours", KEPT_HOURS, per="case, person"))
    watched(62)
    assert open_.obligation("test.hours").withdrawn_at is None
    assert watched(63) == NOTHING
    assert same_as_norms_say(64)


@pytest.mark.parametrize("lag", [1, 90, 30 * DAY])
def test_whenever_it_runs_the_rows_are_what_norms_say(scene: Scene, governed: Govern, lag: int) -> None:
    governed(norm("hours", DOUBTFUL, per="case, person"), norm("stopped", STOPPED), norm("decided", DECIDED))
    scene.in_custody()
    scene.do("appraisal.commissioned", 60)
    watched(60 + lag)
    assert same_as_norms_say(60 + lag)
    scene.do("person.arrived", 61 + lag, subjects=SUSPECT)
    assert same_as_norms_say(62 + lag)


def test_a_dossier_that_cannot_be_judged_holds_up_no_other_and_is_a_finding(
    scene: Scene, governed: Govern, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    bad, good = Scene(scene.bureau).in_custody(), Scene(scene.bureau).in_custody()
    real, number = watch.judge, bad.dossier.number

    def failing(book: Any, case_id: str, *rest: Any) -> Any:
        if case_id == number:
            raise LookupError("written in a newer schema")
        return real(book, case_id, *rest)

    for module in (watch, invariants):
        monkeypatch.setattr(module, "judge", failing)
    assert watched(9 * DAY) == Watched(2, 1, left=False, failed=1)
    assert (good.obligation("test.hours").status, bad.obligation("test.hours").status) == (
        "overdue",
        "pending",
    )
    with clock.holding(at(9 * DAY)):
        (found,) = invariants_check()
        assert (found.kind, found.dossier_id, found.detail) == (UNJUDGED, bad.id, {"error": "LookupError"})
        obligations_due(0)
    assert number not in caplog.text
    assert str(bad.id) in caplog.text
    for module in (watch, invariants):
        monkeypatch.setattr(module, "judge", real)
    assert watched(9 * DAY).changed == 1
    assert same_as_norms_say(9 * DAY)
