"""Bands: reckoned twice, never lowered by an aggravating circumstance, never moved by a defence, never a single number."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casework.discretion.reckoning import PENALTIES, band
from zhunsheng.base.errors import InputError
from zhunsheng.casework.discretion.bands import Band, band_for
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Measure, Proposal, admits
from zhunsheng.casework.discretion.proposals import weigh_proposal
from zhunsheng.casework.discretion.switch import NO_PENALTY

CODES = sorted(shipped().violations)
DAYS = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2019, 5, 1), dt.date(2012, 12, 31)]


def choosable(code: str) -> list[str]:
    return [f.code for f in shipped().benchmarks[code].factors] + list(shipped().circumstances)


def aggravating(code: str) -> list[str]:
    tables = shipped()
    return [f.code for f in tables.benchmarks[code].factors if f.aggravates] + [
        c.code for c in tables.circumstances.values() if c.aggravates
    ]


@st.composite
def weighed(draw: st.DrawFn) -> tuple[str, frozenset[str], dt.date]:
    code = draw(st.sampled_from(CODES))
    chosen = draw(st.frozensets(st.sampled_from(choosable(code)), max_size=5))
    return code, chosen, draw(st.sampled_from(DAYS))


def proposal(kind: str, days: int, yuan: int) -> Proposal:
    return Proposal(kind, Decimal(yuan) if yuan else None, Decimal(days) if days else None)


def most(found: Band) -> Measure:
    return max((o.heaviest() for o in found.options), default=NO_PENALTY)


def least(found: Band) -> Measure:
    return (
        NO_PENALTY
        if found.sparing != "no"
        else min((o.lightest() for o in found.options), default=NO_PENALTY)
    )


@given(weighed())
def test_a_second_reckoning_agrees(case: tuple[str, frozenset[str], dt.date]) -> None:
    """Tier, part, sparing, and every penalty of the grid."""
    code, chosen, day = case
    found = band_for(code, chosen, day)
    tier, part, penalties, sparing = band(code, set(chosen), day)
    assert (found.tier, found.part, found.sparing) == (tier, part, sparing)
    admitted = {p for p in PENALTIES if any(admits(o, proposal(*p)) for o in found.options)}
    assert admitted == penalties


@pytest.mark.parametrize("day", DAYS[:2])
def test_single_circumstances_of_every_violation_agree(day: dt.date) -> None:
    """Without any, and with each factor alone: the whole table, not a sample."""
    for code in CODES:
        for chosen in [set(), *({f.code} for f in shipped().benchmarks[code].factors)]:
            found = band_for(code, chosen, day)
            tier, part, _, sparing = band(code, chosen, day)
            assert (found.tier, found.part, found.sparing) == (tier, part, sparing), (code, chosen)


@given(weighed(), st.data())
def test_an_aggravating_circumstance_never_lowers(
    case: tuple[str, frozenset[str], dt.date], data: st.DataObject
) -> None:
    code, chosen, day = case
    before = band_for(code, chosen, day)
    after = band_for(code, chosen | {data.draw(st.sampled_from(aggravating(code)))}, day)
    assert most(after) >= most(before)
    assert least(after) >= least(before)


@given(weighed())
def test_a_band_is_never_a_single_number(case: tuple[str, frozenset[str], dt.date]) -> None:
    found = band_for(*case)
    assert all(r.least != r.most for o in found.options for r in (o.range, o.added) if r is not None)


@given(weighed(), st.sampled_from(PENALTIES))
def test_departures_are_found(
    case: tuple[str, frozenset[str], dt.date], penalty: tuple[str, int, int]
) -> None:
    """Outside the law no reason helps; inside it, a departure needs one and then stands."""
    found, put = band_for(*case), proposal(*penalty)
    weighed_ = weigh_proposal(found, put)
    lawful = found.sparing != "shall" and any(admits(o, put) for o in found.limits)
    inside = any(admits(o, put) for o in found.options)
    if not lawful:
        assert weighed_.position == "outside"
        assert not weigh_proposal(found, put, "有理由").acceptable
    else:
        assert weighed_.departs is not inside
        assert weighed_.acceptable is inside
        assert weigh_proposal(found, put, "有理由").acceptable
        assert not weigh_proposal(found, put, "  ").acceptable or inside


@given(weighed())
def test_steps_speak_both_languages_and_name_the_article(case: tuple[str, frozenset[str], dt.date]) -> None:
    found = band_for(*case)
    assert all(step.zh and step.en for step in found.steps)
    if found.tier is not None:
        assert any("条" in step.zh for step in found.steps)
        assert any("未核实" in step.zh for step in found.steps)


@pytest.mark.parametrize("code", ["申辩", "defence", "general.defended", "f.denied", "hearing-requested"])
def test_there_is_no_code_for_a_defence(code: str) -> None:
    with pytest.raises(InputError):
        band_for("po.beating", [code], DAYS[1])


@given(weighed(), st.sampled_from(PENALTIES), st.sampled_from(PENALTIES))
def test_a_defence_never_makes_it_heavier(
    case: tuple[str, frozenset[str], dt.date], told: tuple[str, int, int], then: tuple[str, int, int]
) -> None:
    """After what the person was told of, nothing heavier stands, with whatever reason; what is not heavier is weighed as before."""
    found = band_for(*case)
    notified, put = proposal(*told), proposal(*then)
    after = weigh_proposal(found, put, "有理由", notified=notified)
    before = weigh_proposal(found, put, "有理由")
    if put.measure() > notified.measure():
        assert not after.acceptable
    else:
        assert after == before


def test_no_penalty_lies_below_unless_the_law_spares() -> None:
    plain = band_for("po.beating", [], DAYS[1])
    assert weigh_proposal(plain, Proposal("no-penalty")).position == "below"
    spared = band_for("po.beating", ["general.surrendered"], DAYS[1])
    assert weigh_proposal(spared, Proposal("no-penalty")).position == "within"
    child = band_for("po.beating", ["general.under-14"], DAYS[1])
    assert weigh_proposal(child, Proposal("warning"), "有理由").position == "outside"


@pytest.mark.parametrize(
    ("code", "chosen", "zh"),
    [
        ("po.beating", [], "5日以上10日以下拘留，并处500元以上1000元以下罚款"),
        ("po.beating", ["f.victim-at-fault"], "5日以下拘留；或者1000元以下罚款"),
        ("po.beating", ["s.in-gang"], "10日以上15日以下拘留，并处1000元以上2000元以下罚款"),
        ("po.beating", ["general.punished-within-year"], "8日以上10日以下拘留，并处750元以上1000元以下罚款"),
        ("po.theft", ["general.admitted"], "5日以上7日以下拘留；或者1000元以下罚款"),
        ("po.theft", ["general.surrendered"], "7日以下拘留；或者1000元以下罚款，也可以不予处罚"),
        ("po.animal-nuisance", ["general.serious-consequences"], "警告"),
        ("po.disturb-workplace", ["general.serious-consequences"], "250元以上500元以下罚款"),
        ("po.dangerous-dog", ["s.dangerous-animal-injury", "f.vulnerable-victim"], "5日以上10日以下拘留"),
        ("po.drone", [], "不予处罚"),
        ("po.drone", ["f.actual-danger"], "5日以上10日以下拘留"),
    ],
)
def test_known_bands(code: str, chosen: list[str], zh: str) -> None:
    """Read off the articles by hand."""
    assert band_for(code, chosen, DAYS[1]).words().zh == zh


@pytest.mark.parametrize(
    ("zh", "put"), [("拘留须写明天数", Proposal("detention")), ("罚款须写明数额", Proposal("fine"))]
)
def test_amounts_are_asked_for(zh: str, put: Proposal) -> None:
    assert weigh_proposal(band_for("po.theft", [], DAYS[1]), put).faults[0].said.zh == zh


def test_half_days_are_no_penalty() -> None:
    found = weigh_proposal(band_for("po.theft", [], DAYS[1]), Proposal("detention", None, Decimal("5.5")))
    assert found.position == "outside"
