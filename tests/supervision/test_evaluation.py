"""Everything judged anew: nothing differs from what was made act by act, and what is changed behind its back is found, by kind."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.procedure.conftest import home, living
from tests.procedure.traffic import AFTERWARDS, FEW, Traffic
from zhunsheng.base import clock
from zhunsheng.cli.norms_agree import Anew, print_evaluated
from zhunsheng.procedure.models import Obligation
from zhunsheng.supervision.evaluation import Engine, Evaluated, evaluate_all
from zhunsheng.supervision.models import Finding

__all__ = ["home", "living"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("living")]
WHY = "a test"


def evaluated(engine: Engine = "interpret", when: dt.datetime = AFTERWARDS) -> Evaluated:
    with clock.holding(when):
        return evaluate_all(engine, part=3, processes=1)


def one_obligation(status: str) -> Obligation:
    found: Obligation = (
        Obligation.objects.unfenced(WHY).filter(status=status, withdrawn_at=None).order_by("id")[0]
    )
    return found


def test_what_was_made_act_by_act_is_what_everything_judged_anew_gives(living: Traffic) -> None:
    found = evaluated()
    assert found.found.differences == {}
    assert found.found.obligations == Obligation.objects.unfenced(WHY).filter(withdrawn_at=None).count() > 100
    assert found.found.findings == Finding.objects.unfenced(WHY).filter(closed_at=None).count() > 0
    assert found.left_out == 0
    assert found.acts >= found.dossiers == FEW


def test_time_that_has_passed_meanwhile_is_no_difference(living: Traffic) -> None:
    later = AFTERWARDS + dt.timedelta(days=400)
    before = Obligation.objects.unfenced(WHY).filter(status="pending", withdrawn_at=None).count()
    assert evaluated(when=later).found.differences == {}
    assert Obligation.objects.unfenced(WHY).filter(status="pending", withdrawn_at=None).count() < before


def test_each_kind_of_difference_is_found_and_told(living: Traffic) -> None:
    assert evaluated().found.differences == {}
    met, other = Obligation.objects.unfenced(WHY).filter(status="met").exclude(due_at=None).order_by("id")[:2]
    Obligation.objects.unfenced(WHY).filter(pk=met.pk).update(due_at=met.due_at + dt.timedelta(hours=1))
    Obligation.objects.unfenced(WHY).filter(pk=other.pk).update(version="1999-01-01")
    first, second = Finding.objects.unfenced(WHY).filter(closed_at=None).order_by("id")[:2]
    Finding.objects.unfenced(WHY).filter(pk=first.pk).update(since=first.since - dt.timedelta(minutes=1))
    Finding.objects.unfenced(WHY).filter(pk=second.pk).update(status="closed", closed_at=AFTERWARDS)
    found = evaluated().found
    assert found.differences == {
        "obligation-due": 1,
        "obligation-missing": 1,
        "obligation-superfluous": 1,
        "finding-since": 1,
        "finding-missing": 1,
    }
    assert {e.norm for e in found.examples if e.kind == "obligation-due"} == {met.norm_id}


def test_a_dossier_that_changed_since_is_left_to_the_next_run(living: Traffic) -> None:
    row = one_obligation("met")
    Obligation.objects.unfenced(WHY).filter(pk=row.pk).update(judged_at=AFTERWARDS + dt.timedelta(days=1))
    found = evaluated()
    assert found.left_out == 1
    assert found.found.differences == {}


def test_the_command_prints_what_differs_and_what_it_took(
    living: Traffic, capsys: pytest.CaptureFixture[str]
) -> None:
    row = one_obligation("met")
    Obligation.objects.unfenced(WHY).filter(pk=row.pk).update(status="void")
    print_evaluated(evaluated(), Anew.INTERPRET, 1)
    said = capsys.readouterr().out
    assert "不同 obligation-" in said
    assert row.norm_id in said
    assert "1 differ" in said
    assert "peak memory" in said


@pytest.mark.slow
def test_the_fast_engine_agrees_in_several_parts(living: Traffic) -> None:
    found = evaluated("fast")
    assert found.found.differences == {}
    assert found.memory > 100
