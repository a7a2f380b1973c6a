"""One finding: what, why, what has happened to it, and what this reader may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.pages.case_page import language_now
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.supervision import rectifying, services
from zhunsheng.supervision.access import FindingView, finding_open, may_answer, may_decide
from zhunsheng.supervision.codes import ANSWERABLE, COUNTED, Status
from zhunsheng.supervision.models import Contest, Rectification
from zhunsheng.supervision.pages.forms import (
    AcceptForm,
    ContestForm,
    CureForm,
    DecideForm,
    HouseForm,
    OrderForm,
)
from zhunsheng.supervision.pages.reading import purpose_if_any
from zhunsheng.supervision.pages.words import sentence

DONE = both("已记录。", "Recorded.")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def finding_page(request: HttpRequest, finding_id: int) -> HttpResponse:
    """The page, and what is submitted on it."""
    officer, purpose = officer_of(request), purpose_if_any(request)
    view = finding_open(
        finding_id, by=officer, purpose=purpose, via="console:finding", language=language_now()
    )
    wrong: HouseForm | None = None
    if request.method == "POST":
        wrong = submitted(request, view, officer)
        if wrong is None:
            messages.success(request, str(DONE))
            return redirect("finding", finding_id=finding_id)
    return render(request, "supervision/finding.html", context(view, officer, wrong))


def submitted(request: HttpRequest, view: FindingView, officer: Officer) -> HouseForm | None:
    """Do what was asked; the form with its faults where that failed."""
    pk, do = view.finding.pk, request.POST.get("do")
    if do == "accept":
        accept = AcceptForm(request.POST)
        ok = accept.done(lambda d: services.finding_accept(pk, by=officer, **d))
        return None if ok else accept
    if do == "cure":
        cure = CureForm(request.POST)
        return None if cure.done(lambda d: services.finding_cure(pk, by=officer, **d)) else cure
    if do == "contest":
        contest = ContestForm(request.POST)
        return None if contest.done(lambda d: services.contest_file(pk, by=officer, **d)) else contest
    if do == "decide":
        decide = DecideForm(request.POST)
        waiting = waiting_contest(view)
        contest_id = waiting.pk if waiting is not None else view.contests[-1].pk if view.contests else 0
        ok = decide.done(
            lambda d: services.contest_decide(
                contest_id, by=officer, outcome=d["outcome"], cause=d["cause"], reason=d["decision"]
            )
        )
        return None if ok else decide
    order = OrderForm(request.POST)
    return None if order.done(lambda d: ordered(pk, officer, d)) else order


def ordered(finding_id: int, by: Officer, given: dict[str, Any]) -> Rectification:
    """Put it into the ledger; InputError where nobody has the number."""
    owner = Officer.objects.filter(number=given["owner"].strip(), is_active=True).first()
    if owner is None:
        raise InputError(
            zh="没有这个警号，或者账号已停用",
            en="nobody active has this number",
            where="owner",
            remedy_zh="核对警号",
            remedy_en="check the number",
        )
    return rectifying.rectification_order(finding_id, by=by, owner=owner, task=given["task"])


def waiting_contest(view: FindingView) -> Contest | None:
    """The contest to be decided, where there is one."""
    return next((one for one in view.contests if not one.outcome), None)


def context(view: FindingView, officer: Officer, wrong: HouseForm | None) -> dict[str, Any]:
    """What the page shows."""
    finding, contest = view.finding, waiting_contest(view)
    lines = Rectification.objects.unfenced("the finding was opened").filter(finding=finding)
    shown = {form.slug: form for form in forms_for(view, officer, contest)}
    if wrong is not None:
        shown[wrong.slug] = wrong
    return {
        "view": view,
        "finding": finding,
        "sentence": sentence(finding),
        "told": view.told(view.history[-1]) if view.history else {},
        "history": [(version, view.told(version)) for version in reversed(view.history)],
        "contest": contest,
        "contests": view.contests,
        "alerts": view.alerts,
        "lines": lines.select_related("owner").order_by("id"),
        "forms": shown,
        "form": wrong,
        "status": Status(finding.status).label,
        "own": finding.officer_id == officer.number,
    }


def forms_for(view: FindingView, officer: Officer, contest: Contest | None) -> list[HouseForm]:
    """What this reader may do now."""
    finding, found = view.finding, list[HouseForm]()
    start = {"expected": finding.versions}
    if may_answer(finding, officer):
        if finding.status in ANSWERABLE:
            found.append(CureForm(initial=start))
        if finding.status in services.CONTESTABLE and not decided_before(view):
            found.append(ContestForm(initial=start))
        if finding.status == Status.OPEN:
            found.append(AcceptForm(initial=start))
    if contest is not None and may_decide(contest, officer):
        found.append(DecideForm())
    supervises = holds_over(officer, [Role.SUPERVISOR], finding.unit_id, clock.now())
    if finding.status in COUNTED and not finding.silent and supervises:
        found.append(OrderForm(initial={"owner": finding.officer_id}))
    return found


def decided_before(view: FindingView) -> bool:
    """Whether it was contested since it was found."""
    return any(one.filed_at >= view.finding.found_at for one in view.contests)
