"""A campaign at the screen: query, population frozen, sample drawn, checklists, problems into the ledger, put right, closed with figures."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tests.journeys.breaches import answer, brought_in_at, enacted, ticked
from tests.journeys.conftest import join
from tests.journeys.officers import AtDesk, Walk
from zhunsheng.inspections.audit import evidence_audit
from zhunsheng.inspections.models import Inspection, Problem
from zhunsheng.inspections.sample_file import SampleFile, sample_faults
from zhunsheng.ledger.keeping import ledger_signer
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.demo import COUNTY, DISCIPLINE, STATION
from zhunsheng.people.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
PEOPLE = ("演示·张某", "演示·李某", "演示·王某")
TITLE = "三月执法安全专项整治"
CONDITION = "到案人员身体状况查明并如实记录"


def checked(desk: AtDesk, problem: str = "", note: str = "") -> None:
    """Answer the open checklist: keep what the rulebook says, the rest in order, one problem where it is named."""
    page = desk.page
    for folded in page.locator("details.untouched").all():
        folded.evaluate("e => { e.open = true }")
    for question in page.locator("fieldset.question").all():
        legend = question.locator("legend").inner_text()
        if problem and legend == problem:
            question.get_by_label("存在问题").check()
            question.get_by_label("说明").fill(note)
        elif not question.locator("input:checked").count():
            question.get_by_label("符合").check()
    with page.expect_navigation():
        page.get_by_role("button", name="完成检查表").click()
    assert "检查表已完成" in page.locator(".message").first.inner_text()


def waiting(desk: AtDesk) -> Any:
    """The checklists that wait for the officer."""
    desk.page.goto("/inspections/")
    return desk.page.locator("main a[href*='/inspections/sheets/']")


def pressed(desk: AtDesk, name: str) -> None:
    """Press a button that leads to a page."""
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name=name, exact=True).click()


def inspectors_joined(walk: Walk) -> None:
    """Two inspectors more, with no hand in any case."""
    for who, number, name in (("first", "演3001", "检查甲"), ("second", "演3002", "检查乙")):
        walk.extra[who] = join(walk.bureau, number, name, Role.SUPERVISOR, DISCIPLINE, COUNTY)


def planned(head: AtDesk, answers: dict[str, Any], theme: str) -> None:
    """From the navigation to a plan, looked through before it is planned."""
    head.page.goto("/")
    head.page.locator(".site-nav").get_by_role("link", name="检查评查").click()
    head.page.get_by_role("link", name="计划一次检查").click()
    head.page.get_by_role("link", name=theme, exact=True).click()
    head.fill(answers)
    pressed(head, "看看有多少件")
    assert head.page.locator("#preview").inner_text() == "符合条件的案件：3件"
    assert head.page.get_by_label("名称", exact=True).input_value() == answers["名称"]
    head.look("preview")
    pressed(head, "计划")


def drawn(head: AtDesk) -> Inspection:
    """Frozen, drawn once the ledger has a checkpoint, given out; and what anybody may check holds."""
    pressed(head, "固定总体")
    assert "通常几秒钟" in head.page.locator("main").inner_text()
    head.look("frozen")
    ledger_sequence()
    head.page.get_by_role("link", name="刷新").click()
    pressed(head, "抽取样本")
    head.fill({"检查人员警号": "演3001，演3002"})
    head.look("drawn")
    pressed(head, "分派检查人员")
    made: Inspection = Inspection.objects.unfenced("a test").get()
    sent = head.page.request.get(f"/inspections/{made.pk}/sample.json")
    file = SampleFile.model_validate(json.loads(sent.text()))
    assert sample_faults(file, [ledger_signer().key]) == []
    assert list(evidence_audit()) == []
    return made


def read_by(walk: Walk, who: str, problem: str = "", note: str = "") -> None:
    """Somebody answers every checklist that waits for them; the problem is in the first."""
    desk = walk.officer(who)
    while (links := waiting(desk)).count():
        links.first.click()
        if problem:
            desk.look("checklist")
        checked(desk, problem, note)
        problem = ""


def put_right(walk: Walk, head: AtDesk, url: str) -> None:
    """Every problem enters the ledger, is reported done by the officer and verified by the supervisor."""
    while (forms := head.page.locator("#problems details.action")).count():
        forms.first.locator("summary").click()
        head.fill({"整改任务（选填）": "逐案自查，补正记录。"}, forms.first)
        with head.page.expect_navigation():
            forms.first.locator("button[type=submit]").click()
    handler = walk.officer("handler")
    lines = list(Problem.objects.values_list("rectification_id", flat=True))
    assert len(lines) >= 3
    assert all(lines)
    for line in lines:
        handler.page.goto(f"/rectification/{line}/")
        answer(handler, "报告完成", {"整改措施": "对照录像补正登记", "证据": "补正后的登记表，存卷宗附页"})
    head.page.goto(f"{url}ledger/")
    head.look("ledger")
    for line in lines:
        head.page.goto(f"/rectification/{line}/")
        answer(head, "核实", {"核实结果": "整改到位", "核实情况": "查看录像和登记表"})


def three_cases(walk: Walk) -> None:
    """Three cases with somebody brought in; in two of them nobody says that they left."""
    cases = [brought_in_at(walk, f"2026-03-02 0{9 - n}:00", person) for n, person in enumerate(PEOPLE)]
    left = walk.hands.at + dt.timedelta(hours=4)
    enacted(walk, cases[2], "person.released", left, walk.bureau.handler, subjects={"person": (PEOPLE[2],)})
    inspectors_joined(walk)
    walk.at("2026-03-06 09:00")
    ticked()


def test_a_campaign(walk: Walk) -> None:
    """From the query to the end: all that was found is put right before it is closed."""
    three_cases(walk)
    head = walk.officer("supervisor")
    unit = {"范围单位（含下级）": "演示市公安局甲分局", "办结情况": "未结"}
    planned(head, {"名称": TITLE, "种类": "专项整治", **unit}, "执法安全")
    made = drawn(head)
    url = f"/inspections/{made.pk}/"
    read_by(walk, "first", CONDITION, "检查登记没有写明醉酒情况，与录像不符。")
    read_by(walk, "second")
    walk.officer("second").look("nothing-waits")
    head.page.goto(url)
    shown = head.page.locator("main").inner_text()
    assert "人工发现1" in shown
    assert "没有整改到位" in shown
    head.look("results")
    put_right(walk, head, url)
    head.page.goto(f"{url}units/{STATION}/")
    assert "执法检查情况通报" in head.page.locator("h1").inner_text()
    head.look("circular")
    head.page.emulate_media(media="print")
    head.look("circular-printed")
    head.page.emulate_media(media="screen")
    head.page.goto(url)
    answer(head, "办结", {"结论": "到案登记不规范的问题已全部整改。"})
    made.refresh_from_db()
    assert made.status == "closed"
    shown = head.page.locator("main").inner_text()
    assert "到案登记不规范的问题已全部整改。" in shown
    assert "有问题的案件" in shown
    head.look("closed")


def test_a_review_by_two_who_do_not_see_each_other(walk: Walk) -> None:
    """What they see otherwise waits for a third; until both are done nobody sees either."""
    three_cases(walk)
    head = walk.officer("supervisor")
    more = {"双人背靠背评查的比例（%）（选填）": "100", "抽取件数（选填）": "2", "公开数值的来源（选填）": ""}
    planned(
        head,
        {"名称": "三月评查", "种类": "案件评查", "范围单位（含下级）": "演示市公安局甲分局", **more},
        "执法安全",
    )
    made = drawn(head)
    url = f"/inspections/{made.pk}/"
    note = "检查登记没有写明醉酒情况。"
    read_by(walk, "first", CONDITION, note)
    head.page.goto(url)
    assert note not in head.page.locator("main").inner_text()
    read_by(walk, "second")
    head.page.goto(url)
    shown = head.page.locator("main").inner_text()
    assert "待认定的不一致" in shown
    assert note in shown
    assert "双人一致性" in shown
    head.look("differences")
    answer(head, "认定", {"认定": "存在问题", "理由": "录像可以看出醉酒，登记没有写明。"})
    shown = head.page.locator("main").inner_text()
    assert "待认定的不一致" not in shown
    assert "人工发现1" in shown
    head.look("settled")
    head.page.goto("/inspections/new/")
    pressed(head, "计划")
    assert "有问题需要改正" in head.page.locator("main").inner_text()
    head.look("nothing-said")
    head.page.goto("/inspections/?state=all")
    head.look("list")
