"""The law changed on 1 January 2026: pairs on both sides of the boundary with results worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.switch import heaviest, lighter_law, lightest

NEW, OLD = "public-order-law-2025", "public-order-law-2012"
LAST, FIRST = dt.date(2025, 12, 31), dt.date(2026, 1, 1)

PAIRS = [
    # Same detention, but the fine that must be added is higher now.
    ("po.beating", [], "old", OLD),
    ("po.beating", ["f.victim-at-fault"], "old", OLD),
    ("po.beating", ["s.in-gang"], "old", OLD),
    # Sixty to sixty-nine: protected by the former law only.
    ("po.beating", ["s.victim-60-to-69"], "new", NEW),
    ("po.beating", ["s.protected-victim"], "old", OLD),
    # Detention and a fine then, one or the other now.
    ("po.theft", [], "new", NEW),
    ("po.theft", ["f.large-value"], "old", OLD),
    # Surrender: below the range then, within or below it now.
    ("po.theft", ["general.surrendered"], "old", OLD),
    # Forgiveness alone counts now.
    ("po.beating", ["general.forgiven"], "old", OLD),
    # Its own article now, with five days at most.
    ("po.property-damage", [], "new", NEW),
    ("po.property-damage", ["f.large-value"], "new", NEW),
    # A warning then, detention now.
    ("po.noise", [], "old", OLD),
    ("po.gambling", [], "old", OLD),
    ("po.drug-use", [], "old", OLD),
    ("po.disturb-workplace", [], "old", OLD),
    ("po.provocation", [], "new", NEW),
    ("po.provocation", ["f.weapon-used"], "old", OLD),
    ("po.mail", [], "new", NEW),
    ("po.public-utilities", ["f.no-danger"], "new", NEW),
    ("po.dangerous-substances", [], "old", OLD),
    # New conduct, and conduct punished then only in grave cases.
    ("po.falling-objects", [], "not-then", None),
    ("po.drone", ["f.actual-danger"], "not-then", None),
    ("po.exposure", [], "not-then", None),
    ("po.exposure", ["f.bad-influence"], "old", OLD),
    # No longer in this law, but in another.
    ("po.border-crossing", [], "elsewhere", OLD),
    # A child is punished under neither.
    ("po.theft", ["general.under-14"], "old", OLD),
]


@pytest.mark.parametrize(("code", "chosen", "verdict", "law"), PAIRS)
def test_conduct_on_the_last_day_decided_on_the_first(
    code: str, chosen: list[str], verdict: str, law: str | None
) -> None:
    found = lighter_law(code, LAST, FIRST, chosen)
    assert (found.verdict, found.law) == (verdict, law)
    assert found.straddles
    assert "第37条" in found.steps[-1].zh or found.mixed
    assert found.old.on == LAST
    assert found.new.on == FIRST


@pytest.mark.parametrize(
    ("conduct", "decided", "law"), [(LAST, LAST, OLD), (FIRST, FIRST, NEW), (FIRST, dt.date(2026, 6, 1), NEW)]
)
def test_nothing_to_choose_on_one_side(conduct: dt.date, decided: dt.date, law: str) -> None:
    found = lighter_law("po.beating", conduct, decided, [])
    assert (found.verdict, found.law, found.straddles) == ("same-law", law, False)


def test_what_either_law_lacks_is_not_punished() -> None:
    assert lighter_law("po.falling-objects", LAST, LAST, []).verdict == "neither"
    assert lighter_law("po.falling-objects", FIRST, FIRST, []).law == NEW
    assert lighter_law("po.falling-objects", LAST, FIRST, []).band.words().zh == "不予处罚"


def test_a_law_lighter_in_one_respect_only_is_left_to_a_lawyer() -> None:
    """Less detention but a higher fine."""
    found = lighter_law("po.property-damage", LAST, FIRST, [])
    assert found.mixed
    assert any("法制部门确认" in step.zh for step in found.steps)
    assert not lighter_law("po.beating", LAST, FIRST, []).mixed
    # Forgiveness alone opens the way to no penalty under the new law only.
    assert lighter_law("po.beating", LAST, FIRST, ["general.forgiven"]).mixed


@given(st.sampled_from(sorted(shipped().violations)), st.data())
def test_the_law_applied_is_never_the_heavier(code: str, data: st.DataObject) -> None:
    factors = [f.code for f in shipped().benchmarks[code].factors] + list(shipped().circumstances)
    found = lighter_law(code, LAST, FIRST, data.draw(st.frozensets(st.sampled_from(factors), max_size=4)))
    if found.verdict in ("old", "new"):
        other = found.new if found.verdict == "old" else found.old
        assert (heaviest(found.band), lightest(found.band)) <= (heaviest(other), lightest(other))
    assert all(step.zh and step.en for step in found.steps)
