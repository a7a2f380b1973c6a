"""Two at once: one decision is made, one case opened, one result entered; the other is told that things have moved on."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.accountability.acting import SEEN, Bench, decided, entered, opened, reviewed, to_decision
from tests.supervision.loop.test_at_once import at_once
from zhunsheng.accountability import services
from zhunsheng.accountability.models import (
    Decision,
    ExternalResult,
    ExternalReview,
    ResponsibilityCase,
    Statement,
)
from zhunsheng.acts.models import Act

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_deciders_one_decides(bench: Bench) -> None:
    to_decision(bench)
    came = at_once(
        SEEN + 40,
        lambda: decided(bench, by=bench.decider),
        lambda: decided(bench, by=bench.above),
    )
    assert came == ["done", "refused"]
    assert Decision.objects.filter(case=bench.case).count() == 1
    rows = Act.objects.unfenced("a test").filter(type="accountability.decided")
    assert rows.count() == 1


def test_a_double_click_decides_once(bench: Bench) -> None:
    to_decision(bench)
    revision = bench.case.revision
    came = at_once(SEEN + 40, *[lambda: decided(bench, expected=revision)] * 2)
    assert came == ["done", "refused"]
    assert Decision.objects.filter(case=bench.case).count() == 1


def test_of_two_openings_one_case(bench: Bench) -> None:
    came = at_once(SEEN, lambda: opened(bench), lambda: opened(bench, by=bench.decider))
    assert came == ["done", "refused"]
    assert ResponsibilityCase.objects.unfenced("a test").count() == 1


def test_of_two_entries_one_result_and_of_two_reviews_one(bench: Bench) -> None:
    assert at_once(SEEN, lambda: entered(bench), lambda: entered(bench)) == ["done", "refused"]
    result = ExternalResult.objects.unfenced("a test").get()
    came = at_once(
        SEEN + 5, lambda: reviewed(bench, result), lambda: reviewed(bench, result, by=bench.decider)
    )
    assert came == ["done", "refused"]
    assert ExternalReview.objects.count() == 1


def test_a_statement_and_the_end_of_the_hearing_wait_for_each_other(bench: Bench) -> None:
    from tests.accountability.acting import attributed, heard, stated

    opened(bench)
    attributed(bench)
    for number in services.still_to_state(bench.case)[1:]:
        stated(bench, bench.handler.__class__.objects.get(number=number))
    last = bench.handler
    came = at_once(SEEN + 30, lambda: stated(bench, last), lambda: heard(bench))
    # Whichever came first: the hearing is never closed without the statement.
    assert came in (["done", "done"], ["done", "refused"])
    assert Statement.objects.filter(case=bench.case).count() == 4
    connection.close()
