"""Cases that turn: returned for correction, a juvenile, a mediation that fails, a law that changed meanwhile."""

from __future__ import annotations

import pytest

from tests.journeys.officers import AtDesk, Walk
from tests.journeys.steps import (
    RIGHT,
    add_person,
    approved,
    brought_in,
    characterise,
    decide,
    entered,
    identify,
    identity,
    of_person,
    propose,
    questioned,
    reviewed,
    sent_for_review,
    take_report,
    told,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]
PENALTY = {"种类": "行政拘留", "拘留天数": "5", "罚款数额（元）": "500"}
SUSPECT, VICTIM = "演示·王𬭎", "演示·李某"


def quarrel(walk: Walk, day: str = "2026-03-02", born: str = "1990-07-08") -> str:
    """One man hits another in a market; both are questioned."""
    walk.at(f"{day} 09:00")
    handler = walk.officer("handler")
    case = take_report(handler, "演示菜场两人因摊位争吵，王某用拳头打了李某。", [SUSPECT])
    identify(handler, case, SUSPECT, identity(born, 23))
    questioned(walk, handler, case, VICTIM, began="09:20", ended="09:50", place="公共场所")
    return case


def suspect_questioned(walk: Walk, case: str) -> None:
    """The suspect is brought in, taken in, questioned, and goes."""
    handler = walk.officer("handler")
    walk.at("10:00")
    brought_in(handler, case, SUSPECT)
    entered(walk, case, SUSPECT)
    questioned(walk, handler, case, SUSPECT, began="10:20", ended="11:00")
    handler.act(case, "released-after-questioning", {"人员": [SUSPECT]})


def proposal(walk: Walk, case: str, penalty: dict[str, str]) -> None:
    """Characterised, proposed, told, heard."""
    handler = walk.officer("handler")
    characterise(
        handler, case, SUSPECT, "殴打他人", "王某在演示菜场因摊位纠纷用拳头击打李某面部，致其软组织挫伤。"
    )
    propose(handler, case, SUSPECT, penalty)
    told(handler, case, SUSPECT)
    handler.act(case, "defence.heard", {"人员": SUSPECT, "提出新的事实、理由或者证据": "否"})


def test_returned_for_correction_and_reviewed_again(walk: Walk) -> None:
    """A list of what to put right, each answered; the second review passes; new evidence fells it."""
    case = quarrel(walk)
    suspect_questioned(walk, case)
    walk.at("2026-03-03 09:00")
    proposal(walk, case, PENALTY)
    handler, reviewer = walk.officer("handler"), walk.officer("legal_reviewer")
    sent_for_review(handler, case)
    walk.at("11:00")
    reviewed(
        reviewer,
        case,
        "退回补正",
        {
            "审核意见": "伤情没有证据证明。",
            "退回或者不予核准的理由": "缺少伤情证据。",
            "补正意见": "调取李某的就诊记录\n说明录像起止时间",
        },
        but={"事实清楚": "缺少伤情证据"},
        hearings=["不属听证事项"],
    )
    reviewer.look("returned")
    walk.at("15:00")
    handler.open(case, "review")
    handler.look("fixes")
    handler.act(
        case,
        "evidence-taken",
        {"人员": VICTIM, "证据名称或者编号": "就诊记录1份", "已签名或捺印": True},
    )
    for done in ("已调取就诊记录。", "已在笔录中说明。"):
        handler.open(case, "review")
        answer = handler.page.locator("#fix")
        handler.fill({"补正结果": "已补正", "说明": done}, answer)
        with handler.page.expect_navigation():
            answer.get_by_role("button", name="答复补正意见").click()
        handler.recorded("fix")
    sent_for_review(handler, case)
    walk.at("2026-03-04 09:00")
    reviewed(reviewer, case, "审核通过", {"审核意见": "已补正，同意。"}, hearings=["不属听证事项"])
    reviewer.look("passed")
    walk.at("10:00")
    handler.act(
        case,
        "evidence-taken",
        {"人员": VICTIM, "证据名称或者编号": "手机视频1段", "已签名或捺印": True},
    )
    handler.open(case, "review")
    handler.look("fallen")
    assert "失效" in handler.page.locator("main").inner_text()


def told_with_the_guardian(handler: AtDesk, case: str) -> None:
    """The proposal and the right to a hearing, told to the suspect and to the guardian."""
    told(handler, case, SUSPECT)
    told(handler, case, SUSPECT, RIGHT)
    right = {"人员": SUSPECT, "告知事项": RIGHT, "方式": "书面", "接收人": "监护人"}
    handler.act(case, "notice.given", right, query="&all=1")
    handler.act(case, "guardian-told-of-penalty", {"人员": SUSPECT})


