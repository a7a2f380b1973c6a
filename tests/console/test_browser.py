"""Signing in with a real browser: the whole way, accessible, no sideways scrolling, whole without script, nothing the policy blocks."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.console.browsing import axe, browser, looked_at, watched
from tests.console.signing_in import PASSWORD, SECRET, code_now, give_factor
from zhunsheng.console.assets import present
from zhunsheng.people.demo import Bureau, demo_bureau
from zhunsheng.people.enrolment import enrolment_issue

__all__ = ["axe", "browser", "looked_at"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bureau(transactional_db: None) -> Bureau:
    cache.clear()
    return demo_bureau(password=PASSWORD)


@pytest.fixture
def page(browser: Any, live_server: Any, bureau: Bureau, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page at the door; whatever it complains of fails the test."""
    options = getattr(request, "param", {})
    context = browser.new_context(
        **{
            "viewport": {"width": 1280, "height": 900},
            "locale": "zh-CN",
            "base_url": live_server.url,
            **options,
        }
    )
    opened = watched(context)
    opened.goto("/sign-in/")
    yield opened
    context.close()
    # An unfinished form is answered with 422, which the browser reports; it is no fault of the page.
    assert [fault for fault in opened.faults if "422" not in fault] == []


def code_to_type(secret: str = SECRET) -> str:
    """A code with enough of its thirty seconds left for somebody to type it."""
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left)
    return code_now(secret)


def enter(page: Any, number: str, password: str = PASSWORD) -> None:
    page.get_by_label("警号").fill(number)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()


def test_the_whole_way_in_and_out_of_somebody_who_approves(page: Any, bureau: Bureau, axe: str) -> None:
    looked_at(page, axe, "sign-in")
    enter(page, bureau.approver.number, "不是这个密码的另外一句话")
    assert page.title().startswith("错误：")
    looked_at(page, axe, "sign-in-refused")

    enter(page, bureau.approver.number)
    assert page.get_by_role("heading", level=1).inner_text() == "需要双重验证"
    looked_at(page, axe, "factor-needed")
    page.get_by_role("link", name="现在启用").click()
    looked_at(page, axe, "confirm")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="继续").click()

    shown = page.locator(".secret").inner_text()
    assert {len(group) for group in shown.split(" ")} == {4}
    secret = shown.replace(" ", "")
    picture = page.locator("img.qr")
    assert picture.evaluate("image => image.naturalWidth") > 100
    looked_at(page, axe, "factor")
    page.get_by_label("验证码").fill(code_to_type(secret))
    page.get_by_role("button", name="启用").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    looked_at(page, axe, "recovery-codes")

    page.get_by_role("link", name="继续").click()
    assert page.get_by_role("heading", level=1).inner_text() == "我的工作台"
    looked_at(page, axe, "desk")
    page.goto("/?roles")
    assert "审批人" in page.get_by_role("heading", level=2).first.inner_text()
    looked_at(page, axe, "home")
    page.get_by_role("link", name="我的账号").first.click()
    looked_at(page, axe, "account")

    page.get_by_role("button", name="锁定屏幕").click()
    looked_at(page, axe, "unlock")
    page.go_back()
    page.reload()
    assert page.get_by_role("heading", level=1).inner_text() == "屏幕已锁定", "going back shows nothing"
    page.get_by_label("密码或者验证码").fill(PASSWORD)
    page.get_by_role("button", name="解锁").click()
    assert page.url.endswith("/account/")

    page.get_by_role("button", name="退出登录").click()
    enter(page, bureau.approver.number)
    looked_at(page, axe, "code")
    page.get_by_label("验证码").fill(codes[0])
    page.get_by_role("button", name="继续").click()
    assert page.get_by_role("heading", level=1).inner_text() == "我的工作台"


def test_a_newcomer_sets_a_password(page: Any, bureau: Bureau, axe: str) -> None:
    code = enrolment_issue(bureau.handler, by=bureau.administrator, reason="新调入")
    page.get_by_role("link", name="设置密码").click()
    looked_at(page, axe, "enrol")
    page.get_by_label("警号").fill(bureau.handler.number)
    page.get_by_label("启用码").fill(code.lower())
    page.get_by_label("新密码", exact=True).fill("短")
    page.get_by_label("再输一次新密码").fill("短")
    page.get_by_role("button", name="设置密码").click()
    looked_at(page, axe, "enrol-refused")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "password", "the summary leads to the field"
    for label in ("新密码", "再输一次新密码"):
        page.get_by_label(label, exact=True).fill("松树下面其实只有两块石头了")
    page.get_by_role("button", name="设置密码").click()
    looked_at(page, axe, "enrolled")
    page.get_by_role("link", name="去登录").click()
    enter(page, bureau.handler.number, "松树下面其实只有两块石头了")
    assert page.get_by_role("heading", level=1).inner_text() == "我的工作台"


def test_an_empty_desk_shows_nothing(page: Any, bureau: Bureau, settings: Any) -> None:
    settings.SESSION_IDLE_S = 4
    enter(page, bureau.handler.number)
    page.get_by_role("heading", name="我的工作台").wait_for()
    page.wait_for_url("**/unlock/?next=%2F", timeout=20_000)
    assert "工作台" not in page.content()


def test_somebody_at_work_is_not_locked_out(page: Any, bureau: Bureau, settings: Any) -> None:
    settings.SESSION_IDLE_S = 6
    enter(page, bureau.handler.number)
    page.get_by_role("heading", name="我的工作台").wait_for()
    for _ in range(10):
        page.keyboard.press("Shift")
        page.wait_for_timeout(1_000)
    page.reload()
    assert page.get_by_role("heading", level=1).inner_text() == "我的工作台"


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_everything_works_without_script(page: Any, bureau: Bureau) -> None:
    give_factor(bureau.approver)
    enter(page, bureau.approver.number)
    page.get_by_label("验证码").fill(code_to_type())
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="锁定屏幕").click()
    page.get_by_label("密码或者验证码").fill(PASSWORD)
    page.get_by_role("button", name="解锁").click()
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "My desk"


def test_the_keyboard_reaches_everything_in_order_and_one_sees_where_one_is(
    page: Any, bureau: Bureau
) -> None:
    order = []
    for _ in range(8):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate("(document.activeElement.innerText || document.activeElement.name).trim()")
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", order
    assert order[:5] == ["跳到正文", "准绳", "login", "password", "登录"]
    assert re.search("设置密码", " ".join(order))


def test_the_pages_stand_on_our_stylesheet_alone(
    browser: Any, live_server: Any, bureau: Bureau, axe: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("zhunsheng.console.assets.NODE_MODULES", tmp_path)
    assert not present("vendor/bootstrap.min.css")
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN", base_url=live_server.url
    )
    page = context.new_page()
    page.goto("/sign-in/")
    looked_at(page, axe, "sign-in-alone")
    enter(page, bureau.handler.number)
    looked_at(page, axe, "home-alone")
    context.close()
