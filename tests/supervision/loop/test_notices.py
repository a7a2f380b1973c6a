"""Notices: of terms before they are over, of contests filed and decided, of what was entered for somebody to do; once each."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.procedure.dossiers import Scene, at
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.acting import OVER, overdue, released, signed_in
from tests.supervision.loop.conftest import Ruled
from tests.supervision.loop.test_delivery import Fake
from tests.supervision.loop.test_ledger import accepted, done
from zhunsheng.base import clock
from zhunsheng.people.demo import STATION
from zhunsheng.people.models import Officer
from zhunsheng.supervision import notices, rectifying, services
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.channels.configured import replaced
from zhunsheng.supervision.delivery import contact_set, deliveries_carry
from zhunsheng.supervision.hand_downs import hand_down_enter, hand_down_reply
from zhunsheng.supervision.models import Contest, Delivery, Notice
from zhunsheng.supervision.notices import notices_make
from zhunsheng.supervision.selectors import own_notices, waiting_for_answer

pytestmark = pytest.mark.django_db
HOUR, DAY = 60, 24 * 60


def told(minutes: float) -> list[tuple[str, str, str]]:
    """What the clock of notices makes at that time: kind, step and whom."""
    before = set(Notice.objects.values_list("pk", flat=True))
    with clock.holding(at(minutes)):
        notices_make()
    rows = Notice.objects.exclude(pk__in=before).order_by("kind", "step", "officer_id")
    return [(row.kind, row.step, row.officer_id) for row in rows]


def contested(scene: Scene) -> Contest:
    found = overdue(scene)
    with clock.holding(at(OVER + 20)):
        return services.contest_file(
            found.pk, by=scene.bureau.handler, ground="facts", reason="当时在医院", evidence="病历"
        )


class TestDuties:
    def test_the_officer_is_told_when_the_house_reminds_and_only_once(self, held: Scene) -> None:
        """Of eight hours an eighth is left."""
        handler = held.bureau.handler.number
        assert told(OVER - 81) == []
        assert told(OVER - 79) == [("duty", "warn", handler)]
        assert told(OVER - 70) == []

    def test_the_heads_are_told_of_what_blocks_some_hours_before(self, ruled: Ruled, scene: Scene) -> None:
        ruled(norm("hours", KEPT_HOURS, per="case, person", severity="blocking"))
        scene.in_custody()
        assert told(OVER - 20 - 4 * HOUR - 1) == []
        assert told(OVER - 20 - 4 * HOUR + 1) == [("duty", "press", scene.bureau.approver.number)]

    def test_a_met_duty_tells_nobody_and_what_waits_on_its_way_is_not_carried(self, held: Scene) -> None:
        contact_set("chat", "13800000000", by=held.bureau.handler)
        fake = Fake()
        with replaced({"chat": fake}):
            assert told(OVER - 60)
            assert Delivery.objects.filter(notice__isnull=False).count() == 1
            released(held, OVER - 50)
            with clock.holding(at(OVER - 40)):
                assert deliveries_carry().sent == 0
        assert fake.carried == []
        assert Delivery.objects.get().next_at is None
        assert told(OVER - 30) == []

    def test_what_is_carried_names_no_party_and_leads_to_the_notice(self, held: Scene) -> None:
        contact_set("email", "a@bureau.example", by=held.bureau.handler)
        fake = Fake()
        with replaced({"email": fake}):
            told(OVER - 60)
            with clock.holding(at(OVER - 60)):
                assert deliveries_carry().sent == 1
        (message,) = fake.carried
        assert held.dossier.number in message.text
        assert "某乙" not in str(message)
        assert message.url.endswith(reverse("notice", args=(Notice.objects.get().pk,)))

    def test_a_closed_dossier_and_a_shut_account_are_passed_over(self, held: Scene) -> None:
        Officer.objects.filter(pk=held.bureau.handler.pk).update(is_active=False)
        assert told(OVER - 60) == []


class TestContests:
    def test_who_may_decide_is_told_and_when_the_term_is_over_those_above(self, held: Scene) -> None:
        supervisor = held.bureau.supervisor.number
        contest = contested(held)
        assert told(OVER + 30) == [("contest", "filed", supervisor)]
        left = (contest.decide_by - at(0)).total_seconds() / 60
        assert told(left - DAY + 1) == [("contest", "press", supervisor)]
        assert told(left + 1) == [("contest", "past", supervisor)], "nobody stands above: the same again"

    def test_who_had_a_hand_in_it_is_not_asked_to_decide(self, held: Scene) -> None:
        contest = contested(held)
        contest.finding.found_by = held.bureau.supervisor
        contest.finding.save()
        assert told(OVER + 30) == []

    def test_the_decision_is_told_to_whoever_contested_and_not_after_a_week(self, held: Scene) -> None:
        contest = contested(held)
        told(OVER + 30)
        with clock.holding(at(OVER + 60)):
            services.contest_decide(
                contest.pk, by=held.bureau.supervisor, outcome="dismissed", reason="属实", cause="record"
            )
        late = alerting().notices.late.delta.total_seconds() / 60
        assert told(OVER + 60 + late + 1) == []
        assert told(OVER + 90) == [("decision", "decided", held.bureau.handler.number)]
        assert told(OVER + 95) == []


class TestRepairs:
    def test_a_line_entered_by_another_is_told_to_its_owner_then_pressed_then_passed_on(
        self, held: Scene
    ) -> None:
        found = overdue(held)
        with clock.holding(at(OVER + 20)):
            row = rectifying.rectification_order(
                found.pk, by=held.bureau.supervisor, owner=held.bureau.handler, task="补办"
            )
        owner = held.bureau.handler.number
        due = (row.due_at - at(0)).total_seconds() / 60
        assert told(OVER + 30) == [("repair", "entered", owner)]
        assert told(due - DAY) == [("repair", "press", owner)]
        assert told(due + 1) == [("repair", "past", held.bureau.approver.number)]
        assert told(due + 3 * DAY + 1) == [("repair", "long-past", held.bureau.supervisor.number)]
        done(held, due + 4 * DAY)
        assert told(due + 5 * DAY) == []

    def test_whoever_accepted_knows_it_already(self, held: Scene) -> None:
        accepted(held)
        assert told(OVER + 30) == []


def test_a_paper_handed_down_is_told_until_it_is_replied_to(held: Scene) -> None:
    by = held.bureau.supervisor
    with clock.holding(at(60)):
        paper = hand_down_enter(
            by=by,
            kind="supervision-notice",
            number="1号",
            organ="演示市司法局",
            subject="询问时间",
            unit=STATION,
            received_at=at(0),
            norm_id="test.hours",
        )
    due = (paper.reply_by - at(0)).total_seconds() / 60
    assert told(61) == [("hand-down", "entered", held.bureau.approver.number)]
    released(held, 100)
    assert told(due - 4 * DAY) == [("hand-down", "press", by.number)]
    with clock.holding(at(due - DAY)):
        hand_down_reply(paper.pk, by=by, reply="已办")
    assert told(due + 1) == []


def test_two_clocks_at_once_tell_once(held: Scene) -> None:
    rule = alerting()
    step = rule.notices.duty[0]
    with clock.holding(at(OVER - 60)):
        (matter,) = notices.duties(step, rule)
        assert [notices.matter_tell(step, matter, rule) for _ in range(2)] == [1, 0]
    assert Notice.objects.count() == 1


class TestPages:
    def test_a_notice_is_listed_counted_and_receipted_where_it_leads(self, held: Scene) -> None:
        contest = contested(held)
        told(OVER + 30)
        notice = Notice.objects.get()
        supervisor = held.bureau.supervisor
        with clock.holding(at(OVER + 40)):
            assert waiting_for_answer(supervisor) == 1
            client = signed_in(supervisor)
            assert "异议待裁决" in client.get(reverse("my_findings")).content.decode()
            answer = client.get(reverse("notice", args=(notice.pk,)))
            assert answer["Location"] == reverse("finding", args=(contest.finding_id,))
            notice.refresh_from_db()
            assert notice.seen_at == at(OVER + 40)
            assert waiting_for_answer(supervisor) == 0
            assert [row.pk for row in own_notices(supervisor)] == [notice.pk]

    def test_others_notices_look_like_those_that_do_not_exist(self, held: Scene) -> None:
        contested(held)
        told(OVER + 30)
        with clock.holding(at(OVER + 40)):
            client = signed_in(held.bureau.handler)
            for number in (Notice.objects.get().pk, 0):
                assert client.get(reverse("notice", args=(number,))).status_code == 403
        assert Notice.objects.get().seen_at is None

    def test_what_is_settled_unseen_is_in_sight_no_more(self, held: Scene) -> None:
        contest = contested(held)
        told(OVER + 30)
        with clock.holding(at(OVER + 60)):
            services.contest_decide(contest.pk, by=held.bureau.supervisor, outcome="upheld", reason="不属实")
            assert own_notices(held.bureau.supervisor) == []

    def test_one_s_own_terms_stand_under_reminders_and_not_twice(self, held: Scene) -> None:
        told(OVER - 60)
        with clock.holding(at(OVER - 60)):
            assert own_notices(held.bureau.handler) == []


def test_the_shipped_steps_tell_the_officer_before_anybody_else() -> None:
    """Whatever is pressed upon the heads was said to the officer earlier."""
    for steps in (alerting().notices.duty, alerting().notices.repair):
        assert steps[0].to == "officer"
        assert all(step.before is None or step.before.delta > dt.timedelta(0) for step in steps)


def test_mail_about_a_paper_names_the_paper_and_not_what_it_says(scene: Scene) -> None:
    """A subject may name a party."""
    bureau = scene.bureau
    with clock.holding(at(0)):
        paper = hand_down_enter(
            by=bureau.supervisor,
            kind="procuratorial-suggestion",
            number="检建〔2026〕7号",
            organ="某检察院",
            subject="关于某乙一案",
            unit=STATION,
            received_at=at(0),
            proposal="-",
        )
        rectifying.rectification_for(paper, by=bureau.supervisor, owner=bureau.handler, task="整改")
    told(1)
    words = [notices.notice_words(row) for row in Notice.objects.filter(kind="repair")]
    assert words == ["某检察院 检建〔2026〕7号"]


def test_a_number_on_every_page_asks_as_much_for_ten_thousand_notices_as_for_one(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bureau = scene.bureau
    paper = hand_down_enter(
        by=bureau.supervisor,
        kind="supervision-notice",
        number="1",
        organ="-",
        subject="-",
        unit=STATION,
        received_at=at(0),
        proposal="-",
    )
    common = {"kind": "hand-down", "step": "press", "hand_down": paper, "officer": bureau.handler}
    days = range(10_000)
    Notice.objects.bulk_create(
        [Notice(about_at=at(0) + dt.timedelta(n), made_at=at(0), **common) for n in days]
    )
    with django_assert_num_queries(3):
        assert waiting_for_answer(bureau.handler) == 200
    with django_assert_num_queries(1):
        assert len(own_notices(bureau.handler)) == 200
    with clock.holding(at(5)):
        hand_down_reply(paper.pk, by=bureau.supervisor, reply="已整改")
    assert waiting_for_answer(bureau.handler) == 0
    assert own_notices(bureau.handler) == []
