"""外部否定结果: what other organs decided against a unit; each reviewed, and leading to a norm or the proposal of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from zhunsheng.accountability import externals
from zhunsheng.accountability.access import external_seen, supervises
from zhunsheng.accountability.models import ExternalResult, NormProposal, ResponsibilityCase
from zhunsheng.accountability.pages import forms
from zhunsheng.accountability.pages.words import act_words
from zhunsheng.accountability.rules import rules, version_at
from zhunsheng.accountability.selectors import EXTERNAL_STATES, external_figures, external_list
from zhunsheng.acts.access import reading_record
from zhunsheng.acts.columns import effective
from zhunsheng.acts.models import Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over, roles_held
from zhunsheng.supervision.models import HandDown
from zhunsheng.supervision.pages.lists import offered_units, page_number
from zhunsheng.supervision.pages.reading import OVERSEEING, purpose_among
from zhunsheng.supervision.watching import WATCHING

DONE = both("已记录。", "Recorded.")
STATE_WORDS = {
    "open": both("待复盘", "to be reviewed"),
    "reviewed": both("已复盘", "reviewed"),
    "overturned": both("已被改变", "overturned"),
    "all": both("全部", "all"),
}
OFFERED = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def external_results_page(request: HttpRequest) -> HttpResponse:
    """The list, overdue first, with the figures of the year; supervisors enter results."""
    officer, purpose = officer_of(request), purpose_among(request, OVERSEEING)
    enters = any(held.role is Role.SUPERVISOR for held in roles_held(officer))
    entry = None
    if enters:
        entry = entry_form(request, purpose, officer, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if entry is None:
            raise Denied
        made: list[ExternalResult] = []
        if entry.done(lambda given: made.append(entered(officer, given))):
            messages.success(request, str(DONE))
            return redirect("external_result", result_id=made[0].pk)
    asked = request.GET
    state = asked.get("state", "open") if asked.get("state", "open") in EXTERNAL_STATES else "open"
    kind = asked.get("kind", "") if asked.get("kind", "") in rules().external_kinds else ""
    units = offered_units(request, purpose)
    unit = asked.get("unit", "") if asked.get("unit", "") in {code for code, _ in units} else ""
    found = external_list(state, by=officer, purpose=purpose, kind=kind, unit=unit, page=page_number(request))
    return render(
        request,
        "accountability/externals.html",
        {
            "found": found,
            "rows": [(row, rules().external_kinds[row.kind].words, overdue(row)) for row in found.rows],
            "asked": urlencode({"state": state, "kind": kind, "unit": unit}),
            "state": state,
            "states": STATE_WORDS,
            "kind": kind,
            "kinds": rules().external_kinds,
            "unit": unit,
            "units": units,
            "figures": external_figures(by=officer, purpose=purpose),
            "entry": entry,
            "form": entry if request.method == "POST" else None,
            "supervises": enters and purpose == "supervision",
        },
    )


def overdue(row: ExternalResult) -> bool:
    """Whether its review is overdue."""
    return not hasattr(row, "review") and row.overturned_at is None and row.review_by < clock.now()


def entry_form(request: HttpRequest, purpose: str, by: Officer, data: Any) -> forms.EnterForm:
    """The form to enter one, with the units and papers within reach to choose from."""
    papers = HandDown.objects.within(reach(by, purpose)).order_by("-received_at")[:OFFERED]
    return forms.EnterForm(
        data,
        units=offered_units(request, purpose)[1:],
        hand_downs=[(str(one.pk), f"{one.organ} {one.number}") for one in papers],
    )


def entered(by: Officer, given: dict[str, Any]) -> ExternalResult:
    """Enter what the form gives."""
    paper = given.pop("hand_down")
    return externals.external_enter(by=by, hand_down=int(paper) if paper else None, **given)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def external_result_page(request: HttpRequest, result_id: int) -> HttpResponse:
    """One result: what was decided and why, its review, and what this reader may do."""
    officer, purpose = officer_of(request), purpose_among(request, OVERSEEING)
    row = external_seen(result_id, by=officer, purpose=purpose)
    wrong: forms.OurForm | None = None
    if request.method == "POST":
        wrong = submitted(request, row, officer)
        if wrong is None:
            messages.success(request, str(DONE))
            return redirect("external_result", result_id=result_id)
    return render(request, "accountability/external.html", context(row, officer, purpose, wrong))


def submitted(request: HttpRequest, row: ExternalResult, by: Officer) -> forms.OurForm | None:
    """Do what was asked; the form with its faults where that failed."""
    pk, data = row.pk, request.POST
    match data.get("do"):
        case "review":
            review = forms.ReviewForm(data, acts=acts_offered(row, by))
            return None if review.done(lambda d: reviewed(pk, by, d)) else review
        case "link":
            link = forms.LinkForm(data)
            return None if link.done(lambda d: externals.external_link(pk, by=by, **d)) else link
        case "overturn":
            fell = forms.OverturnForm(data)
            return None if fell.done(lambda d: externals.external_overturned(pk, by=by, **d)) else fell
        case "settle":
            settle = forms.SettleForm(data)
            last = NormProposal.objects.unfenced("the result was opened").filter(result=row).last()
            asked = 0 if last is None else last.pk
            return None if settle.done(lambda d: externals.proposal_settle(asked, by=by, **d)) else settle
    raise BadRequest


def reviewed(pk: int, by: Officer, given: dict[str, Any]) -> object:
    """Review as the form gives it."""
    return externals.external_review(
        pk,
        by=by,
        conclusion=given["conclusion"],
        reason=given["review_reason"],
        acts=given.get("acts", ()),
        norm_id=given["norm_id"],
        proposal=given["proposal"],
    )


def acts_offered(row: ExternalResult, by: Officer) -> list[tuple[str, object]]:
    """The acts of the dossier that count, to pick from; none where the dossier is sealed."""
    if row.dossier is None or row.dossier.sealed_at is not None or not supervises(by, row.unit_id):
        return []
    return [
        (str(act.id), act_words(act))
        for _, act in effective(dossier_acts(row.dossier))
        if not act.type.startswith(WATCHING)
    ]


def open_proposal(row: ExternalResult) -> NormProposal | None:
    """The proposal still to be settled."""
    rows = NormProposal.objects.unfenced("the result was opened").filter(result=row, settled_at=None)
    found: NormProposal | None = rows.first()
    return found


def context(row: ExternalResult, by: Officer, purpose: str, wrong: forms.OurForm | None) -> dict[str, Any]:
    """What the page shows."""
    shown = {form.slug: form for form in forms_for(row, by)}
    if wrong is not None:
        shown[wrong.slug] = wrong
    dossier_open = (
        row.dossier is not None
        and Dossier.objects.within(reach(by, purpose)).filter(pk=row.dossier_id).exists()
    )
    if dossier_open and row.dossier is not None and "review" in shown:
        reading_record(row.dossier, by=by, purpose=purpose, via="console:external-result")
    review = row.review if hasattr(row, "review") else None
    facts = row.dossier is None or row.dossier.sealed_at is None
    proposals = NormProposal.objects.unfenced("the result was opened").filter(result=row).order_by("id")
    grounded = ResponsibilityCase.objects.unfenced("numbers of cases, with nobody in them").filter(
        grounds__result=row
    )
    return {
        "row": row,
        "kind": rules().external_kinds[row.kind].words,
        "review": review,
        "conclusion": rules().conclusions[review.conclusion] if review else None,
        "conclusion_source": rules().source_of(rules().conclusions[review.conclusion]) if review else None,
        "facts": facts,
        "acts": [
            act_words(one.act, facts=facts)
            for one in review.acts.select_related("act").order_by("act__position")
        ]
        if review
        else [],
        "proposals": proposals.select_related("settled_by"),
        "cases": grounded.order_by("id") if supervises(by, row.unit_id) else [],
        "terms_source": rules().sources[version_at(row.entered_at).source],
        "dossier_open": dossier_open,
        "forms": shown,
        "form": wrong,
        "opens": supervises(by, row.unit_id)
        and review is not None
        and row.dossier_id
        and row.overturned_at is None,
    }


def forms_for(row: ExternalResult, by: Officer) -> list[forms.OurForm]:
    """What this reader may do now."""
    found: list[forms.OurForm] = []
    review = hasattr(row, "review")
    if supervises(by, row.unit_id):
        if not review and row.overturned_at is None and externals.may_review(row, by):
            found.append(forms.ReviewForm(acts=acts_offered(row, by)))
        if row.dossier_id is None and not review:
            found.append(forms.LinkForm())
        if row.overturned_at is None:
            found.append(forms.OverturnForm())
    proposal = open_proposal(row)
    settles = holds_over(by, externals.SETTLING, row.unit_id, clock.now())
    if proposal is not None and settles and proposal.made_by_id != by.number:
        found.append(forms.SettleForm())
    return found
