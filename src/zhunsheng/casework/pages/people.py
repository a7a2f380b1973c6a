"""人员: who is in the case, adding and correcting a person, and two entries that are one person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from zhunsheng.acts.drafts import Draft
from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import IDENTIFIED, CaseAct, PartyFacts
from zhunsheng.casework.forms.advice import faults_of
from zhunsheng.casework.forms.identity import identity_read
from zhunsheng.casework.forms.merging import merge_drafts
from zhunsheng.casework.forms.persons import PersonForm, consequences, merged, person_told
from zhunsheng.casework.forms.request_keys import person_key
from zhunsheng.casework.forms.several import acts_record
from zhunsheng.casework.pages.act_form import reopened
from zhunsheng.casework.pages.case_page import opened
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.errors import KeyReused
from zhunsheng.procedure.powers import roles_for


@dataclass(frozen=True)
class Card:
    """A person on the page."""

    party: PartyFacts
    roles: object
    facts: list[tuple[object, object]]
    follows: list[object]
    guardians: list[PartyFacts]
    ward: PartyFacts | None


SHOWN = (
    "id_number",
    "birth_on",
    "sex",
    "division",
    "address",
    "phone",
    "occupation",
    "education",
    "nationality",
)


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """Everybody in the case."""
    cards = [card(case, party) for party in case.facts.parties.values()]
    context = {
        "cards": cards,
        "alike": merged(case.facts.parties.values()),
        "may_write": may_write(officer_of(request)),
    }
    return show(request, case, "people", "casework/people.html", context)


def card(case: CaseView, party: PartyFacts) -> Card:
    """One person with what is known and what follows from it."""
    from zhunsheng.acts.vocabulary import vocabulary

    declared = vocabulary().fields
    rows: list[tuple[object, object]] = []
    for name in SHOWN:
        value = party.fields.get(name)
        if value not in (None, ""):
            field = declared[name]
            said = both(*field.values[value]) if value in field.values else value
            rows.append((both(field.zh, field.en), said))
    suspect = any(p.key == party.key for p in case.facts.suspects)
    roles = "、".join(
        str(both(*declared["person_role"].values[r]))
        for r in party.roles
        if r in declared["person_role"].values
    )
    guardians = [
        p
        for p in case.facts.parties.values()
        if p.fields.get("guardian_of") in (party.key, party.name) and p.fields.get("guardian_of")
    ]
    ward = case.facts.parties.get(str(party.fields.get("guardian_of") or ""))
    follows = consequences(party.age) if suspect else []
    if suspect and party.age is None and party.fields.get("party_kind") != "organization":
        follows = [
            both(
                "年龄没有查明：是不是未成年人无法判断，凡与年龄有关的规范都判为“无法判断”。",
                "The age is not known, so norms that turn on it cannot be judged.",
            )
        ]
    return Card(party, roles, rows, follows, guardians, ward)


def may_write(by: Officer) -> bool:
    """Whether the officer's roles may identify people."""
    return bool(roles_for(IDENTIFIED) & {held.role for held in roles_held(by)})


def writer(request: HttpRequest) -> Officer:
    """The signed-in person; Denied where they identify nobody."""
    by = officer_of(request)
    if not may_write(by):
        raise Denied
    return by


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_form(request: HttpRequest, case_id: uuid.UUID, key: str = "") -> HttpResponse:
    """Add a person, or correct what is known of one."""
    by, case = writer(request), opened(request, case_id, "person")
    before = None
    if key:
        if key not in case.facts.parties:
            raise Denied
        before = identified_before(case, key)
    if request.method == "POST":
        form = PersonForm(case.facts, case.dossier.position, data=request.POST)
        if form.is_valid() and request.POST.get("do") != "look":
            return recorded(request, case, by, form, key, before)
        status = 422 if form.errors else 200
    else:
        asked = {"person_role": request.GET["role"]} if "role" in request.GET else {}
        form = PersonForm(case.facts, case.dossier.position, initial=before.fields if before else asked)
        status = 200
    return page(request, case, form, key, before, status)


def identified_before(case: CaseView, key: str) -> CaseAct | None:
    """The act that says who somebody is: the last that names them, else the last of all."""
    acts = case.facts.all(IDENTIFIED, person=key)
    named = [act for act in acts if act.fields.get("name") and key in act.persons]
    return next(iter((named or [a for a in acts if key in a.persons])[::-1]), None)


