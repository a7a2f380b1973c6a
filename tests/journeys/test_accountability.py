"""不起诉 entered → reviewed → a norm wished for and a responsibility case → statement → decision → remedy verified → closed."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import join
from tests.journeys.officers import AtDesk, Walk
from tests.journeys.steps import brought_in, take_report
from zhunsheng.accountability.deciding import cases_lapse
from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.people.demo import COUNTY, DISCIPLINE
from zhunsheng.people.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
SUSPECT = "演示·王𬭎"
PAPER = {
    "种类": "证据不足不起诉",
    "作出机关": "演示市甲区人民检察院",
    "文号": "甲检刑不诉〔2026〕12号",
    "作出日期": "2026-03-18",
    "办案单位": "甲分局第一派出所",
    "决定内容": "对王某不起诉。",
    "文书写明的理由（摘录原文）": "现有证据不能证明王某实施了盗窃行为。",
}
REMEDY = {
    "措施": "培训",
    "内容": "视频证据提取培训",
    "责任人警号（选填）": "演1002",
    "期限（选填）": "2026-04-20",
}


def opened_action(desk: AtDesk, words: str) -> None:
    """Open one of the things that may be done on the page."""
    action = desk.page.locator("details.action", has=desk.page.locator("summary", has_text=words)).first
    if action.get_attribute("open") is None:
        action.locator("summary").click()


def send(desk: AtDesk, words: str) -> None:
    """Press the button and wait for the page it leads to."""
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name=words, exact=True).click()
    desk.page.wait_for_load_state()


def case_handled(walk: Walk) -> str:
    """A theft reported, a suspect brought in; the number of the dossier."""
    walk.at("2026-03-02 09:00")
    with clock.holding(walk.hands.at):
        walk.extra["second_supervisor"] = join(
            walk.bureau, "演2005", "监督乙", Role.SUPERVISOR, DISCIPLINE, COUNTY
        )
    handler = walk.officer("handler")
    case = take_report(handler, "演示街口有人盗窃电动车，被群众扭送。", [SUSPECT])
    walk.at("09:40")
    brought_in(handler, case, SUSPECT)
    return str(Dossier.objects.unfenced("a test").get(pk=case).number)


def result_reviewed(walk: Walk, desk: AtDesk, number: str) -> None:
    """The procuratorate's paper is entered and reviewed; the norm wished for stands on the page of the rulebook."""
    desk.page.goto("/external-results/")
    opened_action(desk, "登记一件")
    desk.fill(PAPER | {"案卷编号（选填）": number})
    send(desk, "登记")
    walk.looked_at(desk.page, "result")
    opened_action(desk, "复盘")
    desk.page.get_by_role("radio", name="可能存在执法过错").check()
    desk.page.locator("#review_review_reason").fill("到案后没有及时提取监控，关键证据灭失。")
    desk.page.locator("#review_acts").get_by_role("checkbox").last.check()
    desk.page.locator("#review_proposal").fill("扭送到案的，应当在二小时内提取现场监控。")
    walk.looked_at(desk.page, "review")
    send(desk, "提交复盘结论")
    assert "列在“规则”页" in desk.page.locator("main").inner_text()
    reviewer = walk.officer("legal_reviewer")
    reviewer.page.goto("/rulebook/")
    assert "应当在二小时内提取现场监控" in reviewer.page.locator("main").inner_text()
    walk.looked_at(reviewer.page, "rulebook")


def responsibility_attributed(walk: Walk, desk: AtDesk) -> str:
    """The case is opened and the proposal accepted; its address."""
    desk.page.get_by_role("link", name="立过错责任案").click()
    desk.page.locator("#open_reason").fill("不起诉系取证不及时所致。")
    walk.looked_at(desk.page, "open")
    send(desk, "立案")
    walk.looked_at(desk.page, "proposal")
    desk.page.locator("#attribute_note").fill("按行为链划分。")
    send(desk, "确定划分意见，告知各人")
    assert "尚未陈述" in desk.page.locator("main").inner_text()
    walk.looked_at(desk.page, "attributed")
    return str(desk.page.url)


