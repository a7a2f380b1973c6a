"""审核: where the review of the case stands, and what the handler, the reviewer and the heads can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.forms.advice import Advice, Telling, advised, faults_of, faulty
from zhunsheng.casework.forms.several import acts_consider, acts_record
from zhunsheng.casework.pages.review_findings import OutcomeForm
from zhunsheng.casework.pages.review_forms import (
    AsideForm,
    ConcludeForm,
    DecideExclusionForm,
    FixForm,
    HeardForm,
    OpenForm,
    PartForm,
    PositionForm,
    ProposeExclusionForm,
    RequestExclusionForm,
    Room,
    SubmitForm,
    ViewedForm,
)
from zhunsheng.casework.pages.review_shown import (
    affected_shown,
    deliberations_shown,
    evidence_shown,
    outcomes_shown,
    state_shown,
    states_shown,
)
from zhunsheng.casework.pages.tabs import Tab, show
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer, RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.procedure.errors import KeyReused, OutOfStep, Refused
from zhunsheng.procedure.hands import DESK_WORDS
from zhunsheng.procedure.powers import SEPARATE, Desk, desk_of, roles_for
from zhunsheng.procedure.standing import desks_with

FORMS: tuple[type[PartForm], ...] = (
    OutcomeForm,
    ViewedForm,
    HeardForm,
    ProposeExclusionForm,
    SubmitForm,
    FixForm,
    RequestExclusionForm,
    DecideExclusionForm,
    OpenForm,
    PositionForm,
    AsideForm,
    ConcludeForm,
)


@dataclass
class Visit:
    """The tab opened by somebody: which forms are theirs, and why others are not."""

    request: HttpRequest
    case: CaseView
    by: Officer
    desk: Desk | None
    """The desk at which they may act in this case."""
    barred: str = ""
    """Why they may not, where they otherwise could."""

    @property
    def room(self) -> Room:
        """What the forms need to know."""
        colleagues = heads(self.case, self.by) if self.desk is Desk.APPROVAL else ()
        return Room(self.case, self.by, colleagues)

    @property
    def telling(self) -> Telling:
        return Telling(self.case.dossier.id, self.case.facts.parties, self.case.language)

    def forms(self) -> list[type[PartForm]]:
        """The forms of their desk, while the case is open."""
        if self.desk is None or self.case.case.closed_at is not None:
            return []
        return [form for form in FORMS if desk_of(form.types[0]) is self.desk]


def view(request: HttpRequest, case: CaseView) -> HttpResponse:
    """Show the tab, look at what would be said to a form, or record what it states."""
    visit = visited(request, case)
    if request.method != "POST":
        return page(visit)
    asked = {form.slug: form for form in visit.forms()}.get(request.POST.get("form", ""))
    if asked is None:
        return page(visit, said=not_yours(visit), status=403)
    form = asked(visit.room, request.POST)
    if not form.is_valid():
        return page(visit, form, status=422)
    if request.POST.get("do") == "look":
        return page(visit, form, advice=advice_on(visit, form))
    return recorded(visit, form)


def visited(request: HttpRequest, case: CaseView) -> Visit:
    """Who is here, at which desk, and whether an earlier part in the case bars them from it."""
    by = case.by
    own = next((d for d in SEPARATE if holds_over(by, roles_at(d), case.dossier.unit_id, clock.now())), None)
    taken = {d for d in desks_with({}, case.acts, case.acts).get(by.number, frozenset()) if d in SEPARATE}
    others = taken - {own}
    if own is None or not others:
        return Visit(request, case, by, own)
    zh, en = DESK_WORDS[min(others)]
    barred = both(
        f"您已在本案中参与{zh}，不能再作{DESK_WORDS[own][0]}。",
        f"You took part in this case at {en}, so not at {DESK_WORDS[own][1]}.",
    )
    return Visit(request, case, by, None, str(barred))


def roles_at(desk: Desk) -> frozenset[Role]:
    """The roles that serve a desk."""
    example = {
        Desk.HANDLING: "legal-review.submitted",
        Desk.REVIEW: "legal-review.passed",
        Desk.APPROVAL: "penalty.decided",
    }
    return roles_for(example[desk])


def heads(case: CaseView, by: Officer) -> Sequence[Officer]:
    """The other approvers over the unit of the case, who may be called to deliberate."""
    now = clock.now()
    holders = RoleAssignment.objects.filter(role=Role.APPROVER.value).at(now).values("officer_id")
    held = Officer.objects.filter(is_active=True, pk__in=holders).exclude(pk=by.pk).order_by("number")
    return [one for one in held if holds_over(one, (Role.APPROVER,), case.dossier.unit_id, now)]


def not_yours(visit: Visit) -> str:
    """Why a form was not taken."""
    return visit.barred or str(
        both("您在本案中没有办理这一项的职权。", "You have no power to do this in this case.")
    )


def advice_on(visit: Visit, form: PartForm) -> Advice:
    """What the norms would say; nothing is recorded."""
    if not form.is_valid():
        return faulty(form)
    try:
        notices = acts_consider(form.drafts(), by=visit.by, expected=form.cleaned_data["expected"])
    except Refused as refused:
        return visit.telling.refused(refused)
    except InputError as error:
        return Advice("faulty", faults=faults_of(error))
    return advised(visit.telling, notices)


def recorded(visit: Visit, form: PartForm) -> HttpResponse:
    """Record what the form states, or say why not."""
    given = form.cleaned_data
    try:
        found = acts_record(form.drafts(), by=visit.by, key=given["key"], expected=given["expected"])
    except Refused as refused:
        return page(visit, form, advice=visit.telling.refused(refused), status=422)
    except OutOfStep as late:
        said = both(
            "您填表时案件有了新的登记，请看过“审核以来的变化”后再提交一次。",
            "The case has moved on meanwhile. Look at what has changed, then send this once more.",
        )
        return page(visit, moved(visit, form, late.actual), said=str(said), status=409)
    except KeyReused:
        said = both("这份表单已经登记过，请重新打开。", "This form was recorded already; open it anew.")
        return page(visit, form, said=str(said), status=422)
    except InputError as error:
        for fault in faults_of(error):
            name = str(fault.field or "").removeprefix("f-")
            form.add_error(name if name in form.fields else None, str(fault.text))
        return page(visit, form, status=422)
    done_zh = "、".join(dict.fromkeys(label(e.act.type) for e in found))
    done_en = ", ".join(dict.fromkeys(label(e.act.type, "en") for e in found))
    receipt = found[-1].receipt.hex()[:12]
    messages.success(
        visit.request, both(f"已登记：{done_zh}。回执 {receipt}", f"Recorded: {done_en}. Receipt {receipt}")
    )
    for one in visit.telling.notices(w for e in found for w in e.warnings):
        messages.warning(visit.request, f"{one.title}：{one.verdict}")
    return redirect("case_tab", visit.case.dossier.id, TAB.slug)


def moved(visit: Visit, form: PartForm, actual: int) -> PartForm:
    """The same form, ready to be sent at the present place of the dossier."""
    sent = visit.request.POST.copy()
    sent[f"{form.slug}-expected"] = str(actual)
    again = type(form)(visit.room, sent)
    again.is_valid()
    return again


def page(
    visit: Visit,
    sent: PartForm | None = None,
    *,
    advice: Advice | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole tab."""
    room, case = visit.room, visit.case
    open_forms: list[PartForm] = []
    for kind in visit.forms():
        form = sent if sent is not None and type(sent) is kind else kind(room)
        if form.possible or form is sent:
            open_forms.append(form)
    context: Mapping[str, Any] = {
        "forms": {form.slug.replace("-", "_"): form for form in open_forms},
        "sent": sent,
        "form": sent,
        "advice": advice,
        "refused": status == HTTPStatus.UNPROCESSABLE_ENTITY and advice is not None,
        "said": said,
        "barred": visit.barred,
        "desk": visit.desk.value if visit.desk else "",
        "review": state_shown(case),
        "people_reviews": states_shown(case),
        "outcomes": outcomes_shown(case),
        "evidence": evidence_shown(case),
        "affected": affected_shown(case),
        "deliberations": deliberations_shown(case),
    }
    return show(visit.request, case, TAB.slug, "casework/review.html", context, status=status)


TAB = Tab("review", "审核", "review", view)
