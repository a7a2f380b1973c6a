"""A case and its ground: what is contested freezes it, what is dismissed is to be reconsidered."""

from __future__ import annotations

import pytest

from tests.accountability.acting import (
    DAY,
    SEEN,
    Bench,
    attributed,
    decided,
    everybody_stated,
    heard,
    opened,
    to_decision,
)
from tests.procedure.dossiers import at
from zhunsheng.accountability import remedies, services
from zhunsheng.accountability.attributing import frozen, grounds_now
from zhunsheng.accountability.deciding import Ruling, cases_lapse
from zhunsheng.accountability.models import Involvement
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.models import Officer
from zhunsheng.supervision import services as findings
from zhunsheng.supervision.models import Finding

pytestmark = pytest.mark.django_db


def contested(bench: Bench, minutes: float) -> None:
    with clock.holding(at(minutes)):
        findings.contest_file(
            bench.finding.pk, by=bench.handler, ground="facts", reason="已经离开，漏登", evidence="登记簿"
        )


def contest_decided(bench: Bench, outcome: str, minutes: float, by: Officer) -> None:
    contest = Finding.objects.unfenced("a test").get(pk=bench.finding.pk).contests.get(outcome="")
    with clock.holding(at(minutes)):
        findings.contest_decide(contest.pk, by=by, outcome=outcome, reason="查监控", cause="record")


def test_a_contested_or_dismissed_or_silent_finding_opens_none(bench: Bench) -> None:
    rows = Finding.objects.unfenced("a test").filter(pk=bench.finding.pk)
    rows.update(silent=True)
    with pytest.raises(InputError, match="不能立案"):
        opened(bench)
    rows.update(silent=False)
    contested(bench, SEEN)
    with pytest.raises(InputError, match="不能立案"):
        opened(bench)
    contest_decided(bench, "dismissed", SEEN + 1, bench.decider)
    with pytest.raises(InputError, match="不能立案"):
        opened(bench)


def test_a_contested_finding_freezes_the_case(bench: Bench) -> None:
    opened(bench)
    contested(bench, SEEN + 5)
    assert frozen(bench.case)
    with pytest.raises(InputError, match="异议待裁决"):
        attributed(bench)
    contest_decided(bench, "upheld", SEEN + 6, bench.decider)
    attributed(bench, SEEN + 7)
    assert bench.case.state == "attributed"


def test_a_contest_freezes_hearing_and_decision_too(bench: Bench) -> None:
    opened(bench)
    attributed(bench)
    everybody_stated(bench)
    contested(bench, SEEN + 25)
    with pytest.raises(InputError, match="异议待裁决"):
        heard(bench)
    contest_decided(bench, "upheld", SEEN + 26, bench.decider)
    heard(bench)
    decided(bench)


def test_a_decision_does_not_become_final_while_a_finding_is_contested(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    contested(bench, SEEN + 50)
    with clock.holding(at(SEEN + 40 * DAY)):
        assert cases_lapse() == 0
    assert bench.case.state == "decided"
    contest_decided(bench, "upheld", SEEN + 40 * DAY + 1, bench.above)
    with clock.holding(at(SEEN + 40 * DAY + 2)):
        assert cases_lapse() == 1
    assert bench.case.state == "final"


def test_no_remedy_is_ordered_while_a_finding_is_contested(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)

    def ordered(minutes: float) -> None:
        more = {"owner": bench.handler.number, "due_at": at(SEEN + 50 * DAY)}
        with clock.holding(at(minutes)):
            remedies.remedy_order(
                bench.case.pk, by=bench.opener, kind="training", task="到案登记培训", **more
            )

    contested(bench, SEEN + 50)
    with pytest.raises(InputError, match="异议待裁决"):
        ordered(SEEN + 51)
    contest_decided(bench, "upheld", SEEN + 52, bench.above)
    ordered(SEEN + 53)
    assert bench.case.remedies.count() == 1


def test_a_dismissed_finding_is_to_be_reconsidered(bench: Bench) -> None:
    opened(bench)
    contested(bench, SEEN + 5)
    contest_decided(bench, "dismissed", SEEN + 6, bench.decider)
    (ground,) = grounds_now(bench.case)
    assert ground.to_reconsider
    with pytest.raises(InputError, match="重新审查"):
        attributed(bench)
    with clock.holding(at(SEEN + 8)):
        with pytest.raises(InputError, match="没有其他依据"):
            services.case_reconsider(
                bench.case.pk, by=bench.opener, ground=ground.ground.pk, anew=False, reason="-"
            )
        services.case_reconsider(
            bench.case.pk, by=bench.opener, ground=ground.ground.pk, anew=True, reason="问题已撤销"
        )
    attributed(bench, SEEN + 9)
    assert (bench.case.state, bench.case.round) == ("heard", 2)
    assert not Involvement.objects.filter(case=bench.case, round=2).exists()
    with pytest.raises(InputError, match="不属于执法过错"):
        decided(bench, SEEN + 10)
    decided(bench, SEEN + 11, made=Ruling("no-fault", "问题已撤销", {}))
    assert bench.case.state == "final"
