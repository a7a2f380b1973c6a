"""执法过错责任案: the list, opening one, and one case with its chain of acts and every step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from zhunsheng.accountability import deciding, remedies, services
from zhunsheng.accountability.access import (
    case_seen,
    external_seen,
    facts_open,
    had_a_hand,
    may_decide,
    named_in,
    supervises,
)
from zhunsheng.accountability.attributing import frozen, grounds_now
from zhunsheng.accountability.chain import heaviest
from zhunsheng.accountability.codes import AFTER_DECISION, Share, State
from zhunsheng.accountability.models import Decision, ResponsibilityCase
from zhunsheng.accountability.pages import forms
from zhunsheng.accountability.pages.words import (
    Chain,
    chains_accepted,
    chains_proposed,
    share_words,
    sources_of,
)
from zhunsheng.accountability.rules import rules, version_at
from zhunsheng.accountability.selectors import CASE_STATES, case_list, due_of, parts_in
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.supervision.pages.ledger import day_end
from zhunsheng.supervision.pages.lists import offered_units, page_number
from zhunsheng.supervision.pages.reading import DECIDING, purpose_among
from zhunsheng.supervision.pages.words import title
from zhunsheng.supervision.watching import WATCHING

READING = frozenset(("supervision", "approval"))
DONE = both("已记录。", "Recorded.")
STATE_WORDS: dict[str, object] = {
    "open": both("办理中", "under way"),
    "fallen": both("依据已变化，待重新审查", "to be reconsidered"),
    "over": both("已了结", "over"),
    "all": both("全部", "all"),
    **{state.value: state.label for state in State},
}


@require_safe
@login_required
def responsibility_cases_page(request: HttpRequest) -> HttpResponse:
    """The cases within reach, what is due first first; nobody is named in the list."""
    officer, purpose = officer_of(request), purpose_among(request, READING)
    asked = request.GET
    state = asked.get("state", "open") if asked.get("state", "open") in CASE_STATES else "open"
    units = offered_units(request, purpose)
    unit = asked.get("unit", "") if asked.get("unit", "") in {code for code, _ in units} else ""
    found = case_list(state, by=officer, purpose=purpose, unit=unit, page=page_number(request))
    return render(
        request,
        "accountability/cases.html",
        {
            "found": found,
            "asked": urlencode({"state": state, "unit": unit}),
            "state": state,
            "states": STATE_WORDS,
            "unit": unit,
            "units": units,
            "supervises": purpose == "supervision",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def responsibility_new_page(request: HttpRequest) -> HttpResponse:
    """Open a case from the finding or the result that the address names."""
    officer, purpose = officer_of(request), purpose_among(request, DECIDING)
    asked = request.GET
    finding, result = number(asked.get("finding", "")), number(asked.get("result", ""))
    grounded = services.finding_read(finding, officer) if finding else None
    rested = external_seen(result, by=officer, purpose=purpose) if result else None
    form = forms.OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made: list[ResponsibilityCase] = []
        if form.done(
            lambda d: made.append(
                services.case_open(
                    by=officer,
                    reason=d["reason"],
                    findings=[finding] if finding else [],
                    results=[result] if result else [],
                )
            )
        ):
            messages.success(request, str(DONE))
            return redirect("responsibility_case", case_id=made[0].pk)
    return render(
        request,
        "accountability/open.html",
        {
            "one": form,
            "form": form,
            "finding": grounded,
            "finding_title": title(grounded) if grounded else "",
            "result": rested,
            "terms": version_at().terms,
        },
    )


def number(text: str) -> int:
    """A number in an address; nought for what is none."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def responsibility_case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case, and what is submitted on it."""
    officer, purpose = officer_of(request), purpose_among(request, READING)
    case = case_seen(case_id, by=officer, purpose=purpose, via="console:responsibility")
    wrong: forms.OurForm | None = None
    if request.method == "POST":
        wrong = submitted(request, case, officer)
        if wrong is None:
            messages.success(request, str(DONE))
            return redirect("responsibility_case", case_id=case_id)
    return render(request, "accountability/case.html", context(request, case, officer, purpose, wrong))


