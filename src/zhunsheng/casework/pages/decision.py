"""决定: for each suspect what the conduct is in law, what law and benchmark give for it, the proposal, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhunsheng.acts.drafts import Draft
from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.discretion.bands import Band
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.proposals import Weighed, weigh_proposal
from zhunsheng.casework.discretion.stating import article_fields, band_fields, by_age
from zhunsheng.casework.discretion.switch import Switch, lighter_law
from zhunsheng.casework.discretion.weighing import (
    CHARACTERISED,
    DECIDED,
    PROPOSED,
    Weighing,
    proposal_of,
    weighing_of,
)
from zhunsheng.casework.facts import CaseFacts, PartyFacts
from zhunsheng.casework.forms.advice import Advice, Telling, advised, faults_of
from zhunsheng.casework.pages.case_page import language_now
from zhunsheng.casework.pages.decision_forms import (
    CharacteriseForm,
    DecideForm,
    PenaltyForm,
    Recorded,
    characterise_initial,
    penalty_initial,
)
from zhunsheng.casework.pages.decision_shown import (
    charts,
    in_both,
    past_of,
    reasons_of,
    steps_before,
    summary_of,
    told_steps,
)
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.casework.review.exclusion import Standing, affected, cited, evidence_of, excluded
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.door import consider, enact
from zhunsheng.procedure.errors import Refused
from zhunsheng.procedure.powers import roles_for

SLUG = "decision"
DECIDE = DECIDED[0]
ACTS = {"characterise": CHARACTERISED, "propose": PROPOSED, "decide": DECIDE}


@dataclass
class Desk:
    """The tab opened for one suspect."""

    request: HttpRequest
    case: CaseView
    by: Officer
    weighing: Weighing
    forms: dict[str, Recorded]
    weighed: Weighed | None = None
    advice: Advice | None = None
    tried: Switch | None = None
    """The law and band of circumstances that are chosen in the form but not recorded."""

    def may(self, act_type: str) -> bool:
        """Whether the officer's roles may record acts of this type."""
        return bool(roles_for(act_type) & {held.role for held in roles_held(self.by)})

    @property
    def telling(self) -> Telling:
        return Telling(self.case.dossier.id, self.case.facts.parties, language_now())


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """The tab; sent forms are looked at or recorded."""
    person = person_of(request, case)
    if person is None:
        return show(request, case, SLUG, "casework/decision.html", {"weighing": None})
    weighing = weighing_of(case.facts, person, today=clock.now().astimezone(clock.LOCAL).date())
    desk = Desk(request, case, officer_of(request), weighing, {})
    if request.method == "POST":
        return sent(desk)
    return page(desk)


def person_of(request: HttpRequest, case: CaseView) -> PartyFacts | None:
    """The suspect the address names, the first where it names none; 404 for somebody who is no suspect."""
    suspects = case.facts.suspects
    key = request.GET.get("person", "")
    if not key:
        return suspects[0] if suspects else None
    found = next((s for s in suspects if s.key == key), None)
    if found is None:
        raise Http404
    return found


def sent(desk: Desk) -> HttpResponse:
    """A form that was sent: `do` is what to do with it, after the form it belongs to."""
    form_name, _, what = desk.request.POST.get("do", "").partition(":")
    if form_name not in ACTS or what not in ("look", "record"):
        raise Http404
    if not desk.may(ACTS[form_name]):
        raise Denied
    if form_name == "characterise":
        return characterise(desk, what)
    return penalty(desk, form_name, what)


def characterise(desk: Desk, what: str) -> HttpResponse:
    """Show the circumstances and the band of what was chosen, or record it."""
    violation = desk.request.POST.get("violation", "")
    form = CharacteriseForm(violation, desk.weighing.person.age, desk.request.POST)
    desk.forms["characterise"] = form
    if not form.is_valid():
        # While choosing, what is not filled in yet is no fault.
        if what == "look":
            form.errors.clear()
            return page(desk)
        return page(desk, status=422)
    fields: dict[str, Any] = {
        "facts": form.cleaned_data["facts"],
        "conduct_on": form.cleaned_data["conduct_on"],
    }
    fields |= {"violation": form.stated(), "evidence": form.cleaned_data["evidence"] or None}
    if form.stated() in shipped().violations:
        desk.tried = lighter_law(form.stated(), fields["conduct_on"], desk.weighing.decided_on, form.chosen())
        fields |= band_fields(desk.tried, form.chosen()) | article_fields(desk.tried, form.stated())
    if what == "look":
        return page(desk)
    return recorded(desk, form, CHARACTERISED, fields)


