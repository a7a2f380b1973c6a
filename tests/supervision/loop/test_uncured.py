"""What cured a finding is taken back: it is wrong again, whoever was not told yet is told, and a contest is decided on what is so."""

from __future__ import annotations

import pytest

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.procedure.rules import PRIOR, norm
from tests.supervision.loop.acting import OVER, finding, overdue, released
from tests.supervision.loop.conftest import Ruled
from tests.supervision.loop.test_ledger import DAY
from tests.supervision.loop.test_rectified import contested, refused
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.supervision import services
from zhunsheng.supervision.models import Alert, Silence
from zhunsheng.supervision.telling import levels_pass_on

pytestmark = pytest.mark.django_db


def withdrawn(scene: Scene, minutes: float, act: Act) -> None:
    scene.do("record.withdrawn", minutes, corrects=act.id, fields={"reason": "误录"})


def test_it_goes_on_to_those_not_told_yet(held: Scene) -> None:
    overdue(held)
    released(held)
    withdrawn(held, OVER + 40, held.acts["person.released"])
    assert finding(held).status == "open"
    with clock.holding(at(OVER + 2 * DAY)):
        levels_pass_on()
    assert list(Alert.objects.order_by("id").values_list("level", flat=True)) == ["officer", "unit"]


def test_the_grace_of_the_officer_is_not_shortened(held: Scene) -> None:
    overdue(held)
    released(held)
    withdrawn(held, OVER + 40, held.acts["person.released"])
    with clock.holding(at(OVER + 50)):
        levels_pass_on()
    found = finding(held)
    assert (found.status, found.next_level_at) == ("open", found.released_at)
    assert list(Alert.objects.values_list("level", flat=True)) == ["officer"]


def test_a_contest_refused_meanwhile_leaves_it_to_be_put_right(held: Scene) -> None:
    overdue(held)
    released(held)
    contest = contested(held, OVER + 40)
    withdrawn(held, OVER + 45, held.acts["person.released"])
    refused(held, contest, OVER + 50)
    found = finding(held)
    assert (found.breach, found.status, found.cured_by, found.cured_at) == ("overdue", "upheld", None, None)


def test_where_another_act_was_late_too_it_is_cured_by_that(held: Scene) -> None:
    overdue(held)
    released(held)
    first = held.acts["person.released"]
    released(held, OVER + 35)
    assert finding(held).cured_by == first
    withdrawn(held, OVER + 40, first)
    assert (finding(held).status, finding(held).cured_by) == ("cured", held.acts["person.released"])


@pytest.fixture
def named(ruled: Ruled, scene: Scene) -> Act:
    """A decision without the notice before it, and the notice given afterwards, which the officer names as the cure."""
    ruled(norm("prior", PRIOR))
    scene.opened()
    by = scene.bureau.approver
    scene.do("penalty.decided", 60, by=by, fields={"decision": "warning"}, subjects=SUSPECT)
    told: Act = scene.do("notice.given", 90, subjects=SUSPECT).act
    with clock.holding(at(100)):
        services.finding_cure(finding(scene).pk, str(told.position), by=scene.bureau.handler)
    return told


def test_an_act_that_was_named_and_withdrawn_cures_nothing(scene: Scene, named: Act) -> None:
    withdrawn(scene, 120, named)
    found = finding(scene)
    assert (found.status, found.cured_by, found.cured_at) == ("open", None, None)
    assert found.history.order_by("number").last().event == "changed"


def test_an_act_that_was_named_and_corrected_cures_still(scene: Scene, named: Act) -> None:
    scene.do("notice.given", 120, subjects=SUSPECT, corrects=named.id)
    assert finding(scene).status == "cured"
    withdrawn(scene, 130, scene.acts["notice.given"])
    assert finding(scene).status == "open"


def test_what_arises_again_while_its_norm_is_silent_is_silent(held: Scene) -> None:
    found = overdue(held)
    held.do("person.released", OVER + 30, subjects=SUSPECT, occurred_at=at(300))
    given = {"norm_id": found.norm_id, "norm_version": found.norm_version, "decided": 10, "dismissed": 9}
    silence = Silence.objects.create(**given, since=at(OVER + 40))
    withdrawn(held, OVER + 45, held.acts["person.released"])
    found = finding(held)
    assert (found.status, found.silent, Alert.objects.count()) == ("open", True, 1)
    released(held, OVER + 50, occurred_at=at(301))
    Silence.objects.filter(pk=silence.pk).update(lifted_at=at(OVER + 55), lifted_by=held.bureau.supervisor)
    withdrawn(held, OVER + 60, held.acts["person.released"])
    assert (finding(held).silent, Alert.objects.count()) == (False, 2)


def test_a_norm_that_fell_silent_tells_nobody_further(held: Scene) -> None:
    found = overdue(held)
    given = {"norm_id": found.norm_id, "norm_version": found.norm_version, "decided": 10, "dismissed": 9}
    Silence.objects.create(**given, since=at(OVER + 40))
    with clock.holding(at(OVER + 2 * DAY)):
        levels_pass_on()
    assert (finding(held).next_level_at, Alert.objects.count()) == (None, 1)
