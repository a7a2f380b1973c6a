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


def test_a_campaign(walk: Walk) -> None:
    """Three cases with somebody brought in; in two nobody says that they left."""
    cases = [brought_in_at(walk, f"2026-03-02 0{9 - n}:00", person) for n, person in enumerate(PEOPLE)]
    left = walk.hands.at + dt.timedelta(hours=4)
    enacted(walk, cases[2], "person.released", left, walk.bureau.handler, subjects={"person": (PEOPLE[2],)})
    walk.extra["first"] = join(walk.bureau, "演3001", "检查甲", Role.SUPERVISOR, DISCIPLINE, COUNTY)
    walk.extra["second"] = join(walk.bureau, "演3002", "检查乙", Role.SUPERVISOR, DISCIPLINE, COUNTY)
    walk.at("2026-03-06 09:00")
    ticked()

    head = walk.officer("supervisor")
    head.page.goto("/")
    head.page.locator(".site-nav").get_by_role("link", name="检查评查").click()
    head.page.get_by_role("link", name="计划一次检查").click()
    head.page.get_by_role("link", name="执法安全", exact=True).click()
    head.fill(
        {"名称": TITLE, "种类": "专项整治", "范围单位（含下级）": "演示市公安局甲分局", "办结情况": "未结"}
    )
    pressed(head, "看看有多少件")
    assert head.page.locator("#preview").inner_text() == "符合条件的案件：3件"
    assert head.page.get_by_label("名称", exact=True).input_value() == TITLE
    head.look("preview")
    pressed(head, "计划")
    head.look("planned")
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
    answer_ = head.page.request.get(f"/inspections/{made.pk}/sample.json")
    file = SampleFile.model_validate(json.loads(answer_.text()))
    assert sample_faults(file, [ledger_signer().key]) == []
    assert list(evidence_audit()) == []

    told = False
    for who in ("first", "second"):
        desk = walk.officer(who)
        while (links := waiting(desk)).count():
            links.first.click()
            if not told:
                desk.look("checklist")
                checked(desk, CONDITION, "检查登记没有写明醉酒情况，与录像不符。")
                told = True
            else:
                checked(desk)
        desk.look("nothing-waits")

    url = f"/inspections/{made.pk}/"
    head.page.goto(url)
    shown = head.page.locator("main").inner_text()
    assert "人工发现1" in shown
    assert "没有整改到位" in shown
    head.look("results")
    while (forms := head.page.locator("#problems details.action")).count():
        form = forms.first
        form.locator("summary").click()
        head.fill({"整改任务（选填）": "逐案自查，补正记录。"}, form)
        with head.page.expect_navigation():
            form.locator("button[type=submit]").click()
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