def penalty(desk: Desk, form_name: str, what: str) -> HttpResponse:
    """Weigh a penalty and ask the guard, or record it."""
    form = (DecideForm if form_name == "decide" else PenaltyForm)(desk.request.POST, auto_id=ids(form_name))
    desk.forms[form_name] = form
    whole = form.is_valid()
    fields = weighed_fields(desk, form) if form.cleaned_data.get("decision") else {}
    if not form.is_valid() or not whole:
        return page(desk, status=422 if what == "record" else 200)
    if what == "look":
        desk.advice = looked_at(desk, form, ACTS[form_name], fields)
        return page(desk)
    return recorded(desk, form, ACTS[form_name], fields)


def weighed_fields(desk: Desk, form: PenaltyForm) -> dict[str, Any]:
    """The fields of the act; what stands against the penalty is added to the form."""
    weighing = desk.weighing
    fields: dict[str, Any] = {"violation": weighing.stated} if weighing.stated else {}
    if weighing.switch is not None:
        reason = str(form.cleaned_data.get("departure_reason") or "")
        found = weigh_proposal(weighing.switch.band, form.proposal(), reason, notified=weighing.notified)
        desk.weighed = found
        for fault in found.faults:
            form.add_error(
                fault.field if fault.field in form.fields else None, both(fault.said.zh, fault.said.en)
            )
        fields |= band_fields(weighing.switch, weighing.chosen) | {"departs": found.departs}
    if form.errors:
        return fields
    fields |= form.penalty_fields()
    if weighing.characterised is not None:
        # What the characterisation rests on, the penalty rests on: so that an exclusion shows here too.
        gone = excluded(desk.case.facts)
        fields["cites"] = "\n".join(n for n in cited(weighing.characterised) if n not in gone) or None
    if not fields.get("departs"):
        fields.pop("departure_reason", None)
    return fields


def looked_at(desk: Desk, form: Recorded, act_type: str, fields: dict[str, Any]) -> Advice:
    """What the guard would say now; nothing is recorded."""
    try:
        found = consider(draft(desk, act_type, fields), by=desk.by, expected=form.cleaned_data["expected"])
    except Refused as refused:
        return desk.telling.refused(refused)
    except InputError as error:
        return Advice("faulty", faults=faults_of(error))
    return advised(desk.telling, found.warnings)


def recorded(desk: Desk, form: Recorded, act_type: str, fields: dict[str, Any]) -> HttpResponse:
    """Record the act through the door, or say why not."""
    given = form.cleaned_data
    try:
        found = enact(draft(desk, act_type, fields), by=desk.by, key=given["key"], expected=given["expected"])
    except Refused as refused:
        desk.advice = desk.telling.refused(refused)
        return page(desk, status=422)
    except InputError as error:
        for fault in faults_of(error):
            form.add_error(None, fault.text)
        return page(desk, status=422)
    receipt = found.receipt.hex()[:12]
    messages.success(
        desk.request,
        both(
            f"已登记：{label(act_type)}。回执 {receipt}",
            f"Recorded: {label(act_type, 'en')}. Receipt {receipt}",
        ),
    )
    for one in desk.telling.notices(found.warnings):
        messages.warning(desk.request, f"{one.title}：{one.verdict}")
    return redirect(desk.request.get_full_path())


def draft(desk: Desk, act_type: str, fields: dict[str, Any]) -> Draft:
    """The act, now, about the suspect."""
    return Draft(
        type=act_type,
        occurred_at=clock.now(),
        dossier=desk.case.dossier.id,
        subjects={"person": (desk.weighing.person.key,)},
        fields={name: value for name, value in fields.items() if value is not None},
    )


