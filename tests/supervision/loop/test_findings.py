"""Findings follow the obligations: made, cured, closed and made anew in the transaction of the act or of the clock; none is lost."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import KEPT_HOURS, PRIOR, norm
from tests.supervision.loop.acting import OVER, finding, overdue, passed, released
from tests.supervision.loop.conftest import Ruled
from zhunsheng.acts.drafts import Erases
from zhunsheng.base import clock
from zhunsheng.people import services
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.demo import OTHER_COUNTY, STATION
from zhunsheng.people.models import Unit
from zhunsheng.procedure.errors import Refused
from zhunsheng.supervision.access import finding_open, findings_within
from zhunsheng.supervision.models import Alert, Finding, FindingVersion
from zhunsheng.supervision.rebuild import differences_mend, dossiers_differing, findings_rebuild
from zhunsheng.supervision.telling import levels_pass_on

pytestmark = pytest.mark.django_db


def told(found: Finding) -> list[tuple[str, str]]:
    return list(Alert.objects.filter(finding=found).order_by("id").values_list("level", "officer_id"))


def events(found: Finding) -> list[tuple[str, str]]:
    return list(found.history.order_by("number").values_list("event", "status"))


def test_what_is_overdue_is_a_finding_with_its_reasons_and_the_officer_is_told(held: Scene) -> None:
    found = overdue(held)
    assert (found.status, found.breach, found.severity) == ("open", "overdue", "serious")
    assert (found.officer_id, found.unit_id, found.stage) == (
        held.bureau.handler.number,
        STATION,
        "investigation",
    )
    assert (found.element, found.title_zh) == ("person", "规范hours")
    assert found.since == found.due_at == held.obligation("test.hours").due_at
    version = found.history.get()
    assert set(version.explanation) == {"zh", "en"}
    assert "至今未见记录" in version.explanation["zh"]["verdict"]
    assert told(found) == [("officer", held.bureau.handler.number)]


def test_the_officer_is_first_and_others_follow_level_by_level(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    made = found.found_at
    with clock.holding(made):
        assert not findings_within(by=bureau.supervisor, purpose="supervision").exists()
        with pytest.raises(Denied):
            finding_open(found.pk, by=bureau.supervisor, purpose="supervision", via="a test")
        assert finding_open(found.pk, by=bureau.handler, purpose="handling", via="a test").contents
        assert levels_pass_on() == 0
    with clock.holding(at(OVER + 10 + 24 * 60)):
        assert levels_pass_on() == 1
        assert findings_within(by=bureau.supervisor, purpose="supervision").get() == found
    assert told(found)[1:] == [("unit", bureau.approver.number)]
    with clock.holding(at(OVER + 10 + 3 * 24 * 60)):
        assert levels_pass_on() == 1
        assert levels_pass_on() == 0
    assert told(found)[2:] == [("legal", bureau.supervisor.number)]


def test_doing_it_late_cures_it_by_itself_and_it_goes_no_further(held: Scene) -> None:
    found = overdue(held)
    released(held)
    found.refresh_from_db()
    assert (found.status, found.breach, found.cured_by) == ("cured", "late", held.acts["person.released"])
    assert found.closed_at is None
    assert events(found) == [("found", "open"), ("cured", "cured")]
    assert Alert.objects.get(finding=found).answered_at is not None
    with clock.holding(at(OVER + 5 * 24 * 60)):
        assert levels_pass_on() == 0


def test_what_comes_late_before_the_clock_saw_it_is_a_finding_too(held: Scene) -> None:
    released(held)
    found = finding(held)
    assert (found.status, found.breach) == ("cured", "late")
    assert told(found) == [("officer", held.bureau.handler.number)]
    assert found.next_level_at is None


def test_a_correction_that_shows_it_was_done_in_time_closes_it_and_withdrawing_it_brings_it_back(
    held: Scene,
) -> None:
    found = overdue(held)
    released(held)
    late = held.acts["person.released"]
    held.do(
        "person.released", OVER + 60, subjects={"person": ("某乙",)}, corrects=late.id, occurred_at=at(200)
    )
    found.refresh_from_db()
    assert (found.status, found.obligation.status) == ("closed", "met")
    assert found.closed_at is not None
    held.do(
        "record.withdrawn", OVER + 70, corrects=held.acts["person.released"].id, fields={"reason": "误录"}
    )
    found.refresh_from_db()
    assert (found.status, found.breach, found.closed_at) == ("open", "overdue", None)
    assert [event for event, _ in events(found)] == ["found", "cured", "closed", "reopened"]
    assert [level for level, _ in told(found)] == ["officer", "officer"]


def test_a_late_act_that_was_a_mistake_cures_nothing(held: Scene) -> None:
    found = overdue(held)
    released(held)
    held.do(
        "record.withdrawn", OVER + 60, corrects=held.acts["person.released"].id, fields={"reason": "误录"}
    )
    found.refresh_from_db()
    assert (found.status, found.breach, found.cured_by_id) == ("open", "overdue", None)


def test_what_fails_leaves_no_finding(ruled: Ruled, scene: Scene) -> None:
    ruled(norm("prior", PRIOR, severity="blocking"))
    scene.opened()
    with pytest.raises(Refused):
        scene.do("penalty.decided", 60, by=scene.bureau.approver, fields={"decision": "warning"})
    assert not Finding.objects.unfenced("a test").exists()


def test_an_officer_who_has_left_keeps_nothing_from_the_unit(held: Scene) -> None:
    bureau = held.bureau
    with clock.holding(at(OVER)):
        services.officer_suspend(bureau.handler, by=bureau.founder, reason="调离")
    found = overdue(held)
    assert told(found) == [("unit", bureau.approver.number)]
    with clock.holding(found.found_at):
        assert findings_within(by=bureau.supervisor, purpose="supervision").get() == found
        services.officer_restore(bureau.handler, by=bureau.founder, reason="调回")
    bureau.handler.refresh_from_db()


def test_losing_access_hides_nothing_from_others_and_not_from_the_officer(held: Scene) -> None:
    bureau, found = held.bureau, overdue(held)
    with clock.holding(at(OVER + 20)):
        for role in bureau.handler.roleassignments.filter(ended_at=None):
            services.role_end(role, by=bureau.founder, reason="调离")
        own = finding_open(found.pk, by=bureau.handler, purpose=None, via="a test")
        assert own.told(own.history[0])["facts"]
    with clock.holding(at(OVER + 2 * 24 * 60)):
        assert levels_pass_on() == 1
        assert findings_within(by=bureau.approver, purpose="approval").get() == found


def test_a_unit_that_moves_takes_its_findings_along(held: Scene) -> None:
    bureau, found = held.bureau, overdue(held)
    with clock.holding(at(OVER + 2 * 24 * 60)):
        services.unit_move(Unit.objects.get(code=STATION), by=bureau.founder, parent=OTHER_COUNTY)
        assert Finding.objects.within(reach(bureau.other_approver, "approval")).get() == found
        assert not Finding.objects.within(reach(bureau.approver, "approval")).exists()
        assert levels_pass_on() == 1
    assert told(found)[1:] == [("unit", bureau.other_approver.number)]


def test_a_norm_that_leaves_the_rulebook_takes_no_finding_with_it(held: Scene, ruled: Ruled) -> None:
    found = overdue(held)
    ruled(norm("prior", PRIOR))
    passed(OVER + 60)
    assert held.obligation("test.hours").withdrawn_at is not None
    found.refresh_from_db()
    assert (found.status, found.closed_at, found.title_zh) == ("open", None, "规范hours")
    released(held, OVER + 90)
    found.refresh_from_db()
    assert found.status == "open"
    assert "规范hours" in str(found.history.get().explanation)


def test_erased_content_goes_from_the_reasons_too(held: Scene) -> None:
    found = overdue(held)
    act = held.acts["person.arrived"]
    held.do(
        "record.erased",
        OVER + 60,
        by=held.bureau.approver,
        erases=Erases(act.id, ("subjects.person.0",)),
        fields={"law": "个人信息保护法", "article": "47", "reason": "保存期限届满"},
    )
    for version in found.history.all():
        assert "某乙" not in str(version.explanation)
    assert found.history.order_by("number").first().explanation["zh"]["basis"]


def test_the_tables_refuse_to_forget(held: Scene) -> None:
    found = overdue(held)
    for change in (
        lambda: FindingVersion.objects.filter(finding=found).update(status="closed"),
        lambda: FindingVersion.objects.filter(finding=found).delete(),
        lambda: Alert.objects.filter(finding=found).delete(),
        lambda: Finding.objects.unfenced("a test").filter(pk=found.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_rows_that_are_missing_or_wrong_are_found_and_mended(held: Scene, ruled: Ruled) -> None:
    found = overdue(held)
    with clock.holding(at(OVER + 20)):
        assert findings_rebuild(mend=False).different == 0
        Finding.objects.unfenced("a test").filter(pk=found.pk).update(breach="broken")
        assert findings_rebuild(mend=False).different == 1
        assert findings_rebuild().different == 1
        assert findings_rebuild(mend=False).different == 0
        assert differences_mend() == 0
        Finding.objects.unfenced("a test").filter(pk=found.pk).update(breach="broken")
        assert dossiers_differing() == {held.id}
        assert differences_mend() == 1
        Finding.objects.unfenced("a test").filter(pk=found.pk).update(
            status="closed", closed_at=at(OVER + 15)
        )
        assert differences_mend() == 1
    found.refresh_from_db()
    assert (found.breach, found.status) == ("overdue", "open")


def test_advisory_norms_alert_nobody(ruled: Ruled, scene: Scene) -> None:
    ruled(norm("hours", KEPT_HOURS, per="case, person", severity="advisory"))
    found = overdue(scene.in_custody())
    assert told(found) == []
    assert found.released_at == found.found_at
