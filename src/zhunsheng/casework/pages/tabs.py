"""The tabs of a case page: each is a module of its own with an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhunsheng.casework.access import CaseView
from zhunsheng.casework.stages import PROCEDURE_WORDS, STAGE_WORDS, WAITING_WORDS, Procedure, Stage, Waiting
from zhunsheng.people.bilingual import both


@dataclass(frozen=True)
class Tab:
    """A tab: its part of the address, its name, and the view that is called with the case opened."""

    slug: str
    zh: str
    en: str
    view: Callable[[HttpRequest, CaseView], HttpResponse]

    @property
    def title(self) -> object:
        return both(self.zh, self.en)


_tabs: dict[str, Tab] = {}
RECORDING = frozenset(("handling", "reception", "review", "approval", "keeping"))
"""Purposes of those who record acts; the others only read."""


def tab_register(*tabs: Tab) -> None:
    """Add tabs, in the order they are to stand; ValueError for an address that is taken."""
    for tab in tabs:
        if _tabs.setdefault(tab.slug, tab) is not tab:
            msg = f"two tabs have the address {tab.slug}"
            raise ValueError(msg)


def tabs() -> list[Tab]:
    """All of them."""
    return list(_tabs.values())


def tab_of(slug: str) -> Tab | None:
    """The one with that address."""
    return _tabs.get(slug)


def show(
    request: HttpRequest,
    view: CaseView,
    slug: str,
    template: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A tab inside the case page's frame; `slug` says which tab is the current one."""
    case = view.case
    frame = {
        "view": view,
        "case": case,
        "facts": view.facts,
        "tabs": tabs(),
        "current": slug,
        "stage": STAGE_WORDS.get(Stage(case.stage), case.stage),
        "procedure": PROCEDURE_WORDS[Procedure(case.procedure)],
        "may_record": view.purpose in RECORDING,
        "waiting": WAITING_WORDS.get(Waiting(case.waiting), ""),
    }
    return render(request, template, {**frame, **(context or {})}, status=status)
