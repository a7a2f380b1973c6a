"""Officers of a made-up bureau at their screens: one browser, one window for each, and a clock that can be set for all of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from tests.console import browsing
from tests.console.browsing import watched
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.people.demo import Bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
IDLE_S = 20 * 86_400
"""Days pass between two steps of a journey; a browser's own timer takes no more than 24 of them."""
PATIENCE_MS = 60_000
"""How long to wait on a busy machine."""
FIELD_COMES_MS = 10_000
"""How long a page that a link leads to may take to be read as far as a field."""
ASKS_AFTER_MS = 1_000
"""How long a form waits after a change before it asks what the law says."""
Answers = Mapping[str, Any]
"""Label of a field → a text, words of a choice or several, or whether a box is ticked."""


class Hands:
    """The hands of the clock, for every thread; `clock.holding` still holds it within a block."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.held: ContextVar[dt.datetime | None] = ContextVar("held-in-journeys", default=None)

    def get(self) -> dt.datetime:
        """What `clock.now` reads."""
        return self.held.get() or self.at

    def set(self, at: dt.datetime | None) -> Token[dt.datetime | None]:
        """As `clock.holding` does."""
        return self.held.set(at)

    def reset(self, token: Token[dt.datetime | None]) -> None:
        """As `clock.holding` does."""
        self.held.reset(token)


def local(text: str) -> dt.datetime:
    """An instant of local time, written as 2026-03-02 09:00."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL).astimezone(dt.UTC)


@dataclass
class Walk:
    """One journey: the browser, the bureau, the time, and the officers' windows opened so far."""

    browser: Any
    address: str
    bureau: Bureau
    axe: str
    hands: Hands
    name: str
    extra: dict[str, Officer] = field(default_factory=dict)
    desks: dict[str, AtDesk] = field(default_factory=dict)
    shots: int = 0

    def at(self, when: str) -> None:
        """Set the clock to a time, or on by so much: 2026-03-02 09:00, +30m, +8h, +3d. Whoever is signed in stays so."""
        if when.startswith("+"):
            number, unit = int(when[1:-1]), {"m": "minutes", "h": "hours", "d": "days"}[when[-1]]
            self.hands.at += dt.timedelta(**{unit: number})
        elif " " in when:
            self.hands.at = local(when)
        else:
            day = self.hands.at.astimezone(LOCAL)
            self.hands.at = local(f"{day:%Y-%m-%d} {when}")
        for desk in self.desks.values():
            desk.stay_signed_in()

    def today(self) -> str:
        """The day it is, where the law's days are counted."""
        return f"{self.hands.at.astimezone(LOCAL):%Y-%m-%d}"

    def officer(self, who: str) -> AtDesk:
        """The window of an officer by the name of the place in the bureau; opened and signed in when first asked for."""
        if who not in self.desks:
            account = self.extra.get(who) or getattr(self.bureau, who)
            self.desks[who] = AtDesk(self, account)
        return self.desks[who]

    def close(self) -> None:
        """Close the windows; whatever a page complained of fails the journey."""
        faults = {who: desk.complaints() for who, desk in self.desks.items()}
        for desk in self.desks.values():
            desk.context.close()
        assert not any(faults.values()), faults

    def looked_at(self, page: Any, what: str) -> None:
        """Look at the page, under a name that says where it stands in the journey."""
        self.shots += 1
        browsing.looked_at(page, self.axe, f"{self.name}-{self.shots:02d}-{what}")


