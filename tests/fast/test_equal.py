"""The fast path gives the interpreter's table, row for row, for norms and logs made by chance."""

from __future__ import annotations

from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.chance import FORMS
from tests.engines.equality import assert_same, difference
from tests.engines.logs import prepared
from tests.fast.chance import DAYS, FIELDS, HOUR, START, log_of, plan_of
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.run_interpret import run_interpret

pytest.importorskip("numba")
from zhunsheng.norms.fast import lowerable, prepare, run_fast
from zhunsheng.norms.fast import run as running

CALENDARS = (Calendar.china(), Calendar.none(), Calendar.weekdays(2025, 2025))
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(seed=st.integers(0, 2**32))
def test_every_form_is_executed_as_it_is_meant(monkeypatch, seed):
    # What DuckDB finds is held to its meaning elsewhere; here it would hide which of the two is wrong.
    monkeypatch.setattr("zhunsheng.norms.compile.run_duckdb.run_duckdb", run_interpret)
    assert_same(partial(run_fast, threads=1), seed, [form for form in FORMS for _ in range(3)])


@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(seed=st.integers(0, 2**32))
def test_many_cases_in_many_stretches_are_the_same(tmp_path_factory, monkeypatch, seed):
    r = Random(seed)
    folder = tmp_path_factory.mktemp("log")
    log = prepared(folder / "log", log_of(r, gaps=r.choice((1.0, 0.1))), fields=FIELDS)
    plans = [plan_of(r, n) for n in range(40)]
    assert [lowerable(p) for p in plans] == [None] * len(plans)
    given = {"calendar": r.choice(CALENDARS), "as_of_us": START + r.randrange(DAYS * 24 * 2) * HOUR, "closed": r.random() < 0.3}
    ready = prepare(log, folder / "fast")
    monkeypatch.setattr(running, "ROWS_AT_ONCE", r.choice((3, 20, 10**6)))
    for only in ("all", "findings"):
        found, expected = run_fast(ready, plans, only=only, **given), run_interpret(log, plans, only=only, **given)
        assert difference(expected.table(), found.table()) is None
        assert {k: +v for k, v in found.counts.items() if v} == {k: v for k, v in expected.counts.items() if v}
