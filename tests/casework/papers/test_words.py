"""How papers write numbers and articles, and where they take what they say from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.casework.papers.full_case import REGISTER, SUSPECT, full_case
from zhunsheng.casework.facts import CaseFacts
from zhunsheng.casework.papers.view import Issuer, PaperView, bureau_short, part_short
from zhunsheng.casework.papers.wording import chinese, cited, coded, decided
from zhunsheng.casework.papers.words_of_case import words


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "零"), (5, "五"), (10, "十"), (15, "十五"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (500, "五百"),
     (1000, "一千"), (2005, "二千零五"), (4010, "四千零一十"), (10_000, "一万"), (20_500, "二万零五百"), (123_456, "十二万三千四百五十六")],
)  # fmt: skip
def test_numbers(number: int, said: str) -> None:
    assert chinese(number) == said


def test_what_is_no_whole_number_stays_in_figures() -> None:
    assert chinese(Decimal("12.50")) == "12.5"


@pytest.mark.parametrize(
    ("cite", "said"),
    [
        ("第51条第1款", "第五十一条第一款"),
        ("115", "第一百一十五条"),
        ("第37条第2款第(3)项", "第三十七条第二款第三项"),
    ],
)
def test_articles(cite: str, said: str) -> None:
    assert cited(cite) == said


def test_penalties() -> None:
    assert (
        decided({"decision": "detention", "days": Decimal(7), "amount": Decimal(500)})
        == "行政拘留七日，并处罚款五百元"
    )
    assert decided({"decision": "warning"}) == "警告"
    assert decided({"decision": "fine"}) is None


def test_units_are_shortened_for_numbers() -> None:
    assert bureau_short("演示市公安局甲分局") == "甲公"
    assert bureau_short("演示市公安局") == "演示公"
    assert part_short("甲分局第一派出所", "演示市公安局甲分局") == "一"
    assert part_short("城关派出所", "甲县公安局") == "城关"
    assert Issuer("C", "演示市公安局甲分局", "演示市公安局甲分局", "C").short == "甲公"


def basis(facts: CaseFacts) -> object:
    base = facts.last("penalty.decided")
    assert base is not None
    return words()["basis"].get(PaperView(facts, REGISTER, base, SUSPECT))


def test_the_law_that_was_applied_is_cited() -> None:
    """As stated; else from the table by the day of the conduct; the lighter law where that was applied."""
    facts = full_case()
    assert basis(facts) == "《中华人民共和国治安管理处罚法》第五十一条第一款"

    def without(*names: str, **more: object) -> CaseFacts:
        return replace(facts, acts=tuple(
            replace(a, fields={k: v for k, v in a.fields.items() if k not in names} | (more if a.type == "case.characterised" else {}))
            for a in facts.acts
        ))  # fmt: skip

    assert basis(without("law", "article")) == "《中华人民共和国治安管理处罚法》第五十一条第一款"
    december = without("law", "article", conduct_on=dt.date(2025, 12, 20))
    assert (
        basis(without("law", "article", applied_law="public-order-law-2012"))
        == "《中华人民共和国治安管理处罚法》第四十三条第一款"
    )
    assert basis(december) is not None


def test_the_evidence_is_named_by_the_acts_where_nobody_named_it() -> None:
    facts = full_case()
    base = facts.last("penalty.proposed")
    assert base is not None
    said = words()["evidence"].get(PaperView(facts, REGISTER, base, SUSPECT))
    assert isinstance(said, str)
    assert "违法嫌疑人的陈述和申辩" in said
    assert "鉴定意见" in said
    own = PaperView(facts, REGISTER, base, SUSPECT, {"evidence_text": "监控录像"})
    assert words()["evidence"].get(own) == "监控录像"


def test_a_code_means_what_it_means_in_its_field() -> None:
    """“ordinary” is one kind of thing, of recording and of tier."""
    assert coded("item_kind", "ordinary") == "其他物品"
    assert coded("retention_class", "ordinary") == "一般资料"
    assert coded("case_kind", "other") == "其他公安行政案件"
    assert coded("method", "电话") == "电话"


def test_a_code_is_told_as_the_act_has_it() -> None:
    """A way of reporting, of summoning and of serving have lists of their own."""
    assert coded("method", "phone", "report.received") == "110报警"
    assert coded("measure", "inspection", "approval.given") == "检查"
    assert coded("method", "strap", "restraint.started") == "约束带"
