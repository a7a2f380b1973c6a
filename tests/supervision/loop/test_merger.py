"""A unit that is merged loses no finding and leaves none without somebody who answers, supervises and is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.conf import settings

from tests.procedure.dossiers import KIND, SUSPECT, Scene, at
from tests.supervision.loop.acting import OVER, finding, overdue, passed, released, reopened_by, signed_in
from tests.supervision.loop.merging import another, as_of_now, merged, overseer
from tests.supervision.loop.test_drill import drilled
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.papers.view import issuer_of
from zhunsheng.people import services as people
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import COUNTY, LEGAL, OTHER_COUNTY, OTHER_STATION, STATION
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role
from zhunsheng.procedure.errors import NotAllowed
from zhunsheng.supervision import escalation, rectifying, services
from zhunsheng.supervision.access import finding_open, findings_within, rectifications_within
from zhunsheng.supervision.figures import desk
from zhunsheng.supervision.hand_downs import hand_down_enter, hand_down_reply
from zhunsheng.supervision.models import Alert, Contest, Finding, HandDown, Rectification
from zhunsheng.supervision.rebuild import findings_rebuild
from zhunsheng.supervision.selectors import Filters, finding_list, rectification_list
from zhunsheng.supervision.telling import levels_pass_on

pytestmark = pytest.mark.django_db
DAY = 24 * 60
THEN = OVER + 20 * DAY
"""When the stations are merged, in minutes after the start; everything found is seen by supervisors by then."""
SAID = {"ground": "facts", "reason": "当时已离开，补录漏登", "evidence": "办案区出入登记簿"}
DONE = {"measure": "到案登记增设提醒", "evidence": "设置截图"}


def told(found: Finding) -> list[tuple[str, str]]:
    return list(Alert.objects.filter(finding=found).order_by("id").values_list("level", "officer_id"))


def line(found: Finding) -> Rectification:
    row: Rectification = Rectification.objects.unfenced("a test").get(finding=found)
    return row


@dataclass
class Station:
    """What the station had when it was merged: a finding in every state that is not the end, and a paper handed down."""

    scene: Scene
    waiting: Finding
    contest: Contest
    done: Rectification
    listed: Rectification
    paper: HandDown
    supervisor: Officer
    """Of the branch it came to; `scene.bureau.supervisor` is that of the branch it left."""

    @property
    def findings(self) -> set[Finding]:
        return {self.waiting, self.contest.finding, self.done.finding, self.listed.finding}


@pytest.fixture
def station(held: Scene) -> Station:
    bureau = held.bureau
    supervisor = overseer(bureau)
    scenes = [held, *(another(held, n * 60) for n in range(1, 4))]
    passed(OVER + 4 * 60)
    waiting, contested, done, listed = (finding(scene) for scene in scenes)
    with clock.holding(at(OVER + 5 * 60)):
        contest = services.contest_file(contested.pk, by=bureau.handler, **SAID)
        for found in (done, listed):
            services.finding_accept(found.pk, by=bureau.handler)
    with clock.holding(at(OVER + 6 * 60)):
        rectifying.rectification_done(line(done).pk, by=bureau.handler, **DONE)
    with clock.holding(at(THEN - DAY)):
        for who in ("副所长", "所长"):
            escalation.talk(line(listed).pk, by=bureau.supervisor, recipient=who, reason="超期")
        escalation.listing_put(line(listed).pk, by=bureau.supervisor, ground="overdue", reason="超期")
        paper = hand_down_enter(
            by=bureau.supervisor,
            kind="procuratorial-suggestion",
            number="检建〔2026〕1号",
            organ="演示市人民检察院",
            subject="询问时间",
            unit=STATION,
            received_at=at(THEN - DAY),
            norm_id="test.hours",
        )
    waiting.refresh_from_db()
    return Station(held, waiting, contest, line(done), line(listed), paper, supervisor)


# ---------------------------------------------------------------- what it had


def test_whoever_supervises_the_successor_reaches_everything_and_the_former_branch_nothing(
    station: Station,
) -> None:
    bureau, by = station.scene.bureau, station.supervisor
    with clock.holding(at(THEN - 1)):
        assert not findings_within(by=by, purpose="supervision").exists()
        before = set(findings_within(by=bureau.supervisor, purpose="supervision"))
    assert before == station.findings
    merged(bureau, THEN)
    with clock.holding(at(THEN + 1)):
        assert set(findings_within(by=by, purpose="supervision")) == before
        lines = {row.pk for row in rectifications_within(by=by, purpose="supervision")}
        assert lines == {station.done.pk, station.listed.pk}
        assert rectification_list("listed", by=by, purpose="supervision").rows == [station.listed]
        for found in before:
            assert finding_open(found.pk, by=by, purpose="supervision", via="a test").contents
            with pytest.raises(Denied):
                finding_open(found.pk, by=bureau.supervisor, purpose="supervision", via="a test")
        assert not findings_within(by=bureau.supervisor, purpose="supervision").exists()
        assert findings_rebuild(mend=False).different == 0
    assert set(Finding.objects.unfenced("a test").values_list("unit_id", flat=True)) == {STATION}


def test_the_officer_answers_and_the_successor_s_supervisor_decides_verifies_and_releases(
    station: Station,
) -> None:
    bureau, by, old = station.scene.bureau, station.supervisor, station.scene.bureau.supervisor
    merged(bureau, THEN)
    with clock.holding(at(THEN + 1)):
        services.finding_accept(station.waiting.pk, by=bureau.handler)
        with pytest.raises(Denied):
            services.contest_decide(station.contest.pk, by=old, outcome="upheld", reason="查看了登记簿")
        services.contest_decide(station.contest.pk, by=by, outcome="upheld", reason="查看了登记簿")
        with pytest.raises(Denied):
            rectifying.rectification_verify(station.done.pk, by=old, good=True, note="现场查看")
        assert (
            rectifying.rectification_verify(station.done.pk, by=by, good=True, note="现场查看").status
            == "closed"
        )
        rectifying.rectification_done(station.listed.pk, by=bureau.handler, **DONE)
        hand_down_reply(station.paper.pk, by=by, reply="已整改")
    with clock.holding(at(THEN + 2)):
        rectifying.rectification_verify(station.listed.pk, by=by, good=True, note="现场查看")
        rectifying.rectification_order(
            station.contest.finding_id, by=by, owner=bureau.second_handler, task="逐案自查"
        )
        assert findings_rebuild(mend=False).different == 0
    with clock.holding(at(THEN + 40 * DAY)):
        with pytest.raises(Denied):
            escalation.listing_end(station.listed.pk, by=old, reason="-")
        escalation.listing_end(station.listed.pk, by=by, reason="观察期内没有再发生")
    states = {
        found.pk: Finding.objects.unfenced("a test").get(pk=found.pk).status for found in station.findings
    }
    assert sorted(states.values()) == ["accepted", "rectified", "rectified", "upheld"]


def test_figures_of_the_successor_count_it_once_and_lead_to_its_rows(station: Station) -> None:
    bureau, by = station.scene.bureau, station.supervisor
    with clock.holding(at(THEN - 1)):
        before = desk(by=bureau.supervisor, purpose="supervision", days=90).figures
    merged(bureau, THEN)
    with clock.holding(at(THEN + 1)):
        for unit in ("", OTHER_COUNTY, OTHER_STATION, STATION):
            told_ = desk(by=by, purpose="supervision", days=90, unit=unit).figures
            assert (told_.now, told_.found, told_.contested) == (before.now, before.found, before.contested)
        assert desk(by=bureau.supervisor, purpose="supervision", days=90).figures.now == 0
        rows = finding_list(Filters(state="all", unit=OTHER_STATION), by=by, purpose="supervision").rows
        assert {row.pk for row in rows} == {found.pk for found in station.findings}
        client, known = signed_in(by), dict[str, int]()
        for unit in ("", OTHER_STATION, STATION):
            for dimension in ("norm", "unit"):
                assert drilled(client, f"/supervision/?by={dimension}&days=90&unit={unit}", known) >= 4


def test_filters_name_the_successor_and_forms_offer_only_what_lives(station: Station) -> None:
    merged(station.scene.bureau, THEN)
    shown = "甲分局第一派出所（已并入乙分局第一派出所）"
    with clock.holding(at(THEN + 1)):
        client = signed_in(station.supervisor)
        for address in ("/findings/", "/supervision/", "/rectification/"):
            assert shown in client.get(address).content.decode(), address
        own = signed_in(as_of_now(station.scene.bureau).handler)
        assert all(shown in own.get(address).content.decode() for address in ("/account/", "/?roles"))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert "(merged into " in client.get("/findings/").content.decode()
        client.cookies.clear()
        client = signed_in(station.supervisor)
        for address in ("/supervision/hand-downs/", "/inspections/new/"):
            page = client.get(address).content.decode()
            assert f'value="{OTHER_STATION}"' in page, address
            assert f'value="{STATION}"' not in page, address
        with pytest.raises(InputError, match="已并入乙分局第一派出所"):
            hand_down_enter(
                by=station.supervisor,
                kind="complaint",
                number="2号",
                organ="演示市人民政府",
                subject="询问时间",
                unit=STATION,
                received_at=at(THEN),
                norm_id="test.hours",
            )


# ---------------------------------------------------------------- who is told, who answers


def test_levels_pass_on_to_the_successor_s_heads_where_the_unit_has_none(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    supervisor = overseer(bureau)
    merged(bureau, OVER + 60)
    with clock.holding(at(OVER + 2 * DAY)):
        assert levels_pass_on() == 1
    assert told(found)[1:] == [("unit", bureau.other_approver.number)]
    with clock.holding(at(OVER + 4 * DAY)):
        assert levels_pass_on() == 1
    assert told(found)[2:] == [("legal", supervisor.number)]


def test_a_head_of_the_merged_unit_is_told_while_the_role_lasts(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    head = overseer(bureau, "演4002", STATION, Role.APPROVER)
    merged(bureau, OVER + 60)
    with clock.holding(at(OVER + 2 * DAY)):
        assert levels_pass_on() == 1
    assert told(found)[1:] == [("unit", head.number)]


def test_what_an_officer_who_left_did_not_answer_is_answered_in_the_successor(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    merged(bureau, OVER + 60)
    with clock.holding(at(OVER + 2 * DAY)):
        people.officer_suspend(as_of_now(bureau).handler, by=bureau.founder, reason="退休")
        with pytest.raises(Denied):
            services.finding_accept(found.pk, by=bureau.approver)
        services.finding_accept(found.pk, by=bureau.other_handler)
    assert finding(held).status == "accepted"


# ---------------------------------------------------------------- what goes on, and what does not begin


def test_a_dossier_of_the_merged_unit_goes_on_and_a_new_one_is_the_successor_s(held: Scene) -> None:
    found = overdue(held)
    done = merged(held.bureau, OVER + 20, roles=True)
    assert done.left == []
    released(held)
    found.refresh_from_db()
    assert (found.status, found.unit_id, found.dossier.unit_id) == ("cured", STATION, STATION)
    later = Scene(as_of_now(held.bureau))
    later.do("report.received", OVER + 60, fields=KIND, subjects={"person": ("某甲",)})
    assert later.dossier.unit_id == OTHER_STATION
    count = Dossier.objects.unfenced("a test").count()
    for bureau in (held.bureau, later.bureau):
        with pytest.raises(NotAllowed) as refused:
            Scene(bureau).do(
                "report.received", OVER + 60, unit=STATION, fields=KIND, subjects={"person": ("某甲",)}
            )
        assert OTHER_STATION in refused.value.remedy_zh
    assert Dossier.objects.unfenced("a test").count() == count


def test_without_roles_in_the_successor_officers_finish_what_they_have_and_begin_nothing(held: Scene) -> None:
    overdue(held)
    merged(held.bureau, OVER + 20)
    released(held)
    assert finding(held).status == "cured"
    with pytest.raises(NotAllowed, match="须由"):
        Scene(as_of_now(held.bureau)).do(
            "report.received", OVER + 60, fields=KIND, subjects={"person": ("某甲",)}
        )


def test_an_act_elsewhere_is_not_done_by_a_unit_that_was_merged_before(held: Scene) -> None:
    """What happened before the merger may still be entered as the unit's."""
    with clock.holding(at(100)):
        people.role_grant(
            held.bureau.second_handler, Role.HANDLER, COUNTY, by=held.bureau.founder, reason="-"
        )
    merged(held.bureau, OVER, gone=LEGAL, into=COUNTY)
    held.do("person.released", OVER + 20, occurred_at=at(OVER - 60), unit=LEGAL, subjects=SUSPECT)
    with pytest.raises(NotAllowed, match="已并入演示市公安局甲分局"):
        held.do("notice.given", OVER + 30, unit=LEGAL, subjects=SUSPECT)


