"""The report in a real browser: accessible, no sideways scrolling, whole without script, sorting and printing with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.supervision.report_log import ready
from zhunsheng.supervision.report import report_html

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)


@pytest.fixture(scope="module")
def axe():
    package = pytest.importorskip(
        "axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python"
    )
    return (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(chromium):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    checking = ready(folder)
    results = checking.run("interpret")
    for language in ("zh", "en"):
        (folder / f"{language}.html").write_text(
            report_html(checking, results, language=language), encoding="utf-8"
        )
    return folder.resolve().as_uri()


def opened(browser, url, width=1280, **options):
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
    page.goto(url)
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_accessibility_fault_and_no_sideways_scrolling(browser, address, axe, language, width):
    page = opened(browser, f"{address}/{language}.html", width)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.evaluate(axe)
    found = page.evaluate("(rules) => axe.run({runOnly: rules})", RULES)
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.faults == []


def test_the_page_is_whole_without_script(browser, address):
    page = opened(browser, f"{address}/zh.html", java_script_enabled=False)
    page.locator("#cases details.case > summary").first.click()
    assert page.locator("#case-1").is_visible()
    assert page.locator("#table-norms tbody tr").count() == 3
    assert page.locator("button").count() == 0


def test_a_heading_sorts_by_value_both_ways(browser, address):
    page = opened(browser, f"{address}/zh.html")
    duties = page.locator("#table-norms thead button").nth(3)
    column = (
        "[...document.querySelectorAll('#table-norms tbody tr')].map((r) => Number(r.cells[3].textContent))"
    )
    duties.click()
    first = page.evaluate(column)
    assert first == sorted(first)
    duties.click()
    assert page.evaluate(column) == sorted(first, reverse=True)
    assert page.locator("#table-norms th[aria-sort=descending]").count() == 1


def test_headings_are_printed_again_as_text(browser, address):
    page = opened(browser, f"{address}/zh.html")
    page.emulate_media(media="print")
    heading = page.locator("#table-norms thead th").first
    assert heading.inner_text().strip() == "规范"
    assert not heading.locator("button").is_visible()


def test_following_a_link_opens_what_it_leads_to(browser, address):
    page = opened(browser, f"{address}/zh.html")
    assert not page.locator("#case-1").is_visible()
    page.locator("#table-cases a").first.click()
    assert page.locator("#case-1").is_visible()


def test_paper_shows_the_explanations(browser, address):
    page = opened(browser, f"{address}/zh.html")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#case-1").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.case[open]").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
