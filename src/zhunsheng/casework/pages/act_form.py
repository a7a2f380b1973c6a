"""The form of an act: what it asks, what the law will say to it, and recording it. One address for each form of a case."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhunsheng.acts.access import dossiers_within, reading_record
from zhunsheng.acts.drafts import Attached
from zhunsheng.acts.models import Reading, identifier
from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import CaseAct
from zhunsheng.casework.forms.advice import Advice, Telling, act_url, advised, faults_of, faulty
from zhunsheng.casework.forms.drafting import drafts_of
from zhunsheng.casework.forms.files import files_store
from zhunsheng.casework.forms.filling import FIELD, SheetForm, Start
from zhunsheng.casework.forms.keeping import draft_drop, draft_find, draft_keep, typed
from zhunsheng.casework.forms.known import known_of
from zhunsheng.casework.forms.next_acts import next_acts
from zhunsheng.casework.forms.sections import sections
from zhunsheng.casework.forms.several import acts_consider, acts_record, key_used
from zhunsheng.casework.forms.sheets import Sheet, sheets
from zhunsheng.casework.forms.uploads import uploads_of, uploads_take, uploads_taken
from zhunsheng.casework.models import Case
from zhunsheng.casework.pages.case_page import language_now, opened
from zhunsheng.casework.pages.purpose import officer_of, purpose_of
from zhunsheng.casework.pages.tabs import show
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.door import Enacted
from zhunsheng.procedure.errors import KeyReused, OutOfStep, Refused
from zhunsheng.procedure.powers import roles_for

SAME_READING = dt.timedelta(minutes=15)
"""A form asks the server again while it is filled in; for so long that is the reading its opening has put on record."""


@dataclass
class Desk:
    """A form opened for an officer: the case, the sheet, and what the form begins with."""

    request: HttpRequest
    case: CaseView
    sheet: Sheet
    start: Start
    by: Officer

    @property
    def telling(self) -> Telling:
        facts = self.case.facts
        positions = {str(act.id): act.position for act in facts.acts}
        return Telling(self.case.dossier.id, facts.parties, language_now(), positions)

    def form(self, *, sent: bool = False) -> SheetForm:
        """The form, filled with what was sent."""
        if not sent:
            return SheetForm(self.sheet, known_of(self.case, self.by), self.start)
        seen = self.request.POST.get("expected", "")
        known = known_of(self.case, self.by, seen=int(seen) if seen.isascii() and seen.isdecimal() else None)
        return SheetForm(self.sheet, known, self.start, data=self.request.POST, files=self.request.FILES)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act_form(request: HttpRequest, case_id: uuid.UUID, slug: str) -> HttpResponse:
    """Show a form, look at it, keep it, or record what it states."""
    desk = desk_of(request, opened(request, case_id, "act-form"), slug)
    if request.method != "POST":
        return page(desk, desk.form())
    match request.POST.get("do"):
        case "keep":
            draft_keep(desk.by, slug, request.POST, dossier=case_id)
            messages.success(
                request, both("草稿已保存，工作台上可以找到。", "Kept; you will find it on your desk.")
            )
            return redirect(request.get_full_path())
        case "drop":
            draft_drop(desk.by, slug, dossier=case_id)
            return redirect(request.path)
        case "look":
            form = desk.form(sent=True)
            return page(desk, form, advice_on(desk, form))
        case "again":
            return page(desk, again(desk))
    return recorded(desk)


@never_cache
@login_required
@require_POST
def act_look(request: HttpRequest, case_id: uuid.UUID, slug: str) -> HttpResponse:
    """What the law will say, as a part of the page."""
    desk = desk_of(request, reopened(request, case_id), slug)
    return render(request, "casework/act_advice.html", {"advice": advice_on(desk, desk.form(sent=True))})


@never_cache
@login_required
@require_POST
def act_again(request: HttpRequest, case_id: uuid.UUID, slug: str) -> HttpResponse:
    """The fields anew, because whom or what it is about has changed."""
    desk = desk_of(request, reopened(request, case_id), slug)
    context = {
        "form": again(desk),
        "case": desk.case.case,
        "sheet": desk.sheet,
        "query": request.GET.urlencode(),
    }
    return render(request, "casework/act_fields.html", context)


@never_cache
@login_required
@require_POST
def act_keep(request: HttpRequest, case_id: uuid.UUID, slug: str) -> HttpResponse:
    """Keep what was typed so far; says when."""
    desk = desk_of(request, reopened(request, case_id), slug)
    sent = key_used(desk.by, f"{request.POST.get('key', '')}.0")
    kept = None if sent else draft_keep(desk.by, slug, request.POST, dossier=case_id)
    return render(request, "casework/act_kept.html", {"kept": kept})


@login_required
@require_safe
def act_choice(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Every form, what is due first."""
    case = opened(request, case_id, "act-choice")
    by = officer_of(request)
    mine = {held.role for held in roles_held(by)}
    open_to = [s for s in sheets().values() if all(roles_for(t) & mine for t in s.types)]
    listed = [
        (title, [(act_url(case_id, s.slug), both(s.zh, s.en)) for s in group])
        for title, group in sections(open_to)
    ]
    context = {"next": next_acts(case, by), "sections": listed}
    return show(request, case, "act", "casework/act_choice.html", context)