def recorded(
    request: HttpRequest, case: CaseView, by: Officer, form: PersonForm, key: str, before: CaseAct | None
) -> HttpResponse:
    """Record who somebody is."""
    given = form.cleaned_data
    who = key or person_key(given["key"], "person")
    at = before.at if before is not None else clock.now()
    draft = Draft(
        IDENTIFIED,
        at.replace(second=0, microsecond=0) if before is None else at,
        dossier=case.dossier.id,
        subjects={"person": (who,)},
        fields=form.fields_of_act(),
        corrects=before.id if before is not None else None,
    )
    try:
        acts_record([draft], by=by, key=given["key"], expected=None if key == "" else given["expected"])
    except KeyReused:
        form.add_error(
            None,
            both(
                "这个人已经登记过；要改请从名单里打开。",
                "This person is recorded already; open them from the list to change it.",
            ),
        )
    except InputError as error:
        for fault in faults_of(error):
            place = (fault.field or "").removeprefix("f-")
            form.add_error(place if place in form.fields else None, fault.text)
    else:
        name = given["name"] or str(both("无名氏", "somebody unknown"))
        messages.success(request, both(f"已登记人员：{name}", f"Recorded: {name}"))
        return redirect("case_tab", case.dossier.id, "people")
    return page(request, case, form, key, before, 422)


def page(
    request: HttpRequest, case: CaseView, form: PersonForm, key: str, before: CaseAct | None, status: int
) -> HttpResponse:
    """The page of one person."""
    told = person_told(form.fields_of_act(), form.day()) if form.is_bound and form.is_valid() else []
    context = {"form": form, "told": told, "corrects": before, "party": case.facts.parties.get(key)}
    return show(request, case, "people", "casework/person_form.html", context, status)


@never_cache
@login_required
@require_POST
def person_read(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """What a number or a date of birth tells, as a part of the page."""
    writer(request)
    case = reopened(request, case_id)
    form = PersonForm(case.facts, case.dossier.position, data=request.POST)
    form.full_clean()
    error, told = None, []
    number = request.POST.get("id_number", "")
    if number.strip():
        try:
            identity_read(request.POST.get("id_kind", ""), number)
        except InputError as wrong:
            error = both(f"{wrong.zh}。{wrong.remedy_zh}。", f"{wrong.en}. {wrong.remedy_en}.")
    if error is None:
        fields: dict[str, Any] = form.cleaned_data
        told = person_told(fields, form.day())
    return render(request, "casework/person_told.html", {"told": told, "error": error})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_merge(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Two entries that are one person: shown first, then corrected together."""
    by, case = writer(request), opened(request, case_id, "merge")
    sent = request.POST if request.method == "POST" else request.GET
    people = case.facts.parties
    stays, gone = people.get(sent.get("stays", "")), people.get(sent.get("gone", ""))
    if stays is None or gone is None or stays.key == gone.key:
        raise Denied
    error: object = ""
    try:
        drafts = merge_drafts(case, by, gone=gone.key, stays=stays.key)
        if request.method == "POST":
            acts_record(drafts, by=by, expected=seen_at(sent.get("expected", ""), case))
            messages.success(
                request,
                both(
                    f"已合并为{stays.shown}，更正{len(drafts)}项。",
                    f"One person now, {stays.shown}; {len(drafts)} acts corrected.",
                ),
            )
            return redirect("case_tab", case.dossier.id, "people")
    except InputError as wrong:
        drafts = []
        error = both(f"{wrong.zh}。{wrong.remedy_zh}。", f"{wrong.en}. {wrong.remedy_en}.")
    acts = {act.id: act for act in case.facts.acts}
    lines = [
        (acts[d.corrects].position, both(label(acts[d.corrects].type), label(acts[d.corrects].type, "en")))
        for d in drafts
        if d.corrects in acts
    ]
    context = {
        "stays": stays,
        "gone": gone,
        "lines": lines,
        "error": error,
        "expected": case.dossier.position,
    }
    return show(request, case, "people", "casework/person_merge.html", context, 422 if error else 200)


def seen_at(text: str, case: CaseView) -> int:
    """How many acts the case had when the page was shown; as it stands where that cannot be read."""
    return int(text) if text.isdecimal() and len(text) < 10 else case.dossier.position


TAB = Tab("people", "人员", "people", view)
