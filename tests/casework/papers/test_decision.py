"""The decision on paper: it states all that art. 115 lists, is issued under seal, goes to the person and to the victim, and stays."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.casework.papers.decided_case import NAME, SUSPECT, VICTIM, Decided
from tests.casework.papers.reading import pdf_needed, pdf_text, plain
from tests.casework.papers.test_signing import stored
from tests.procedure.dossiers import at
from tests.procedure.rules import DECIDED, Govern, norm
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.papers.delivery import Service, addressees, paper_serve, served
from zhunsheng.casework.papers.kinds import kinds

pytestmark = [pytest.mark.django_db, pdf_needed]


@pytest.fixture
def ruled(decided: Decided, governed: Govern) -> Decided:
    """A fine has been decided; the rules that gate it are tried elsewhere."""
    governed(norm("any", DECIDED))
    decided.scene.do(
        "penalty.decided", 50, by=decided.scene.bureau.approver,
        fields={"decision": "fine", "amount": 300, "level": "station"}, subjects={"person": (SUSPECT,)},
    )  # fmt: skip
    return decided


def test_without_an_address_it_is_not_signed(ruled: Decided) -> None:
    """Art. 115 (1) asks for it; the cure is the act that states it."""
    with pytest.raises(InputError) as refused:
        ruled.sign("penalty-decision", sealed=True)
    assert refused.value.zh == "缺：现住址（第115条第1款第(1)项）"
    assert refused.value.remedy_zh == "登记“查明人员身份”时写明现住址"
    assert "address" in refused.value.en
    ruled.addressed()
    assert ruled.sign("penalty-decision", sealed=True).number == "甲公（一）行罚决字〔2026〕1号"


def test_without_the_seal_it_is_not_signed(ruled: Decided) -> None:
    ruled.addressed()
    with pytest.raises(InputError, match="没有确认加盖公安机关印章"):
        ruled.sign("penalty-decision")


def test_it_says_what_the_law_lists_and_is_issued(ruled: Decided) -> None:
    ruled.addressed()
    signed = ruled.sign("penalty-decision", sealed=True)
    text = pdf_text(stored(signed.digest))
    for told in (
        NAME, "男", "30周岁", "990101199601020011", "演示省演示市甲区虚构路1号", "在虚构路口用拳头击打某丙面部", "证人证言、视听资料",
        "罚款三百元", "《中华人民共和国治安管理处罚法》第五十一条第一款", "十五日内到指定的银行", "六十日内", "六个月内",
        "甲分局第一派出所（印章）", "2026年3月2日", signed.number,
    ):  # fmt: skip
        assert plain(told) in text, told
    issued = Act.objects.unfenced("a test").get(type="decision-document.issued")
    assert issued.fields == {"contents_complete": True, "sealed": True}
    assert issued.subjects == {"person": (SUSPECT,)}


def test_it_goes_to_the_person_and_to_the_victim(ruled: Decided) -> None:
    ruled.addressed()
    signed = ruled.sign("penalty-decision", sealed=True)
    made = next(a for a in ruled.facts.all("document.made") if a.id == signed.enacted.act.id)
    to = addressees(ruled.facts, kinds()["penalty-decision"], made)
    assert [(one.role, one.person) for one in to] == [("suspect", SUSPECT), ("victim", VICTIM)]
    for n, one in enumerate(to):
        when = at(70 + n)
        with clock.holding(when):
            paper_serve(
                made, Service("direct", when, one), dossier=ruled.dossier.id, by=ruled.scene.bureau.handler
            )
        later = [served(ruled.facts, made, other) is not None for other in to]
        assert later == [True, n == 1]
    victims = Act.objects.unfenced("a test").filter(type="document.served").order_by("position").last()
    assert victims is not None
    assert (victims.fields["recipient"], victims.subjects["person"]) == ("victim", (VICTIM,))


def test_a_decision_of_last_year_cites_last_years_law(ruled: Decided) -> None:
    kind = kinds()["penalty-decision"]
    old, new = kind.version_on(dt.date(2025, 12, 31)), kind.version_on(dt.date(2026, 1, 1))
    assert old is not None
    assert new is not None
    assert (old.basis[0].law, old.basis[0].cite) == ("public-order-law-2012", "第96条")
    assert (new.basis[0].law, new.basis[0].cite) == ("public-order-law-2025", "第115条")
    assert old.body == new.body