def desk_of(request: HttpRequest, case: CaseView, slug: str) -> Desk:
    """The form of a case for the officer; Denied where their roles record none of its acts."""
    sheet, by = sheets().get(slug), officer_of(request)
    if sheet is None:
        raise Http404
    mine = {held.role for held in roles_held(by)}
    if not all(roles_for(act_type) & mine for act_type in sheet.types):
        raise Denied
    return Desk(request, case, sheet, start_of(request, case, sheet, by), by)


def start_of(request: HttpRequest, case: CaseView, sheet: Sheet, by: Officer) -> Start:
    """What the form begins with: the address first, then a kept draft."""
    asked, declared = request.GET, {f"{FIELD}{n}": n for n in sheet.asked()}
    corrects = corrected(case, sheet, asked.get("corrects", ""))
    kept = None
    if request.method != "POST" and corrects is None and "fresh" not in asked:
        kept = draft_find(by, sheet.slug, dossier=case.dossier.id)
    return Start(
        persons=tuple(asked.getlist("person")),
        items=tuple(asked.getlist("item")),
        fields={declared[n]: asked[n] for n in asked if n in declared},
        corrects=corrects,
        everything="all" in asked,
        uploads=tuple(
            (one.digest, one.name or one.digest[:12]) for one in uploads_of(by) if one.whole and not one.taken
        ),
        kept=kept.data if kept is not None else {},
    )


def corrected(case: CaseView, sheet: Sheet, named: str) -> CaseAct | None:
    """The act to be corrected; 404 where the case has none of this type by that id that counts."""
    if not named:
        return None
    wanted = identifier(named)
    found = next((a for a in case.facts.acts if a.id == wanted and sheet.types == (a.type,)), None)
    if found is None:
        raise Http404
    return found


def again(desk: Desk) -> SheetForm:
    """The form with what was typed so far, asked anew."""
    request = desk.request
    desk.start = Start(**{**desk.start.__dict__, "kept": typed(request.POST) | {"again": "yes"}})
    form = desk.form()
    for name in ("key", "expected"):
        if request.POST.get(name):
            form.initial[name] = request.POST[name]
    return form


def reopened(request: HttpRequest, case_id: uuid.UUID) -> CaseView:
    """The case of a form that is being filled in; a reading not long ago is not put on record again."""
    by, purpose = officer_of(request), purpose_of(request)
    dossier = dossiers_within(by=by, purpose=purpose).filter(pk=case_id).first()
    case = Case.objects.unfenced("access to the dossier was given").filter(pk=case_id).first()
    if dossier is None or case is None:
        raise Denied
    lately = Reading.objects.filter(
        dossier=dossier, officer=by, purpose=purpose, at__gt=clock.now() - SAME_READING
    )
    if not lately.exists():
        reading_record(dossier, by=by, purpose=purpose, via="console:act-form")
    return CaseView(case, dossier, by, purpose, language_now())


def advice_on(desk: Desk, form: SheetForm) -> Advice:
    """What the law will say to a form that was sent; nothing is recorded."""
    if not form.is_valid():
        return faulty(form)
    try:
        notices = acts_consider(drafts_of(form), by=desk.by, expected=form.cleaned_data["expected"])
    except Refused as refused:
        return desk.telling.refused(refused)
    except InputError as error:
        return Advice("faulty", faults=faults_of(error))
    return advised(desk.telling, notices)


