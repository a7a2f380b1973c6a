"""Mistakes are corrected by acts: both stay readable, one counts. Late records, withdrawals, and what closing and sealing mean then."""

from __future__ import annotations

from typing import Any

import pytest

from tests.procedure.dossiers import IDENTIFIED, KIND, SUSPECT, Scene, at, counted
from tests.procedure.rules import KEPT_HOURS, PRIOR, Govern, norm
from zhunsheng.acts.columns import effective
from zhunsheng.acts.drafts import Erases
from zhunsheng.acts.models import Act
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.people.models import Officer
from zhunsheng.procedure.errors import NotAllowed, Refused

CEILING = "range: {act: penalty.decided, value: act.amount, at_most: 500}"
BASIS = {"law": "某法", "article": "5", "reason": "理由"}


def decided(amount: int, **more: Any) -> dict[str, Any]:
    return {"fields": {"decision": "fine", "amount": amount}, "subjects": SUSPECT} | more


def counting(scene: Scene) -> list[tuple[int, str]]:
    """Place and type of the acts that count."""
    return [(place, act.type) for place, act in effective(dossier_acts(scene.dossier))]


def test_a_correction_counts_in_the_place_of_what_it_corrects_and_both_stay(
    scene: Scene, governed: Govern
) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    scene.in_custody()
    wrong = scene.do("person.released", 8 * 60 + 30, subjects=SUSPECT).act
    assert scene.obligation("test.hours").status == "met"
    right = scene.do("person.released", 9 * 60, subjects=SUSPECT, corrects=wrong.id, occurred_at=at(45)).act
    assert scene.obligation("test.hours").decided_by_id == right.id
    assert Act.objects.unfenced("a test").get(pk=wrong.id).content == wrong.content
    assert counting(scene)[-1] == (wrong.position, "person.released")
    last = scene.do(
        "person.released", 9 * 60, subjects=SUSPECT, corrects=right.id, occurred_at=at(8 * 60 + 42)
    ).act
    assert scene.obligation("test.hours").decided_by_id == last.id
    with pytest.raises(NotAllowed):
        scene.do("person.released", 9 * 60, subjects=SUSPECT, corrects=wrong.id)


def test_a_correction_of_a_step_is_never_refused_and_shows_the_breach(scene: Scene, governed: Govern) -> None:
    governed(norm("ceiling", CEILING.replace("penalty.decided", "fine.collected"), severity="blocking"))
    scene.opened()
    with pytest.raises(Refused):
        scene.do("fine.collected", 60, fields={"amount": 501})
    first = scene.do("fine.collected", 60, fields={"amount": 500}).act
    done = scene.do("fine.collected", 61, corrects=first.id, fields={"amount": 501})
    assert [(n.weight, n.row.status) for n in done.warnings] == [("warns", "broken")]


def test_a_correction_of_a_decision_is_a_decision(scene: Scene, governed: Govern) -> None:
    governed(norm("ceiling", CEILING, severity="blocking"))
    scene.opened()
    approver = scene.bureau.approver
    first = scene.do("penalty.decided", 60, by=approver, **decided(500)).act
    for fields in ({"decision": "fine", "amount": 501}, {"decision": "fine"}):
        with pytest.raises(Refused):
            scene.do("penalty.decided", 61, by=approver, corrects=first.id, fields=fields, subjects=SUSPECT)
    assert not scene.do("penalty.decided", 62, by=approver, corrects=first.id, **decided(400)).warnings


def test_a_correction_keeps_its_type_and_stays_in_its_dossier(scene: Scene) -> None:
    scene.in_custody()
    before = counted()
    elsewhere = Scene(scene.bureau).do("report.received", 0, fields=KIND).act
    for corrects in (scene.acts["person.identified"].id, elsewhere.id):
        with pytest.raises(NotAllowed) as caught:
            scene.do("person.released", 60, subjects=SUSPECT, corrects=corrects)
        assert caught.value.where == "corrects"
    assert counted()["acts_act"] == before["acts_act"] + 1


def test_what_is_withdrawn_counts_no_more_and_stays_readable(scene: Scene, governed: Govern) -> None:
    governed(norm("hours", KEPT_HOURS, per="case, person"))
    scene.in_custody()
    arrived = scene.acts["person.arrived"]
    scene.do("record.withdrawn", 50, corrects=arrived.id, fields={"reason": "误录"})
    assert scene.obligation("test.hours").withdrawn_at == at(50)
    assert (arrived.position, "person.arrived") not in counting(scene)
    assert Act.objects.unfenced("a test").filter(pk=arrived.id, type="person.arrived").exists()
    for type_ in ("record.withdrawn", "person.arrived"):
        with pytest.raises(NotAllowed):
            scene.do(type_, 51, corrects=arrived.id)
    with pytest.raises(NotAllowed):
        scene.do("record.withdrawn", 51, corrects=scene.acts["record.withdrawn"].id)
    with pytest.raises(NotAllowed):
        scene.do("record.withdrawn", 51)


