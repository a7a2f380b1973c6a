"""Kappa against known values, and bounds of a share."""

from __future__ import annotations

from collections import Counter

import pytest

from zhunsheng.inspections.agreement import agreement
from zhunsheng.inspections.figures import wilson


def test_the_example_of_two_readers_of_fifty() -> None:
    """Both yes 20, first alone 5, second alone 10, both no 15: observed 0.7, expected 0.5, kappa 0.4."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = agreement(Counter(pairs))
    assert (found.pairs, found.same, found.share) == (50, 35, 70.0)
    assert found.kappa == pytest.approx(0.4)


def test_cohens_own_table() -> None:
    """Cohen 1960, table 1, in per cent: observed 0.70, expected 0.41, kappa 0.492."""
    table = (("1", "1", 44), ("1", "2", 5), ("1", "3", 1), ("2", "1", 7), ("2", "2", 20), ("2", "3", 3), ("3", "1", 9), ("3", "2", 5), ("3", "3", 6))  # fmt: skip
    found = agreement({(a, b): n for a, b, n in table})
    assert found.share == 70.0
    assert found.kappa == pytest.approx(0.492, abs=0.0005)


def test_where_chance_alone_agrees_there_is_no_kappa() -> None:
    assert agreement({}).kappa is None
    assert agreement({("y", "y"): 9}).kappa is None
    assert agreement({("y", "n"): 1, ("n", "y"): 1}).kappa == -1.0


def test_bounds_of_a_share() -> None:
    """Wilson's interval for 15 of 50, from Newcombe's formula (1998): 19.1 % to 43.8 %."""
    low, high = wilson(15, 50)
    assert low == pytest.approx(19.1, abs=0.05)
    assert high == pytest.approx(43.8, abs=0.05)
    assert wilson(0, 0) == (None, None)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(100.0)