def recorded(desk: Desk) -> HttpResponse:
    """Record what the form states, or say why not."""
    form = desk.form(sent=True)
    if not form.is_valid():
        return page(desk, form, status=422)
    given = form.cleaned_data
    attached: tuple[Attached, ...] = ()
    try:
        chosen = given.get("uploaded") or ()
        attached = (*files_store(desk.by, given["files"]), *uploads_take(desk.by, chosen))
        found = acts_record(
            drafts_of(form, attached), by=desk.by, key=given["key"], expected=given["expected"]
        )
    except Refused as refused:
        return page(desk, form, desk.telling.refused(refused), status=422)
    except OutOfStep as late:
        return moved_on(desk, form, late)
    except KeyReused:
        form.add_error(
            None,
            both(
                "这份表单已经登记过一次，内容与现在的不同。要改已登记的，请到“经过”里更正；确要再登记一项，请重新打开表单。",
                "This form was recorded once with other contents. Correct that act, or open the form anew for another.",
            ),
        )
        return page(desk, form, status=422)
    except InputError as error:
        for fault in faults_of(error):
            form.add_error(fault.field if fault.field in form.fields else None, fault.text)
        return page(desk, form, status=422)
    uploads_taken(desk.by, [a.digest for a in attached])
    draft_drop(desk.by, desk.sheet.slug, dossier=desk.case.dossier.id)
    told(desk, found)
    return redirect("case_tab", desk.case.dossier.id, "course")


def told(desk: Desk, found: list[Enacted]) -> None:
    """Say that it is recorded, under which receipt, and what the norms have to say."""
    names_zh = "、".join(label(e.act.type) for e in found)
    names_en = ", ".join(label(e.act.type, "en") for e in found)
    receipt = found[-1].receipt.hex()[:12]
    again_zh, again_en = (
        ("（之前已登记，没有重复登记）", " (recorded before, not twice)") if found[0].replayed else ("", "")
    )
    messages.success(
        desk.request,
        both(
            f"已登记：{names_zh}{again_zh}。回执 {receipt}",
            f"Recorded: {names_en}{again_en}. Receipt {receipt}",
        ),
    )
    said = desk.telling.notices(w for e in found for w in e.warnings)
    for one in said:
        messages.warning(desk.request, f"{one.title}：{one.verdict}")


def moved_on(desk: Desk, form: SheetForm, late: OutOfStep) -> HttpResponse:
    """The case has moved on: what has been recorded meanwhile, and the form ready to be sent once more."""
    seen = form.cleaned_data["expected"]
    since = [act for act in desk.case.acts if act.position > seen]
    lines_zh = "；".join(f"第{a.position}项 {label(a.type)}（{a.recorded_by.name}）" for a in since)
    lines_en = "; ".join(f"act {a.position} {label(a.type, 'en')} ({a.recorded_by.name})" for a in since)
    form.add_error(
        None,
        both(
            f"您填表时案件有了新的登记：{lines_zh}。请看过后再提交一次。",
            f"The case has moved on meanwhile: {lines_en}. Look at it, then send this once more.",
        ),
    )
    sent = desk.request.POST.copy()
    sent["expected"] = str(late.actual)
    form.data = sent
    return page(desk, form, status=409)


def page(desk: Desk, form: SheetForm, advice: Advice | None = None, status: int = 200) -> HttpResponse:
    """The whole page."""
    context: Mapping[str, Any] = {
        "form": form,
        "sheet": desk.sheet,
        "title": both(desk.sheet.zh, desk.sheet.en),
        "help": both(desk.sheet.help_zh, desk.sheet.help_en) if desk.sheet.help_zh else "",
        "advice": advice,
        "refused": status == HTTPStatus.UNPROCESSABLE_ENTITY and advice is not None,
        "kept": desk.start.kept and "again" not in desk.start.kept,
        "corrects": desk.start.corrects,
        "query": desk.request.GET.urlencode(),
    }
    return show(desk.request, desk.case, "act", "casework/act_form.html", context, status)
