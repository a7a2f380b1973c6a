"""Given to nobody with a hand in it, answered once, settled by a third, followed up, closed when nothing is open."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from tests.inspections.conftest import Looked
from tests.inspections.looking import LOOKING, again, answered, assigned, chosen, drawn, sheets
from tests.procedure.dossiers import at
from tests.supervision.loop.acting import OVER, passed, released
from zhunsheng.acts.models import Reading
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections import answering, assigning, following
from zhunsheng.inspections.checklists import questions_of
from zhunsheng.inspections.figures import results
from zhunsheng.inspections.models import Answer, Checklist, Problem, Settlement, Sheet
from zhunsheng.inspections.pages.ledger import kept, ledger_rows
from zhunsheng.people import services as people
from zhunsheng.people.access import Denied
from zhunsheng.people.roles import Role
from zhunsheng.supervision import rectifying
from zhunsheng.supervision.models import Rectification

pytestmark = pytest.mark.django_db
HOURS = "test.hours"


@pytest.fixture
def wrong(looked: Looked) -> Looked:
    """In the first three cases the person was not released in time; in the others they were."""
    for scene in looked.scenes[3:]:
        released(scene, 100)
    passed(OVER + 10)
    return looked


def close(looked: Looked, inspection: int, conclusion: str = "已查清") -> None:
    with clock.holding(at(LOOKING + 100)):
        following.inspection_close(inspection, by=looked.supervisor, conclusion=conclusion)


def test_from_sample_to_conclusion(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors, kind="patrol")
    assert {s.inspector for s in sheets(made)} == set(wrong.inspectors)
    for sheet in sheets(made):
        answered(sheet)
    found = results(made)
    assert (found.read, found.problems, found.by_engine, found.by_people) == (6, 3, 3, 0)
    assert (found.whole.each, found.whole.share, found.whole.small) == (0.5, 50.0, True)
    assert (found.low, found.high) == (None, None), "all are read, nothing is inferred"
    assert [(line.key, line.problems) for line in found.norms] == [(HOURS, 3)]
    assert [line.key for line in found.elements] == ["incident", "case", "person", "item", "place", "file"]
    assert sum(line.problems for line in found.elements) == 3
    assert all(problem.finding_id for problem in Problem.objects.all())
    close(wrong, made.pk)
    assert again(made).status == "closed"
    with pytest.raises(DatabaseError), transaction.atomic():
        type(made).objects.unfenced("a test").filter(pk=made.pk).update(conclusion="-")


def test_the_reading_is_on_record_and_only_ones_own(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors)
    sheet = sheets(made)[0]
    with clock.holding(at(LOOKING + 5)):
        answering.sheet_open(sheet.pk, by=sheet.inspector)
        trace = Reading.objects.get(officer=sheet.inspector)
        assert (trace.purpose, trace.via, trace.dossier_id) == (
            "supervision",
            "page:inspection",
            sheet.chosen.dossier_id,
        )
        others = [one for one in wrong.inspectors if one != sheet.inspector]
        for by in (*others, wrong.supervisor, wrong.bureau.handler, wrong.bureau.assessor):
            with pytest.raises(Denied):
                answering.sheet_open(sheet.pk, by=by)
            with pytest.raises(Denied):
                answering.answers_give(sheet.pk, {}, by=by, done=False)


def test_only_who_holds_the_role_is_named_an_inspector(wrong: Looked) -> None:
    made = drawn(wrong.supervisor)
    with clock.holding(at(LOOKING + 3)):
        with pytest.raises(InputError, match="没有可以阅看"):
            assigning.sheets_assign(made.pk, [], by=wrong.supervisor)
        for by in (wrong.bureau.handler, wrong.bureau.approver):
            with pytest.raises(InputError, match="不是在任的监督"):
                assigning.inspectors_named(by.number)
        first, second = wrong.inspectors[:2]
        assert assigning.inspectors_named(f"{first.number}，{second.number}") == [first, second]
        with pytest.raises(InputError):
            assigning.inspectors_named(" ")


def test_who_handled_the_case_before_becoming_a_supervisor_does_not_read_it(wrong: Looked) -> None:
    bureau = wrong.bureau
    with clock.holding(at(LOOKING - 10)):
        for role in bureau.second_handler.roleassignments.filter(ended_at=None):
            people.role_end(role, by=bureau.founder, reason="调任")
        people.role_grant(
            bureau.second_handler, Role.SUPERVISOR, "990101000000", by=bureau.founder, reason="调任"
        )
    made = drawn(wrong.supervisor)
    with clock.holding(at(LOOKING + 3)):
        with pytest.raises(InputError, match="没有可以阅看"):
            assigning.sheets_assign(made.pk, [bureau.second_handler], by=wrong.supervisor)
        assert not sheets(made)
        assigning.sheets_assign(made.pk, [bureau.second_handler, wrong.inspectors[0]], by=wrong.supervisor)
    assert {s.inspector for s in sheets(made)} == {wrong.inspectors[0]}


def test_the_second_reader_is_another_and_blind(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors[:2], double=100)
    rows = sheets(made)
    assert len(rows) == 12
    by_case: dict[int, set[str]] = {}
    for sheet in rows:
        by_case.setdefault(sheet.chosen_id, set()).add(sheet.inspector_id)
    assert all(len(readers) == 2 for readers in by_case.values())
    answered(rows[0])
    assert results(made).read == 0, "half of it is seen by nobody"
    assert not Problem.objects.exists()
    with pytest.raises(InputError, match="没有可以阅看"):
        assigned(wrong.supervisor, wrong.inspectors[:1], double=100)


def test_what_two_see_otherwise_is_settled_by_a_third(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors[:2], double=100)
    rows = sheets(made)
    pair = [sheet for sheet in rows if sheet.chosen_id == rows[0].chosen_id]
    answered(pair[0], q__facts=("problem", "起因没有查清"))
    answered(pair[1])
    (one,) = answering.differences(answering.differing_of(made))
    assert one.question.key == "q.facts"
    assert one.said == (("problem", "起因没有查清"), ("order", ""))
    given = {"answer": "problem", "reason": "起因确未查清"}
    with clock.holding(at(LOOKING + 20)):
        with pytest.raises(InputError, match="不能认定"):
            answering.difference_settle(one.chosen.pk, "q.facts", by=pair[0].inspector, **given)
        with pytest.raises(Denied):
            answering.difference_settle(one.chosen.pk, "q.facts", by=wrong.bureau.approver, **given)
        with pytest.raises(InputError):
            answering.difference_settle(
                one.chosen.pk, "q.facts", by=wrong.supervisor, answer="problem", reason=" "
            )
        answering.difference_settle(one.chosen.pk, "q.facts", by=wrong.supervisor, **given)
        with pytest.raises(InputError, match="新的进展"):
            answering.difference_settle(one.chosen.pk, "q.facts", by=wrong.supervisor, **given)
    assert answering.differences(answering.differing_of(made)) == []
    assert Settlement.objects.count() == 1
    assert Problem.objects.get(question="q.facts").note == "起因确未查清"
    found = results(made)
    assert found.human.pairs > 0
    assert found.human.same == found.human.pairs - 1
    assert found.human.kappa is not None
    assert found.every.pairs > found.human.pairs


def test_answers_are_kept_as_given_and_done_once(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors)
    sheet = sheets(made)[0]
    by = sheet.inspector
    with clock.holding(at(LOOKING + 5)):
        answering.sheet_open(sheet.pk, by=by)
        answering.answers_give(sheet.pk, {"q.facts": ("order", "")}, by=by, done=False)
        answering.answers_give(sheet.pk, {"q.facts": ("order", "")}, by=by, done=False)
        assert Answer.objects.count() == 1
        answering.answers_give(sheet.pk, {"q.facts": ("problem", "不清")}, by=by, done=False)
        assert Answer.objects.count() == 2
        with pytest.raises(InputError, match="没有回答"):
            answering.answers_give(sheet.pk, {}, by=by, done=True)
        for given in (("problem", " "), ("nonsense", "-")):
            with pytest.raises(InputError):
                answering.answers_give(sheet.pk, {"q.evidence": given}, by=by, done=False)
        answering.answers_give(sheet.pk, {"no.such": ("order", "")}, by=by, done=False)
    answered(sheet, q__facts=("problem", "不清"))
    with clock.holding(at(LOOKING + 30)), pytest.raises(InputError, match="新的进展"):
        answering.answers_give(sheet.pk, {"q.facts": ("order", "")}, by=by, done=True)
    changes = (
        lambda: Answer.objects.update(answer="order"),
        lambda: Answer.objects.all().delete(),
        lambda: Checklist.objects.update(questions=[]),
        lambda: Sheet.objects.filter(pk=sheet.pk).update(done_at=None),
        lambda: Problem.objects.all().delete(),
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_whoever_differs_from_the_rulebook_says_why_and_it_is_listed(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors)
    late = next(s for s in sheets(made) if s.chosen.dossier_id == wrong.scenes[0].id)
    kept = next(s for s in sheets(made) if s.chosen.dossier_id == wrong.scenes[5].id)
    with pytest.raises(InputError, match="与规则库的结论不同"):
        answered(late, test__hours=("order", ""))
    answered(late, test__hours=("order", "录像显示已离开，漏登"))
    answered(kept, test__hours=("problem", "离开时间系补登"))
    (one,) = results(made).otherwise
    assert (one.norm, one.missed, one.wrongly) == (HOURS, 1, 1)
    problem = Problem.objects.get()
    assert (problem.by_engine, problem.finding) == (False, None)


def test_the_questions_are_pinned_with_the_version_of_the_norm(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors)
    sheet = next(s for s in sheets(made) if s.chosen.dossier_id == wrong.scenes[0].id)
    with clock.holding(at(LOOKING + 5)):
        opened = answering.sheet_open(sheet.pk, by=sheet.inspector)
    question = next(one for one in opened.questions if one.norm)
    assert (question.key, question.version, question.engine) == (
        f"{HOURS}@2020-01-01",
        "2020-01-01",
        "breached",
    )
    assert question.element == "person"
    released(wrong.scenes[0], LOOKING + 6)
    with clock.holding(at(LOOKING + 7)):
        later = answering.sheet_open(sheet.pk, by=sheet.inspector)
    assert later.questions == opened.questions
    assert questions_of(Checklist.objects.get()) == opened.questions


def test_norms_that_are_named_and_not_touched_are_asked_too(wrong: Looked) -> None:
    made = assigned(
        wrong.supervisor, wrong.inspectors, norms=(HOURS,), theme="long-open", spec={"state": "open"}
    )
    with clock.holding(at(LOOKING + 5)):
        for sheet in sheets(made):
            keys = [one.key for one in answering.sheet_open(sheet.pk, by=sheet.inspector).questions]
            assert sorted(keys) == ["q.facts", "q.next-step", "q.why-open", f"{HOURS}@2020-01-01"]


def test_a_problem_people_found_becomes_a_line_of_its_own(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors, kind="patrol")
    for sheet in sheets(made):
        said = {"q__evidence": ("problem", "缺少现场照片")} if sheet.chosen.place == 1 else {}
        answered(sheet, **said)
    with pytest.raises(InputError, match="1项问题没有列入台账"):
        close(wrong, made.pk)
    problem = Problem.objects.get(by_engine=False)
    handler = wrong.bureau.handler
    with clock.holding(at(LOOKING + 50)):
        for by in (wrong.bureau.assessor, wrong.bureau.approver, wrong.bureau.other_approver):
            with pytest.raises(Denied):
                following.problem_order(problem.pk, by=by, owner=handler, task="补拍")
        row = following.problem_order(problem.pk, by=wrong.supervisor, owner=handler, task="补拍")
        same = following.problem_order(problem.pk, by=wrong.supervisor, owner=handler, task="补拍")
    assert row.pk == same.pk
    assert (row.owner, row.task, row.finding_id) == (handler, "补拍", None)
    close(wrong, made.pk)


def test_what_is_contested_is_not_put_into_the_ledger_behind_its_back(wrong: Looked) -> None:
    """The officer has contested what the rulebook found: the problem leads there, and waits for the decision."""
    from tests.supervision.loop.acting import finding
    from zhunsheng.supervision import services

    scene, handler = wrong.scenes[0], wrong.bureau.handler
    with clock.holding(at(LOOKING - 5)):
        services.contest_file(finding(scene).pk, by=handler, ground="facts", reason="漏登", evidence="登记簿")
    made = assigned(wrong.supervisor, wrong.inspectors, kind="campaign")
    for sheet in sheets(made):
        answered(sheet)
    problem = Problem.objects.get(chosen__dossier=scene.id)
    assert problem.finding == finding(scene)
    with clock.holding(at(LOOKING + 50)), pytest.raises(InputError, match="待裁决"):
        following.problem_order(problem.pk, by=wrong.supervisor, owner=handler, task="补登")
    with pytest.raises(InputError, match="3项没有整改到位"):
        close(wrong, made.pk)
    contest = finding(scene).contests.get()
    with clock.holding(at(LOOKING + 60)):
        services.contest_decide(
            contest.pk, by=wrong.supervisor, outcome="dismissed", reason="确已离开", cause="record"
        )
    with pytest.raises(InputError, match="2项没有整改到位"):
        close(wrong, made.pk)


def test_what_is_contested_or_dismissed_is_in_no_figure_and_a_line_of_it_holds_nothing_open(
    wrong: Looked,
) -> None:
    from tests.supervision.loop.acting import finding
    from zhunsheng.supervision import services

    scene, by, handler = wrong.scenes[0], wrong.supervisor, wrong.bureau.handler
    made = assigned(by, wrong.inspectors, kind="campaign")
    for sheet in sheets(made):
        answered(sheet)
    problem = Problem.objects.get(chosen__dossier=scene.id)

    def counted() -> tuple[int, int, int, int]:
        whole = kept(ledger_rows(made))
        return results(made).problems, whole.rows, whole.right, following.left_open(made).open_lines

    with clock.holding(at(LOOKING + 50)):
        following.problem_order(problem.pk, by=by, owner=handler, task="补登")
        assert counted() == (3, 3, 0, 3)
        contest = services.contest_file(
            finding(scene).pk, by=handler, ground="facts", reason="漏登", evidence="登记簿"
        )
        assert counted() == (2, 2, 0, 3), "it counts nowhere; the campaign waits for the decision"
        services.contest_decide(contest.pk, by=by, outcome="dismissed", reason="确已离开", cause="record")
        assert counted() == (2, 2, 0, 2)


def test_a_campaign_ends_when_everything_is_put_right(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors, kind="campaign")
    for sheet in sheets(made):
        answered(sheet)
    by, handler = wrong.supervisor, wrong.bureau.handler
    with pytest.raises(InputError, match="3项没有整改到位"):
        close(wrong, made.pk)
    with clock.holding(at(LOOKING + 50)):
        for problem in Problem.objects.all():
            row = following.problem_order(problem.pk, by=by, owner=handler, task="逐案自查")
            assert row.finding_id == problem.finding_id
        told = kept(ledger_rows(made))
        assert (told.rows, told.right, told.overdue, told.loose) == (3, 0, 0, 0)
        for row in Rectification.objects.unfenced("a test"):
            rectifying.rectification_done(row.pk, by=handler, measure="已改", evidence="照片")
            rectifying.rectification_verify(row.pk, by=by, good=True, note="已看")
    assert kept(ledger_rows(made)).right == 3
    close(wrong, made.pk)


def test_a_case_sealed_meanwhile_is_not_opened_and_set_aside(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors, kind="patrol")
    scene = wrong.scenes[4]
    sheet = next(s for s in sheets(made) if s.chosen.dossier_id == scene.id)
    scene.do(
        "dossier.sealed",
        LOOKING + 4,
        by=wrong.bureau.approver,
        fields={"law": "-", "article": "1", "reason": "-"},
    )
    with clock.holding(at(LOOKING + 5)), pytest.raises(Denied):
        answering.sheet_open(sheet.pk, by=sheet.inspector)
    for other in sheets(made):
        if other.pk != sheet.pk:
            answered(other)
    with pytest.raises(InputError, match="1份检查表没有完成"):
        close(wrong, made.pk)
    with clock.holding(at(LOOKING + 50)):
        with pytest.raises(InputError):
            assigning.sheet_aside(sheet.pk, by=wrong.supervisor, reason=" ")
        assigning.sheet_aside(sheet.pk, by=wrong.supervisor, reason="已依法封存")
        with pytest.raises(InputError):
            assigning.sheet_aside(sheet.pk, by=wrong.supervisor, reason="再次")
    found = results(made)
    assert (found.read, found.aside, found.chosen) == (5, 1, 6)
    close(wrong, made.pk)


def test_a_case_sealed_before_it_was_given_out_does_not_hold_the_others_up(wrong: Looked) -> None:
    made = drawn(wrong.supervisor, kind="patrol")
    fields = {"law": "-", "article": "1", "reason": "-"}
    wrong.scenes[4].do("dossier.sealed", LOOKING + 2.5, by=wrong.bureau.approver, fields=fields)
    with clock.holding(at(LOOKING + 3)):
        assert assigning.sheets_assign(made.pk, wrong.inspectors, by=wrong.supervisor) == 6
    (sheet,) = (s for s in sheets(made) if s.chosen.dossier_id == wrong.scenes[4].id)
    with clock.holding(at(LOOKING + 5)):
        with pytest.raises(Denied):
            answering.sheet_open(sheet.pk, by=sheet.inspector)
        assigning.sheet_aside(sheet.pk, by=wrong.supervisor, reason="已依法封存")
    for other in sheets(made):
        if other.pk != sheet.pk:
            answered(other)
    close(wrong, made.pk)


def test_a_reading_not_begun_is_handed_on(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors[:1])
    first, second = sheets(made)[:2]
    with clock.holding(at(LOOKING + 5)):
        assigning.sheet_reassign(first.pk, wrong.inspectors[2], by=wrong.supervisor)
        answering.answers_give(second.pk, {}, by=second.inspector, done=False)
        answering.sheet_open(second.pk, by=second.inspector)
        answering.answers_give(second.pk, {"q.facts": ("order", "")}, by=second.inspector, done=False)
        with pytest.raises(InputError, match="不能转交"):
            assigning.sheet_reassign(second.pk, wrong.inspectors[2], by=wrong.supervisor)
        with pytest.raises(Denied):
            answering.sheet_open(first.pk, by=wrong.inspectors[0])
        answering.sheet_open(first.pk, by=wrong.inspectors[2])


def test_an_inspector_without_the_role_any_more_reads_nothing(wrong: Looked) -> None:
    made = assigned(wrong.supervisor, wrong.inspectors)
    sheet = sheets(made)[0]
    with clock.holding(at(LOOKING + 5)):
        for role in sheet.inspector.roleassignments.filter(ended_at=None):
            people.role_end(role, by=wrong.bureau.founder, reason="调离")
    with clock.holding(at(LOOKING + 6)):
        with pytest.raises(Denied):
            answering.sheet_open(sheet.pk, by=sheet.inspector)
        assigning.sheet_reassign(
            sheet.pk, next(o for o in wrong.inspectors if o != sheet.inspector), by=wrong.supervisor
        )


def test_a_branch_that_moves_takes_its_inspections_along(wrong: Looked) -> None:
    """A unit merged below another: its inspections are reached from above, and go on."""
    from zhunsheng.inspections.access import inspections_within
    from zhunsheng.people.models import Unit

    made = assigned(wrong.supervisor, wrong.inspectors)
    station = Unit.objects.get(code="990101010000")
    with clock.holding(at(LOOKING + 5)):
        people.unit_move(station, by=wrong.bureau.founder, parent="990102000000")
        rows = inspections_within(by=wrong.supervisor, purpose="supervision")
        assert rows.filter(pk=made.pk).exists()
        assert len(chosen(made)) == 6
        assert {one.unit_id for one in chosen(made)} == {"990101010000"}
        with pytest.raises(Denied):
            answering.sheet_open(sheets(made)[0].pk, by=sheets(made)[0].inspector)
        people.unit_move(
            Unit.objects.get(code="990101010000"), by=wrong.bureau.founder, parent="990101000000"
        )
    for sheet in sheets(made):
        answered(sheet, minutes=LOOKING + 10)
    assert results(made).read == 6


def test_no_table_of_inspections_is_about_a_person() -> None:
    """No row counts, grades or ranks an officer: they are named as who did or is to do something."""
    from django.apps import apps

    for model in apps.get_app_config("inspections").get_models():
        for field in model._meta.get_fields():
            assert not any(word in field.name for word in ("score", "rank", "points", "risk", "grade")), (
                model,
                field,
            )
