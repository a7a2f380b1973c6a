"""A visit from its plan to the posted circular in a real browser: accessible, at 320 px without sideways scroll, without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from tests.accountability.test_browser import window
from tests.console.browsing import axe, browser, looked_at
from tests.inspections.looking import LOOKING
from tests.inspections.places import SAW, SECOND, STATIONS, Branch, branch_of, recorded, visit_of
from tests.journeys.officers import IDLE_S, hands
from tests.procedure.dossiers import at
from zhunsheng.base import clock
from zhunsheng.inspections.models import Inspection
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.demo import COUNTY, Bureau

__all__ = ["axe", "browser", "hands"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.django_db(transaction=True)]


def minute(minutes: float) -> str:
    return at(minutes).astimezone(clock.LOCAL).strftime("%Y-%m-%dT%H:%M")


def arranged(desk: Any, axe: str, branch: Branch) -> Inspection:
    """From the list to visits that are given out."""
    desk.goto("/inspections/")
    desk.get_by_role("link", name="计划现场抽查").click()
    looked_at(desk, axe, "visits-new")
    typed = {
        "title": "一季度现场抽查",
        "period_from": "2026-03-01",
        "period_to": "2026-03-31",
        "due_on": "2026-04-15",
    }
    for name, value in typed.items():
        desk.locator(f"#visits_{name}").fill(value)
    desk.locator("#visits_unit").select_option(COUNTY)
    desk.get_by_role("button", name="看看有多少个").click()
    assert "可以抽取的单位：3个" in desk.locator("main").inner_text()
    desk.get_by_role("button", name="计划", exact=True).click()
    looked_at(desk, axe, "visits-planned")
    desk.get_by_role("button", name="固定总体").click()
    ledger_sequence()
    desk.reload()
    desk.get_by_role("button", name="抽取单位").click()
    looked_at(desk, axe, "visits-drawn")
    desk.locator("#assign_inspectors").fill("，".join(one.number for one in branch.inspectors))
    desk.get_by_role("button", name="分派到访人员").click()
    looked_at(desk, axe, "visits-given")
    made: Inspection = Inspection.objects.unfenced("a test").get()
    return made


def filled(plain: Any) -> None:
    """The sheet of the second station, with one thing that is not in order, kept and not recorded yet."""
    plain.goto("/inspections/")
    plain.get_by_role("link", name="到访甲分局第二派出所").click()
    plain.locator("#visit_visited_at").fill(minute(LOOKING + 30))
    plain.locator("#visit_seen").fill(SAW)
    for box in plain.get_by_role("radio", name="符合", exact=True).all():
        box.check()
    wrong = plain.get_by_role("group", name="保管室的财物与台账、标签相符")
    wrong.get_by_role("radio", name="不符合").check()
    wrong.get_by_label("说明").fill("两件在册财物不在柜中")
    plain.get_by_role("button", name="保存，以后继续").click()


def ended(desk: Any, axe: str, url: str) -> None:
    """What was wrong goes into the ledger, and the circular is posted."""
    desk.goto(url)
    looked_at(desk, axe, "visits-results")
    desk.locator("#problems details.action summary").first.click()
    desk.locator("#problems textarea").fill("清点并补正台账")
    desk.locator("#problems").get_by_role("button", name="列入整改台账").click()
    desk.goto(f"{url}ledger/")
    looked_at(desk, axe, "visits-ledger")
    desk.goto(url)
    desk.locator("details.action summary").filter(has_text="办结").click()
    desk.locator("#close_conclusion").fill("一所有问题，已列入台账。")
    desk.get_by_role("button", name="办结并公布通报").click()
    looked_at(desk, axe, "visits-closed")


def test_visits_at_the_screen(
    bureau: Bureau, browser: Any, live_server: Any, axe: str, hands: Any, settings: Any
) -> None:
    """With the real rulebook and its theme; the sheet is filled in without JavaScript."""
    settings.SESSION_IDLE_S, settings.SESSION_LIFETIME_S = IDLE_S, 400 * 86_400
    cache.clear()
    branch = branch_of(bureau)
    hands.at = at(LOOKING)
    desk = window(browser, live_server.url, branch.supervisor, hands, locale="zh-CN")
    made = arranged(desk, axe, branch)
    url = f"/inspections/{made.pk}/"
    stranger = window(browser, live_server.url, bureau.assessor, hands, locale="zh-CN")
    stranger.goto(url)
    assert "第二派出所" not in stranger.locator("main").inner_text()
    looked_at(stranger, axe, "visits-stranger")
    sheet = visit_of(made, SECOND)
    hands.at = at(LOOKING + 60)
    plain = window(
        browser, live_server.url, sheet.inspector, hands, locale="zh-CN", java_script_enabled=False
    )
    filled(plain)
    own = window(browser, live_server.url, sheet.inspector, hands, locale="zh-CN")
    own.goto(f"/inspections/visits/{sheet.pk}/")
    looked_at(own, axe, "visits-sheet")
    plain.get_by_role("button", name="记录到访").click()
    assert "到访已记录" in plain.locator("main").inner_text()
    own.reload()
    looked_at(own, axe, "visits-sheet-done")
    for code in STATIONS - {SECOND}:
        recorded(visit_of(made, code))
    hands.at = at(LOOKING + 90)
    ended(desk, axe, url)
    head = window(browser, live_server.url, branch.heads[SECOND], hands, locale="zh-CN")
    english = window(browser, live_server.url, branch.supervisor, hands, locale="en-GB")
    head.goto("/inspections/posted/")
    looked_at(head, axe, "visits-circulars")
    for page, name in ((head, "zh"), (english, "en")):
        page.goto(f"{url}posted/")
        looked_at(page, axe, f"visits-posted-{name}")
    english.goto(url)
    looked_at(english, axe, "visits-closed-en")
    for page in (desk, stranger, own, head, english):
        assert page.faults == []
    for page in (desk, stranger, own, plain, head, english):
        page.context.close()
