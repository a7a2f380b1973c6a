"""Something goes wrong in a case and the clock of obligations sees it: the beginning of the journeys of supervision."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from typing import Any

from tests.journeys.officers import AtDesk, Walk
from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.base import clock
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.watch import obligations_watch
from zhunsheng.supervision.models import Finding, Rectification
from zhunsheng.supervision.telling import levels_pass_on

NORM = "inquiry.duration-public-order"
"""Whoever was brought in leaves within eight hours, the opening hour not counted."""
TITLE = "治安案件询问查证时间"
KIND = {"case_kind": "public-order"}
PERSON = "演示·张某"


def enacted(
    walk: Walk, case: uuid.UUID | None, kind: str, at: dt.datetime, by: Officer, **more: Any
) -> uuid.UUID:
    """Record an act at its own time by the door, as its officers' work; the case."""
    handling = by in (walk.bureau.handler, walk.bureau.second_handler, walk.bureau.other_handler)
    pair = (Actor(by.number, "handler"), Actor(walk.bureau.second_handler.number, "handler"))
    draft = Draft(type=kind, occurred_at=at, officers=pair if handling else (), dossier=case, **more)
    with clock.holding(at + dt.timedelta(minutes=1)):
        found: uuid.UUID = enact(draft, by=by).dossier.id
    return found


def brought_in_at(walk: Walk, when: str, person: str = PERSON) -> uuid.UUID:
    """A report at that time, the case opened, the suspect found out and brought in within the hour; the case."""
    walk.at(when)
    at, by = walk.hands.at, walk.bureau.handler
    who: Mapping[str, tuple[str, ...]] = {"person": (person,)}
    known = {"name": person, "identity_known": True, "person_role": "suspect", "age": 30}
    case = enacted(walk, None, "report.received", at, by, fields=KIND)
    minute = dt.timedelta(minutes=1)
    enacted(walk, case, "case.opened", at + 5 * minute, by, fields=KIND | {"conduct_on": at.date()})
    enacted(walk, case, "person.identified", at + 10 * minute, by, fields=known, subjects=who)
    enacted(walk, case, "person.arrived", at + 20 * minute, by, fields={"identity_known": True}, subjects=who)
    return case


def kept_too_long(walk: Walk, when: str, until: str, person: str = PERSON) -> Finding:
    """Nobody says that the suspect left, the term passes, the clock runs: what was found of it."""
    case = brought_in_at(walk, when, person)
    walk.at(until)
    ticked()
    return finding_of(case)


def ticked() -> None:
    """The worker's clock: what is due is looked at, and what nobody answered goes one level up."""
    obligations_watch()
    levels_pass_on()


def finding_of(case: uuid.UUID | str, norm: str = NORM) -> Finding:
    """The finding of a norm in a case, as it stands."""
    found: Finding = Finding.objects.unfenced("a test").get(dossier_id=case, norm_id=norm)
    return found


def line_of(finding: Finding) -> Rectification:
    """The line of the ledger of a finding."""
    row: Rectification = Rectification.objects.unfenced("a test").get(finding=finding)
    return row


def waiting(desk: AtDesk) -> int:
    """The number beside 我的问题 in the navigation."""
    entry = desk.page.locator(".site-nav a", has_text="我的问题").locator(".count")
    return int(entry.inner_text()) if entry.count() else 0


def answer(desk: AtDesk, summary: str, answers: Mapping[str, Any]) -> None:
    """Open one of the forms of the page, fill it in and send it."""
    form = desk.page.locator("details.action", has=desk.page.locator("summary", has_text=summary)).first
    if form.get_attribute("open") is None:
        form.locator("> summary").click()
    desk.fill(answers, form)
    with desk.page.expect_navigation():
        form.locator("button[type=submit]").click()


def figures(desk: AtDesk, query: str = "") -> dict[str, int]:
    """The numbers at the top of the desk, by their words."""
    desk.page.goto(f"/supervision/{query}")
    found = {}
    for words in desk.page.locator(".figures li").all_inner_texts():
        number, _, rest = words.strip().partition(" ")
        found[re.split(r"\s", rest.strip())[0]] = int(number)
    return found