def submitted(request: HttpRequest, case: ResponsibilityCase, by: Officer) -> forms.OurForm | None:
    """Do what was asked; the form with its faults where that failed."""
    pk, data, do = case.pk, request.POST, request.POST.get("do", "")
    if do == "attribute":
        form = forms.AttributeForm(data, found=proposal_asked(request, case), case=case)
        return tried(
            form,
            lambda d: services.case_attribute(
                pk, by=by, accepted=form.accepted(d), note=d["note"], expected=d["expected"]
            ),
        )
    if do in ("decide", "redecide"):
        kind = forms.RulingForm if do == "decide" else forms.RedecideForm
        act = deciding.case_decide if do == "decide" else deciding.objection_decide
        ruling = kind(data, named=named_shares(case), case=case)
        return tried(ruling, lambda d: act(pk, by=by, ruling=ruling.ruling(d), expected=d["expected"]))
    if do == "remedy":
        return tried(
            forms.RemedyForm(data),
            lambda d: remedies.remedy_order(
                pk,
                by=by,
                kind=d["remedy_kind"],
                task=d["task"],
                owner=d["owner"],
                due_at=None if d["due_on"] is None else day_end(d["due_on"]),
                act=d["act"],
                expected=d["expected"],
            ),
        )
    if do == "reconsider":
        return tried(
            forms.ReconsiderForm(data),
            lambda d: services.case_reconsider(
                pk,
                by=by,
                ground=d["ground"],
                anew=d["anew"] == "yes",
                reason=d["reason"],
                expected=d["expected"],
            ),
        )
    if do == "hearing":
        return tried(forms.HearingForm(data), lambda d: services.hearing_close(pk, by=by, **d))
    if do == "close":
        return tried(forms.CloseForm(data), lambda d: remedies.case_close(pk, by=by, **d))
    if do == "withdraw":
        return tried(forms.WithdrawForm(data), lambda d: services.case_withdraw(pk, by=by, **d))
    raise BadRequest


def tried(form: forms.OurForm, call: Callable[[dict[str, Any]], object]) -> forms.OurForm | None:
    """Nothing where it went through, else the form with its faults."""
    return None if form.done(call) else form


def proposal_asked(request: HttpRequest, case: ResponsibilityCase) -> services.Proposed:
    """The proposal, with what the address says of the grounds and of who falsified."""
    asked = request.GET
    effects = {
        now.ground.pk: asked[f"effect_{now.ground.pk}"]
        for now in grounds_now(case)
        if f"effect_{now.ground.pk}" in asked
    }
    return services.proposed(case, effects, frozenset(asked.getlist("falsified")))


def named_shares(case: ResponsibilityCase) -> list[tuple[Officer, Share]]:
    """Those who carry a share, each with the heaviest; after a decision, the one found in it."""
    decision = deciding.decision_last(case)
    if decision is not None:
        rows = decision.determinations.select_related("officer").order_by("id")
        return [(row.officer, Share(row.share)) for row in rows]
    found: dict[str, tuple[Officer, list[Share]]] = {}
    for row in parts_in(case):
        if row.accepted != Share.NONE:
            found.setdefault(row.officer.number, (row.officer, []))[1].append(Share(row.accepted))
    return [(officer, heaviest(shares)) for officer, shares in found.values()]


def context(
    request: HttpRequest,
    case: ResponsibilityCase,
    by: Officer,
    purpose: str,
    wrong: forms.OurForm | None,
) -> dict[str, Any]:
    """What the page shows."""
    shown = {form.slug: form for form in forms_for(request, case, by)}
    if wrong is not None:
        shown[wrong.slug] = wrong
    attribute = shown.get("attribute")
    found = attribute.found if isinstance(attribute, forms.AttributeForm) else None
    total = acts_counted(case.dossier)
    facts = facts_open(case, by=by, purpose=purpose)
    chains = (
        chains_accepted(parts_in(case), total, facts=facts)
        if found is None
        else chains_proposed(found.parts, total, facts=facts)
    )
    stating = services.still_to_state(case) if case.state == State.ATTRIBUTED else []
    grounds = grounds_now(case)
    return {
        "case": case,
        "due": None if frozen(case) else due_of(case),
        "frozen": frozen(case),
        "grounds": [(now, ground_effect(case, now.ground.pk, found), ground_title(now)) for now in grounds],
        "to_reconsider": [now for now in grounds if now.to_reconsider],
        "effects": rules().effects,
        "proposal": found,
        "falsifiers": falsifiers(chains, found),
        "chains": chains,
        "sources": sources_of(chains),
        "terms_source": rules().sources[version_at(case.opened_at).source],
        "attribute": attribute,
        "statements": case.statements.filter(round=case.round).select_related("officer").order_by("id"),
        "stating": Officer.objects.filter(number__in=stating).order_by("number"),
        "decisions": [decision_shown(one) for one in case.decisions.select_related("by").order_by("id")],
        "objections": case.objections.filter(round=case.round).select_related("officer").order_by("id"),
        "remedies": [
            (one, rules().remedies[one.kind].words, remedies.remedy_done(one))
            for one in case.remedies.select_related("line", "act")
        ],
        "events": case.events.select_related("by", "act").order_by("-id"),
        "facts": facts,
        "forms": shown,
        "form": wrong,
        "why_not": why_not(case, by),
    }