def test_a_juvenile(walk: Walk) -> None:
    """The guardian is asked to come, told and heard; the right to a hearing; detention that is not carried out."""
    case = quarrel(walk, born="2009-08-08")
    handler = walk.officer("handler")
    handler.open(case, "people")
    assert "未成年人" in handler.page.locator("main").inner_text()
    add_person(
        handler,
        case,
        "监护人",
        "演示·王父",
        {"证件号码": identity("1975-01-01", 35), "是谁的监护人": SUSPECT},
    )
    handler.look("guardian")
    walk.at("10:00")
    brought_in(handler, case, SUSPECT)
    entered(walk, case, SUSPECT)
    said = handler.refused(
        case,
        "questioning-finished",
        {"人员": SUSPECT, "地点类别": "执法办案场所", "已签名或捺印": True},
    )
    handler.look("no-guardian")
    assert "监护人" in said
    handler.act(case, "guardian.notified", {"人员": [SUSPECT], "告知事项": "到场参加询问", "方式": "电话"})
    questioned(walk, handler, case, SUSPECT, began="10:40", ended="11:10")
    handler.act(case, "released-after-questioning", {"人员": [SUSPECT]})
    walk.at("2026-03-03 09:00")
    characterise(
        handler, case, SUSPECT, "殴打他人", "王某在演示菜场因摊位纠纷用拳头击打李某面部，致其软组织挫伤。"
    )
    handler.look("band")
    propose(handler, case, SUSPECT, {"种类": "行政拘留", "拘留天数": "5", "罚款数额（元）": "200"})
    told_with_the_guardian(handler, case)
    handler.act(case, "defence.heard", {"人员": SUSPECT, "提出新的事实、理由或者证据": "否"})
    handler.open(case, "decision")
    handler.look("decision")
    sent_for_review(handler, case)
    walk.at("11:00")
    reviewed(
        walk.officer("legal_reviewer"),
        case,
        "审核通过",
        {"审核意见": "同意。"},
        hearings=["可能执行行政拘留的未成年人"],
    )
    walk.at("2026-03-16 14:00")
    approved(walk, case, SUSPECT)
    approver = walk.officer("approver")
    decide(approver, case, SUSPECT)
    approver.look("decided")
    said = handler.refused(
        case, "detention-begun", {"人员": SUSPECT, "初次违反": "是", "由作出决定的公安机关送达执行": True}
    )
    handler.look("not-executed")
    assert "治安拘留不送执行的四类人" in said
    assert "《治安管理处罚法（2025修订）》第23条" in said


def test_mediation_that_fails(walk: Walk) -> None:
    """Tried, written down, failed; then a penalty, served on the victim too."""
    case = quarrel(walk)
    suspect_questioned(walk, case)
    handler = walk.officer("handler")
    walk.at("2026-03-03 10:00")
    for day in ("2026-03-03", "2026-03-05"):
        walk.at(f"{day} 10:40")
        handler.act(
            case, "mediation.prepared", {"人员": [SUSPECT, VICTIM], "以自己的劳动收入为主要生活来源": "是"}
        )
        handler.act(
            case,
            "mediation.held",
            {
                "人员": [SUSPECT, VICTIM],
                "开始时间": f"{day}T10:00",
                "结束时间": f"{day}T10:40",
                "不适用调解的情形": "无不适用调解的情形",
            },
        )
    handler.look("mediation")
    assert "治安调解" in handler.page.locator(".case-facts").inner_text()
    handler.act(case, "mediation.failed", {"人员": [SUSPECT, VICTIM], "理由": "未达成协议"})
    walk.at("2026-03-06 09:00")
    proposal(walk, case, PENALTY)
    sent_for_review(handler, case)
    walk.at("11:00")
    reviewed(
        walk.officer("legal_reviewer"), case, "审核通过", {"审核意见": "同意。"}, hearings=["不属听证事项"]
    )
    walk.at("14:00")
    approved(walk, case, SUSPECT)
    decide(walk.officer("approver"), case, SUSPECT)
    walk.at("15:00")
    handler.act(
        case, "decision-handed-over", {"人员": SUSPECT, "载明法定事项": True, "加盖公安机关印章": True}
    )
    handler.act(case, "document.served", {"人员": VICTIM, "文书": "行政处罚决定书", "方式": "直接送达"})
    handler.act(
        case, "detention-begun", {"人员": SUSPECT, "初次违反": "是", "由作出决定的公安机关送达执行": True}
    )
    walk.at("2026-03-10 09:00")
    handler.act(case, "fine.collected", {"人员": SUSPECT, "方式": "银行缴款"})
    walk.at("2026-03-11 09:00")
    handler.act(case, "detention.ended", {"人员": SUSPECT, "已发给解除拘留证明书": True})
    handler.act(
        case,
        "closed-and-filed",
        {"案卷含登记表、证据、决定和其他文书": True, "一案一卷": True},
    )
    handler.look("closed")


def test_the_law_that_changed_meanwhile(walk: Walk) -> None:
    """Conduct in December 2025, decision in January 2026: both versions and the lighter result, explained."""
    case = quarrel(walk, day="2025-12-22")
    suspect_questioned(walk, case)
    walk.at("2026-01-06 09:00")
    handler = walk.officer("handler")
    proposal(walk, case, {"种类": "行政拘留", "拘留天数": "5", "罚款数额（元）": "200"})
    of_person(handler, case, SUSPECT)
    handler.look("switch")
    said = handler.page.locator("section[aria-labelledby=band]").inner_text()
    assert "新法还是旧法" in said
    assert "2012修正" in said
    assert "2025修订" in said
    assert "新法不轻于旧法，适用行为时的法律" in said
    assert "程序依每一步当日施行的法律" in said
    handler.open(case, "due")
    handler.look("due")
