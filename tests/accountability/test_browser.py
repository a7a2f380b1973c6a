"""A case with everybody in its chain, in a real browser: accessible, at 320 px without sideways scroll, without JavaScript too."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client

from tests.accountability.acting import (
    SEEN,
    Bench,
    attributed,
    decided,
    entered,
    everybody_stated,
    heard,
    opened,
    reviewed,
    ruling,
)
from tests.console.browsing import axe, browser, looked_at, watched
from tests.journeys.officers import IDLE_S, Hands, hands
from tests.procedure.dossiers import at
from tests.supervision.loop.acting import BACKEND
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR
from zhunsheng.people.sign_in.session import SEEN as LAST_SEEN

__all__ = ["axe", "browser", "hands"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.django_db(transaction=True)]


def window(browser: Any, address: str, officer: Officer, hands: Hands, **more: Any) -> Any:
    """A page of that officer, signed in at the time held."""
    client = Client()
    client.force_login(officer, backend=BACKEND)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    kept = SessionStore(key)
    kept[BEGAN] = kept[LAST_SEEN] = hands.at.timestamp()
    kept[FACTOR] = officer.number
    kept.save()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address, **more)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
    return watched(context)


def test_a_whole_case(
    bench: Bench, browser: Any, live_server: Any, axe: str, hands: Hands, settings: Any
) -> None:
    settings.SESSION_IDLE_S, settings.SESSION_LIFETIME_S = IDLE_S, 400 * 86_400
    cache.clear()
    result = entered(bench)
    hands.at = at(SEEN + 8)
    desk = window(browser, live_server.url, bench.opener, hands, locale="zh-CN")
    desk.goto("/external-results/")
    looked_at(desk, axe, "accountability-results")
    desk.locator("details.action summary").first.click()
    looked_at(desk, axe, "accountability-enter")
    reviewed(bench, result)
    opened(bench, SEEN + 6, results=[result.pk])
    url = f"/accountability/{bench.case.pk}/"
    desk.goto(url)
    looked_at(desk, axe, "accountability-proposal")
    attributed(bench)
    everybody_stated(bench)
    heard(bench)
    decided(bench, made=ruling(bench, suggestion="批评教育"))
    hands.at = at(SEEN + 60)
    english = window(browser, live_server.url, bench.opener, hands, locale="en-GB")
    for page, name in ((desk, "zh"), (english, "en")):
        page.goto(url)
        looked_at(page, axe, f"accountability-case-{name}")
    part = window(browser, live_server.url, bench.handler, hands, locale="zh-CN")
    part.goto(f"/accountability/mine/{bench.case.pk}/")
    looked_at(part, axe, "accountability-part")
    plain = window(browser, live_server.url, bench.handler, hands, locale="zh-CN", java_script_enabled=False)
    plain.goto(f"/accountability/mine/{bench.case.pk}/")
    plain.locator("details.action summary").first.click()
    plain.locator("#objection_objection").fill("已按规定报告")
    plain.get_by_role("button", name="提交", exact=True).click()
    assert "我的申诉" in plain.locator("main").inner_text()
    for page in (desk, english, part):
        assert page.faults == []
        page.context.close()