def acts_counted(dossier: Dossier) -> int:
    """How far the dossier goes, without the acts that watch it."""
    rows = Act.objects.unfenced("the case was opened").filter(dossier=dossier)
    for prefix in WATCHING:
        rows = rows.exclude(type__startswith=prefix)
    return int(rows.aggregate(last=Max("position"))["last"] or 0)


def falsifiers(chains: list[Chain], found: services.Proposed | None) -> list[tuple[Officer, bool]]:
    """Everybody in the chain, each once, and whether they are held to have falsified."""
    officers = {seat.officer.number: seat.officer for chain in chains for seat in chain.seats}
    falsified = frozenset() if found is None else found.falsified
    return [(officer, number in falsified) for number, officer in officers.items()]


def ground_effect(case: ResponsibilityCase, pk: int, found: services.Proposed | None) -> str:
    """Whether a ground was judged to change the result, or is taken to in the proposal."""
    if found is not None:
        return found.effects[pk]
    row = case.grounds.get(pk=pk).judged.filter(round=case.round).first()
    return "" if row is None else row.effect


def ground_title(now: Any) -> object:
    """A ground in words."""
    if now.ground.finding is not None:
        return title(now.ground.finding)
    return str(now.ground.result)


def decision_shown(decision: Decision) -> tuple[Decision, object, Any, list[tuple[Any, object, object]]]:
    """A decision with what it found of each, in words."""
    rows = decision.determinations.select_related("officer").order_by("id")
    found = [
        (row.officer, share_words(row.share), rules().degrees[row.degree].words if row.degree else "")
        for row in rows
    ]
    outcome = rules().outcomes[decision.outcome]
    return decision, outcome.words, rules().source_of(outcome), found


def why_not(case: ResponsibilityCase, by: Officer) -> object:
    """Why a supervisor can only read this case, where they can."""
    if not supervises(by, case.unit_id):
        return ""
    if had_a_hand(case.dossier, by):
        return both(
            "您参与过本案卷，不能办理这个案件。", "You had a hand in the dossier: you do not run this case."
        )
    if case.state in (State.HEARD, State.OBJECTED) and not may_decide(case, by):
        return both(
            "立案、提出划分意见或者已经作过决定的人员不能决定，由另一人决定。",
            "Whoever opened, attributed or decided before does not decide; another does.",
        )
    return ""


def forms_for(request: HttpRequest, case: ResponsibilityCase, by: Officer) -> list[forms.OurForm]:
    """What this reader may do now."""
    found: list[forms.OurForm] = []
    start = {"expected": case.revision}
    waits = frozen(case) or any(now.to_reconsider for now in grounds_now(case))
    if not waits and case.state in (State.HEARD, State.OBJECTED) and may_decide(case, by):
        kind = forms.RulingForm if case.state == State.HEARD else forms.RedecideForm
        found.append(kind(named=named_shares(case), case=case))
    if not supervises(by, case.unit_id) or had_a_hand(case.dossier, by):
        return found
    if not waits:
        found += running_forms(request, case, start)
    if case.state in services.UNDER_WAY:
        found.append(forms.WithdrawForm(initial=start))
    fallen = next((now for now in grounds_now(case) if now.to_reconsider), None)
    if fallen is not None and not frozen(case) and case.state in (*services.UNDER_WAY, *AFTER_DECISION):
        found.append(forms.ReconsiderForm(initial=start | {"ground": fallen.ground.pk}))
    return found


def running_forms(
    request: HttpRequest, case: ResponsibilityCase, start: dict[str, Any]
) -> list[forms.OurForm]:
    """The supervisor's next steps."""
    found: list[forms.OurForm] = []
    if case.state == State.OPENED:
        found.append(forms.AttributeForm(found=proposal_asked(request, case), case=case))
    if case.state == State.ATTRIBUTED and hearing_may_close(case):
        found.append(forms.HearingForm(initial=start))
    if case.state in remedies.ORDERED_IN:
        found.append(forms.RemedyForm(initial=start))
    if case.state == State.FINAL:
        found.append(forms.CloseForm(initial=start))
    return found


def hearing_may_close(case: ResponsibilityCase) -> bool:
    """Whether everybody has stated or the term ran out."""
    over = case.statement_by is not None and case.statement_by < clock.now()
    return over or not services.still_to_state(case) or not named_in(case)
