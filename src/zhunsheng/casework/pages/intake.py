"""Taking a report: one short page that records everything at once, and the receipt to print."""

from __future__ import annotations

import dataclasses
import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhunsheng.base.errors import InputError
from zhunsheng.casework.forms.advice import Advice, Telling, advised, faults_of, faulty
from zhunsheng.casework.forms.files import files_store
from zhunsheng.casework.forms.intake import report_consider, report_take, reports_alike
from zhunsheng.casework.forms.intake_form import IntakeForm
from zhunsheng.casework.forms.keeping import draft_drop, draft_find, draft_keep
from zhunsheng.casework.forms.known import officers_at_hand
from zhunsheng.casework.forms.several import key_used
from zhunsheng.casework.pages.case_page import language_now, opened
from zhunsheng.casework.pages.purpose import officer_of, purpose_of
from zhunsheng.ledger.models import Entry
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.errors import KeyReused, Refused
from zhunsheng.procedure.powers import roles_for

FORM = "intake"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """The form; look at it, keep it, or record the report."""
    by = taker(request)
    if request.method != "POST":
        kept = None if "fresh" in request.GET else draft_find(by, FORM, dossier=None)
        form = form_of(by, kept=kept.data if kept else None)
        return page(request, form, kept=kept is not None)
    form = form_of(by, request=request)
    match request.POST.get("do"):
        case "keep":
            draft_keep(by, FORM, request.POST, dossier=None)
            messages.success(
                request, both("草稿已保存，工作台上可以找到。", "Kept; you will find it on your desk.")
            )
            return redirect("case_new")
        case "look":
            return page(request, form, advice_on(form, by))
    return recorded(request, form, by)


def taker(request: HttpRequest) -> Officer:
    """The signed-in person; Denied where they take no reports."""
    by = officer_of(request)
    if not roles_for("report.received") & {held.role for held in roles_held(by)}:
        raise Denied
    return by


def form_of(by: Officer, request: HttpRequest | None = None, kept: Any = None) -> IntakeForm:
    """The form as this officer may fill it in."""
    at_hand = officers_at_hand(by.unit_id)
    partners = [
        (o.number, f"{o.name}（{o.number}）")
        for o in at_hand.values()
        if Role.HANDLER in o.roles and o.number != by.number
    ]
    opens = bool(roles_for("case.opened") & {held.role for held in roles_held(by)})
    if request is None:
        return IntakeForm(partners=partners, opens=opens, kept=kept)
    return IntakeForm(partners=partners, opens=opens, data=request.POST, files=request.FILES)


def advice_on(form: IntakeForm, by: Officer) -> Advice:
    """What the norms will say; nothing is recorded."""
    if not form.is_valid():
        return faulty(form)
    telling = Telling(None, {}, language_now())
    try:
        notices = report_consider(form.report(), by=by, key=form.cleaned_data["key"])
    except Refused as refused:
        return telling.refused(refused)
    except InputError as error:
        return Advice("faulty", faults=faults_of(error))
    return advised(telling, notices)


def recorded(request: HttpRequest, form: IntakeForm, by: Officer) -> HttpResponse:
    """Record the report, or say why not."""
    if not form.is_valid():
        return page(request, form, status=422)
    key = form.cleaned_data["key"]
    try:
        papers = tuple(files_store(by, form.cleaned_data["files"]))
        found = report_take(dataclasses.replace(form.report(), documents=papers), by=by, key=key)
    except Refused as refused:
        return page(request, form, Telling(None, {}, language_now()).refused(refused), status=422)
    except KeyReused:
        form.add_error(
            None,
            both(
                "这份登记已经提交过，内容与现在的不同；请到该案件里更正。",
                "This was recorded once with other contents; correct it in that case.",
            ),
        )
        return page(request, form, status=422)
    except InputError as error:
        for fault in faults_of(error):
            form.add_error(None, fault.text)
        return page(request, form, status=422)
    draft_drop(by, FORM, dossier=None)
    messages.success(request, both("已登记。", "Recorded."))
    return redirect("case_receipt", found[0].dossier.id)


@never_cache
@login_required
@require_POST
def intake_look(request: HttpRequest) -> HttpResponse:
    """What the norms will say, as a part of the page."""
    by = taker(request)
    return render(
        request, "casework/act_advice.html", {"advice": advice_on(form_of(by, request=request), by)}
    )


@never_cache
@login_required
@require_POST
def intake_keep(request: HttpRequest) -> HttpResponse:
    """Keep what was typed so far."""
    by = taker(request)
    sent = key_used(by, f"{request.POST.get('key', '')}.0")
    kept = None if sent else draft_keep(by, FORM, request.POST, dossier=None)
    return render(request, "casework/act_kept.html", {"kept": kept})


@never_cache
@login_required
@require_POST
def intake_alike(request: HttpRequest) -> HttpResponse:
    """Reports of the last days that may be the same."""
    by, sent = taker(request), request.POST
    found = reports_alike(
        by=by,
        purpose=purpose_of(request),
        phone=sent.get("reporter_phone", ""),
        name=sent.get("reporter_name", ""),
    )
    return render(request, "casework/intake_alike.html", {"alike": found})


@never_cache
@login_required
@require_safe
def receipt(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The receipt of a report, to be printed and handed over."""
    case = opened(request, case_id, "receipt")
    received = case.facts.last("report.received")
    if received is None:
        raise Denied
    reporter = case.facts.parties.get(received.person)
    digest = Entry.objects.values_list("digest", flat=True).get(record=received.id)
    taken = next((a for a in case.acts if a.id == received.id), None)
    context = {
        "case": case.case,
        "received": received,
        "reporter": reporter,
        "unit": case.dossier.unit,
        "officer": taken.recorded_by if taken else None,
        "receipt": bytes(digest).hex(),
        "outcome": outcome_words(case),
        "summary": case.facts.summary,
    }
    return render(request, "casework/intake_receipt.html", context)


def outcome_words(case: Any) -> object:
    """What became of the report so far."""
    facts = case.facts
    if facts.has("case.opened"):
        return both("已立案", "a case was opened")
    if (act := facts.last("report.declined")) is not None:
        return both(
            f"不属于违法行为：{act.fields.get('reason', '')}", f"no violation: {act.fields.get('reason', '')}"
        )
    if (act := facts.last("case.transferred")) is not None:
        return both(
            f"移交{act.fields.get('recipient', '')}", f"handed on to {act.fields.get('recipient', '')}"
        )
    return both("已登记，核查后告知结果", "registered; the outcome will be told after checking")


def page(
    request: HttpRequest,
    form: IntakeForm,
    advice: Advice | None = None,
    status: int = 200,
    *,
    kept: bool = False,
) -> HttpResponse:
    """The whole page."""
    return render(
        request,
        "casework/intake.html",
        {
            "form": form,
            "advice": advice,
            "refused": status == HTTPStatus.UNPROCESSABLE_ENTITY and advice is not None,
            "kept": kept,
        },
        status=status,
    )
