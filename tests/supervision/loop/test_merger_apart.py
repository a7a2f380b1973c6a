"""What other procedures had under way in a unit that is merged: imported cases, inspections, cases of fault accountability."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.accountability import acting as faults
from tests.accountability.acting import Bench
from tests.accountability.conftest import bench
from tests.feeds.conftest import Feeding, feed
from tests.feeds.rows import csv
from tests.inspections.conftest import Looked, book, looked
from tests.inspections.looking import LOOKING, answered, assigned, planned, sheets
from tests.procedure.dossiers import at
from tests.supervision.loop.acting import OVER, passed
from tests.supervision.loop.merging import WHY, merged, overseer
from tests.supervision.test_imported import day, drop, found, overdue, read, row, told
from zhunsheng.accountability.access import cases_within
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.feeds.files import feed_file, feed_of
from zhunsheng.feeds.judging import feeds_watch
from zhunsheng.feeds.models import Case
from zhunsheng.inspections import following
from zhunsheng.inspections.access import inspections_within
from zhunsheng.inspections.cadences import cadences_plan
from zhunsheng.inspections.codes import Status
from zhunsheng.inspections.models import Inspection, Problem
from zhunsheng.inspections.planning import query_save
from zhunsheng.inspections.query import Query
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import COUNTY, OTHER_COUNTY, OTHER_STATION, STATION, Bureau
from zhunsheng.people.merging import unit_merge
from zhunsheng.people.models import Unit
from zhunsheng.supervision import rectifying
from zhunsheng.supervision.access import finding_open, findings_within
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.rebuild import findings_rebuild
from zhunsheng.supervision.services import finding_accept
from zhunsheng.supervision.telling import levels_pass_on

__all__ = ["bench", "book", "drop", "feed", "looked"]
pytestmark = pytest.mark.django_db
DAY = 24 * 60


# ---------------------------------------------------------------- cases of other systems


def station_merged(bureau: Bureau, when: dt.datetime, gone: str = STATION, into: str = OTHER_STATION) -> None:
    with clock.holding(when):
        unit_merge(Unit.objects.get(code=gone), into=into, by=bureau.founder, reason=WHY)


def test_an_imported_finding_goes_on_and_cases_begun_after_are_the_successor_s(
    drop: Path, bureau: Bureau
) -> None:
    supervisor, one = overseer(bureau), overdue(drop)
    station_merged(bureau, day(3, 10))
    with clock.holding(day(4, 9)):
        assert levels_pass_on() == 1
        assert told(one)[1:] == [("unit", bureau.other_approver.number)]
        seen = finding_open(one.pk, by=supervisor, purpose="supervision", via="a test")
        assert seen.told(seen.history[0])["rows"]
        assert not findings_within(by=bureau.supervisor, purpose="supervision").exists()
        finding_accept(one.pk, by=bureau.handler)
    later = (
        row("9", "到案", "03 09:00", case="X-2", person="某丙"),
        row("10", "到案", "03 11:00", case="X-3", person="某丁"),
        # Of the case begun before the merger, though it happened after.
        row("11", "到案", "03 12:00", case="X-1", person="某戊"),
    )
    csv(drop, "b.csv", later)
    read(day(5, 9))
    units = dict(Case.objects.unfenced("a test").values_list("number", "unit_id"))
    assert units == {"X-1": STATION, "X-2": STATION, "X-3": OTHER_STATION}
    by_case = {(f.case_number, f.unit_id) for f in found()}
    assert by_case == {("X-1", STATION), ("X-2", STATION), ("X-3", OTHER_STATION)}
    with clock.holding(day(6, 9)):
        feeds_watch()
        assert findings_rebuild(mend=False).different == 0
        assert findings_within(by=supervisor, purpose="supervision").count() == len(found()) == 4


def test_a_feed_of_a_merged_unit_is_read_on_and_a_new_one_names_a_unit_that_lives(
    drop: Path, bureau: Bureau, feed: Feeding
) -> None:
    overdue(drop)
    station_merged(bureau, day(3, 10), COUNTY, OTHER_COUNTY)
    csv(drop, "b.csv", (row("9", "到案", "04 09:00", case="X-9", unit="不明"),))
    read(day(4, 10))
    case = Case.objects.unfenced("a test").get(number="X-9")
    assert (case.unit_id, case.feed.unit_id) == (OTHER_COUNTY, COUNTY)
    feed({"kind": "folder", "path": str(drop)}, name="second")
    with pytest.raises(InputError, match="已并入演示市公安局乙分局"):
        feed_of(feed_file("second"))


# ---------------------------------------------------------------- inspections


@pytest.fixture
def wrong(looked: Looked) -> Looked:
    passed(OVER + 10)
    return looked


def test_an_inspection_and_its_problems_are_the_successor_s(wrong: Looked) -> None:
    bureau, by = wrong.bureau, overseer(wrong.bureau)
    made = assigned(wrong.supervisor, wrong.inspectors, unit=STATION, kind="patrol")
    for sheet in sheets(made):
        answered(sheet)
    first, *others = Problem.objects.order_by("pk")
    with clock.holding(at(LOOKING + 20)):
        following.problem_order(first.pk, by=wrong.supervisor, owner=bureau.handler, task="自查")
    merged(bureau, LOOKING + 30)
    with clock.holding(at(LOOKING + 40)):
        assert inspections_within(by=by, purpose="supervision").get() == made
        assert not inspections_within(by=wrong.supervisor, purpose="supervision").exists()
        for problem in others:
            row_ = following.problem_order(problem.pk, by=by, owner=bureau.handler, task="自查")
            assert row_.unit_id == STATION
        with pytest.raises(Denied):
            following.inspection_close(made.pk, by=wrong.supervisor, conclusion="-")
        following.inspection_close(made.pk, by=by, conclusion="已查清")
    assert Inspection.objects.unfenced("a test").get(pk=made.pk).status == Status.CLOSED


def test_nothing_is_planned_nor_kept_for_a_unit_that_was_merged(wrong: Looked) -> None:
    by = overseer(wrong.bureau)
    merged(wrong.bureau, LOOKING - 10)
    with pytest.raises(InputError, match="已并入乙分局第一派出所"):
        planned(by, unit=STATION)
    with clock.holding(at(LOOKING)), pytest.raises(InputError, match="已并入"):
        query_save("逐月", Query(), unit=STATION, by=by)
    assert planned(by, unit=OTHER_STATION).unit_id == OTHER_STATION


def test_cadences_stop_for_a_unit_that_was_merged_and_go_on_for_its_successor(wrong: Looked) -> None:
    rows = Inspection.objects.unfenced("a test").exclude(cadence="")
    with clock.holding(at(0)):
        cadences_plan()
    before = set(rows.values_list("pk", flat=True))
    units = set(rows.values_list("unit_id", flat=True))
    assert {COUNTY, OTHER_COUNTY} <= units
    merged(wrong.bureau, DAY, gone=COUNTY, into=OTHER_COUNTY)
    with clock.holding(at(100 * DAY)):
        cadences_plan()
    later = set(rows.exclude(pk__in=before).values_list("unit_id", flat=True))
    assert later == units - {COUNTY}
    assert set(rows.values_list("pk", flat=True)) >= before


# ---------------------------------------------------------------- fault accountability


def test_a_case_of_fault_accountability_goes_on_in_the_successor(bench: Bench) -> None:
    bureau = bench.scene.bureau
    opener, decider = overseer(bureau), overseer(bureau, "演4002")
    faults.opened(bench)
    merged(bureau, faults.SEEN + 5)
    with clock.holding(at(faults.SEEN + 6)):
        assert cases_within(by=opener, purpose="supervision").get() == bench.case
        assert not cases_within(by=bench.opener, purpose="supervision").exists()
    with pytest.raises(Denied):
        faults.attributed(bench, by=bench.opener)
    faults.attributed(bench, by=opener)
    faults.everybody_stated(bench)
    faults.heard(bench, by=opener)
    with pytest.raises(Denied):
        faults.decided(bench)
    faults.decided(bench, by=decider)
    assert bench.case.state == "decided"
    assert bench.case.unit_id == STATION


def test_one_is_opened_after_the_merger_of_a_finding_made_before(bench: Bench) -> None:
    bureau = bench.scene.bureau
    by = overseer(bureau)
    merged(bureau, faults.SEEN - 5)
    with pytest.raises(Denied):
        faults.opened(bench)
    case = faults.opened(bench, by=by)
    assert case.unit_id == STATION
    with clock.holding(at(faults.SEEN + 10)):
        row_ = rectifying.rectification_order(bench.finding.pk, by=by, owner=bench.handler, task="自查")
    assert Finding.objects.unfenced("a test").get(pk=bench.finding.pk).unit_id == row_.unit_id == STATION
