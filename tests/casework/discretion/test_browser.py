"""The tab 决定 in a real browser: choosing circumstances, the band, the law in time, a proposal checked in place, comparable cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.casework.forms.test_browser import bureau, case, home
from tests.casework.test_pages import BACKEND
from tests.console.test_browser import axe, browser, enter, looked_at, page
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.casework.models import Decided
from zhunsheng.people.demo import Bureau
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

__all__ = ["axe", "browser", "bureau", "case", "home", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def decided_before(dossier: Any) -> None:
    """Twenty-four earlier decisions in the same tier."""
    act = Act.objects.unfenced("a test").filter(dossier=dossier)[0]
    day = clock.now().date() - dt.timedelta(days=30)
    Decided.objects.bulk_create(
        Decided(
            dossier=dossier, act=act, person=f"P{n}", unit_id=dossier.unit_id, violation="po.beating", tier="lighter", decided_on=day,
            **({"decision": "fine", "amount": 100 + 100 * (n % 5)} if n % 3 else {"decision": "detention", "days": 1 + n % 4}),
        )
        for n in range(24)
    )  # fmt: skip


def test_from_characterising_to_the_proposal(
    page: Any, bureau: Bureau, case: Any, axe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided_before(case)
    # The case's own rows would be left out; here they stand for those of other cases.
    monkeypatch.setattr("zhunsheng.casework.pages.decision_shown.comparables", without_besides)
    enter(page, bureau.handler.number)
    page.goto(f"/cases/{case.pk}/decision/")
    looked_at(page, axe, "decision-empty")
    page.get_by_label("违法行为", exact=True).select_option("po.beating")
    page.get_by_label("违法行为发生日").fill("2025-12-31")
    page.get_by_role("button", name="显示情节和幅度").click()
    page.get_by_label("双方均有过错").check()
    page.get_by_label("违法事实", exact=True).fill(
        "2025年12月31日，王某在菜场因摊位争吵，用木棍击打李某背部。"
    )
    page.get_by_label("主要证据").fill("被侵害人陈述、监控录像、木棍一根")
    page.get_by_role("button", name="显示情节和幅度").click()
    assert page.get_by_role("heading", name="新法还是旧法").is_visible()
    looked_at(page, axe, "decision-tried")
    page.get_by_role("button", name="登记认定").click()
    page.get_by_text("已登记：认定违法事实和定性").wait_for()
    looked_at(page, axe, "decision-characterised")
    page.get_by_label("行政拘留").check()
    page.get_by_label("拘留天数").fill("5")
    page.get_by_role("button", name="核对幅度和规范").click()
    page.get_by_text("高于基准幅度").wait_for()
    assert page.get_by_text("偏离裁量基准，请写明理由").is_visible()
    page.get_by_role("button", name="登记处罚意见").click()
    page.locator(".error-summary").wait_for()
    looked_at(page, axe, "decision-departs")
    page.get_by_label("偏离裁量基准的理由").fill("使用木棍击打，有一定危险")
    page.get_by_role("button", name="登记处罚意见").click()
    page.get_by_text("已登记：拟作出处罚").wait_for()
    assert page.locator("figure.chart").count() == 3
    looked_at(page, axe, "decision-proposed")
    approver(page, bureau)
    page.goto(f"/cases/{case.pk}/decision/")
    page.get_by_label("决定层级").select_option("county-head")
    page.get_by_role("button", name="核对幅度和规范").click()
    page.get_by_text("现在登记会被拒绝").wait_for()
    looked_at(page, axe, "decision-refused")


def without_besides(**asked: Any) -> Any:
    """Comparable cases, the case's own among them."""
    from zhunsheng.casework.discretion.past import comparables

    return comparables(**{**asked, "besides": None})


def approver(page: Any, bureau: Bureau) -> None:
    """From now on the window is the approver's."""
    client = Client()
    client.force_login(bureau.approver, backend=BACKEND)
    session = client.session
    session[BEGAN] = session[SEEN] = clock.now().timestamp()
    session[FACTOR] = bureau.approver.number
    session.save()
    name = settings.SESSION_COOKIE_NAME
    (cookie,) = [c for c in page.context.cookies() if c["name"] == name]
    page.context.add_cookies([{**cookie, "value": client.cookies[name].value}])
