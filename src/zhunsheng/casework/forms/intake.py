"""Taking a report: one form, several acts for the report, its registration, the people and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from zhunsheng.acts.drafts import Actor, Attached, Draft, unprintable
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.casework.access import cases_within
from zhunsheng.casework.forms.identity import plain_name
from zhunsheng.casework.forms.request_keys import person_key
from zhunsheng.casework.forms.several import acts_consider, acts_record
from zhunsheng.casework.models import Case
from zhunsheng.casework.selectors import search_note
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import Enacted
from zhunsheng.procedure.guard import Notice

Outcome = Literal["later", "accept", "decline", "hand-on"]
ALIKE_DAYS = 7
"""How far back a report by the same person or number is pointed out; a courtesy of the house, no rule of law."""
COMPETENCE: Mapping[Outcome, str] = {
    "later": "own",
    "accept": "own",
    "decline": "own",
    "hand-on": "other-unit",
}


@dataclass(frozen=True)
class Named:
    """Somebody the report names, as far as known: fields of `person.identified`."""

    role: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """What the person at the desk was told, and what becomes of it."""

    method: str
    summary: str
    received_at: dt.datetime
    case_kind: str = "public-order"
    place: str = ""
    reporter: Named | None = None
    anonymous: bool = False
    unreachable: bool = False
    victim_reports: bool = False
    """The reporter is the victim."""
    others: tuple[Named, ...] = ()
    outcome: Outcome = "later"
    conduct_on: dt.date | None = None
    reason: str = ""
    recipient: str = ""
    told_by: str = "oral"
    notice_given: bool = True
    partner: str = ""
    documents: tuple[Attached, ...] = ()


def report_take(report: Report, *, by: Officer, key: str) -> list[Enacted]:
    """Record a report with all that belongs to it, in one transaction; the first act opens the dossier.

    `key` names the request and, with it, the people it adds: sent again it answers with the same dossier. Raises as
    `procedure.door.enact`; then nothing is recorded.
    """
    return acts_record(list(report_drafts(report, by, key)), by=by, key=key)


def report_consider(report: Report, *, by: Officer, key: str) -> list[Notice]:
    """What the norms would say to it; nothing is recorded. Raises as `report_take`."""
    return acts_consider(list(report_drafts(report, by, key)), by=by)


def report_drafts(report: Report, by: Officer, key: str) -> Iterator[Draft]:
    """The acts, in the order they happen; all but the first go into the dossier the first one opens."""
    at = report.received_at
    reporter = person_key(key, "reporter") if report.reporter is not None else None
    received = {
        "case_kind": report.case_kind,
        "method": report.method,
        "summary": report.summary,
        "place": report.place,
    }
    yield Draft(
        "report.received",
        at,
        kind=report.case_kind,
        unit=by.unit_id,
        subjects={"person": (reporter,)} if reporter else {},
        fields=said(received),
        documents=report.documents,
    )
    if report.reporter is not None and reporter is not None:
        yield identified(reporter, report.reporter, at)
        if report.victim_reports:
            yield identified(reporter, Named("victim"), at)
    for n, one in enumerate(report.others):
        yield identified(person_key(key, f"other-{n}"), one, at)
    yield Draft("report.registered", at, fields=registered(report))
    yield from outcome_drafts(report, by, reporter)


def registered(report: Report) -> dict[str, Any]:
    """What the registration states; what could not be judged at once is what is left for later."""
    return {
        "case_kind": report.case_kind,
        "competence": COMPETENCE[report.outcome],
        "judged_on_spot": report.outcome != "later",
        "objected": False,
        "unreachable": report.unreachable,
        "anonymous": report.anonymous,
        "complex": False,
    }


def identified(key: str, person: Named, at: dt.datetime) -> Draft:
    """Who somebody is, as far as the report says."""
    fields = dict(person.fields) | {"person_role": person.role}
    if fields.get("name"):
        fields["name"] = plain_name(str(fields["name"]))
    return Draft("person.identified", at, subjects={"person": (key,)}, fields=said(fields))


def outcome_drafts(report: Report, by: Officer, reporter: str | None) -> Iterator[Draft]:
    """What becomes of the report."""
    now = max(clock.now().replace(second=0, microsecond=0), report.received_at)
    to = {"person": (reporter,)} if reporter else {}
    match report.outcome:
        case "accept":
            yield from accepted(report, by, now, to)
        case "decline":
            yield Draft(
                "report.declined",
                now,
                fields=said({"reason": report.reason, "recipient": "reporter", "method": report.told_by}),
            )
        case "hand-on":
            yield Draft(
                "case.transferred", now, fields=said({"recipient": report.recipient, "reason": report.reason})
            )


def accepted(
    report: Report, by: Officer, at: dt.datetime, to: Mapping[str, tuple[str, ...]]
) -> Iterator[Draft]:
    """The case is opened, entered in the register and the system, and the reporter told."""
    pair = tuple(Actor(number, "handler") for number in dict.fromkeys((by.number, report.partner)) if number)
    opened = {
        "case_kind": report.case_kind,
        "conduct_on": report.conduct_on,
        "complex": False,
        "summary": report.summary,
    }
    yield Draft("case.opened", at, officers=pair, fields=said(opened))
    register = {
        "document": "filing-register",
        "signed": True,
        "noted": report.anonymous or report.unreachable,
    }
    yield Draft("document.made", at, officers=pair[:1], fields=register)
    yield Draft("system.entered", at, officers=pair[:1], fields={"entered": "acceptance"})
    if report.notice_given and to:
        notice = {"document": "filing-notice", "recipient": "reporter", "method": "direct", "refused": False}
        yield Draft("document.served", at, officers=pair[:1], subjects=to, fields=notice)


def said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What was said; nothing is stated of what was not."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


@dataclass(frozen=True)
class Alike:
    """A report of the last days that names the same number or person."""

    case: Case
    by_phone: bool


def reports_alike(*, by: Officer, purpose: str, phone: str = "", name: str = "") -> list[Alike]:
    """Recent cases within reach whose people have the same telephone number or name.

    It only points at cases the officer may open anyway; nobody is counted or rated. What it points at is on record as found by
    a search; of an asking that finds nothing nothing is kept.
    """
    phone, name = "".join(phone.split()), plain_name(name)
    if not (phone or name) or unprintable(phone + name):
        return []
    since = clock.now() - dt.timedelta(days=ALIKE_DAYS)
    recent = cases_within(by=by, purpose=purpose).filter(opened_at__gte=since)
    acts = Act.objects.unfenced("the cases are within reach").filter(
        dossier__in=recent.values("pk"), type="person.identified"
    )
    found: dict[Any, bool] = {}
    for wanted, path, value in ((True, "fields.phone", phone), (False, "fields.name", name)):
        if value:
            for pk in acts.filter(content__contains={path: value}).values_list("dossier_id", flat=True):
                found[pk] = found.get(pk, False) or wanted
    rows = {case.pk: case for case in recent.filter(pk__in=list(found)).order_by("-opened_at")[:5]}
    if rows:
        search_note(" ".join(word for word in (phone, name) if word), len(found), by=by, purpose=purpose)
    return [Alike(case, found[pk]) for pk, case in rows.items()]
