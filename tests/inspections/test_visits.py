"""Stations drawn like cases and visited by two outsiders: who may know, what is recorded, what becomes of a problem."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.inspections.looking import LOOKING, again, chosen, planned, sheets
from tests.inspections.places import (
    GONE,
    SAW,
    SECOND,
    STATIONS,
    THIRD,
    Branch,
    branch_of,
    recorded,
    visit_of,
    visits_drawn,
    visits_given,
    visits_planned,
)
from tests.procedure.dossiers import at
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.access import chosen_seen, running, sees_draw
from zhunsheng.inspections.answering import answers_give, sheet_open
from zhunsheng.inspections.assigning import sheet_aside, sheets_assign
from zhunsheng.inspections.audit import evidence_audit, members_of
from zhunsheng.inspections.cadences import cadences_plan
from zhunsheng.inspections.codes import Subject
from zhunsheng.inspections.drawing import population_freeze, sample_draw
from zhunsheng.inspections.exporting import sample_file
from zhunsheng.inspections.following import inspection_close, problem_order
from zhunsheng.inspections.models import Inspection, Population, Problem, Sheet
from zhunsheng.inspections.places import Places, places_read
from zhunsheng.inspections.sample_file import sample_faults, sample_read
from zhunsheng.inspections.sampling import drawn, population_digest, sample_digest, seed_of
from zhunsheng.inspections.visited import outcome
from zhunsheng.inspections.visiting import (
    Visited,
    visit_open,
    visit_reassign,
    visit_record,
    visits_assign,
    visits_take,
)
from zhunsheng.ledger.keeping import ledger_signer
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import CITY, COUNTY, DISCIPLINE, STATION, Bureau
from zhunsheng.people.models import Officer
from zhunsheng.procedure.rulebook import Rulebook
from zhunsheng.supervision.models import Notice
from zhunsheng.supervision.notices import notices_make

pytestmark = pytest.mark.django_db
NOW = LOOKING + 90


@pytest.fixture
def branch(book: Rulebook, bureau: Bureau) -> Branch:
    return branch_of(bureau)


def faults_of(made: Inspection, tmp_path: Path, **changed: Any) -> set[str]:
    """Where `zhunsheng sample verify` finds something wrong."""
    text = json.loads(sample_file(made).model_dump_json()) | changed
    file = tmp_path / "sample.json"
    file.write_text(json.dumps(text), encoding="utf-8")
    return {fault.where for fault in sample_faults(sample_read(file), [ledger_signer().key])}


def test_units_are_drawn_as_cases_are_and_a_merged_one_is_not(branch: Branch, tmp_path: Path) -> None:
    made = visits_drawn(branch, size=2, stratified=True)
    assert set(made.population.units) == STATIONS, f"{GONE} was merged"
    assert made.population.dossiers == []
    assert made.population.strata == [COUNTY] * 3
    assert [row.place for row in chosen(made)] == [1, 2]
    assert {row.unit_id for row in chosen(made)} < STATIONS
    assert {row.dossier_id for row in chosen(made)} == {None}
    assert list(evidence_audit()) == []
    assert faults_of(made, tmp_path) == set()
    text = sample_file(made).model_dump_json()
    assert not [code for code in STATIONS if code in text], "the file tells no unit"
    assert "sample" in faults_of(made, tmp_path, sample=sample_file(made).sample[::-1])
    with pytest.raises(DatabaseError), transaction.atomic():
        Population.objects.filter(pk=made.pk).update(units=[STATION])


units = st.lists(st.text("0123456789", min_size=1, max_size=12), min_size=1, max_size=40, unique=True)


@given(
    units, st.binary(min_size=32, max_size=32), st.integers(0, 2**256 - 1), st.integers(0, 50), st.booleans()
)
def test_the_draw_follows_from_the_sealed_population_and_the_checkpoint(
    codes: list[str], salt: bytes, root: int, size: int, stratified: bool
) -> None:
    """Whatever the order in which the units are kept; and another checkpoint is another seed."""

    def draw(kept: list[str], head: str) -> tuple[str, str, list[str]]:
        population = Population(salt=salt, dossiers=[], units=kept, strata=[code[:1] for code in kept])
        members = members_of(population)
        seed = seed_of(population_digest(members), origin="demo.example/ledger", size=9, root=head)
        sample = drawn(seed, members, size or len(members), stratified=stratified)
        names = {member.id: code for member, code in zip(members, kept, strict=True)}
        return seed, sample_digest(sample), [names[member.id] for member in sample]

    head = f"{root:064x}"
    once = draw(codes, head)
    assert draw(sorted(codes), head) == draw(codes[::-1], head) == once
    assert len(set(once[2])) == len(once[2]) == min(size or len(codes), len(codes))
    assert draw(codes, f"{root ^ 1:064x}")[0] != once[0]


def test_nobody_arranges_or_makes_a_visit_to_their_own(branch: Branch) -> None:
    made = visits_planned(branch)
    with clock.holding(at(LOOKING + 1)):
        with pytest.raises(InputError, match="您所在的单位在抽取范围内"):
            population_freeze(made.pk, by=branch.insider)
        population_freeze(made.pk, by=branch.supervisor)
        ledger_sequence()
        with pytest.raises(InputError, match="您所在的单位在抽取范围内"):
            sample_draw(made.pk, by=branch.insider)
        sample_draw(made.pk, by=branch.supervisor)
        with pytest.raises(InputError, match="不能派出两人的单位：第"):
            visits_assign(made.pk, [branch.insider, branch.inspectors[0]], by=branch.supervisor)
        assert sheets(made) == []
        with pytest.raises(InputError):
            sheets_assign(made.pk, branch.inspectors, by=branch.supervisor)
        assert visits_assign(made.pk, [branch.insider, *branch.inspectors], by=branch.supervisor) == 3
        assert visits_assign(made.pk, branch.inspectors, by=branch.supervisor) == 0
    for sheet in sheets(made):
        assert sheet.inspector_id != sheet.beside_id
        if sheet.chosen.unit_id == STATION:
            assert branch.insider.number not in (sheet.inspector_id, sheet.beside_id)


def test_who_knows_what_was_drawn(branch: Branch) -> None:
    """Who ordered it sees all, who goes their own; another supervisor of the branch nothing, unless they take over on record."""
    made = visits_given(branch)
    other = branch.bureau.assessor
    first = visit_of(made, SECOND)
    with clock.holding(at(LOOKING + 4)):
        assert chosen_seen(made, branch.supervisor).count() == 3
        assert {row.unit_id for row in chosen_seen(made, first.inspector)} == {
            one.chosen.unit_id
            for one in sheets(made)
            if first.inspector_id in (one.inspector_id, one.beside_id)
        }
        for stranger in (branch.insider, other, *branch.heads.values()):
            assert not sees_draw(made, stranger)
            assert not chosen_seen(made, stranger).exists()
            with pytest.raises(Denied):
                running(made.pk, stranger)
            with pytest.raises(Denied):
                visit_open(first.pk, by=stranger)
        with pytest.raises(Denied):
            visits_take(made.pk, by=branch.insider, reason="想看看")
        third = branch.inspectors[2]
        with pytest.raises(Denied):
            sheet_aside(first.pk, by=third, reason="不去了")
        with pytest.raises(InputError):
            visits_take(made.pk, by=third, reason=" ")
        visits_take(made.pk, by=third, reason="原承办人休假")
        assert sees_draw(made, third)
        with pytest.raises(InputError):
            visits_take(made.pk, by=third, reason="再接一次")
    recorded(first)
    with clock.holding(at(NOW)):
        assert [row.unit_id for row in chosen_seen(made, branch.insider)] == [SECOND]


def test_a_visit_is_recorded_once_and_says_what_was_seen(branch: Branch) -> None:
    made = visits_given(branch, norms=("test.hours",))
    sheet = visit_of(made, SECOND)
    with clock.holding(at(NOW)):
        opened = visit_open(sheet.pk, by=sheet.beside)
        assert "test.hours" in {one.norm for one in opened.questions}
        assert {one.engine for one in opened.questions} == {"human"}
        assert {"place", "item"} <= {one.element for one in opened.questions}
        everything = {one.key: ("order", "") for one in opened.questions}
        for visited, where in (
            (Visited(None, SAW), "visited_at"),
            (Visited(at(LOOKING - 60), SAW), "visited_at"),
            (Visited(at(NOW + 60), SAW), "visited_at"),
            (Visited(at(NOW), " "), "seen"),
        ):
            with pytest.raises(InputError) as refused, transaction.atomic():
                visit_record(sheet.pk, everything, visited, by=sheet.beside, done=True)
            assert refused.value.where == where
        with pytest.raises(InputError, match="还有"):
            visit_record(sheet.pk, {}, Visited(at(NOW), SAW), by=sheet.beside, done=True)
        with pytest.raises(Denied):
            sheet_open(sheet.pk, by=sheet.inspector)
        with pytest.raises(Denied):
            answers_give(sheet.pk, everything, by=sheet.inspector, done=True)
        visit_record(sheet.pk, {}, Visited(None, "先记一笔"), by=sheet.inspector, done=False)
        visit_record(sheet.pk, everything, Visited(at(NOW), SAW), by=sheet.beside, done=True)
        with pytest.raises(InputError):
            visit_record(sheet.pk, everything, Visited(at(NOW), SAW), by=sheet.inspector, done=True)
    told = outcome(again(made))
    assert [(one.unit, one.problems, one.checked) for one in told.units] == [(SECOND, 0, len(everything))]
    assert (told.clean, told.norms) == (1, [])
    with pytest.raises(DatabaseError), transaction.atomic():
        Sheet.objects.filter(pk=sheet.pk).update(seen="别的")


def test_a_problem_becomes_a_line_of_the_unit_and_its_head_is_told(branch: Branch) -> None:
    made = visits_given(branch)
    recorded(visit_of(made, SECOND), store_agrees="台账有而柜中没有的两件")
    by, owner = branch.supervisor, branch.heads[SECOND]
    with clock.holding(at(NOW)):
        problem = Problem.objects.get()
        assert (problem.element, problem.finding_id, problem.by_engine) == ("item", None, False)
        for stranger in (branch.heads[THIRD], branch.bureau.supervisor):
            with pytest.raises(InputError, match="责任人不是被检查单位的人员"), transaction.atomic():
                problem_order(problem.pk, by=by, owner=stranger, task="清点")
        with pytest.raises(Denied):
            problem_order(problem.pk, by=branch.insider, owner=owner, task="清点")
        row = problem_order(problem.pk, by=by, owner=owner, task="")
        assert problem_order(problem.pk, by=by, owner=owner, task="").pk == row.pk
        assert (row.unit_id, row.owner_id) == (SECOND, owner.number)
        assert (row.due_at - at(NOW)).days == 15
        assert row.problem.startswith("甲分局第二派出所：保管室的财物")
        notices_make()
        assert Notice.objects.filter(officer=owner, rectification=row).exists()
    (unit,) = outcome(again(made)).units
    assert (unit.problems, unit.right, unit.standing, unit.loose) == (1, 0, 1, 0)
    (line,) = outcome(again(made)).norms
    assert (line.cases, line.read, line.small) == (1, 1, True)


def test_visits_end_when_all_are_recorded_or_set_aside(branch: Branch) -> None:
    made = visits_given(branch)
    by = branch.supervisor
    for code in (SECOND, THIRD):
        recorded(visit_of(made, code))
    with clock.holding(at(NOW)):
        with pytest.raises(InputError, match="还不能办结"):
            inspection_close(made.pk, by=by, conclusion="已完成")
        left = visit_of(made, STATION)
        pair = [one for one in branch.inspectors if one.number != left.inspector_id]
        with pytest.raises(InputError, match="须写明两人"):
            visit_reassign(left.pk, pair[:1], by=by)
        with pytest.raises(InputError, match="须写明两人"):
            visit_reassign(left.pk, [pair[0], branch.insider], by=by)
        visit_reassign(left.pk, pair, by=by)
        sheet_aside(left.pk, by=by, reason="当日处置突发事件")
        assert inspection_close(made.pk, by=by, conclusion="两所无问题").status == "closed"
    assert {one.unit for one in outcome(again(made)).units} == {SECOND, THIRD}


def test_what_cannot_be_planned(branch: Branch) -> None:
    by = branch.supervisor
    for more in ({"double": 20}, {"theme": "money-held"}):
        with pytest.raises(InputError):
            visits_planned(branch, **more)
    with pytest.raises(InputError):
        planned(by, theme="on-site")
    for spec in ({}, {"unit_kinds": []}, {"unit_kinds": ["outside"]}, {"kinds": ["station"]}):
        with pytest.raises(InputError):
            places_read(spec)
    nobody = visits_planned(branch, unit=DISCIPLINE)
    with clock.holding(at(LOOKING + 1)), pytest.raises(InputError, match="没有符合条件的单位"):
        population_freeze(nobody.pk, by=by)


def test_the_cadence_orders_visits(branch: Branch) -> None:
    with clock.holding(at(LOOKING)):
        cadences_plan()
    made: Inspection = Inspection.objects.unfenced("a test").get(cadence="quarterly-visits")
    assert (made.unit_id, made.subject, made.kind) == (CITY, Subject.UNITS, "spot")
    assert made.spec == Places(unit_kinds=("station",)).canonical()
    assert made.norms


def test_of_a_station_merged_after_the_draw_the_successor_answers(branch: Branch) -> None:
    from zhunsheng.people.demo import REASON
    from zhunsheng.people.merging import unit_merge
    from zhunsheng.people.models import Unit

    made = visits_given(branch)
    with clock.holding(at(LOOKING + 5)):
        unit_merge(Unit.objects.get(code=THIRD), into=SECOND, by=branch.bureau.founder, reason=REASON)
    recorded(visit_of(made, THIRD), area_safe="窗户没有防护")
    head = Officer.objects.get(number=branch.heads[SECOND].number)
    with clock.holding(at(NOW)):
        row = problem_order(Problem.objects.get().pk, by=branch.supervisor, owner=head, task="加装")
    assert row.unit_id == SECOND
