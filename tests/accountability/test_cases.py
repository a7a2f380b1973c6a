"""A case from its opening to its end, through the services: who may do what, in which order, and what it leaves behind."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.accountability.acting import (
    DAY,
    SEEN,
    Bench,
    attributed,
    decided,
    entered,
    everybody_stated,
    heard,
    opened,
    reviewed,
    ruling,
    stated,
    to_decision,
)
from tests.procedure.dossiers import SUSPECT, at
from tests.supervision.loop.acting import OVER
from zhunsheng.accountability import deciding, externals, remedies, services
from zhunsheng.accountability.access import may_decide, named_in
from zhunsheng.accountability.attributing import grounds_now
from zhunsheng.accountability.deciding import Found, Ruling, cases_lapse
from zhunsheng.accountability.models import CaseEvent, Decision, Involvement, ResponsibilityCase, Statement
from zhunsheng.accountability.services import Accepted, Changed
from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.models import Act
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services as people
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import COUNTY, OTHER_COUNTY
from zhunsheng.people.models import Unit
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.errors import NotAllowed
from zhunsheng.supervision import rectifying
from zhunsheng.supervision.watching import hands_in

pytestmark = pytest.mark.django_db


def acts(bench: Bench) -> list[Act]:
    rows = Act.objects.unfenced("a test").filter(
        dossier_id=bench.scene.id, type__startswith="accountability."
    )
    return list(rows.order_by("position"))


def test_from_finding_to_end(bench: Bench) -> None:
    case = opened(bench)
    assert (case.state, case.unit_id) == ("opened", bench.finding.unit_id)
    attributed(bench)
    parts = {row.officer_id: row for row in Involvement.objects.filter(case=case)}
    bureau = bench.scene.bureau
    assert {n: (p.hand, p.accepted) for n, p in parts.items()} == {
        bureau.handler.number: ("handler", "main"),
        bureau.second_handler.number: ("handler", "main"),
        bureau.legal_reviewer.number: ("reviewer", "secondary"),
        bureau.approver.number: ("approver", "secondary"),
    }
    assert parts[bureau.approver.number].saw == bench.scene.acts["penalty.decided"].position - 1
    everybody_stated(bench)
    heard(bench)
    decided(bench, made=ruling(bench, suggestion="批评教育"))
    assert bench.case.state == "decided"
    with clock.holding(at(SEEN + 31 * DAY)):
        assert cases_lapse() == 1
        assert cases_lapse() == 0
    assert bench.case.state == "final"
    with clock.holding(at(SEEN + 32 * DAY)):
        with pytest.raises(InputError, match="先确定纠正措施"):
            remedies.case_close(case.pk, by=bench.opener, note="-")
        made = remedies.remedy_order(
            case.pk,
            by=bench.opener,
            kind="training",
            task="到案登记培训",
            owner=bureau.handler.number,
            due_at=at(SEEN + 50 * DAY),
        )
        with pytest.raises(InputError, match="还有1项"):
            remedies.case_close(case.pk, by=bench.opener, note="-")
        assert made.line is not None
        rectifying.rectification_done(made.line.pk, by=bureau.handler, measure="已培训", evidence="签到表")
        rectifying.rectification_verify(made.line.pk, by=bench.opener, good=True, note="查看签到表")
        remedies.case_close(case.pk, by=bench.opener, note="措施已落实")
    assert bench.case.state == "done"
    assert [act.type.removeprefix("accountability.") for act in acts(bench)] == [
        "opened",
        "attributed",
        "heard",
        "decided",
        "closed",
    ]


def test_the_acts_name_the_case_and_nobody(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    bureau = bench.scene.bureau
    concerned = {bureau.handler, bureau.second_handler, bureau.legal_reviewer, bureau.approver}
    for act in acts(bench):
        told = str(act.content)
        assert not any(o.number in told or o.name in told for o in concerned)
        assert "超过法定时限" not in told
        assert act.fields["responsibility_number"] == str(bench.case.pk)
    decision = acts(bench)[-1]
    assert decision.fields["responsibility_outcome"] == "fault"
    assert decision.fields["statements_made"] == "4"
    assert len(decision.fields["statements_digest"]) == 64


def test_to_watch_a_dossier_is_no_hand_in_it(bench: Bench) -> None:
    """Who ran its responsibility case, or talked with its unit, may still read it in a review."""
    opened(bench)
    assert acts(bench)[0].recorded_by_id == bench.opener.number
    hands = hands_in(bench.scene.dossier)
    assert bench.opener.number not in hands
    assert bench.handler.number in hands


def test_acts_of_accountability_come_from_its_services_alone(bench: Bench) -> None:
    opened(bench)
    draft = Draft(
        type="accountability.decided",
        occurred_at=at(SEEN + 1),
        dossier=bench.scene.id,
        officers=(Actor(bench.decider.number, "supervisor"),),
        fields={"responsibility_number": "1", "responsibility_outcome": "fault"},
    )
    with clock.holding(at(SEEN + 1)):
        with pytest.raises(NotAllowed, match="过错责任案中办理"):
            enact(draft, by=bench.decider)
        withdrawal = Draft(
            type=WITHDRAWN,
            occurred_at=at(SEEN + 1),
            dossier=bench.scene.id,
            corrects=acts(bench)[0].id,
            fields={"reason": "-"},
        )
        with pytest.raises(InputError, match="过错责任案中办理"):
            enact(withdrawal, by=bench.opener)


@pytest.mark.parametrize("who", ["handler", "legal_reviewer", "approver", "assessor", "other_approver"])
def test_nobody_opens_a_case_without_the_role(bench: Bench, who: str) -> None:
    with pytest.raises(Denied):
        opened(bench, by=getattr(bench.scene.bureau, who))


def test_what_opens_no_case(bench: Bench) -> None:
    with pytest.raises(InputError, match="理由"):
        opened(bench, reason=" ")
    with pytest.raises(InputError, match="同一案卷"):
        opened(bench, findings=[])
    with pytest.raises(Denied):
        opened(bench, findings=[99999])
    opened(bench)
    with pytest.raises(InputError, match="正在办理"):
        opened(bench)


def test_an_overturned_result_after_the_decision_opens_a_new_round(bench: Bench) -> None:
    result = entered(bench)
    reviewed(bench, result)
    opened(bench, SEEN + 6, findings=[], results=[result.pk])
    attributed(bench)
    everybody_stated(bench)
    heard(bench)
    decided(bench)
    with clock.holding(at(SEEN + 50)):
        externals.external_overturned(result.pk, by=bench.opener, paper="市检察院撤销不起诉决定")
        (ground,) = grounds_now(bench.case)
        assert ground.to_reconsider
        services.case_reconsider(
            bench.case.pk, by=bench.opener, ground=ground.ground.pk, anew=True, reason="不起诉决定被撤销"
        )
    assert (bench.case.state, bench.case.round) == ("opened", 2)
    # What was said and decided in the first round stays.
    assert Decision.objects.filter(case=bench.case, round=1).count() == 1
    assert Statement.objects.filter(case=bench.case, round=1).count() == 4


def test_a_defect_that_changes_nothing_makes_nobody_answer(bench: Bench) -> None:
    case = opened(bench)
    ground = case.grounds.get()
    attributed(bench, effects={ground.pk: "none"})
    assert bench.case.state == "heard"
    assert named_in(bench.case) == []
    with pytest.raises(InputError, match="不属于执法过错"):
        decided(bench)
    decision = decided(bench, made=Ruling("defect", "表述瑕疵，不影响处理结果", {}))
    assert decision.determinations.count() == 0
    assert bench.case.state == "final"


def test_a_changed_share_has_its_reason_and_the_chain_is_closed(bench: Bench) -> None:
    opened(bench)
    with pytest.raises(InputError, match="须写明理由"):
        attributed(bench, changes={0: Changed("secondary", " ")})
    with pytest.raises(InputError, match="没有这一种责任"):
        attributed(bench, changes={0: Changed("grave", "x")})
    attributed(bench, changes={1: Changed("none", "当时不在场"), 99: Changed("sole", "不在行为链上")})
    rows = Involvement.objects.filter(case=bench.case).order_by("id")
    assert len(rows) == 4
    assert (rows[1].proposed, rows[1].accepted, rows[1].reason) == ("main", "none", "当时不在场")
    assert bench.scene.bureau.second_handler.number not in named_in(bench.case)


def test_the_proposal_must_be_the_one_that_was_seen(bench: Bench) -> None:
    opened(bench)
    found = services.proposed(bench.case)
    with clock.holding(at(SEEN + 10)), pytest.raises(InputError, match="最新状态"):
        services.case_attribute(
            bench.case.pk, by=bench.opener, accepted=Accepted(found.effects, "another"), note="-"
        )


def test_who_falsified_answers_in_the_main(bench: Bench) -> None:
    opened(bench)
    attributed(bench, falsified=frozenset({bench.handler.number}))
    shares = {row.officer_id: row.accepted for row in Involvement.objects.filter(case=bench.case)}
    bureau = bench.scene.bureau
    assert shares[bureau.handler.number] == "main"
    assert shares[bureau.legal_reviewer.number] == shares[bureau.approver.number] == "none"


def test_no_decision_before_everybody_has_stated_or_the_term_ran_out(bench: Bench) -> None:
    opened(bench)
    attributed(bench)
    stated(bench, bench.handler)
    with pytest.raises(InputError, match="期限也没有届满"):
        heard(bench)
    with pytest.raises(InputError, match="最新状态"):
        decided(bench)
    heard(bench, SEEN + 11 * DAY)
    with pytest.raises(InputError), clock.holding(at(SEEN + 11 * DAY)):
        services.statement_make(bench.case.pk, by=bench.scene.bureau.approver, text="太晚")
    decided(bench, SEEN + 11 * DAY + 1)


def test_only_the_concerned_state_and_once(bench: Bench) -> None:
    opened(bench)
    attributed(bench)
    for by in (bench.scene.bureau.custody_keeper, bench.opener, bench.scene.bureau.other_handler):
        with pytest.raises(Denied):
            stated(bench, by)
    with pytest.raises(InputError):
        stated(bench, bench.handler, text=" ")
    stated(bench, bench.handler)
    with pytest.raises(InputError, match="已经提交"):
        stated(bench, bench.handler)


def test_who_decides(bench: Bench) -> None:
    to_decision(bench)
    bureau = bench.scene.bureau
    for by in (bureau.handler, bureau.legal_reviewer, bureau.assessor, bureau.other_approver):
        with pytest.raises(Denied):
            decided(bench, by=by)
    for by in (bench.opener, bureau.approver):
        with pytest.raises(InputError, match="另一人决定"):
            decided(bench, by=by)
    with clock.holding(at(SEEN + 40)):
        assert may_decide(bench.case, bench.decider)
    decided(bench)
    with pytest.raises(InputError, match="最新状态"):
        decided(bench)


def test_a_head_with_no_hand_in_it_may_decide(bench: Bench) -> None:
    to_decision(bench)
    founder = bench.scene.bureau.founder
    with clock.holding(at(SEEN + 35)):
        head = people.officer_create("演3003", "审批丁", unit=COUNTY, by=founder)
        people.role_grant(head, "approver", COUNTY, by=founder, reason="-")
    decided(bench, by=head)
    assert acts(bench)[-1].officers[0]["role"] == "approver"


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({}, "fault"),
        ({"演9999": Found("main", "intent")}, "fault"),
        ({"演1002": Found("main", "")}, "fault"),
        ({"演1002": Found("none", "")}, "exempt"),
        ({}, "guilty"),
    ],
)
def test_a_decision_that_does_not_hold_together(bench: Bench, found: dict[str, Found], outcome: str) -> None:
    to_decision(bench)
    with pytest.raises(InputError):
        decided(bench, made=Ruling(outcome, "理由", found))
    with pytest.raises(InputError, match="理由"):
        decided(bench, made=Ruling("no-fault", " ", {}))


def test_an_objection_is_decided_by_another_hand_and_burdens_nobody_more(bench: Bench) -> None:
    to_decision(bench)
    decided(bench, made=ruling(bench, share="secondary"))
    with clock.holding(at(SEEN + DAY)):
        with pytest.raises(Denied):
            deciding.objection_make(bench.case.pk, by=bench.scene.bureau.legal_reviewer, text="-")
        deciding.objection_make(bench.case.pk, by=bench.handler, text="已按规定报告")
        with pytest.raises(InputError, match="已经提出"):
            deciding.objection_make(bench.case.pk, by=bench.handler, text="再说一次")
        assert bench.case.state == "objected"
        for by in (bench.decider, bench.opener):
            with pytest.raises(InputError, match="另一人决定"):
                deciding.objection_decide(bench.case.pk, by=by, ruling=ruling(bench))
        with pytest.raises(InputError, match="不得加重"):
            deciding.objection_decide(bench.case.pk, by=bench.above, ruling=ruling(bench, share="main"))
        intent = Ruling("fault", "故意", {bench.handler.number: Found("secondary", "intent")})
        with pytest.raises(InputError, match="不得加重"):
            deciding.objection_decide(bench.case.pk, by=bench.above, ruling=intent)
        decision = deciding.objection_decide(
            bench.case.pk, by=bench.above, ruling=Ruling("no-fault", "查明已报告", {})
        )
    assert (decision.level, bench.case.state) == ("above", "final")


def test_an_exemption_is_not_lost_by_objecting(bench: Bench) -> None:
    to_decision(bench)
    decided(bench, made=ruling(bench, outcome="exempt", share="secondary"))
    with clock.holding(at(SEEN + DAY)):
        deciding.objection_make(bench.case.pk, by=bench.handler, text="已按规定报告")
        with pytest.raises(InputError, match="不得加重"):
            deciding.objection_decide(bench.case.pk, by=bench.above, ruling=ruling(bench, share="secondary"))
        deciding.objection_decide(
            bench.case.pk, by=bench.above, ruling=ruling(bench, outcome="exempt", share="secondary")
        )


def test_a_remedy_sent_twice_is_ordered_once(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    given = {"kind": "correct", "task": "补正", "act": "1", "expected": bench.case.revision}
    with clock.holding(at(SEEN + 50)):
        remedies.remedy_order(bench.case.pk, by=bench.opener, **given)
        with pytest.raises(InputError, match="新的进展"):
            remedies.remedy_order(bench.case.pk, by=bench.opener, **given)
    assert bench.case.remedies.count() == 1


def test_an_objection_after_its_term_is_none(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    with clock.holding(at(SEEN + 40 * DAY)), pytest.raises(InputError, match="届满"):
        deciding.objection_make(bench.case.pk, by=bench.handler, text="-")


def test_a_case_is_withdrawn_with_a_reason_and_its_finding_may_open_another(bench: Bench) -> None:
    case = opened(bench)
    with clock.holding(at(SEEN + 5)):
        with pytest.raises(InputError):
            services.case_withdraw(case.pk, by=bench.opener, reason=" ")
        services.case_withdraw(case.pk, by=bench.opener, reason="重复立案")
        with pytest.raises(InputError):
            services.case_withdraw(case.pk, by=bench.opener, reason="再撤一次")
    assert opened(bench, SEEN + 6).pk != case.pk


def test_an_act_of_the_dossier_is_a_remedy(bench: Bench) -> None:
    to_decision(bench)
    decided(bench, made=Ruling("no-fault", "没有过错", {}))
    with clock.holding(at(SEEN + 60)):
        with pytest.raises(InputError, match="没有这项行为"):
            remedies.remedy_order(bench.case.pk, by=bench.opener, kind="correct", task="补正", act="999")
        with pytest.raises(InputError):
            remedies.remedy_order(bench.case.pk, by=bench.opener, kind="correct", task="补正", owner="无")
        made = remedies.remedy_order(bench.case.pk, by=bench.opener, kind="correct", task="补正笔录", act="1")
        assert remedies.remedy_done(made)
        remedies.case_close(bench.case.pk, by=bench.opener, note="已补正")
    assert bench.case.state == "done"


def test_a_sealed_dossier_does_not_stop_the_case_and_takes_no_act(bench: Bench) -> None:
    opened(bench)
    attributed(bench)
    bench.scene.do(
        "dossier.sealed",
        SEEN + 12,
        by=bench.scene.bureau.approver,
        fields={"law": "-", "article": "1", "reason": "-"},
    )
    everybody_stated(bench)
    heard(bench)
    decided(bench)
    assert [act.type for act in acts(bench)] == ["accountability.opened", "accountability.attributed"]
    assert CaseEvent.objects.filter(case=bench.case, kind="decided", act=None).count() == 1


def test_nothing_said_or_decided_is_changed_or_deleted(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    for rows in (
        Involvement.objects.filter(case=bench.case),
        Statement.objects.filter(case=bench.case),
        Decision.objects.filter(case=bench.case),
        CaseEvent.objects.filter(case=bench.case),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(round=9)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(DatabaseError), transaction.atomic():
        ResponsibilityCase.objects.unfenced("a test").filter(pk=bench.case.pk)._raw_delete("default")


def test_the_database_refuses_a_decision_by_who_proposed(bench: Bench) -> None:
    to_decision(bench)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            case=bench.case,
            round=1,
            stage="first",
            outcome="fault",
            reasons="-",
            level="same",
            by=bench.opener,
            proposed_by=bench.opener,
            at=at(SEEN),
        )


def test_whoever_lost_every_role_still_reads_and_states(bench: Bench) -> None:
    opened(bench)
    attributed(bench)
    with clock.holding(at(SEEN + 12)):
        for role in bench.handler.roleassignments.filter(ended_at=None):
            people.role_end(role, by=bench.scene.bureau.founder, reason="调离")
    everybody_stated(bench)
    heard(bench)
    decided(bench)
    with clock.holding(at(SEEN + DAY)):
        deciding.objection_make(bench.case.pk, by=bench.handler, text="不服")
    assert bench.case.state == "objected"


def test_a_unit_that_moves_under_another_takes_its_cases_with_it(bench: Bench) -> None:
    case = opened(bench)
    unit = Unit.objects.get(code=case.unit_id)
    Unit.objects.filter(pk=unit.pk).update(parent=Unit.objects.get(code=OTHER_COUNTY))
    with clock.holding(at(SEEN + 5)), pytest.raises(Denied):
        services.case_withdraw(case.pk, by=bench.opener, reason="不再归我")
    with clock.holding(at(SEEN + 5)):
        services.case_withdraw(case.pk, by=bench.above, reason="市局仍可办理")


def test_a_norm_that_leaves_the_rulebook_takes_no_case_with_it(bench: Bench, ruled: object) -> None:
    from tests.procedure.rules import PRIOR, norm

    opened(bench)
    assert callable(ruled)
    ruled(norm("prior", PRIOR))
    attributed(bench)
    everybody_stated(bench)
    heard(bench)
    decided(bench)
    assert bench.case.state == "decided"


def test_terms_are_the_rulebooks(bench: Bench) -> None:
    case = opened(bench)
    assert case.attribute_by == at(SEEN) + dt.timedelta(days=30)
    attributed(bench)
    assert bench.case.statement_by == at(SEEN + 10) + dt.timedelta(days=10)
    assert OVER < SEEN


def test_a_superior_who_ordered_it_answers_in_the_main(bench: Bench) -> None:
    """As the handler put it on record; objecting without reporting leaves the handler a part."""
    scene = bench.scene
    bureau = scene.bureau
    boss = bureau.other_approver
    scene.do(
        "order.received",
        OVER + 100,
        officers=(*scene.pair[:1], Actor(boss.number, "superior")),
        fields={"order_content": "先不放人", "order_objected": True, "order_reported": False},
        subjects=SUSPECT,
    )
    scene.do("person.questioned", OVER + 110, subjects=SUSPECT)
    result = entered(bench)
    reviewed(bench, result, acts=[str(scene.acts["person.questioned"].id)])
    opened(bench, SEEN + 6, findings=[], results=[result.pk])
    attributed(bench)
    shares = {row.officer_id: (row.hand, row.accepted) for row in Involvement.objects.filter(case=bench.case)}
    assert shares[boss.number] == ("superior", "main")
    assert shares[bureau.handler.number] == ("handler", "secondary")
