"""A browser without script that fills in the officer's forms: it opens a page, takes what stands in it, and sends it back."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import lxml.html
from django.test import Client

from tests.procedure.dossiers import at
from zhunsheng.base import clock
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in.session import BEGAN, FACTOR, SEEN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Browser:
    """A signed-in officer at a held time, in minutes after the scene's start."""

    officer: Officer
    minutes: float = 60
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        with clock.holding(at(self.minutes)):
            self.client.force_login(self.officer, backend=BACKEND)
        self.touch()

    def touch(self) -> None:
        """Be at work at this time, so that the screen is not locked."""
        session = self.client.session
        session[BEGAN] = session[SEEN] = at(self.minutes).timestamp()
        session[FACTOR] = self.officer.number
        session.save()

    def get(self, url: str) -> Any:
        self.touch()
        with clock.holding(at(self.minutes)):
            return self.client.get(url)

    def post(self, url: str, data: dict[str, Any], **more: Any) -> Any:
        self.touch()
        with clock.holding(at(self.minutes)):
            return self.client.post(url, data, **more)

    def filled(self, url: str, **changes: Any) -> dict[str, Any]:
        """What a page's form holds as it is shown, with changes; None leaves a field out."""
        answer = self.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        data = held_by(answer.content.decode())
        for name, value in changes.items():
            data[name.replace("__", "-")] = value
        return {name: value for name, value in data.items() if value is not None}

    def send(self, url: str, do: str = "record", **changes: Any) -> Any:
        """Open a form, change what is to be changed, send it."""
        return self.post(url, self.filled(url, **changes) | {"do": do})


def held_by(page: str) -> dict[str, Any]:
    """The values of the fields of the page's form, as a browser would send them."""
    form = lxml.html.fromstring(page).get_element_by_id("act-form", None)
    if form is None:
        form = next(f for f in lxml.html.fromstring(page).forms if f.get("action") is None)
    data: dict[str, Any] = {}
    for name, shown in form.form_values():
        value = shown.removeprefix("\n")  # a textarea's first line break is not part of it
        if name in data:
            data[name] = [*(data[name] if isinstance(data[name], list) else [data[name]]), value]
        else:
            data[name] = value
    data.pop("csrfmiddlewaretoken", None)
    return data


def errors_in(answer: Any) -> list[str]:
    """The sentences of the error summary."""
    page = answer.content.decode()
    found = re.search(r'<div class="error-summary.*?</div>', page, re.DOTALL)
    return (
        [
            unescape(re.sub(r"<.*?>", "", line)).strip()
            for line in re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)
        ]
        if found
        else []
    )


def act_url(case: uuid.UUID | None, slug: str, query: str = "") -> str:
    return f"/cases/{case}/act/{slug}/{query}"
