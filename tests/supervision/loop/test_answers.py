"""The officer answers, and somebody else decides what is contested: who may, once, with a reason, and what counts meanwhile."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.procedure.rules import PRIOR, norm
from tests.supervision.loop.acting import OVER, finding, overdue, released
from tests.supervision.loop.conftest import Ruled
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services as people
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import COUNTY
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.supervision import services
from zhunsheng.supervision.codes import COUNTED
from zhunsheng.supervision.figures import desk
from zhunsheng.supervision.models import Alert, Contest, Finding, Rectification

pytestmark = pytest.mark.django_db
SAID = {"ground": "facts", "reason": "当时已离开，补录漏登", "evidence": "办案区出入登记簿"}


def contested(scene: Scene, minutes: float = OVER + 20) -> Contest:
    found = finding(scene)
    with clock.holding(at(minutes)):
        return services.contest_file(found.pk, by=scene.bureau.handler, **SAID)


def decided(scene: Scene, contest: Contest, outcome: str, **more: str) -> Finding:
    given = {"reason": "查看了登记簿", **more}
    with clock.holding(at(OVER + 40)):
        services.contest_decide(contest.pk, by=scene.bureau.supervisor, outcome=outcome, **given)
    return finding(scene)


def test_accepting_it_enters_the_ledger_with_a_term(held: Scene) -> None:
    found = overdue(held)
    with clock.holding(at(OVER + 20)):
        services.finding_accept(found.pk, by=held.bureau.handler, note="确实超时", expected=1)
    found.refresh_from_db()
    assert (found.status, found.next_level_at) == ("accepted", None)
    line = Rectification.objects.unfenced("a test").get(finding=found)
    assert (line.owner, line.status, line.task) == (held.bureau.handler, "open", "补做。")
    assert line.due_at > found.answered_at
    assert Alert.objects.get(finding=found).answered_at is not None
    assert found.history.last().note == "确实超时"
    assert found.history.last().explanation == found.history.first().explanation


def test_an_act_that_cures_it_is_named_by_its_number(ruled: Ruled, scene: Scene) -> None:
    ruled(norm("prior", PRIOR))
    scene.opened()
    scene.do(
        "penalty.decided", 60, by=scene.bureau.approver, fields={"decision": "warning"}, subjects=SUSPECT
    )
    found = finding(scene)
    assert (found.breach, found.status) == ("broken", "open")
    told = scene.do("notice.given", 90, subjects=SUSPECT).act
    with clock.holding(at(100)):
        for wrong in ("1", "99", "none"):
            with pytest.raises(InputError):
                services.finding_cure(found.pk, wrong, by=scene.bureau.handler)
        services.finding_cure(found.pk, str(told.position), by=scene.bureau.handler, note="已补告知")
    found.refresh_from_db()
    assert (found.status, found.cured_by, found.breach) == ("cured", told, "broken")


def test_what_is_contested_counts_nowhere_until_it_is_decided(held: Scene) -> None:
    overdue(held)
    supervisor = held.bureau.supervisor

    def now_and_contested(minutes: float) -> tuple[int, int, int]:
        with clock.holding(at(minutes)):
            told = desk(by=supervisor, purpose="supervision").figures
        return told.now, told.found, told.contested

    day = OVER + 25 * 60
    assert now_and_contested(day) == (1, 1, 0)
    contest = contested(held, day)
    assert now_and_contested(day + 1) == (0, 0, 1)
    with clock.holding(at(day + 10)):
        services.contest_decide(contest.pk, by=supervisor, outcome="upheld", reason="登记簿没有记载")
    assert now_and_contested(day + 11) == (1, 1, 0)


def test_a_contest_upheld_dismisses_the_finding_for_good(held: Scene) -> None:
    overdue(held)
    found = decided(held, contested(held), "dismissed", cause="record")
    assert found.status == "dismissed"
    assert found.status not in COUNTED
    released(held, OVER + 60)
    assert finding(held).status == "dismissed"
    contest = Contest.objects.get()
    assert (contest.outcome, contest.cause, contest.decided_by) == (
        "dismissed",
        "record",
        held.bureau.supervisor,
    )


def test_a_contest_refused_leaves_it_to_be_put_right(held: Scene) -> None:
    overdue(held)
    found = decided(held, contested(held), "upheld")
    assert found.status == "upheld"
    assert Rectification.objects.unfenced("a test").get(finding=found).owner == held.bureau.handler
    with clock.holding(at(OVER + 50)), pytest.raises(InputError):
        services.contest_file(found.pk, by=held.bureau.handler, **SAID)
    released(held, OVER + 60)
    assert finding(held).status == "cured"


def test_what_was_done_late_meanwhile_is_cured_when_the_contest_is_refused(held: Scene) -> None:
    overdue(held)
    contest = contested(held)
    released(held, OVER + 30)
    assert finding(held).status == "contested"
    found = decided(held, contest, "upheld")
    assert (found.status, found.cured_by) == ("cured", held.acts["person.released"])


def test_a_contest_falls_with_its_finding(held: Scene) -> None:
    overdue(held)
    contest = contested(held)
    held.do("person.released", OVER + 30, subjects=SUSPECT, occurred_at=at(300))
    assert finding(held).status == "closed"
    contest.refresh_from_db()
    assert contest.outcome == "moot"


@pytest.mark.parametrize(
    "who", ["handler", "approver", "legal_reviewer", "assessor", "other_approver", "administrator"]
)
def test_nobody_decides_without_the_role(held: Scene, who: str) -> None:
    overdue(held)
    contest = contested(held)
    with clock.holding(at(OVER + 40)), pytest.raises(Denied):
        services.contest_decide(
            contest.pk, by=getattr(held.bureau, who), outcome="dismissed", reason="-", cause="norm"
        )
    assert finding(held).status == "contested"


def test_whoever_took_part_found_it_or_is_concerned_does_not_decide(held: Scene) -> None:
    found = overdue(held)
    contest, bureau = contested(held), held.bureau
    with clock.holding(at(OVER + 40)):
        newcomer = people.officer_create("演1999", "监督乙", unit=COUNTY, by=bureau.founder)
        people.role_grant(newcomer, Role.SUPERVISOR, COUNTY, by=bureau.founder, reason="调入")
        for columns in ({"found_by": newcomer}, {"officer": newcomer, "found_by": None}):
            Finding.objects.unfenced("a test").filter(pk=found.pk).update(**columns)
            with pytest.raises(InputError):
                services.contest_decide(contest.pk, by=newcomer, outcome="upheld", reason="-")
    Finding.objects.unfenced("a test").filter(pk=found.pk).update(officer=bureau.handler)
    with clock.holding(at(OVER + 45)):
        # A handler who has become a supervisor since.
        for role in bureau.second_handler.roleassignments.filter(ended_at=None):
            people.role_end(role, by=bureau.founder, reason="调离")
        people.role_grant(bureau.second_handler, Role.SUPERVISOR, COUNTY, by=bureau.founder, reason="调入")
    with clock.holding(at(OVER + 50)):
        with pytest.raises(InputError):
            services.contest_decide(contest.pk, by=bureau.second_handler, outcome="upheld", reason="-")
        services.contest_decide(contest.pk, by=newcomer, outcome="upheld", reason="登记簿没有记载")


def test_a_dismissal_has_a_reason_and_a_cause(held: Scene) -> None:
    overdue(held)
    contest = contested(held)
    for reason, cause in (("", "norm"), ("  ", "norm"), ("有理由", ""), ("有理由", "nonsense")):
        with clock.holding(at(OVER + 40)), pytest.raises(InputError):
            services.contest_decide(
                contest.pk, by=held.bureau.supervisor, outcome="dismissed", reason=reason, cause=cause
            )
    for columns in (
        {"outcome": "dismissed", "decided_at": at(9), "decided_by": held.bureau.supervisor, "decision": "x"},
        {"outcome": "upheld", "decided_at": at(9), "decided_by": held.bureau.supervisor},
        {"outcome": "upheld", "decided_at": at(9), "decided_by": held.bureau.handler, "decision": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contest.objects.filter(pk=contest.pk).update(**columns)


def test_what_was_decided_stays_decided(held: Scene) -> None:
    overdue(held)
    contest = contested(held)
    decided(held, contest, "upheld")
    with clock.holding(at(OVER + 60)), pytest.raises(InputError):
        services.contest_decide(
            contest.pk, by=held.bureau.supervisor, outcome="dismissed", reason="-", cause="norm"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Contest.objects.filter(pk=contest.pk).update(decision="别的")


@pytest.mark.parametrize(
    "missing", [{"reason": " "}, {"ground": "nonsense"}, {"evidence": ""}, {"evidence": "", "act": "99"}]
)
def test_a_contest_needs_ground_reason_and_evidence(held: Scene, missing: dict[str, str]) -> None:
    found = overdue(held)
    with clock.holding(at(OVER + 20)), pytest.raises(InputError):
        services.contest_file(found.pk, by=held.bureau.handler, **(SAID | missing))
    assert finding(held).status == "open"


@pytest.mark.parametrize("who", ["second_handler", "approver", "supervisor", "other_handler"])
def test_nobody_answers_for_another(held: Scene, who: str) -> None:
    found, by = overdue(held), getattr(held.bureau, who)
    with clock.holding(at(OVER + 20)):
        for answer in (
            lambda by: services.finding_accept(found.pk, by=by),
            lambda by: services.finding_cure(found.pk, "1", by=by),
            lambda by: services.contest_file(found.pk, by=by, **SAID),
        ):
            with pytest.raises(Denied):
                answer(by)


def test_where_the_officer_has_left_a_colleague_of_the_unit_answers(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    with clock.holding(at(OVER + 20)):
        people.officer_suspend(bureau.handler, by=bureau.founder, reason="调离")
        services.finding_accept(found.pk, by=Officer.objects.get(pk=bureau.second_handler.pk))
        people.officer_restore(bureau.handler, by=bureau.founder, reason="-")
    bureau.handler.refresh_from_db()
    assert finding(held).status == "accepted"


def test_an_answer_to_what_has_moved_on_is_refused(held: Scene) -> None:
    found = overdue(held)
    released(held)
    with clock.holding(at(OVER + 60)):
        with pytest.raises(InputError):
            services.contest_file(found.pk, by=held.bureau.handler, expected=1, **SAID)
        services.contest_file(found.pk, by=held.bureau.handler, expected=2, **SAID)
        with pytest.raises(InputError):
            services.finding_accept(found.pk, by=held.bureau.handler)
