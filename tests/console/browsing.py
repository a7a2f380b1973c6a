"""What every test in a real browser shares: the browser, a page whose complaints fail the test, and the look at each page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)
SCREENSHOTS = os.environ.get("ZHUNSHENG_SCREENSHOTS")
"""A folder to look at afterwards; none are kept otherwise."""


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core, to be run in a page."""
    package = pytest.importorskip(
        "axe_playwright_python", reason="axe-core is not installed: pip install axe-playwright-python"
    )
    return (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Chromium without a window."""
    sync_api = pytest.importorskip("playwright.sync_api")
    # Playwright's loop gets connections of its own; one left open here would be cut when a test's database is made again.
    connections.close_all()
    with pytest.MonkeyPatch.context() as patched, sync_api.sync_playwright() as playwright:
        # Playwright keeps a loop running in this thread; Django is not used from within it.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def watched(context: Any) -> Any:
    """A new page of a browser's context that notes in `faults` whatever it complains of; what leaving a page breaks off is no fault."""
    opened = context.new_page()
    opened.faults = []
    opened.on("pageerror", lambda fault: opened.faults.append(str(fault)))
    opened.on("console", lambda said: opened.faults.append(said.text) if said.type == "error" else None)
    opened.on(
        "requestfailed",
        lambda asked: opened.faults.append(asked.url) if asked.failure != "net::ERR_ABORTED" else None,
    )
    return opened


def looked_at(page: Any, axe: str, name: str) -> None:
    """Accessible and not wider than the window, at both widths; a picture of each where somebody wants to look."""
    size = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(axe)
        found = page.evaluate("(rules) => axe.run({runOnly: rules})", RULES)
        assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == [], (name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        if SCREENSHOTS:
            page.screenshot(path=f"{SCREENSHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size(size)
