"""How far a supervisor's hand reaches: the units the role is held for, in the ledger, at deliveries and over silent norms."""

from __future__ import annotations

import pytest

from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.acting import OVER, overdue, signed_in
from tests.supervision.loop.conftest import Ruled
from tests.supervision.loop.test_delivery import Fake
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import OTHER_COUNTY, STATION
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.supervision.channels.configured import replaced
from zhunsheng.supervision.delivery import contact_set, deliveries_carry, delivery_again
from zhunsheng.supervision.hand_downs import hand_down_enter
from zhunsheng.supervision.models import Delivery, Rectification, Silence
from zhunsheng.supervision.precision import silence_lift
from zhunsheng.supervision.rectifying import rectification_for, rectification_order
from zhunsheng.supervision.selectors import deliveries_failed

pytestmark = pytest.mark.django_db
SUPERVISION = "supervision"


@pytest.fixture
def other_supervisor(scene: Scene) -> Officer:
    """A supervisor of the other branch."""
    with clock.holding(at(0)):
        newcomer = services.officer_create("演1999", "监督丙", unit=OTHER_COUNTY, by=scene.bureau.founder)
        services.role_grant(newcomer, Role.SUPERVISOR, OTHER_COUNTY, by=scene.bureau.founder, reason="调入")
    return newcomer


def test_deliveries_are_seen_and_sent_again_where_the_role_is_held(
    ruled: Ruled, scene: Scene, other_supervisor: Officer
) -> None:
    contact_set("chat", "13800000000", by=scene.bureau.handler)
    ruled(norm("hours", KEPT_HOURS, per="case, person", severity="serious"))
    with replaced({"chat": Fake(failures=9, permanent=True)}):
        found = overdue(scene.in_custody())
        with clock.holding(found.found_at):
            deliveries_carry()
    row = Delivery.objects.get()
    with clock.holding(at(OVER + 30)):
        assert deliveries_failed(by=scene.bureau.supervisor, purpose=SUPERVISION) == [row]
        assert deliveries_failed(by=other_supervisor, purpose=SUPERVISION) == []
        with pytest.raises(Denied):
            delivery_again(row.pk, by=other_supervisor, purpose=SUPERVISION)
        page = signed_in(other_supervisor).get("/supervision/deliveries/").content.decode()
        assert "no answer" not in page


def test_who_does_not_oversee_every_unit_does_not_let_a_silent_norm_speak(
    held: Scene, other_supervisor: Officer
) -> None:
    found = overdue(held)
    with clock.holding(at(OVER + 30)):
        silence = Silence.objects.create(
            norm_id=found.norm_id,
            norm_version=found.norm_version,
            since=at(OVER + 20),
            decided=4,
            dismissed=3,
        )
        with pytest.raises(Denied):
            silence_lift(silence.pk, by=other_supervisor, repair="改好了")
        client = signed_in(other_supervisor)
        assert "已修正，恢复提醒" not in client.get("/supervision/norms/").content.decode()
        assert (
            "已修正，恢复提醒"
            in signed_in(held.bureau.supervisor).get("/supervision/norms/").content.decode()
        )
        assert silence_lift(silence.pk, by=held.bureau.supervisor, repair="改好了").lifted_at is not None


def test_nobody_of_another_branch_is_made_to_answer_for_a_unit(held: Scene) -> None:
    by, stranger = held.bureau.supervisor, held.bureau.other_handler
    found = overdue(held)
    with clock.holding(at(OVER + 30)):
        with pytest.raises(InputError) as refused:
            rectification_order(found.pk, by=by, owner=stranger, task="补办")
        assert refused.value.where == "owner"
        paper = hand_down_enter(
            by=by,
            kind="complaint",
            number="1号",
            organ="演示市人民政府",
            subject="询问时间",
            unit=STATION,
            received_at=at(0),
            norm_id=found.norm_id,
        )
        with pytest.raises(InputError):
            rectification_for(paper, by=by, owner=stranger, task="补办")
        assert not Rectification.objects.unfenced("a test").exists()
        assert rectification_order(found.pk, by=by, owner=held.bureau.approver, task="补办").owner == (
            held.bureau.approver
        )
