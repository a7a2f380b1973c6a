"""The tab 决定 as officers see it: characterising, the band, the proposal, comparable cases, the decision."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.casework.test_pages import BACKEND
from tests.procedure.dossiers import KIND, Scene, at
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.casework.models import Decided
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

pytestmark = pytest.mark.django_db
SUSPECT_KEY = "P0000001"
WHO = {"person": (SUSPECT_KEY,)}


@pytest.fixture
def told(scene: Scene) -> Scene:
    """A beating before the new law took effect, its suspect known."""
    scene.do("report.received", 0, fields=KIND, subjects={"person": ("某甲",)})
    scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2025-12-31"})
    scene.do(
        "person.identified",
        20,
        fields={
            "name": "演示·张𬭎",
            "age": 17,
            "sex": "male",
            "person_role": "suspect",
            "identity_known": True,
        },
        subjects=WHO,
    )
    return scene


def asked(
    scene: Scene,
    officer: Officer,
    sent: dict[str, Any] | None = None,
    minutes: float = 60,
    query: str = "",
    language: str = "zh-hans",
    **more: Any,
) -> HttpResponse:
    """The answer of the tab to a signed-in officer."""
    client = Client()
    with clock.holding(at(minutes)):
        client.force_login(officer, backend=BACKEND)
        session = client.session
        session[BEGAN] = session[SEEN] = clock.now().timestamp()
        session[FACTOR] = officer.number
        session.save()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        url = f"/cases/{scene.id}/decision/" + (f"?person={query}" if query else "")
        return client.get(url) if sent is None else client.post(url, sent, follow=True, **more)


def hidden(page: str, form: str) -> dict[str, str]:
    """Key and state of the case of a form on the page."""
    prefix = "id_" if form == "characterise" else f"{form}_"
    found = {}
    for name in ("key", "expected"):
        (tag,) = re.findall(rf'<input[^>]*id="{prefix}{name}"[^>]*>', page)
        found[name] = re.search(r'value="([^"]*)"', tag)[1]  # type: ignore[index]
    return found


CONDUCT = {
    "violation": "po.beating",
    "conduct_on": "2025-12-31",
    "facts": "2025年12月31日，张某在菜场挥拳殴打李某面部",
    "evidence": "被侵害人陈述、监控录像",
    "factors": ["f.quarrel-both-at-fault"],
    "general": ["general.aged-14-to-17"],
}


def characterised(scene: Scene) -> None:
    page = asked(scene, scene.bureau.handler).content.decode()
    answer = asked(
        scene, scene.bureau.handler, hidden(page, "characterise") | CONDUCT | {"do": "characterise:record"}
    )
    assert answer.status_code == 200, answer.content.decode()


def act(scene: Scene, type_: str) -> Act:
    found: Act = Act.objects.unfenced("a test").filter(dossier=scene.id, type=type_).latest("position")
    return found


def test_before_anything_is_characterised(told: Scene) -> None:
    page = asked(told, told.bureau.handler).content.decode()
    assert "尚未认定违法事实和定性" in page
    assert "殴打他人" in page
    assert "提出处罚意见之后才显示" in page
    assert asked(told, told.bureau.other_handler).status_code == 403


def test_age_ticks_what_the_law_makes_of_it(told: Scene) -> None:
    page = asked(told, told.bureau.handler).content.decode()
    (tag,) = re.findall(r'<input[^>]*value="general.aged-14-to-17"[^>]*>', page)
    assert "checked" in tag


def test_looking_shows_band_and_law_and_records_nothing(told: Scene) -> None:
    page = asked(told, told.bureau.handler).content.decode()
    sent = hidden(page, "characterise") | CONDUCT | {"do": "characterise:look"}
    answer = asked(told, told.bureau.handler, sent).content.decode()
    assert "未核实" in answer
    assert "新法还是旧法" in answer
    assert "第43条第1款" in answer
    assert "第51条第1款" in answer
    assert "还没有登记" in answer
    assert not Act.objects.unfenced("a test").filter(type="case.characterised").exists()


def test_choosing_a_violation_shows_its_circumstances(told: Scene) -> None:
    """Nothing else filled in yet, and no fault told."""
    page = asked(told, told.bureau.handler).content.decode()
    answer = asked(
        told,
        told.bureau.handler,
        hidden(page, "characterise") | {"violation": "po.theft", "do": "characterise:look"},
    )
    assert answer.status_code == 200
    assert "f.relief-goods" in answer.content.decode()
    assert "有问题需要改正" not in answer.content.decode()


def test_what_is_recorded_says_how_it_was_weighed(told: Scene) -> None:
    characterised(told)
    fields = act(told, "case.characterised").fields
    assert fields["violation"] == "po.beating"
    assert fields["circumstances"] == "f.quarrel-both-at-fault,general.aged-14-to-17"
    assert fields["band"] == "lighter.lower"
    assert fields["applied_law"] == "public-order-law-2012"
    assert (fields["law"], fields["article"]) == ("public-order-law-2012", "第43条第1款")


def test_a_departure_asks_for_its_reason_and_the_law_allows_no_more(told: Scene) -> None:
    characterised(told)
    page = asked(told, told.bureau.handler).content.decode()
    start = hidden(page, "propose")

    def put(**more: Any) -> HttpResponse:
        return asked(told, told.bureau.handler, start | {"do": "propose:record"} | more)

    above = put(decision="detention", days="5")
    assert above.status_code == 422
    assert "偏离裁量基准，请写明理由" in above.content.decode()
    outside = put(decision="detention", days="16", departure_reason="情节恶劣")
    assert outside.status_code == 422
    assert "超出法定幅度" in outside.content.decode()
    missing = put(decision="fine")
    assert "罚款须写明数额" in missing.content.decode()
    assert not Act.objects.unfenced("a test").filter(type="penalty.proposed").exists()
    assert put(decision="detention", days="5", departure_reason="多次挑起事端").status_code == 200
    fields = act(told, "penalty.proposed").fields
    assert fields["departs"] is True
    assert fields["departure_reason"] == "多次挑起事端"
    assert (fields["decision"], fields["days"]) == ("detention", "5")


def test_checking_answers_in_place(told: Scene) -> None:
    characterised(told)
    page = asked(told, told.bureau.handler).content.decode()
    sent = hidden(page, "propose") | {"decision": "fine", "amount": "200", "do": "propose:look"}
    answer = asked(told, told.bureau.handler, sent, headers={"hx-request": "true"}).content.decode()
    assert "在基准幅度内" in answer
    assert "<html" not in answer


def decided_elsewhere(scene: Scene, count: int) -> None:
    """Earlier decisions on the same conduct, told by rows as the projection makes them."""
    acts = list(Act.objects.unfenced("a test").filter(dossier=scene.id)[:1])
    Decided.objects.bulk_create(
        Decided(
            dossier_id=scene.id, act=acts[0], person=f"P{n}", unit_id=scene.dossier.unit_id, violation="po.beating",
            tier="lighter", decision="fine", amount=100 + 100 * (n % 5), decided_on="2026-02-01",
        )
        for n in range(count)
    )  # fmt: skip


def test_comparable_cases_come_only_after_the_proposal(told: Scene) -> None:
    characterised(told)
    page = asked(told, told.bureau.handler).content.decode()
    assert "提出处罚意见之后才显示" in page
    assert "<svg viewBox" not in page
    sent = hidden(page, "propose") | {"decision": "fine", "amount": "200", "do": "propose:record"}
    page = asked(told, told.bureau.handler, sent).content.decode()
    assert "类似案件怎样处理" in page
    assert "看不出规律" in page
    fields = act(told, "penalty.proposed").fields
    assert fields["departs"] is False
    assert "departure_reason" not in fields


def test_what_nobody_asks_for_is_not_there(told: Scene) -> None:
    assert asked(told, told.bureau.handler, query="P9999999").status_code == 404
    assert asked(told, told.bureau.handler, {"do": "nonsense"}).status_code == 404


def test_only_an_approver_decides_and_hears_the_guard(told: Scene) -> None:
    """The approver sees the proposal prefilled; the guard refuses for want of a notice, in words."""
    characterised(told)
    page = asked(told, told.bureau.handler).content.decode()
    sent = hidden(page, "propose") | {"decision": "fine", "amount": "200", "do": "propose:record"}
    asked(told, told.bureau.handler, sent)
    assert asked(told, told.bureau.handler, {"do": "decide:record"}).status_code == 403
    page = asked(told, told.bureau.approver).content.decode()
    assert "propose_decision" not in page
    start = hidden(page, "decide") | {"decision": "fine", "amount": "200", "level": "county-head"}
    looked = asked(told, told.bureau.approver, start | {"do": "decide:look"}).content.decode()
    assert "现在登记会被拒绝" in looked
    assert "告知" in looked
    refused = asked(told, told.bureau.approver, start | {"do": "decide:record"})
    assert refused.status_code == 422
    assert not Act.objects.unfenced("a test").filter(type="penalty.decided").exists()


def test_a_violation_outside_the_catalogue_has_no_band(told: Scene) -> None:
    page = asked(told, told.bureau.handler).content.decode()
    sent = (
        hidden(page, "characterise")
        | CONDUCT
        | {"violation": "other", "violation_words": "违反出境入境管理", "do": "characterise:record"}
    )
    del sent["factors"]
    page = asked(told, told.bureau.handler, sent).content.decode()
    assert act(told, "case.characterised").fields["violation"] == "违反出境入境管理"
    assert "违反出境入境管理" in page
    assert "裁量幅度" not in page


def test_the_whole_way_to_the_decision(scene: Scene) -> None:
    """Characterised, proposed, told, decided; then the decision in sum with remedies and receipt, and comparable to others."""
    scene.do("report.received", 0, fields=KIND, subjects={"person": ("某甲",)})
    scene.do("case.opened", 10, fields=KIND | {"conduct_on": "2026-03-01"})
    who = {"name": "演示·张𬭎", "age": 30, "sex": "male", "person_role": "suspect", "identity_known": True}
    scene.do("person.identified", 20, fields=who, subjects=WHO)
    handler, approver = scene.bureau.handler, scene.bureau.approver
    page = asked(scene, handler).content.decode()
    conduct = CONDUCT | {"conduct_on": "2026-03-01", "general": [], "do": "characterise:record"}
    asked(scene, handler, hidden(page, "characterise") | conduct)
    page = asked(scene, handler, minutes=70).content.decode()
    sent = hidden(page, "propose") | {"decision": "fine", "amount": "500", "do": "propose:record"}
    page = asked(scene, handler, sent, minutes=70).content.decode()
    assert "给予罚款500元" in page
    told = {"notice": "penalty-proposed", "recipient": "suspect", "method": "written"}
    scene.do("notice.given", 80, fields=told, subjects=WHO)
    scene.do("defence.heard", 90, fields={"defence_raised": False}, subjects=WHO)
    page = asked(scene, approver, minutes=100).content.decode()
    assert 'value="500"' in page
    start = hidden(page, "decide") | {"level": "county-head", "do": "decide:record"}
    heavier = asked(scene, approver, start | {"decision": "fine", "amount": "600"}, minutes=100)
    assert heavier.status_code == 422
    assert "不得因陈述、申辩或者要求听证而加重" in heavier.content.decode()
    answer = asked(scene, approver, start | {"decision": "fine", "amount": "500"}, minutes=100)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "决定摘要" in page
    assert "六十日内可以申请行政复议" in page
    receipt = re.search(r"<code>([0-9a-f]{64})</code>", page)
    assert receipt is not None
    row = Decided.objects.unfenced("a test").get()
    assert (row.violation, row.tier, row.decision, row.amount, row.person) == (
        "po.beating",
        "lighter",
        "fine",
        500,
        SUSPECT_KEY,
    )


def test_each_suspect_has_an_own_decision(told: Scene) -> None:
    """The first where none is named; both by links; nobody else."""
    other = {"name": "演示·赵某", "age": 40, "person_role": "suspect"}
    told.do("person.identified", 30, fields=other, subjects={"person": ("P0000002",)})
    characterised(told)
    page = asked(told, told.bureau.handler).content.decode()
    assert 'href="?person=P0000002"' in page
    assert "演示·赵某" in page
    for query, status in (("P0000002", 200), ("P0000003", 404)):
        answer = asked(told, told.bureau.handler, query=query)
        assert answer.status_code == status
        assert "挥拳殴打" not in answer.content.decode()


def test_in_english(told: Scene) -> None:
    characterised(told)
    page = asked(told, told.bureau.handler, language="en").content.decode()
    for words in (
        "The band",
        "unverified",
        "Which law applies",
        "Beating another person",
        "Propose a penalty",
    ):
        assert words in page


def test_evidence_on_file_is_not_typed_again_and_its_exclusion_shows(told: Scene) -> None:
    """Listed from the file; cited by the penalty; once excluded, the characterisation is called into question."""
    named = {"evidence": "监控录像一段", "evidence_kind": "electronic"}
    told.do("evidence.received", 30, fields=named, subjects={"person": ("某甲",)})
    assert 'value="监控录像一段"' in asked(told, told.bureau.handler).content.decode()
    characterised(told)
    page = asked(told, told.bureau.handler).content.decode()
    sent = hidden(page, "propose") | {"decision": "fine", "amount": "200", "do": "propose:record"}
    asked(told, told.bureau.handler, sent)
    assert act(told, "penalty.proposed").fields["cites"] == "被侵害人陈述\n监控录像"
    opinion = {"evidence": "监控录像", "exclusion_ground": "violence-or-threat", "reason": "属实"}
    told.do("evidence.exclusion-proposed", 65, by=told.bureau.legal_reviewer, fields=opinion)
    gone = opinion | {"level": "county-head"}
    told.do("evidence.excluded", 70, by=told.bureau.approver, fields=gone)
    page = asked(told, told.bureau.handler, minutes=80).content.decode()
    assert "认定引用的证据已被排除" in page
