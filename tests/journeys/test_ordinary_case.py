"""An ordinary case through all three hands: two suspects, a hearing, decision, service, enforcement, closing, file."""

from __future__ import annotations

import pytest

from tests.journeys.officers import Walk
from tests.journeys.steps import (
    RIGHT,
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
    signed,
    take_report,
    told,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
HOST, PLAYER = "演示·张某", "演示·王𬭎"


def investigated(walk: Walk) -> str:
    """From the call to the end of the questioning; the case."""
    walk.at("2026-03-02 14:00")
    handler = walk.officer("handler")
    case = take_report(handler, "演示棋牌室有人开设赌局，多人参与赌博。", [HOST, PLAYER], victim=False)
    identify(handler, case, HOST, identity("1980-05-06"))
    identify(handler, case, PLAYER, identity("1990-07-08", 23))
    walk.at("14:20")
    brought_in(handler, case, HOST)
    brought_in(handler, case, PLAYER)
    entered(walk, case, HOST, PLAYER)
    questioned(walk, handler, case, HOST, began="14:40", ended="15:20")
    questioned(walk, handler, case, PLAYER, began="15:25", ended="15:50")
    walk.at("16:00")
    handler.act(case, "released-after-questioning", {"人员": [HOST, PLAYER]})
    handler.act(
        case,
        "evidence-taken",
        {"人员": "演示·李某", "证据名称或者编号": "现场视频光盘1张", "已签名或捺印": True},
    )
    return case


def proposed_and_told(walk: Walk, case: str) -> None:
    """What the conduct is, what is intended, and both told; the one may ask for a hearing."""
    walk.at("2026-03-03 09:00")
    handler = walk.officer("handler")
    characterise(
        handler,
        case,
        HOST,
        "为赌博提供条件",
        "2026年3月2日下午，张某在其经营的演示棋牌室为王某等多人赌博提供场所和赌具，从中抽头牟利。",
        ["以此牟利"],
    )
    handler.look("band")
    characterise(handler, case, PLAYER, "赌博", "2026年3月2日下午，王某在演示棋牌室以扑克牌赌博。")
    propose(handler, case, HOST, {"种类": "行政拘留", "拘留天数": "10", "罚款数额（元）": "4500"})
    handler.look("proposed")
    propose(handler, case, PLAYER, {"种类": "罚款", "罚款数额（元）": "300"})
    walk.at("10:00")
    told(handler, case, HOST)
    told(handler, case, HOST, RIGHT)
    told(handler, case, PLAYER)
    walk.at("10:20")
    handler.act(case, "defence.heard", {"人员": HOST, "提出新的事实、理由或者证据": "是"})
    walk.at("11:30")
    handler.act(case, "defence.rechecked", {"人员": HOST})
    handler.act(case, "defence.waived", {"人员": PLAYER})


def heard(walk: Walk, case: str) -> None:
    """The window takes the request; the hearing is arranged, told in time, held by others than the investigators, and reported."""
    walk.at("2026-03-04 09:30")
    window = walk.officer("window")
    window.act(case, "hearing.requested", {"人员": HOST})
    window.look("requested")
    handler = walk.officer("handler")
    walk.at("2026-03-04 15:00")
    handler.act(case, "hearing.accepted", {"人员": HOST, "听证事项": "较大数额罚款"})
    handler.act(case, "hearing.arranged", {"人员": HOST, "公开举行": "是", "组织听证的部门": "法制部门"})
    handler.act(case, "hearing.notified", {"人员": HOST, "方式": "直接送达"})
    walk.at("2026-03-16 16:30")
    hearing = {
        "人员": HOST,
        "开始时间": "2026-03-16T14:30",
        "结束时间": "2026-03-16T16:20",
        "听证主持人": "审核乙",
        "听证员": "办案丁",
        "听证记录员": "审核丙",
    }
    said = handler.refused(case, "hearing.held", hearing | {"听证主持人": "办案乙"})
    assert "办案人不得主持、参与组成或记录听证" in said
    handler.form(case, "hearing.held")
    handler.fill(hearing)
    handler.look("hearing")
    handler.submit()
    handler.recorded()
    handler.act(case, "document.made", {"人员": HOST, "文书": "听证笔录", "已签名或捺印": True})
    walk.at("2026-03-17 09:00")
    handler.act(case, "hearing.reported", {"人员": HOST, "附听证笔录": True})


def decided(walk: Walk, case: str) -> None:
    """The legal department passes it, the head approves and decides on each."""
    walk.at("2026-03-17 10:00")
    handler, reviewer, approver = map(walk.officer, ("handler", "legal_reviewer", "approver"))
    sent_for_review(handler, case)
    reviewer.page.goto("/desk/")
    reviewer.look("reviewer-desk")
    reviewer.open(case, "review")
    reviewer.look("review")
    grounds = reviewer.page.locator("select[name$=hearing_ground]")
    assert grounds.first.input_value() == "large-fine", "as it was accepted for a hearing"
    reviewed(
        reviewer,
        case,
        "审核通过",
        {"审核意见": "事实清楚，证据确凿，程序合法，同意拟处罚意见。"},
        hearings=["较大数额罚款", "不属听证事项"],
    )
    walk.at("2026-03-17 14:00")
    for name in (PLAYER, HOST):
        approved(walk, case, name)
        decide(approver, case, name)
    approver.look("decided")


def served_and_carried_out(walk: Walk, case: str) -> None:
    """The decisions are signed, handed over, entered; the detention is served and the fines are paid; closed and filed."""
    walk.at("2026-03-17 15:00")
    handler = walk.officer("handler")
    for name in (PLAYER, HOST):
        signed(handler, case, "行政处罚决定书", name)
        handler.fill({"受送达人": name, "送达方式": "当场宣告并交付"})
        handler.submit("登记送达")
        assert "送达情况已登记" in handler.answer()
    handler.look("paper")
    handler.act(case, "system.entered", {"人员": [HOST, PLAYER], "录入系统的内容": "处理"})
    handler.act(
        case, "detention-begun", {"人员": HOST, "初次违反": "是", "由作出决定的公安机关送达执行": True}
    )
    walk.at("2026-03-20 10:00")
    handler.act(case, "fine.collected", {"人员": HOST})
    handler.act(case, "fine.collected", {"人员": PLAYER})
    walk.at("2026-03-27 09:30")
    handler.act(case, "detention.ended", {"人员": HOST, "已发给解除拘留证明书": True})
    walk.at("2026-03-30 09:30")
    handler.act(case, "closed-and-filed", {"案卷含登记表、证据、决定和其他文书": True, "一案一卷": True})
    handler.open(case, "supervision")
    handler.look("nothing-broken")
    assert "本案没有发现问题" in handler.page.locator("main").inner_text()


def test_two_suspects_and_a_hearing(walk: Walk) -> None:
    """From the call to the archive with nothing late or broken on the way."""
    case = investigated(walk)
    proposed_and_told(walk, case)
    heard(walk, case)
    decided(walk, case)
    served_and_carried_out(walk, case)