def test_what_happens_again_in_the_successor_opens_the_line_again(held: Scene) -> None:
    found, supervisor = overdue(held), overseer(held.bureau)
    with clock.holding(at(OVER + 20)):
        services.finding_accept(found.pk, by=held.bureau.handler)
    row = line(found)
    with clock.holding(at(OVER + 60)):
        rectifying.rectification_done(row.pk, by=held.bureau.handler, **DONE)
    merged(held.bureau, OVER + 90, roles=True)
    with clock.holding(at(OVER + 2 * DAY)):
        assert (
            rectifying.rectification_verify(row.pk, by=supervisor, good=True, note="查看").status == "closed"
        )
    again = another(Scene(as_of_now(held.bureau)), OVER + 3 * DAY)
    assert again.dossier.unit_id == OTHER_STATION
    overdue(again, OVER + 4 * DAY)
    assert reopened_by(OVER + 6 * DAY) == 1
    assert (line(found).status, line(found).reopened) == ("open", 1)
    with clock.holding(at(OVER + 6 * DAY + 10)):
        rectifying.rectification_done(row.pk, by=held.bureau.handler, **DONE)
    third = another(Scene(as_of_now(held.bureau)), OVER + 7 * DAY)
    overdue(third, OVER + 8 * DAY)
    with clock.holding(at(OVER + 10 * DAY)), pytest.raises(InputError, match="又发生1次"):
        rectifying.rectification_verify(row.pk, by=supervisor, good=True, note="查看")


def test_papers_go_out_in_the_name_of_whoever_succeeded(held: Scene) -> None:
    merged(held.bureau, OVER)
    found = issuer_of(Unit.objects.get(code=STATION))
    assert (found.code, found.bureau_code) == (OTHER_STATION, OTHER_COUNTY)
    merged(held.bureau, OVER + DAY, gone=COUNTY, into=OTHER_COUNTY)
    assert issuer_of(Unit.objects.get(code=COUNTY)).bureau_code == OTHER_COUNTY
    assert issuer_of(Unit.objects.get(code=LEGAL)).bureau_code == OTHER_COUNTY


def test_what_was_found_before_and_became_due_after_stays_with_the_unit(held: Scene) -> None:
    """The term runs on through the merger, and its officer is told first, as ever."""
    merged(held.bureau, OVER - 60)
    found = overdue(held)
    assert (found.unit_id, told(found)) == (STATION, [("officer", held.bureau.handler.number)])
    with clock.holding(found.found_at + dt.timedelta(minutes=1)):
        assert findings_rebuild(mend=False).different == 0
