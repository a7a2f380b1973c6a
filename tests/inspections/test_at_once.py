"""Two at once: one freezing, one draw, one end of a checklist, one plan for a form sent twice."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection

from tests.inspections.conftest import Looked
from tests.inspections.looking import LOOKING, drawn, plan, planned, sheets
from tests.procedure.dossiers import at
from tests.supervision.loop.test_at_once import at_once
from zhunsheng.base import clock
from zhunsheng.inspections import answering, assigning, cadences
from zhunsheng.inspections.audit import evidence_audit
from zhunsheng.inspections.drawing import population_freeze, sample_draw
from zhunsheng.inspections.models import Answer, Chosen, Draw, Evidence, Inspection, Population, Sheet
from zhunsheng.inspections.planning import inspection_plan
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.access import Denied

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_freezing_and_one_draw(looked: Looked) -> None:
    by = looked.supervisor
    made = planned(by, size=3)
    came = at_once(LOOKING, *[lambda: population_freeze(made.pk, by=by)] * 3)
    assert came == ["done", "refused", "refused"]
    assert Population.objects.count() == 1
    with clock.holding(at(LOOKING)):
        ledger_sequence()
    came = at_once(LOOKING + 1, *[lambda: sample_draw(made.pk, by=by)] * 3)
    assert came == ["done", "refused", "refused"]
    assert Draw.objects.count() == 1
    assert Chosen.objects.unfenced("a test").count() == 3
    assert Evidence.objects.count() == 2
    assert list(evidence_audit()) == []


def test_two_inspections_at_once_share_one_chain(looked: Looked) -> None:
    by = looked.supervisor
    one, other = planned(by, size=2), planned(by, size=2)
    came = at_once(
        LOOKING, lambda: population_freeze(one.pk, by=by), lambda: population_freeze(other.pk, by=by)
    )
    assert came == ["done", "done"]
    assert sorted(Evidence.objects.values_list("position", flat=True)) == [1, 2]
    assert list(evidence_audit()) == []


def test_a_form_sent_twice_plans_once(looked: Looked) -> None:
    by, key = looked.supervisor, uuid.uuid4()
    came = at_once(LOOKING, *[lambda: inspection_plan(plan(), by=by, key=key)] * 3)
    assert came == ["done"] * 3
    assert Inspection.objects.unfenced("a test").count() == 1
    other = looked.inspectors[0]
    with clock.holding(at(LOOKING)), pytest.raises(Denied):
        inspection_plan(plan(), by=other, key=key)


def test_given_out_once_and_done_once(looked: Looked) -> None:
    by = looked.supervisor
    made = drawn(by)
    at_once(LOOKING + 3, *[lambda: assigning.sheets_assign(made.pk, looked.inspectors, by=by)] * 3)
    assert Sheet.objects.count() == 6
    sheet = sheets(made)[0]
    with clock.holding(at(LOOKING + 5)):
        opened = answering.sheet_open(sheet.pk, by=sheet.inspector)
    given = {one.key: ("order", "已核") for one in opened.questions}
    came = at_once(
        LOOKING + 6,
        *[lambda: answering.answers_give(sheet.pk, given, by=sheet.inspector, done=True)] * 3,
    )
    assert came == ["done", "refused", "refused"]
    assert Answer.objects.count() == len(given)


def test_a_cadence_planned_by_two_workers_is_there_once(looked: Looked) -> None:
    came = at_once(LOOKING, cadences.cadences_plan, cadences.cadences_plan)
    assert came == ["done", "done"]
    rows = Inspection.objects.unfenced("a test").values_list("cadence", "unit", "period_from")
    assert len(rows) == len(set(rows)) == 8
    connection.close()
