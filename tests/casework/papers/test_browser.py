"""Papers in a real browser: the list, a preview, signing, service and the public page; accessible at both widths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.casework.forms.test_browser import axe, browser, bureau, case, home, page
from tests.casework.papers.reading import pdf_needed
from tests.console.browsing import looked_at
from tests.console.test_browser import enter
from zhunsheng.acts.models import Act
from zhunsheng.people.demo import Bureau

__all__ = ["axe", "browser", "bureau", "case", "home", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pdf_needed]


def test_a_paper_is_made_signed_served_and_verified(
    page: Any, bureau: Bureau, axe: str, case: Any, home: Path
) -> None:
    enter(page, bureau.handler.number)
    page.goto(f"/cases/{case.pk}/papers/")
    looked_at(page, axe, "papers")
    page.get_by_role("link", name="行政案件立案告知书").first.click()
    looked_at(page, axe, "papers-draft")
    page.get_by_label("加盖公安机关印章").check()
    page.get_by_role("button", name="签发", exact=True).click()
    page.get_by_text("已签发：").wait_for()
    looked_at(page, axe, "papers-signed")
    page.get_by_label("送达方式").select_option("direct")
    page.get_by_role("button", name="登记送达").click()
    page.get_by_text("送达情况已登记").wait_for()
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载 PDF").click()
    file = home / "paper.pdf"
    taken.value.save_as(file)
    # A download ends the navigation it began as.
    page.faults[:] = [fault for fault in page.faults if "as=pdf" not in fault]
    page.get_by_role("link", name="公开核验页").click()
    looked_at(page, axe, "verify")
    page.get_by_label("PDF 文件").set_input_files(str(file))
    page.get_by_role("button", name="核对").click()
    page.get_by_text("文件与签发时完全一致").wait_for()
    assert {a.type for a in Act.objects.unfenced("a test").filter(dossier=case)} >= {
        "document.made",
        "document.served",
    }
