"""Two at once: visits given out once, recorded once, taken over once."""

from __future__ import annotations

import pytest

from tests.inspections.looking import LOOKING, sheets
from tests.inspections.places import SAW, STATIONS, Branch, branch_of, visits_drawn
from tests.procedure.dossiers import at
from tests.supervision.loop.test_at_once import at_once
from zhunsheng.base import clock
from zhunsheng.inspections.models import Answer, Sheet, Step
from zhunsheng.inspections.visiting import Visited, visit_open, visit_record, visits_assign, visits_take
from zhunsheng.people.demo import Bureau
from zhunsheng.procedure.rulebook import Rulebook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch(book: Rulebook, bureau: Bureau) -> Branch:
    return branch_of(bureau)


def test_given_out_recorded_and_taken_over_once(branch: Branch) -> None:
    made = visits_drawn(branch)
    at_once(LOOKING + 3, *[lambda: visits_assign(made.pk, branch.inspectors, by=branch.supervisor)] * 3)
    assert Sheet.objects.count() == len(STATIONS)
    third = branch.inspectors[2]
    came = at_once(LOOKING + 4, *[lambda: visits_take(made.pk, by=third, reason="接替")] * 3)
    assert came == ["done", "refused", "refused"]
    assert Step.objects.filter(kind="taken").count() == 1
    sheet = sheets(made)[0]
    with clock.holding(at(LOOKING + 5)):
        given = {one.key: ("order", "") for one in visit_open(sheet.pk, by=sheet.inspector).questions}
    visited = Visited(at(LOOKING + 6), SAW)
    came = at_once(
        LOOKING + 7, *[lambda: visit_record(sheet.pk, given, visited, by=sheet.beside, done=True)] * 3
    )
    assert came == ["done", "refused", "refused"]
    assert Answer.objects.count() == len(given)
