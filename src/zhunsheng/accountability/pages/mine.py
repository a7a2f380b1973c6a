"""与我有关的过错责任案: one's own part, what one says for oneself, and what was decided of one; open without any role."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from zhunsheng.accountability import deciding, services
from zhunsheng.accountability.access import named_in, part_open
from zhunsheng.accountability.attributing import GroundNow, grounds_now
from zhunsheng.accountability.codes import State
from zhunsheng.accountability.models import ResponsibilityCase
from zhunsheng.accountability.pages import forms
from zhunsheng.accountability.pages.cases import acts_counted
from zhunsheng.accountability.pages.words import chains_accepted, share_words, sources_of
from zhunsheng.accountability.rules import rules
from zhunsheng.accountability.selectors import due_of, own_cases, parts_in
from zhunsheng.base import clock
from zhunsheng.casework.pages.case_page import language_now
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.supervision.pages.lists import page_number
from zhunsheng.supervision.pages.words import title


@require_safe
@login_required
def my_responsibility_page(request: HttpRequest) -> HttpResponse:
    """The cases in which one carries a share; one's own only."""
    found = own_cases(officer_of(request), page_number(request))
    return render(request, "accountability/mine.html", {"found": found, "asked": ""})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_part_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One's own part in one case."""
    officer = officer_of(request)
    case = part_open(case_id, by=officer)
    wrong: forms.OurForm | None = None
    if request.method == "POST":
        wrong = submitted(request, case, officer)
        if wrong is None:
            messages.success(request, str(both("已提交。", "Submitted.")))
            return redirect("my_part", case_id=case_id)
    return render(request, "accountability/part.html", context(case, officer, wrong))


def submitted(request: HttpRequest, case: ResponsibilityCase, by: Officer) -> forms.OurForm | None:
    """State or object; the form with its faults where that failed."""
    if request.POST.get("do") == "objection":
        form: forms.OurForm = forms.ObjectionForm(request.POST)
        ok = form.done(
            lambda d: deciding.objection_make(case.pk, by=by, text=d["objection"], evidence=d["evidence"])
        )
        return None if ok else form
    if request.POST.get("do") != "statement":
        raise BadRequest
    form = forms.StatementForm(request.POST)
    return None if form.done(lambda d: services.statement_make(case.pk, by=by, **d)) else form


def context(case: ResponsibilityCase, by: Officer, wrong: forms.OurForm | None) -> dict[str, Any]:
    """What the page shows: facts, norms, one's own acts and share, and nobody else's."""
    facts = case.dossier.sealed_at is None
    chains = chains_accepted(parts_in(case, by), acts_counted(case.dossier), facts=facts)
    statement = case.statements.filter(round=case.round, officer=by).first()
    objection = case.objections.filter(round=case.round, officer=by).first()
    decisions = []
    for decision in case.decisions.filter(round=case.round).order_by("id"):
        own = decision.determinations.filter(officer=by).first()
        found = (
            None
            if own is None
            else (
                share_words(own.share),
                rules().degrees[own.degree].words if own.degree else "",
            )
        )
        decisions.append((decision, rules().outcomes[decision.outcome].words, found))
    shown: dict[str, forms.OurForm] = {}
    if case.state == State.ATTRIBUTED and statement is None and by.number in named_in(case):
        shown["statement"] = forms.StatementForm()
    if may_object(case, by) and objection is None:
        shown["objection"] = forms.ObjectionForm()
    if wrong is not None:
        shown[wrong.slug] = wrong
    return {
        "case": case,
        "due": due_of(case),
        "current": bool(chains),
        "chains": chains,
        "sources": sources_of(chains),
        "grounds": [fact(now, case) for now in grounds_now(case)],
        "facts": facts,
        "statement": statement,
        "objection": objection,
        "decisions": decisions,
        "forms": shown,
        "form": wrong,
    }


def may_object(case: ResponsibilityCase, by: Officer) -> bool:
    """Whether they were found to answer and the term has not run out."""
    decision = deciding.decision_last(case)
    return (
        case.state in (State.DECIDED, State.OBJECTED)
        and decision is not None
        and by.number in deciding.answering_of(decision)
        and case.objection_by is not None
        and clock.now() <= case.objection_by
    )


def fact(now: GroundNow, case: ResponsibilityCase) -> dict[str, Any]:
    """A ground as those concerned read it: the norm with its reasons, or the paper with its review."""
    finding, result, facts = now.ground.finding, now.ground.result, case.dossier.sealed_at is None
    found: dict[str, Any] = {"now": now, "finding": finding, "result": result, "facts": facts}
    if finding is not None:
        last = finding.history.order_by("number").last()
        told = {} if last is None else last.explanation.get(language_now(), {})
        found |= {
            "title": title(finding),
            "verdict": told.get("verdict") if facts else "",
            "basis": told.get("basis", ()),
        }
    elif result is not None:
        found |= {
            "title": str(result),
            "review": result.review,
            "conclusion": rules().conclusions[result.review.conclusion].words,
        }
    return found