def stated(walk: Walk, who: str, *, looks: bool) -> None:
    """Somebody concerned follows the navigation to their part and states their defence."""
    desk = walk.officer(who)
    desk.page.goto("/desk/")
    desk.page.get_by_role("link", name="陈述申辩").click()
    if looks:
        walk.looked_at(desk.page, "mine")
    desk.page.get_by_role("link", name="过错责任案第").click()
    desk.page.locator("#statement_text").fill("当日同时处置三起警情，已电话请求支援。")
    if looks:
        walk.looked_at(desk.page, "part")
    send(desk, "提交")


def decided(walk: Walk, address: str) -> None:
    """Another supervisor decides; the first concerned answers, nobody else."""
    decider = walk.officer("second_supervisor")
    decider.page.goto("/accountability/")
    walk.looked_at(decider.page, "list")
    decider.page.goto(address)
    opened_action(decider, "作出决定")
    decider.page.get_by_role("radio", name="认定执法过错").check()
    decider.page.locator("#decide_degree_0").select_option(label="过失")
    for n in range(1, decider.page.locator("select[id^=decide_share_]").count()):
        decider.page.locator(f"#decide_share_{n}").select_option(label="不承担")
    decider.page.locator("#decide_reasons").fill("到案后未及时提取监控；当日警力不足，系过失。")
    walk.looked_at(decider.page, "deciding")
    send(decider, "作出决定")
    assert "认定执法过错" in decider.page.locator("main").inner_text()
    walk.looked_at(decider.page, "decided")


def put_right(desk: AtDesk, handler: AtDesk, address: str) -> None:
    """A remedy is ordered, reported done by its owner, verified by another hand."""
    desk.page.goto(address)
    opened_action(desk, "确定纠正措施")
    desk.fill(REMEDY)
    send(desk, "确定纠正措施")
    handler.page.goto("/rectification/")
    handler.page.get_by_role("link", name="过错责任案").first.click()
    opened_action(handler, "报告完成")
    handler.page.locator("#done_measure").fill("组织培训并考核。")
    handler.page.locator("#done_evidence").fill("签到表、考核成绩。")
    send(handler, "报告完成")
    desk.page.goto(address)
    desk.page.get_by_role("link", name="已报完成，待核实").click()
    opened_action(desk, "核实")
    desk.page.get_by_role("radio", name="整改到位，销号").check()
    desk.page.locator("#verify_note").fill("查看签到表。")
    send(desk, "登记核实结果")


def test_a_case_not_prosecuted_teaches(walk: Walk) -> None:
    """From the procuratorate's paper to the norm it leads to, and to what was put right; each hand another's."""
    number = case_handled(walk)
    walk.at("2026-03-20 10:00")
    supervisor = walk.officer("supervisor")
    result_reviewed(walk, supervisor, number)
    address = responsibility_attributed(walk, supervisor)
    walk.at("+1d")
    for who in ("handler", "second_handler"):
        stated(walk, who, looks=who == "handler")
    walk.at("+1d")
    supervisor.page.goto(address)
    opened_action(supervisor, "听取陈述申辩完毕")
    supervisor.page.locator("#hearing_note").fill("都已陈述。")
    send(supervisor, "听取陈述申辩完毕")
    # Whoever attributed does not decide.
    assert "由另一人决定" in supervisor.page.locator("main").inner_text()
    decided(walk, address)
    handler = walk.officer("handler")
    put_right(supervisor, handler, address)
    walk.at("+32d")
    with clock.holding(walk.hands.at):
        assert cases_lapse() == 1
    supervisor.page.goto(address)
    opened_action(supervisor, "办结")
    supervisor.page.locator("#close_note").fill("措施已落实。")
    send(supervisor, "办结")
    assert "办结" in supervisor.page.locator("main dl.facts").first.inner_text()
    walk.looked_at(supervisor.page, "closed")
    handler.page.goto("/accountability/mine/")
    handler.page.get_by_role("link", name="过错责任案第").click()
    assert "同等责任" in handler.page.locator("main").inner_text()
    walk.looked_at(handler.page, "own-decision")
