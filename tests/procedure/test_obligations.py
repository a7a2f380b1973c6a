"""Obligations as rows: opened, met, late, void, broken, changed, withdrawn and opened again, with an owner and a story."""

from __future__ import annotations

import datetime as dt

from tests.procedure.dossiers import IDENTIFIED, KIND, SUSPECT, Scene, at
from tests.procedure.rules import DECIDED, DOUBTFUL, KEPT_HOURS, PRIOR, STOPPED, Govern, norm
from zhunsheng.acts.drafts import Actor
from zhunsheng.base import clock
from zhunsheng.procedure.models import Change
from zhunsheng.procedure.selectors import LIVE, dossier_obligations, obligations_due, obligations_explained

DAY = 24 * 60


def story(scene: Scene, name: str) -> list[tuple[str, str, str]]:
    """How the status of a norm's obligation went on after it was opened, and by which type of act."""
    changes = Change.objects.filter(obligation=scene.obligation(name)).select_related("act").order_by("id")
    return [(c.before, c.after, "" if c.act is None else c.act.type) for c in changes]


def test_an_act_opens_what_is_due_and_another_meets_it(scene: Scene, governed: Govern) -> None:
    governed(norm("decided", DECIDED))
    scene.opened()
    one = scene.obligation("test.decided")
    assert (one.status, one.opened_by_id, one.decided_by_id) == (
        "pending",
        scene.acts["case.opened"].id,
        None,
    )
    assert one.due_at == dt.datetime(2026, 3, 5, 15, 59, 59, 999999, tzinfo=dt.UTC)
    assert one.warn_at == one.due_at - dt.timedelta(days=1)
    assert (one.severity, one.bearer, one.owner_id) == ("serious", "handler", scene.bureau.handler.number)
    assert one.owner_unit_id == scene.dossier.unit_id
    decided = scene.do("penalty.decided", 60, by=scene.bureau.approver, fields={"decision": "fine"}).act
    one = scene.obligation("test.decided")
    assert (one.status, one.decided_by_id, one.judged_at) == ("met", decided.id, at(60))
    assert story(scene, "test.decided") == [("pending", "met", "penalty.decided")]


def test_late_void_and_broken(scene: Scene, governed: Govern) -> None:
    governed(norm("decided", DECIDED), norm("stopped", STOPPED), norm("prior", PRIOR))
    scene.opened()
    scene.do("case.terminated", 60)
    scene.do("penalty.decided", 5 * DAY, by=scene.bureau.approver, fields={"decision": "fine"})
    assert scene.obligation("test.stopped").status == "void"
    assert scene.obligation("test.decided").status == "late"
    assert scene.obligation("test.prior").status == "broken"
    assert story(scene, "test.stopped") == [("pending", "void", "case.terminated")]
    assert story(scene, "test.prior") == []


def test_a_stop_moves_the_due_time(scene: Scene, governed: Govern) -> None:
    governed(norm("stopped", STOPPED))
    scene.opened()
    assert scene.obligation("test.stopped").due_at == at(10 + DAY)
    scene.do("appraisal.commissioned", 60)
    one = scene.obligation("test.stopped")
    assert (one.due_at, one.floating) == (at(10 + DAY), True)
    scene.do("appraisal.received", 60 + 3 * DAY)
    one = scene.obligation("test.stopped")
    assert (one.due_at, one.floating, one.status) == (at(10 + 4 * DAY), False, "pending")
    assert story(scene, "test.stopped") == []


