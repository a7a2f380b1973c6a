"""The reasoned paragraph: what is found, under which article, and why."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Proposal
from zhunsheng.casework.discretion.reasons import Reasons, reasons_text
from zhunsheng.casework.discretion.switch import lighter_law

LAST, FIRST = dt.date(2025, 12, 31), dt.date(2026, 1, 1)


def reasons(
    conduct: dt.date, decided: dt.date, chosen: list[str], put: Proposal, reason: str = ""
) -> Reasons:
    return reasons_text(
        person="张某",
        facts="2025年12月31日，张某在菜场挥拳殴打李某。",
        violation="po.beating",
        switch=lighter_law("po.beating", conduct, decided, chosen),
        circumstances=chosen,
        proposal=put,
        departure_reason=reason,
        evidence="被侵害人陈述、监控录像",
    )


def test_an_ordinary_paragraph() -> None:
    found = reasons(
        FIRST, FIRST, ["f.victim-at-fault", "general.surrendered"], Proposal("fine", Decimal(300))
    )
    assert (
        found.found
        == "经查，2025年12月31日，张某在菜场挥拳殴打李某。以上事实有被侵害人陈述、监控录像等证据证实。张某的行为构成殴打他人。"
    )
    assert found.basis == "依据《治安管理处罚法（2025修订）》第51条第1款之规定，应予处理。"
    assert "被侵害方有过错且后果较轻，属于情节较轻" in found.why
    assert "《治安管理处罚法（2025修订）》第20条第5项，应当从轻或者减轻或者不予处罚" in found.why
    assert found.why.endswith("给予罚款300元。")
    assert found.paragraph == found.found + found.basis + found.why


def test_the_choice_of_law_is_told() -> None:
    found = reasons(LAST, FIRST, [], Proposal("detention", Decimal(300), Decimal(6)))
    assert "违法行为发生于2025年12月31日" in found.basis
    assert "《行政处罚法（2021修订）》第37条" in found.basis
    assert "第43条第1款" in found.basis


def test_a_departure_is_told_with_its_reason() -> None:
    found = reasons(FIRST, FIRST, [], Proposal("fine", Decimal(300)), "家庭经济困难。")
    assert "考虑到家庭经济困难，与一般裁量幅度有所不同，给予罚款300元。" in found.why


def test_no_penalty_is_told_as_such() -> None:
    found = reasons(FIRST, FIRST, ["general.under-14"], Proposal("no-penalty"))
    assert found.why.endswith("不予处罚。")
    assert "给予不予" not in found.why


@pytest.mark.parametrize("conduct", [LAST, FIRST])
@given(code=st.sampled_from(sorted(shipped().violations)), data=st.data())
def test_every_violation_can_be_reasoned(conduct: dt.date, code: str, data: st.DataObject) -> None:
    factors = [f.code for f in shipped().benchmarks[code].factors] + list(shipped().circumstances)
    chosen = data.draw(st.lists(st.sampled_from(factors), max_size=3, unique=True))
    found = reasons_text(
        person="张某", facts="事实", violation=code, switch=lighter_law(code, conduct, FIRST, chosen), circumstances=chosen,
        proposal=Proposal("warning"),
    )  # fmt: skip
    assert shipped().violations[code].title.zh in found.found
    assert not any(mark in found.paragraph for mark in ("。。", "；；", "，，", "None", "、，"))