def test_to_withdraw_takes_the_power_of_what_is_withdrawn(scene: Scene, governed: Govern) -> None:
    governed(norm("prior", PRIOR))
    scene.in_custody()
    bureau = scene.bureau
    made: list[tuple[Act, Officer, Officer]] = []
    for type_, by, other in (
        ("case.reviewed", bureau.legal_reviewer, bureau.handler),
        ("approval.given", bureau.approver, bureau.handler),
        ("case.reviewed", bureau.legal_reviewer, bureau.approver),
        ("person.identified", bureau.handler, bureau.approver),
    ):
        officers = () if by is not bureau.handler else scene.pair
        made.append((scene.do(type_, 50, by=by, officers=officers).act, by, other))
    for act, by, other in made:
        with pytest.raises(NotAllowed):
            scene.do("record.withdrawn", 60, by=other, corrects=act.id, fields={"reason": "误录"})
        scene.do("record.withdrawn", 60, by=by, corrects=act.id, fields={"reason": "误录"})


def test_what_has_happened_is_recorded_late_with_its_breach_and_never_a_review_or_an_approval(
    scene: Scene, governed: Govern
) -> None:
    governed(
        norm("prior", "requires: {act: person.released, after: notice.given}", severity="blocking"),
        norm("p", PRIOR),
    )
    scene.in_custody()
    with pytest.raises(Refused):
        scene.do("person.released", 60, subjects=SUSPECT)
    done = scene.do("person.released", 60, subjects=SUSPECT, backfill="系统中断")
    assert [(n.weight, n.row.status) for n in done.warnings] == [("warns", "broken")]
    assert done.act.content["backfill"] == "系统中断"
    for type_, by in (
        ("case.reviewed", scene.bureau.legal_reviewer),
        ("approval.given", scene.bureau.approver),
    ):
        with pytest.raises(NotAllowed) as caught:
            scene.do(type_, 61, by=by, backfill="系统中断")
        assert caught.value.where == "backfill"


def test_a_withdrawn_closing_opens_the_dossier_again(scene: Scene) -> None:
    scene.opened()
    first = scene.do("case.closed", 60, backfill="演示").act
    assert scene.dossier.closed_at == at(60)
    moved = scene.do("case.closed", 62, corrects=first.id, occurred_at=at(58)).act
    assert scene.dossier.closed_at == at(58)
    scene.do("case.terminated", 63, backfill="演示")
    assert scene.dossier.closed_at == at(58)
    scene.do("record.withdrawn", 64, corrects=moved.id, fields={"reason": "误录"})
    assert scene.dossier.closed_at == at(63)
    scene.do("record.withdrawn", 65, corrects=scene.acts["case.terminated"].id, fields={"reason": "误录"})
    assert scene.dossier.closed_at is None


def test_a_sealed_dossier_takes_nothing_but_what_approvers_order(scene: Scene) -> None:
    scene.opened()
    approver = scene.bureau.approver
    sealed = scene.do("dossier.sealed", 60, by=approver, fields=BASIS).act
    assert scene.dossier.sealed_at == at(60)
    before = counted()
    for type_, more in (
        ("person.identified", {"fields": IDENTIFIED, "subjects": SUSPECT}),
        ("case.opened", {"corrects": scene.acts["case.opened"].id, "fields": KIND}),
        ("record.withdrawn", {"corrects": scene.acts["case.opened"].id}),
    ):
        with pytest.raises(NotAllowed) as caught:
            scene.do(type_, 61, **more)
        assert caught.value.where == "dossier"
    assert counted() == before
    scene.do("dossier.unsealed", 62, by=approver, fields=BASIS)
    assert scene.dossier.sealed_at is None
    scene.do("person.identified", 63, fields=IDENTIFIED, subjects=SUSPECT)
    scene.do("dossier.sealed", 64, by=approver, fields=BASIS, corrects=sealed.id)
    assert scene.dossier.sealed_at is None
    scene.do(
        "record.withdrawn",
        65,
        by=approver,
        corrects=scene.acts["dossier.unsealed"].id,
        fields={"reason": "误录"},
    )
    assert scene.dossier.sealed_at == at(64)


def test_an_erasure_is_neither_corrected_nor_withdrawn(scene: Scene) -> None:
    scene.in_custody()
    approver = scene.bureau.approver
    erases = Erases(scene.acts["person.identified"].id, ("fields.age",))
    order = scene.do("record.erased", 60, by=approver, fields=BASIS, erases=erases).act
    again = Erases(erases.act, ("fields.sex",))
    for type_, more in (
        ("record.withdrawn", {"fields": {"reason": "误录"}}),
        ("record.erased", {"fields": BASIS, "erases": again}),
    ):
        with pytest.raises(NotAllowed) as caught:
            scene.do(type_, 61, by=approver, corrects=order.id, **more)
        assert caught.value.where == "corrects"
