"""What DuckDB finds is what the interpreter finds, row for row, for norms and logs made by chance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.chance import FORMS
from tests.engines.equality import assert_same
from zhunsheng.norms.compile.run_duckdb import run_duckdb


@pytest.mark.parametrize("form", FORMS)
@given(seed=st.integers(0, 2**32))
def test_every_form_is_executed_as_it_is_meant(form, seed):
    assert_same(run_duckdb, seed, [form] * 3)
