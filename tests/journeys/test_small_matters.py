"""Matters settled quickly: a fine on the spot, and a case on the fast track."""

from __future__ import annotations

import pytest

from tests.journeys.officers import Walk
from tests.journeys.steps import (
    TOLD,
    approved,
    brought_in,
    characterise,
    decide,
    entered,
    identify,
    identity,
    propose,
    questioned,
    reviewed,
    sent_for_review,
    take_report,
    told,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
SUSPECT = "演示·王𬭎"


def test_a_fine_on_the_spot(walk: Walk) -> None:
    """Refused until the person was told and heard; then fined, served, collected, filed, turned in, banked, closed."""
    walk.at("2026-03-02 09:00")
    handler = walk.officer("handler")
    handler.page.goto("/desk/")
    handler.look("desk")
    handler.page.get_by_role("link", name="接报案").click()
    case = take_report(handler, "演示街口有人长时间用音响播放音乐，干扰居民。", [SUSPECT], victim=False)
    handler.look("receipt")
    identify(handler, case, SUSPECT, identity("1990-07-08", 23))
    handler.look("people")
    walk.at("09:20")
    penalty = {
        "金额（元）": "200",
        "当事人无异议": "是",
        "已签名或捺印": True,
        "违法事实": "2026年3月2日9时许，王某在演示街口用音响播放音乐，经劝阻不改。",
    }
    said = handler.refused(case, "penalty.decided-on-the-spot", penalty)
    handler.look("refused")
    assert "当场处罚先口头告知" in said
    assert "《公安机关办理行政案件程序规定》第38条" in said
    assert "怎么办：" in said
    handler.page.get_by_role("link", name="去登记“告知”").click()
    handler.fill({"告知事项": TOLD, "方式": "口头"})
    handler.submit()
    handler.recorded()
    walk.at("+3m")
    handler.act(case, "defence.heard", {"提出新的事实、理由或者证据": "否"})
    walk.at("+5m")
    handler.act(case, "recording.made", {"开始时间": "2026-03-02T09:05", "结束时间": "2026-03-02T09:28"})
    handler.act(case, "penalty.decided-on-the-spot", penalty)
    assert handler.page.locator(".case-facts").inner_text().count("当场处罚") == 1
    walk.at("+2m")
    handler.act(case, "document.served", {"方式": "当场宣告并交付"})
    handler.act(
        case,
        "fine.collected",
        {
            "方式": "当场收缴",
            "当场收缴事由": "小额且被处罚人无异议",
            "已出具财政部门统一票据": True,
        },
    )
    walk.at("14:00")
    handler.act(case, "penalty.spot-filed")
    walk.at("2026-03-03 09:00")
    handler.act(case, "fine.turned-in")
    walk.at("2026-03-04 09:00")
    handler.act(case, "fine.banked")
    handler.act(
        case,
        "closed-and-filed",
        {"案卷含登记表、证据、决定和其他文书": True, "一案一卷": True},
    )
    handler.look("closed")
    assert "已办结" in handler.page.locator(".case-facts").inner_text()


@pytest.mark.slow
def test_a_case_on_the_fast_track(walk: Walk) -> None:
    """The suspect consents in writing; the penalty is decided within two days."""
    walk.at("2026-03-02 09:00")
    handler = walk.officer("handler")
    case = take_report(handler, "演示超市内有人盗窃商品，被店员发现。", [SUSPECT])
    identify(handler, case, SUSPECT, identity("1990-07-08", 23))
    questioned(walk, handler, case, "演示·李某", began="09:20", ended="09:50", place="公共场所")
    walk.at("10:00")
    brought_in(handler, case, SUSPECT)
    entered(walk, case, SUSPECT)
    handler.act(case, "fast-track.consented", {"人员": [SUSPECT], "方式": "书面", "已签名或捺印": True})
    handler.act(
        case,
        "fast-track.started",
        {"人员": [SUSPECT], "残障或者疑似精神病": "无", "听证事项": "不属听证事项", "可能拘留的天数": "5"},
    )
    handler.look("fast-track")
    assert "快速办理" in handler.page.locator(".case-facts").inner_text()
    questioned(walk, handler, case, SUSPECT, began="10:15", ended="10:40")
    handler.act(case, "released-after-questioning", {"人员": [SUSPECT]})
    walk.at("11:00")
    characterise(handler, case, SUSPECT, "盗窃", "2026年3月2日8时许，王某在演示超市盗窃价值80元的商品。")
    propose(handler, case, SUSPECT, {"种类": "行政拘留", "拘留天数": "5"})
    told(handler, case, SUSPECT)
    handler.act(case, "defence.waived", {"人员": SUSPECT})
    sent_for_review(handler, case)
    walk.at("14:00")
    reviewed(
        walk.officer("legal_reviewer"),
        case,
        "审核通过",
        {"审核意见": "同意。"},
        hearings=["不属听证事项"],
    )
    walk.at("15:00")
    approved(walk, case, SUSPECT)
    decide(walk.officer("approver"), case, SUSPECT)
    handler.open(case, "due")
    handler.look("due")
    assert "快速办理" in handler.page.locator("main").inner_text()
