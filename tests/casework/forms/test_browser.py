"""The officer's forms in a real browser: at both widths, accessible, with the law's answer while one types, and an upload that goes on."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from tests.console.signing_in import PASSWORD
from tests.console.test_browser import axe, browser, enter, looked_at, page
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.casework.forms.intake import Named, Report, report_take
from zhunsheng.casework.models import KeptDraft
from zhunsheng.people.demo import Bureau, demo_bureau

__all__ = ["axe", "browser", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUSPECT = Named("suspect", {"name": "演示·王𬭎", "sex": "male", "age": 16, "identity_known": False})


@pytest.fixture
def bureau(transactional_db: None) -> Bureau:
    """In office since the day before yesterday, so that what is done now can be recorded to the minute."""
    cache.clear()
    return demo_bureau(at=clock.now() - dt.timedelta(days=2), password=PASSWORD)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def case(bureau: Bureau, home: Path) -> Any:
    """A case opened an hour ago, with a suspect of sixteen and a victim who reported."""
    then = clock.now() - dt.timedelta(hours=1)
    with clock.holding(then):
        report = Report(
            "phone",
            "菜场两人因摊位争吵，王某用木棍打了李某。",
            then,
            reporter=Named("reporter", {"name": "演示·李某", "phone": "13900000000"}),
            victim_reports=True,
            others=(SUSPECT,),
            outcome="accept",
            conduct_on=then.astimezone(clock.LOCAL).date(),
            partner=bureau.second_handler.number,
        )
        found = report_take(report, by=bureau.handler, key="a-key")
    return found[0].dossier


def test_a_report_is_taken_on_one_page(page: Any, bureau: Bureau, axe: str, home: Path) -> None:
    enter(page, bureau.handler.number)
    page.goto("/cases/new/")
    looked_at(page, axe, "intake")
    page.get_by_label("简要情况").fill("菜场两人因摊位争吵，王某用木棍打了李某。")
    page.get_by_label("报案人姓名").fill("演示·李某")
    page.get_by_label("报案人电话").fill("13900000000")
    page.get_by_label("报案人就是被侵害人").check()
    page.get_by_label("违法嫌疑人").fill("演示·王𬭎")
    page.get_by_label("立案（属于本单位管辖的违法行为）").check()
    page.get_by_label("共同办案的民警").select_option(bureau.second_handler.number)
    page.locator("#advice .advice").first.wait_for()
    looked_at(page, axe, "intake-advice")
    page.get_by_role("button", name="登记并出具回执").dblclick()
    page.locator(".receipt-number").wait_for()
    looked_at(page, axe, "receipt")
    assert Act.objects.unfenced("a test").filter(type="report.received").count() == 1
    page.get_by_role("link", name="进入案件").click()
    page.goto(page.url + "act/")
    looked_at(page, axe, "choice")


def test_an_act_form_answers_while_it_is_filled_in(page: Any, bureau: Bureau, axe: str, case: Any) -> None:
    enter(page, bureau.handler.number)
    page.goto(f"/cases/{case.id}/act/questioning-finished/")
    page.locator("#advice .advice").first.wait_for()
    looked_at(page, axe, "questioning")
    page.get_by_label("演示·王𬭎").check()
    page.get_by_text("不用再填的").wait_for()
    for name, known in (("演示·李某", "被侵害人"), ("演示·王𬭎", "违法嫌疑人")):
        page.get_by_label(name).check()
        page.locator(".known-facts dd", has_text=known).wait_for()
    page.get_by_label("已签名或捺印").check()
    page.get_by_text("草稿已保存").wait_for()
    assert KeptDraft.objects.filter(officer=bureau.handler).exists()
    looked_at(page, axe, "questioning-advice")
    page.goto(f"/cases/{case.id}/act/penalty.decided-on-the-spot/")
    page.locator("#advice .advice").first.wait_for()
    looked_at(page, axe, "spot")
    page.goto(f"/cases/{case.id}/act/questioning-finished/")
    assert page.get_by_label("已签名或捺印").is_checked()
    page.get_by_text("已恢复上次没有提交的内容").wait_for()


def test_people_and_evidence(page: Any, bureau: Bureau, axe: str, case: Any) -> None:
    enter(page, bureau.handler.number)
    page.goto(f"/cases/{case.id}/people/")
    looked_at(page, axe, "people")
    page.get_by_role("link", name="添加人员").click()
    page.get_by_label("证人", exact=True).check()
    page.get_by_label("姓名或者名称").fill("演示·赵某")
    page.get_by_label("证件号码", exact=True).fill("110105194912310021")
    page.get_by_label("证件号码", exact=True).press("Tab")
    page.locator("#told .error-message").wait_for()
    looked_at(page, axe, "person-wrong-number")
    page.get_by_label("证件号码", exact=True).fill("11010519491231002X")
    page.get_by_label("证件号码", exact=True).press("Tab")
    page.get_by_text("北京市朝阳区").wait_for()
    looked_at(page, axe, "person")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("已登记人员").wait_for()
    page.goto(f"/cases/{case.id}/evidence/")
    looked_at(page, axe, "evidence")


def test_a_large_file_goes_on_after_the_connection_broke(
    page: Any, bureau: Bureau, axe: str, case: Any, tmp_path: Path
) -> None:
    film = tmp_path / "询问录像.mp4"
    film.write_bytes(os.urandom(9 * 2**20))
    enter(page, bureau.handler.number)
    page.goto(f"/cases/{case.id}/act/recording.made/")
    broken = []

    def once(route: Any) -> None:
        if (
            route.request.method == "PATCH"
            and len(broken) < 1
            and route.request.headers["upload-offset"] != "0"
        ):
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/**", once)
    page.get_by_label("大文件（可断点续传）").set_input_files(film)
    page.get_by_text("询问录像.mp4 — 传完").wait_for()
    looked_at(page, axe, "uploaded")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("已登记：录音录像").wait_for()
    page.goto(f"/cases/{case.id}/evidence/")
    page.get_by_role("link", name="询问录像.mp4").wait_for()
    looked_at(page, axe, "evidence-file")
    page.goto(f"/cases/{case.id}/evidence/?print=1")
    looked_at(page, axe, "evidence-list")
    assert broken, "the connection did break once"
    page.faults[:] = [f for f in page.faults if "uploads" not in f and "ERR_FAILED" not in f]
