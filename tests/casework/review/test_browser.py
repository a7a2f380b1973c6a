"""The review tab in a real browser: accessible at both widths, whole from the keyboard, for each of the three hands."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests.casework.review.cases import BACKEND, EVIDENCE, ONE, VICTIM, ReviewScene, second_head
from tests.console.signing_in import PASSWORD
from tests.console.test_browser import axe, browser, enter, looked_at, page
from tests.procedure.conftest import home
from tests.procedure.dossiers import FOUNDED
from zhunsheng.base import clock
from zhunsheng.people.demo import Bureau, demo_bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

__all__ = ["axe", "browser", "home", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bureau(transactional_db: None) -> Bureau:
    cache.clear()
    return demo_bureau(at=FOUNDED, password=PASSWORD)


@pytest.fixture
def scene(bureau: Bureau) -> ReviewScene:
    return ReviewScene(bureau).proposed()


def seen_by(page: Any, officer: Officer) -> None:
    """From now on the window is this officer's."""
    client = Client()
    client.force_login(officer, backend=BACKEND)
    session = client.session
    session[BEGAN] = session[SEEN] = clock.now().timestamp()
    session[FACTOR] = officer.number
    session.save()
    name = settings.SESSION_COOKIE_NAME
    (cookie,) = [c for c in page.context.cookies() if c["name"] == name]
    page.context.add_cookies([{**cookie, "value": client.cookies[name].value}])


def test_submitted_returned_answered_and_deliberated(page: Any, scene: ReviewScene, axe: str) -> None:
    bureau, address = scene.bureau, f"/cases/{scene.id}/review/"
    colleague = second_head(bureau)
    enter(page, bureau.handler.number)
    page.goto(address)
    page.locator("#submit > summary").focus()
    page.keyboard.press("Enter")
    looked_at(page, axe, "review-submit")
    page.get_by_role("button", name="送法制审核").click()
    page.get_by_text("已登记：送法制审核").wait_for()

    seen_by(page, bureau.legal_reviewer)
    page.goto(address)
    looked_at(page, axe, "review-findings")
    page.get_by_role("button", name="登记审核结果").click()
    page.locator(".error-summary").wait_for()
    looked_at(page, axe, "review-findings-wanting")
    for row in page.locator(".finding").all():
        row.get_by_label("符合", exact=True).check()
    page.locator(".finding").nth(2).get_by_label("须补正").check()
    page.locator(".finding").nth(2).get_by_label("说明", exact=False).fill("缺辨认笔录")
    page.get_by_label("退回补正", exact=True).check()
    page.get_by_label("审核意见", exact=True).fill("事实尚须补强")
    page.get_by_label("退回或者不予核准的理由").fill("证据不足")
    page.get_by_label("补正意见").fill("补辨认笔录\n补录像说明")
    page.get_by_role("button", name="先看看").first.click()
    page.get_by_text("可以登记").wait_for()
    page.get_by_role("button", name="登记审核结果").click()
    page.get_by_text("已登记：法制审核退回补正").wait_for()

    seen_by(page, bureau.handler)
    page.goto(address)
    looked_at(page, axe, "review-returned")

    seen_by(page, bureau.approver)
    page.goto(address)
    page.locator("#open > summary").click()
    page.get_by_label("议题").fill("处罚幅度")
    page.locator("#open").get_by_label("演示·某乙").check()
    page.get_by_label(f"{colleague.name} {colleague.number}").check()
    looked_at(page, axe, "review-deliberation-open")
    page.get_by_role("button", name="提交集体讨论").click()
    page.get_by_text("已登记：提交集体讨论").wait_for()
    looked_at(page, axe, "review-deliberation")


def test_fallen_and_affected(page: Any, scene: ReviewScene, axe: str) -> None:
    scene.then("legal-review.submitted", fields={"materials": "案卷", "cites": EVIDENCE})
    scene.reviewer(
        "legal-review.passed", fields={"cites": EVIDENCE, "point_subject": "sound", "opinion": "已审核"}
    )
    scene.reviewer(
        "evidence.exclusion-proposed",
        fields={"evidence": EVIDENCE, "exclusion_ground": "torture", "reason": "有伤"},
    )
    scene.head("evidence.excluded", fields={"evidence": EVIDENCE, "level": "county-head", "reason": "属实"})
    scene.then("evidence.received", fields={"evidence": "收条"}, subjects={"person": (VICTIM,)})
    enter(page, scene.bureau.handler.number)
    page.goto(f"/cases/{scene.id}/review/")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    looked_at(page, axe, "review-fallen")
    assert page.get_by_text("引用了已排除证据的结论").is_visible()
    assert ONE not in page.content()
