"""What DuckDB finds is what the interpreter finds, row for row, for norms and logs made by chance."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.engines.chance import FORMS
from tests.engines.equality import assert_same
from zhunsheng.norms.compile.run_duckdb import run_duckdb

# A seed does not shrink; assert_same leaves out of a log whatever is not needed to show a difference.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=2, phases=PHASES)
@given(seed=st.integers(0, 2**32))
def test_every_form_is_executed_as_it_is_meant(form, seed):
    assert_same(run_duckdb, seed, [form] * 3)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=max(5, settings().max_examples // 10), phases=PHASES)
@given(seed=st.integers(0, 2**32))
def test_every_form_many_times(form, seed):
    assert_same(run_duckdb, seed, [form] * 3)
