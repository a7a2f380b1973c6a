"""The same request sent again is answered with the same act, whatever has changed meanwhile; another one under its key is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.procedure.dossiers import IDENTIFIED, KIND, SUSPECT, Scene, at, counted
from zhunsheng.acts.drafts import Draft
from zhunsheng.base import clock
from zhunsheng.people.models import RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.services import role_end, role_grant
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.errors import KeyReused, NotAllowed
from zhunsheng.procedure.models import Receipt

BASIS = {"law": "某法", "article": "5", "reason": "理由"}


def identified(scene: Scene) -> Draft:
    return scene.draft("person.identified", 20, fields=IDENTIFIED, subjects=SUSPECT)


def test_the_same_key_is_the_same_act(scene: Scene) -> None:
    scene.opened()
    draft = identified(scene)
    with clock.holding(at(20)):
        first = enact(draft, by=scene.bureau.handler, key="k", expected=2)
        before = counted()
        again = enact(draft, by=scene.bureau.handler, key="k", expected=2)
    assert (again.act.id, again.receipt, again.replayed) == (first.act.id, first.receipt, True)
    assert counted() == before


def test_the_same_key_opens_one_dossier(scene: Scene) -> None:
    draft = Draft("report.received", at(0), fields=KIND, officers=scene.pair)
    with clock.holding(at(0)):
        answers = [enact(draft, by=scene.bureau.handler, key="k") for _ in range(3)]
    assert len({a.dossier.id for a in answers}) == 1
    assert counted()["acts_dossier"] == 1


def test_another_request_under_the_key_is_refused_and_a_stranger_may_use_it(scene: Scene) -> None:
    scene.opened()
    draft = identified(scene)
    with clock.holding(at(20)):
        enact(draft, by=scene.bureau.handler, key="k")
        before = counted()
        for other in (
            replace(draft, fields=IDENTIFIED | {"age": 31}),
            replace(draft, dossier=None, type="report.received", fields=KIND),
            replace(draft, officers=scene.pair[:1]),
            replace(draft, backfill="x"),
        ):
            with pytest.raises(KeyReused):
                enact(other, by=scene.bureau.handler, key="k")
        assert counted() == before
        assert not enact(draft, by=scene.bureau.second_handler, key="k").replayed


def test_the_answer_is_the_same_once_the_power_is_gone_or_the_dossier_sealed(scene: Scene) -> None:
    scene.opened()
    draft = identified(scene)
    with clock.holding(at(20)):
        first = enact(draft, by=scene.bureau.handler, key="k")
    scene.do("dossier.sealed", 30, by=scene.bureau.approver, fields=BASIS)
    with clock.holding(at(40)):
        assert enact(draft, by=scene.bureau.handler, key="k").receipt == first.receipt
        held = RoleAssignment.objects.get(officer=scene.bureau.handler)
        role_end(held, by=scene.bureau.founder, reason="调离")
        assert enact(draft, by=scene.bureau.handler, key="k").receipt == first.receipt
        with pytest.raises(NotAllowed):
            enact(draft, by=scene.bureau.handler, key="other")


def test_a_request_that_was_refused_may_be_sent_again_once_it_can_be(scene: Scene) -> None:
    scene.opened()
    draft = replace(identified(scene), officers=())
    with clock.holding(at(20)):
        with pytest.raises(NotAllowed):
            enact(draft, by=scene.bureau.window, key="k")
        assert not Receipt.objects.exists()
        role_grant(
            scene.bureau.window,
            Role.HANDLER,
            scene.bureau.window.unit_id,
            by=scene.bureau.founder,
            reason="增援",
        )
        assert not enact(draft, by=scene.bureau.window, key="k").replayed


def test_a_receipt_keeps_neither_the_key_nor_what_can_be_guessed_from(scene: Scene) -> None:
    scene.opened()
    draft = identified(scene)
    with clock.holding(at(20)):
        enact(draft, by=scene.bureau.handler, key="5f1c")
        enact(draft, by=scene.bureau.handler, key="77aa")
    one, two = Receipt.objects.order_by("id")
    assert "5f1c" not in one.key
    assert bytes(one.request) != bytes(two.request)