class AtDesk:
    """An officer at the screen."""

    def __init__(self, walk: Walk, officer: Officer, *, language: str = "zh-CN") -> None:
        self.walk, self.officer = walk, officer
        self.context = walk.browser.new_context(
            viewport={"width": 1280, "height": 900}, locale=language, base_url=walk.address
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.session = self._signed_in()
        self.page = watched(self.context)

    def _signed_in(self) -> str:
        """A session made on the server; its key."""
        client = Client()
        client.force_login(self.officer, backend=BACKEND)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.walk.address}]
        )
        self.session = key
        self.stay_signed_in()
        return key

    def stay_signed_in(self) -> None:
        """Be at work now."""
        kept = SessionStore(self.session)
        kept[BEGAN] = kept[SEEN] = clock.now().timestamp()
        kept[FACTOR] = self.officer.number
        kept.save()

    def complaints(self) -> list[str]:
        """What the browser complained of. A form that is not whole, refused or out of step is answered 422 or 409, which is no fault."""
        return [f for f in self.page.faults if not re.search(r"status of (422|409)", f)]

    # Where one is

    @property
    def case(self) -> str:
        """The case whose page is open."""
        found = re.search(r"/cases/([0-9a-f-]{36})/", self.page.url)
        assert found, self.page.url
        return found[1]

    def open(self, case: str, tab: str = "") -> Any:
        """Open a case, at a tab."""
        answer = self.page.goto(f"/cases/{case}/{tab + '/' if tab else ''}")
        assert answer.status == 200, (answer.status, self.page.url)
        return self.page

    def form(self, case: str, slug: str, query: str = "") -> Any:
        """Open the form of an act, empty of what was kept."""
        answer = self.page.goto(f"/cases/{case}/act/{slug}/?fresh=1{query}")
        assert answer.status == 200, (answer.status, self.page.url)
        return self.page

    def look(self, what: str) -> None:
        """Look at the page."""
        self.walk.looked_at(self.page, what)

    # Filling in

    def fill(self, answers: Answers, within: Any = None) -> None:
        """Fill in fields by their labels."""
        for label, value in answers.items():
            fill(self.page, within or self.page.locator("main"), label, value)

    def submit(self, name: str = "登记") -> None:
        """Press the button that records; what comes back is a page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def act(self, case: str, slug: str, answers: Answers | None = None, *, query: str = "") -> None:
        """Record an act by its form, and see that it was recorded."""
        self.form(case, slug, query)
        self.fill(answers or {})
        self.submit()
        self.recorded(slug)

    def recorded(self, what: str = "") -> list[str]:
        """The messages of the page that follows; none of them an error."""
        told = self.page.locator(".message").all_inner_texts()
        assert any("已登记" in line for line in told), (what, self.answer(), self.page.url)
        return [str(line) for line in told]

    def refused(self, case: str, slug: str, answers: Answers | None = None, *, query: str = "") -> str:
        """Try to record an act; the words with which the norms refuse it."""
        self.form(case, slug, query)
        self.fill(answers or {})
        self.submit()
        return self.refusal(slug)

    def refusal(self, what: str = "") -> str:
        """The words of the refusal on the page, with their basis."""
        self.settled()
        refusal = self.page.locator(".advice-refused")
        assert refusal.count(), (what, self.answer(), self.page.url)
        refusal.evaluate("e => e.querySelectorAll('details').forEach(one => { one.open = true })")
        return str(refusal.inner_text())

    def settled(self) -> None:
        """Wait until what the page asks the server by itself has come: first the form's answer, then the kept draft."""
        self.page.wait_for_timeout(ASKS_AFTER_MS)
        self.page.wait_for_load_state("networkidle")

    def answer(self) -> str:
        """What the page says to what was sent: faults and the norms' answer."""
        said = self.page.locator(".error-summary, .advice, .message, .error-message")
        return " | ".join(said.all_inner_texts())[:3000]


def fill(page: Any, within: Any, label: str, value: Any) -> None:
    """Fill in one field, whatever kind it is; a folded part is opened first."""
    from playwright.sync_api import TimeoutError as NotThere

    group = within.get_by_role("group", name=label, exact=True)
    legend = within.locator("fieldset", has=page.locator("legend", has_text=exactly(label)))
    control = within.get_by_label(label, exact=True)
    with suppress(NotThere):
        group.or_(legend).or_(control).first.wait_for(state="attached", timeout=FIELD_COMES_MS)
    if not group.count():
        group = legend
    if group.count():
        unfold(group.last)
        choose(page, group.last, value)
        return
    assert control.count(), f"no field {label!r} at {page.url}"
    control = control.first
    unfold(control)
    if isinstance(value, bool):
        control.set_checked(value)
    elif control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(label=option_of(control, str(value)))
    elif control.get_attribute("type") in ("radio", "checkbox"):
        control.check()
    elif control.get_attribute("type") == "file":
        control.set_input_files(value)
    else:
        control.fill(str(value))


def option_of(control: Any, words: str) -> str:
    """The option with these words, or the only one that has them in it."""
    options = [str(o) for o in control.locator("option").all_inner_texts()]
    found = [o for o in options if o.strip() == words] or [o for o in options if words in o]
    assert len(found) == 1, (words, options)
    return found[0]


def choose(page: Any, group: Any, value: Any) -> None:
    """Tick or pick in a group; several are exactly those."""
    wanted = [value] if isinstance(value, str) else list(value)
    boxes = group.locator("input")
    several = boxes.first.get_attribute("type") == "checkbox"
    asks_anew = boxes.first.get_attribute("name") in ("persons", "items")
    labels = [str(words) for words in group.locator("label").all_inner_texts()]
    if not several:
        wanted = [next((w for w in labels if w.startswith(wanted[0])), wanted[0])]
    for number, words in enumerate(labels):
        take = any(one in words for one in wanted)
        box = boxes.nth(number)
        if take == box.is_checked() or (not several and not take):
            continue
        if asks_anew:
            shown = page.locator("#act-fields").element_handle()
            box.set_checked(take)
            shown.wait_for_element_state("hidden")
        else:
            box.set_checked(take)
    for one in wanted:
        assert any(one in words for words in labels), (one, labels)


def unfold(control: Any) -> None:
    """Open the folded part a control stands in."""
    control.evaluate(
        "e => { for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true }"
    )


def exactly(text: str) -> re.Pattern[str]:
    """The whole of a text."""
    return re.compile(rf"^\s*{re.escape(text)}\s*$")


def named(officers: Iterable[Officer]) -> list[str]:
    """Officers as the forms show them."""
    return [f"{o.name}（{o.number}）" for o in officers]


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """The clock of this test, at the beginning of the bureau."""
    made = Hands(local("2012-01-02 09:00"))
    monkeypatch.setattr(clock, "_held", made)
    return made
