"""What the door, the clock and the check of ourselves tell of themselves."""

from __future__ import annotations

import pytest

from zhunsheng.base import clock, measures
from zhunsheng.procedure import door
from zhunsheng.procedure.measures import (
    clock_lag_seconds,
    enacted,
    obligations_due_soon,
    pending_obligations,
    standing_discrepancies,
)
from zhunsheng.procedure.models import Discrepancy


def test_every_call_at_the_door_is_counted_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, float, str]] = []
    monkeypatch.setattr(
        measures, "listeners", [lambda m, number, labels: heard.append((m.name, number, labels["outcome"]))]
    )
    assert enacted in door.OBSERVERS
    for observer in door.OBSERVERS:
        observer("refused", 0.25)
    assert heard == [("acts", 1, "refused"), ("act_seconds", 0.25, "refused")]


@pytest.mark.django_db
def test_where_nothing_is_due_nothing_lags() -> None:
    assert (pending_obligations(), obligations_due_soon(), clock_lag_seconds()) == (0, 0, 0)


@pytest.mark.django_db
def test_standing_findings_are_counted_by_kind_and_gone_ones_are_not() -> None:
    now = clock.now()
    for kind, n, gone in (
        ("nothing-due", 1, None),
        ("obligation-differs", 2, None),
        ("obligation-differs", 3, None),
        ("nothing-due", 4, now),
    ):
        Discrepancy.objects.create(kind=kind, detail={"n": n}, found_at=now, gone_at=gone)
    assert standing_discrepancies() == {("nothing-due",): 1, ("obligation-differs",): 2}
