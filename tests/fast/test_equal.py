"""The fast path gives the interpreter's table, row for row, on random logs and norms of every form."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.logs import prepared
from tests.fast.chance import DAYS, FIELDS, HOUR, START, log_of, plan_of
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.run_interpret import run_interpret

pytest.importorskip("numba")
from zhunsheng.norms.fast import lowerable, prepare, run_fast
from zhunsheng.norms.fast import run as running

CALENDARS = (Calendar.china(), Calendar.none(), Calendar.weekdays(2025, 2025))
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


def compared(found, expected):
    ours, theirs = found.table().to_pylist(), expected.table().to_pylist()
    for ours_row, theirs_row in zip(ours, theirs, strict=False):
        assert ours_row == theirs_row
    assert len(ours) == len(theirs)
    assert {k: dict(v) for k, v in found.counts.items() if v} == {k: dict(v) for k, v in expected.counts.items() if v}


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(seed=st.integers(0, 2**32))
def test_the_tables_are_equal(tmp_path_factory, monkeypatch, seed):
    r = Random(seed)
    folder = tmp_path_factory.mktemp("log")
    log = prepared(folder / "log", log_of(r, gaps=r.choice((1.0, 0.1))), fields=FIELDS)
    plans = [plan_of(r, n) for n in range(40)]
    assert [lowerable(p) for p in plans] == [None] * len(plans)
    given = {"calendar": r.choice(CALENDARS), "as_of_us": START + r.randrange(DAYS * 24 * 2) * HOUR, "closed": r.random() < 0.3}
    ready = prepare(log, folder / "fast")
    expected = run_interpret(log, plans, **given)
    monkeypatch.setattr(running, "ROWS_AT_ONCE", r.choice((3, 20, 10**6)))
    compared(run_fast(ready, plans, **given), expected)
    compared(run_fast(ready, plans, only="findings", **given), run_interpret(log, plans, only="findings", **given))
