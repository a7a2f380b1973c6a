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
from zhunsheng.casework.pages.tabs import RECORDING
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.supervision import rectifying, services
from zhunsheng.supervision.access import FindingView, finding_open, may_answer, may_decide
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import ANSWERABLE, COUNTED, LEVEL_WORDS, Status
from zhunsheng.supervision.models import Contest, Finding, Rectification
from zhunsheng.supervision.pages.forms import (
    AcceptForm,
    ContestForm,
    CureForm,
    DecideForm,
    HouseForm,
    OrderForm,
)
from zhunsheng.supervision.pages.reading import purpose_if_any
from zhunsheng.supervision.pages.why import reader, remedy
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
        if wrong is None or sent_before(view, officer, wrong):
            messages.success(request, str(DONE))
            return redirect("finding", finding_id=finding_id)
    shown = context(view, officer, wrong)
    if shown["forms"].get("cure") and view.contents and purpose in RECORDING:
        shown["remedy"] = remedy(view.finding)
    return render(request, "supervision/finding.html", shown)


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
        if not view.contents:
            raise Denied
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


def sent_before(view: FindingView, by: Officer, form: HouseForm) -> bool:
    """Whether just this was recorded by the same hand already: a second click, or the page sent once more."""
    given = getattr(form, "cleaned_data", {})
    last = Contest.objects.filter(finding=view.finding).order_by("pk").last()
    now = (
        Finding.objects.unfenced("the finding was opened")
        .select_related("cured_by", "cured_event")
        .get(pk=view.finding.pk)
    )
    version = now.history.order_by("number").last()
    own = version is not None and version.by_id == by.number
    match form.slug:
        case "contest":
            said = (last.ground, last.reason) if last and last.officer_id == by.number else None
            return now.status == Status.CONTESTED and said == (given.get("ground"), given.get("reason"))
        case "decide":
            done = (last.outcome, last.decision) if last and last.decided_by_id == by.number else None
            return done is not None and done == (given.get("outcome"), given.get("decision"))
        case "accept":
            return own and now.status == Status.ACCEPTED
        case "cure":
            act, event = now.cured_by, now.cured_event
            names = (str(act.position), str(act.pk)) if act is not None else (event.key,) if event else ()
            return own and given.get("act") in names
    return False


def as_seen_now(form: HouseForm, finding: Finding) -> HouseForm:
    """A refused form keeps what was typed, and is sent again of the finding as the page shows it now."""
    if "expected" in form.fields:
        form.data = {**dict(form.data.items()), "expected": str(finding.versions)}
    return form


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
        shown[wrong.slug] = as_seen_now(wrong, finding)
    reads = reader(view)
    told = reads.told(view.history[-1]) if view.history else {}
    for slug, since in (("cure", finding.since), ("contest", None)):
        if slug in shown:
            shown[slug].offer_acts(reads.choices(since))
    return {
        "view": view,
        "finding": finding,
        "sentence": sentence(finding),
        "told": told,
        "told_at": next((one.at for one in view.history if reads.told(one) == told), None),
        "history": [
            (version, {} if why == told else why)
            for version, why in ((version, reads.told(version)) for version in reversed(view.history))
        ],
        "next_level": next_level(finding),
        "decide_within": alerting().contest.decide_within.days,
        "contest": contest,
        "contests": view.contests,
        "alerts": view.alerts,
        "lines": lines.order_by("id"),
        "finding_counts": finding.status in COUNTED,
        "forms": shown,
        "form": wrong,
        "summary_above": True,
        "status": Status(finding.status).label,
        "own": finding.officer_id == officer.number,
    }


def next_level(finding: Finding) -> object:
    """Who is told next where nobody answers."""
    levels = alerting().levels
    return LEVEL_WORDS.get(levels[finding.level].code, "") if finding.level < len(levels) else ""


def forms_for(view: FindingView, officer: Officer, contest: Contest | None) -> list[HouseForm]:
    """What this reader may do now."""
    finding, found = view.finding, list[HouseForm]()
    start = {"expected": finding.versions}
    if may_answer(finding, officer):
        if finding.status in ANSWERABLE:
            found.append(CureForm(initial=start))
        if finding.status in services.CONTESTABLE and not answered_for_good(view):
            found.append(ContestForm(initial=start))
        if finding.status == Status.OPEN:
            found.append(AcceptForm(initial=start))
    if contest is not None and view.contents and may_decide(contest, officer):
        found.append(DecideForm())
    supervises = holds_over(officer, [Role.SUPERVISOR], finding.unit_id, clock.now())
    to_order = finding.status in COUNTED and finding.status != Status.RECTIFIED
    if to_order and not finding.silent and supervises:
        found.append(OrderForm(initial={"owner": finding.officer_id}))
    return found


def answered_for_good(view: FindingView) -> bool:
    """Whether it was contested or accepted since it was found."""
    contested = any(one.filed_at >= view.finding.found_at for one in view.contests)
    return contested or services.accepted_before(view.finding)