def page(desk: Desk, status: int = 200) -> HttpResponse:
    """The whole tab, or only the answer to a proposal where a script asks for that."""
    weighing = desk.weighing
    fill(desk)
    switch = desk.tried or weighing.switch
    context: dict[str, Any] = {
        "desk": desk,
        "weighing": weighing,
        "people": desk.case.facts.suspects,
        "forms": desk.forms,
        "switch": switch,
        "tried": desk.tried is not None,
        "band": band_shown(switch.band if switch else None),
        "law_steps": told_steps(switch.steps) if switch and switch.straddles else [],
        "weighed": weighed_shown(desk.weighed),
        "advice": desk.advice,
        "refused": status == HTTPStatus.UNPROCESSABLE_ENTITY and desk.advice is not None,
        "stated": stated_words(weighing),
    }
    if desk.request.headers.get("HX-Request") and status == 200 and desk.request.method == "POST":
        return render(desk.request, "casework/decision_answer.html", context)
    past = past_of(desk.case, weighing)
    proposed = proposal_of(weighing.proposed)
    context |= {
        "past": past,
        "charts": charts(past) if past else [],
        "before": steps_before(desk.case.facts, weighing),
        "excluded": "、".join(fallen_away(desk.case, weighing)),
        "summary": summary_of(weighing),
        "reasons": reasons_of(weighing),
        "proposed": None if proposed is None else in_both(proposed.words()),
    }
    return show(desk.request, desk.case, SLUG, "casework/decision.html", context, status=status)


def fill(desk: Desk) -> None:
    """The forms the officer may send, those not sent as they begin."""
    weighing, position = desk.weighing, desk.case.dossier.position
    if desk.case.dossier.closed_at is not None:
        return
    if desk.may(CHARACTERISED) and "characterise" not in desk.forms:
        desk.forms["characterise"] = CharacteriseForm(
            weighing.stated,
            weighing.person.age,
            initial=characterise_initial(
                weighing, position, by_age(weighing.person.age), usable(desk.case.facts)
            ),
        )
    if desk.may(PROPOSED) and "propose" not in desk.forms and weighing.stated:
        desk.forms["propose"] = PenaltyForm(
            initial=penalty_initial(weighing, position), auto_id=ids("propose")
        )
    if desk.may(DECIDE) and "decide" not in desk.forms and weighing.proposed is not None:
        first = {**penalty_initial(weighing, position), "level": level_approved(desk)}
        desk.forms["decide"] = DecideForm(initial=first, auto_id=ids("decide"))


def level_approved(desk: Desk) -> str:
    """The level at which the penalty of this person was approved last."""
    given = [
        act.fields.get("level", "")
        for act in desk.case.facts.all("approval.given", person=desk.weighing.person.key)
        if act.fields.get("measure") == "penalty"
    ]
    return str(given[-1]) if given else ""


def usable(facts: CaseFacts) -> str:
    """The evidence on file that is not excluded, by name."""
    return "、".join(name for name, e in evidence_of(facts).items() if e.standing is not Standing.EXCLUDED)


def fallen_away(case: CaseView, weighing: Weighing) -> tuple[str, ...]:
    """Evidence the characterisation names that is excluded now."""
    act = weighing.characterised
    found = [a.names for a in affected(case.facts) if act is not None and a.act.id == act.id]
    return found[0] if found else ()


def ids(form_name: str) -> str:
    """How the controls of a form are named on the page, where two forms ask for the same."""
    return f"{form_name}_%s"


def band_shown(band: Band | None) -> dict[str, Any] | None:
    """The band for the page."""
    if band is None:
        return None
    said = band.words()
    return {
        "words": in_both(said),
        "steps": told_steps(band.steps),
        "unverified": band.status == "unverified",
        "executed": band.executed,
    }


def weighed_shown(weighed: Weighed | None) -> dict[str, Any] | None:
    """Where a penalty lies, for the page."""
    if weighed is None:
        return None
    return {
        "words": in_both(weighed.words),
        "departs": weighed.departs,
        "faults": [in_both(fault.said) for fault in weighed.faults],
    }


def stated_words(weighing: Weighing) -> object:
    """The violation in words."""
    known = weighing.violation
    return weighing.stated if known is None else both(known.title.zh, known.title.en)


TAB = Tab(SLUG, "决定", "decision", view)
