"""A norm that misjudges too often falls silent: its findings are kept and tell nobody, until it was repaired."""

from __future__ import annotations

import pytest

from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.acting import OVER, finding, overdue, signed_in
from tests.supervision.loop.conftest import Ruled
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.supervision import alerting, precision, services
from zhunsheng.supervision.figures import desk
from zhunsheng.supervision.models import Alert, Finding, Silence
from zhunsheng.supervision.precision import precisions, silence_lift, silences_note
from zhunsheng.supervision.selectors import Filters, case_findings, finding_list

pytestmark = pytest.mark.django_db
LEAST = 4


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four decided ones are enough to judge a norm by."""
    rule = alerting.alerting()
    quick = rule.model_copy(update={"precision": rule.precision.model_copy(update={"least": LEAST})})
    monkeypatch.setattr(precision, "alerting", lambda *_: quick)


def one(scene: Scene, outcome: str) -> Finding:
    """Another dossier of the norm, answered: accepted, or contested and decided."""
    other = Scene(scene.bureau).in_custody()
    found = overdue(other)
    with clock.holding(at(OVER + 20)):
        if outcome == "accepted":
            return services.finding_accept(found.pk, by=scene.bureau.handler)
        contest = services.contest_file(
            found.pk, by=scene.bureau.handler, ground="norm", reason="不适用", evidence="-"
        )
        if outcome != "contested":
            cause = "norm" if outcome == "dismissed" else ""
            services.contest_decide(
                contest.pk, by=scene.bureau.supervisor, outcome=outcome, reason="-", cause=cause
            )
    return finding(other)


def test_precision_counts_what_is_decided_and_nothing_else(scene: Scene, ruled: Ruled) -> None:
    ruled(norm("hours", KEPT_HOURS, per="case, person"))
    for outcome in ("accepted", "upheld", "dismissed", "contested"):
        one(scene, outcome)
    with clock.holding(at(OVER + 30)):
        (row,) = precisions()
    assert (row.norm_id, row.version, row.found) == ("test.hours", "2020-01-01", 4)
    assert (row.confirmed, row.dismissed, row.contested, row.decided, row.share) == (2, 1, 1, 3, 66)
    assert row.small
    assert row.silence is None


def test_below_the_floor_it_falls_silent_and_a_repair_lets_it_speak(scene: Scene, ruled: Ruled) -> None:
    ruled(norm("hours", KEPT_HOURS, per="case, person"))
    for outcome in ("accepted", "accepted", "dismissed"):
        one(scene, outcome)
    assert not Silence.objects.exists()
    one(scene, "dismissed")
    silence = Silence.objects.get()
    assert (silence.norm_id, silence.decided, silence.dismissed) == ("test.hours", 4, 2)
    told = Alert.objects.count()
    kept = overdue(scene.in_custody())
    assert (kept.silent, kept.status, Alert.objects.count()) == (True, "open", told)
    with clock.holding(at(OVER + 20)), pytest.raises(InputError):
        services.finding_accept(kept.pk, by=scene.bureau.handler)
    with clock.holding(at(OVER + 2 * 24 * 60)):
        assert desk(by=scene.bureau.supervisor, purpose="supervision").figures.now == 2
        by = {"by": scene.bureau.supervisor, "purpose": "supervision"}
        assert case_findings(scene.id, **by) == ([], 0)
        assert kept not in finding_list(Filters(state="all"), **by).rows
        assert kept in finding_list(Filters(state="all", norm="test.hours"), **by).rows
        assert silences_note() == []
        with pytest.raises(Denied):
            silence_lift(silence.pk, by=scene.bureau.handler, repair="改好了")
        with pytest.raises(InputError):
            silence_lift(silence.pk, by=scene.bureau.supervisor, repair=" ")
        silence_lift(silence.pk, by=scene.bureau.supervisor, repair="补写例外情形")
        with pytest.raises(InputError):
            silence_lift(silence.pk, by=scene.bureau.supervisor, repair="补写例外情形")
        assert precisions() == []
        assert silences_note() == []


def test_a_silent_norm_that_finds_nothing_is_listed_for_repair_still(scene: Scene, ruled: Ruled) -> None:
    ruled(norm("hours", KEPT_HOURS, per="case, person"))
    for _ in range(LEAST):
        one(scene, "dismissed")
    with clock.holding(at(OVER + 500 * 24 * 60)):
        (row,) = precisions()
        assert (row.norm_id, row.found, row.share, row.silence) == (
            "test.hours",
            0,
            None,
            Silence.objects.get(),
        )
        assert silences_note() == []
        page = signed_in(scene.bureau.supervisor).get("/supervision/norms/").content.decode()
        assert "已修正，恢复提醒" in page
        silence_lift(Silence.objects.get().pk, by=scene.bureau.supervisor, repair="补写例外情形")
        assert precisions() == []


def test_a_new_version_of_the_norm_starts_anew(scene: Scene, ruled: Ruled) -> None:
    ruled(norm("hours", KEPT_HOURS, per="case, person"))
    for _ in range(LEAST):
        one(scene, "dismissed")
    assert Silence.objects.exists()
    ruled(norm("hours", KEPT_HOURS, per="case, person", since="2026-01-01"))
    found = overdue(scene.in_custody())
    assert (found.silent, found.norm_version) == (False, "2026-01-01")
    assert Alert.objects.filter(finding=found).exists()