def test_each_person_has_an_obligation_of_their_own(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    scene.in_custody()
    scene.do("person.arrived", 50, subjects={"person": ("某丙", "某丁")})
    scene.do("person.released", 60, subjects={"person": ("某丙",)})
    assert {o.scope: o.status for o in scene.obligations()} == {
        "person=某乙": "pending",
        "person=某丙": "met",
        "person=某丁": "pending",
    }


def test_what_is_not_opened_any_more_is_withdrawn_and_may_come_back(scene: Scene, governed: Govern) -> None:
    opens = 'deadline: {when: {act: case.opened, if: \'first("*".case_kind) == "drugs"\'}, then: penalty.decided, within: {days: 3}}'
    governed(norm("drugs", opens))
    drugs, received = {"case_kind": "drugs"}, "report.received"
    scene.do(received, 0, fields=drugs)
    scene.do("case.opened", 10, fields=KIND)
    one = scene.obligation("test.drugs")
    scene.do(received, 20, fields=KIND, corrects=scene.acts[received].id, occurred_at=at(0))
    gone = scene.obligation("test.drugs")
    assert (gone.id, gone.status, gone.withdrawn_at) == (one.id, "pending", at(20))
    assert list(dossier_obligations(scene.dossier)) == []
    scene.do(received, 30, fields=drugs, corrects=scene.acts[received].id, occurred_at=at(0))
    back = scene.obligation("test.drugs")
    assert (back.id, back.status, back.withdrawn_at, back.due_at) == (one.id, "pending", None, one.due_at)
    assert story(scene, "test.drugs") == [
        ("pending", "withdrawn", "report.received"),
        ("withdrawn", "pending", "report.received"),
    ]


def test_a_changed_fact_changes_the_due_time_without_a_change_of_status(
    scene: Scene, governed: Govern
) -> None:
    governed(norm("hours", DOUBTFUL, per="case, person"))
    scene.opened()
    scene.do("person.arrived", 40, fields={"may_be_detained": False}, subjects=SUSPECT)
    assert scene.obligation("test.hours").due_at == at(40 + 8 * 60)
    corrects = scene.acts["person.arrived"].id
    done = scene.do(
        "person.arrived",
        50,
        fields={"may_be_detained": True},
        subjects=SUSPECT,
        corrects=corrects,
        occurred_at=at(40),
    )
    assert done.obligations is not None
    assert (done.obligations.opened, done.obligations.withdrawn) == (1, 1)
    (live,) = [o for o in scene.obligations() if o.withdrawn_at is None]
    assert live.due_at == at(40 + 24 * 60)


def test_the_duty_follows_whoever_acts_and_the_first_named_leads(scene: Scene, governed: Govern) -> None:
    governed(norm("decided", DECIDED), norm("organ", DECIDED, bearer="bureau"))
    scene.opened()
    bureau = scene.bureau
    assert scene.obligation("test.decided").owner_id == bureau.handler.number
    assert scene.obligation("test.organ").owner_id is None
    second = (Actor(bureau.second_handler.number, "handler"),)
    scene.do("person.identified", 20, officers=second, fields=IDENTIFIED, subjects=SUSPECT)
    one = scene.obligation("test.decided")
    assert (one.owner_id, one.status) == (bureau.second_handler.number, "pending")
    assert story(scene, "test.decided") == []
    scene.do("penalty.decided", 30, by=bureau.approver, fields={"decision": "fine"})
    assert scene.obligation("test.decided").owner_id == bureau.second_handler.number


def test_what_is_due_is_listed_for_whoever_may_see_it_the_soonest_first(
    scene: Scene, governed: Govern
) -> None:
    governed(
        norm("decided", DECIDED),
        norm("hours", KEPT_HOURS, per="case, person"),
        norm("some-time", "deadline: {when: case.opened, then: case.closed}"),
    )
    scene.in_custody()
    with clock.holding(at(60)):
        due = list(obligations_due(by=scene.bureau.handler, purpose="handling"))
        assert [o.norm_id for o in due] == ["test.hours", "test.decided", "test.some-time"]
        assert all(o.status in LIVE for o in due)
        assert list(obligations_due(by=scene.bureau.other_handler, purpose="handling")) == []


def test_each_obligation_is_explained_as_of_now(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"), norm("decided", DECIDED))
    scene.in_custody()
    for language, cure in (("zh", "补做。"), ("en", "Do it still.")):
        with clock.holding(at(60)):
            told = obligations_explained(scene.dossier, language)  # type: ignore[arg-type]
        assert [t.obligation.norm_id for t in told] == ["test.hours", "test.decided"]
        assert {t.explanation.cure for t in told} == {cure}
        assert all(t.explanation.facts for t in told)
