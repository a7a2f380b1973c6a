"""一次检查: population and seed, sample with progress, results, problems and what becomes of them; and what may be done."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.casework.models import Case as Casework
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections import answering, assigning, drawing, following, visiting
from zhunsheng.inspections.access import (
    all_known,
    chosen_seen,
    facts_open,
    inspection_seen,
    may_run,
    outside,
    sees_draw,
)
from zhunsheng.inspections.codes import Kind, Status, StepKind, Subject
from zhunsheng.inspections.figures import results
from zhunsheng.inspections.following import LOOSE
from zhunsheng.inspections.models import Draw, Inspection, Population, Problem, Sheet
from zhunsheng.inspections.pages import forms
from zhunsheng.inspections.pages.bars import drawn
from zhunsheng.inspections.pages.lists import PURPOSES_HERE
from zhunsheng.inspections.planning import asked_of, wanting
from zhunsheng.inspections.rules import inspections_file
from zhunsheng.inspections.tallies import FINISHED, cases_chosen
from zhunsheng.inspections.visited import outcome
from zhunsheng.inspections.wording import told
from zhunsheng.people.bilingual import both
from zhunsheng.people.codes import Rank
from zhunsheng.people.models import Officer, Post
from zhunsheng.supervision.choices import owners_offered
from zhunsheng.supervision.pages.forms import HouseForm, Offer, OrderForm, RowForm
from zhunsheng.supervision.pages.lists import page_number
from zhunsheng.supervision.pages.reading import purpose_among
from zhunsheng.supervision.selectors import paged

Call = Callable[[dict[str, Any]], object]
ON_SHEETS = ("reassign", "aside")
DRAWN_FROM = ("dossiers", "units", "strata", "salt")
SHOWN = 20
"""Problems, differences and steps on the page; the ledger has the other problems, and differences follow as those are settled."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inspection_page(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """One inspection, and what is submitted on it."""
    officer, purpose = officer_of(request), purpose_among(request, PURPOSES_HERE)
    inspection = inspection_seen(inspection_id, by=officer, purpose=purpose)
    wrong: HouseForm | None = None
    if request.method == "POST":
        wrong = submitted(request, inspection, officer)
        if wrong is None:
            messages.success(request, str(both("已记录。", "Recorded.")))
            return redirect("inspection", inspection_id=inspection_id)
    context = shown(request, inspection, officer, purpose, wrong)
    page = "places" if inspection.subject == Subject.UNITS else "inspection"
    return render(request, f"inspections/{page}.html", context, status=200 if wrong is None else 422)


def submitted(request: HttpRequest, inspection: Inspection, by: Officer) -> HouseForm | None:
    """Do what was asked; the form with its faults where that failed."""
    pk, row = inspection.pk, number(request.POST.get("row", ""))
    known: dict[str, tuple[type[HouseForm], Call]] = {
        "freeze": (forms.FreezeForm, lambda _: drawing.population_freeze(pk, by=by)),
        "draw": (forms.DrawForm, lambda d: drawing.sample_draw(pk, by=by, **d)),
        "assign": (forms.AssignForm, lambda d: assigned(inspection, by, d["inspectors"])),
        "take": (forms.TakeForm, lambda d: visiting.visits_take(pk, by=by, **d)),
        "close": (forms.CloseForm, lambda d: following.inspection_close(pk, by=by, **d)),
        "order": (OrderForm, lambda d: ordered(row, by, d)),
        "settle": (
            forms.SettleForm,
            lambda d: answering.difference_settle(row, request.POST.get("question", ""), by=by, **d),
        ),
        "aside": (forms.AsideForm, lambda d: assigning.sheet_aside(row, by=by, **d)),
        "reassign": (forms.ReassignForm, lambda d: reassigned(inspection, row, by, d["inspector"])),
    }
    chosen = known.get(request.POST.get("do", ""))
    if chosen is None:
        raise BadRequest
    form = chosen[0](request.POST)
    if form.done(chosen[1]):
        return None
    if isinstance(form, RowForm):
        form.auto_id = f"{form.slug}_{row}_%s"
    return form


def number(text: str) -> int:
    """A row's number; 0, which none has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def ordered(problem: int, by: Officer, given: dict[str, Any]) -> object:
    """Into the ledger; InputError where nobody has the number."""
    owner = Officer.objects.filter(number=given["owner"].strip(), is_active=True).first()
    if owner is None:
        raise wanting("owner", "没有这个警号，或者账号已停用", "nobody active has this number")
    return following.problem_order(problem, by=by, owner=owner, task=given["task"])


def assigned(inspection: Inspection, by: Officer, text: str) -> int:
    """Cases each to one of these inspectors, visits each to two of them."""
    assign = visiting.visits_assign if inspection.subject == Subject.UNITS else assigning.sheets_assign
    return assign(inspection.pk, assigning.inspectors_named(text), by=by)


def reassigned(inspection: Inspection, sheet: int, by: Officer, text: str) -> Sheet:
    """To another inspector; a visit to two others."""
    try:
        officers = assigning.inspectors_named(text)
    except InputError as fault:
        fault.where = "inspector"
        raise
    if inspection.subject == Subject.UNITS:
        return visiting.visit_reassign(sheet, officers, by=by)
    return assigning.sheet_reassign(sheet, officers[0], by=by)


def shown(
    request: HttpRequest, inspection: Inspection, officer: Officer, purpose: str, wrong: HouseForm | None
) -> dict[str, Any]:
    """What the page shows."""
    sees = sees_draw(inspection, officer)
    runs = may_run(inspection, officer) and (sees or inspection.status != Status.DRAWN)
    begun = inspection.status in (Status.DRAWN, Status.CLOSED)
    theme = inspections_file().theme(inspection.theme)
    # a checklist that is done stands in the sample
    steps = inspection.steps.exclude(kind__in=[StepKind.READ] if sees else [StepKind.READ, StepKind.ASIDE])
    context: dict[str, Any] = {
        "inspection": inspection,
        "theme": theme,
        "query": told(asked_of(inspection)),
        "forms": forms_for(inspection, wrong) if runs else {},
        "form": wrong,
        "row_wrong": number(request.POST.get("row", "")) if wrong and wrong.slug in ON_SHEETS else 0,
        "runs": runs,
        "population": Population.objects.filter(pk=inspection.pk).defer(*DRAWN_FROM).first(),
        "count": counted(inspection),
        "draw": Draw.objects.filter(pk=inspection.pk).first(),
        "head": drawing.head_after(inspection) if inspection.status == Status.FROZEN else None,
        "over": inspection.status != Status.CLOSED and inspection.due_at < clock.now(),
        "steps": steps.select_related("by").order_by("-id")[:SHOWN],
        "steps_left": max(steps.count() - SHOWN, 0),
        "begun": begun,
        "campaign": inspection.kind == Kind.CAMPAIGN,
        "sees": sees,
    }
    if begun:
        context |= progress(request, inspection, officer, purpose, wrong if runs else None, runs=runs)
    if begun and inspection.subject == Subject.UNITS:
        context |= of_visits(inspection, officer, context, wrong)
    return context


def of_visits(
    inspection: Inspection, officer: Officer, context: dict[str, Any], wrong: HouseForm | None
) -> dict[str, Any]:
    """What the page of visits shows beside: units and norms, how many units are not told yet, and whether they may take over."""
    found = context["results"]
    takes = not context["sees"] and may_run(inspection, officer) and outside(inspection, officer)
    return {
        "outcome": outcome(inspection),
        "untold": found.chosen - context["found"].total,
        "exported": context["sees"] or all_known(inspection),
        "take": None if not takes else wrong if isinstance(wrong, forms.TakeForm) else forms.TakeForm(),
    }


def counted(inspection: Inspection) -> int | None:
    """How many cases, or units, the population has."""
    row = Population.objects.filter(pk=inspection.pk).values_list("dossiers__len", "units__len").first()
    return None if row is None else sum(row)


def forms_for(inspection: Inspection, wrong: HouseForm | None) -> dict[str, HouseForm]:
    """What may be done now."""
    by_status: dict[str, list[HouseForm]] = {
        Status.PLANNED: [forms.FreezeForm()],
        Status.FROZEN: [forms.DrawForm()],
        Status.DRAWN: [forms.AssignForm(), forms.CloseForm()],
    }
    found = {form.slug: form for form in by_status.get(inspection.status, [])}
    if wrong is not None and wrong.slug in found:
        found[wrong.slug] = wrong
    return found


def progress(
    request: HttpRequest,
    inspection: Inspection,
    officer: Officer,
    purpose: str,
    wrong: HouseForm | None,
    *,
    runs: bool,
) -> dict[str, Any]:
    """The sample row by row, the figures, and what waits."""
    rows = chosen_seen(inspection, officer).select_related("dossier", "unit").order_by("place")
    page = paged(rows.prefetch_related("sheets__inspector", "sheets__beside"), page_number(request))
    words = {one.code: both(one.title.zh, one.title.en) for one in inspections_file().mandatory}
    differ = answering.differing_of(inspection)
    problems = problems_of(inspection)
    # what waits for somebody comes first, so that it is on the page however many there are
    urgency = Case(When(LOOSE, then=0), When(rectification=None, then=1), default=2)
    shown_problems = list(problems.order_by(urgency, "chosen__place", "id")[:SHOWN])
    shown_differ = answering.differences(differ[:SHOWN])
    found = results(inspection)
    handlers = handlers_of(shown_problems)
    heads = heads_of({p.chosen.unit_id for p in shown_problems if p.chosen.dossier_id is None})
    running = runs and inspection.status == Status.DRAWN
    to_order = {p.chosen.unit_id for p in shown_problems if running and p.rectification is None}
    lists: dict[str, Offer | None] = {unit: owners_offered(unit, by=officer) for unit in to_order}
    cases = [
        *(one.chosen.dossier_id for one in shown_problems),
        *(one.chosen.dossier_id for one in shown_differ),
    ]
    return {
        "found": page,
        "asked": "",
        "mandatory": words,
        "left": following.left_open(inspection, len(differ)),
        "results": found,
        "chart": drawn(found.elements),
        "problems": [(p, order_form(p, handlers | heads, wrong, request, lists)) for p in shown_problems],
        "problems_left": max(found.problems - SHOWN, 0),
        "differences": [(one, settle_form(one, n, wrong, request)) for n, one in enumerate(shown_differ)],
        "differences_left": max(len(differ) - SHOWN, 0),
        "facts": facts_open(cases, by=officer, purpose=purpose),
        "running": running,
        "aside": {s.pk: forms.AsideForm(row=s.pk) for row in page.rows for s in row.sheets.all()}
        if running
        else {},
        "own": {
            s.pk
            for row in page.rows
            for s in row.sheets.all()
            if officer.number in (s.inspector_id, s.beside_id)
        },
    }


def problems_of(inspection: Inspection) -> QuerySet[Problem]:
    """Every problem of the cases nobody is reading any more, by case."""
    rows: QuerySet[Problem] = Problem.objects.filter(chosen__in=cases_chosen(inspection).filter(FINISHED))
    return rows.select_related("chosen__dossier", "chosen__unit", "finding", "rectification").order_by(
        "chosen__place", "id"
    )


def order_form(
    problem: Problem,
    handlers: Mapping[uuid.UUID | str, str],
    wrong: HouseForm | None,
    request: HttpRequest,
    lists: dict[str, Offer | None],
) -> OrderForm:
    """The form of one problem; with what was typed, where that was refused."""
    if isinstance(wrong, OrderForm) and request.POST.get("row") == str(problem.pk):
        wrong.auto_id = f"order_{problem.pk}_%s"
        form = wrong
    else:
        start = {"owner": handlers.get(problem.chosen.dossier_id or problem.chosen.unit_id, "")}
        form = OrderForm(row=problem.pk, initial=start)
    unit = problem.chosen.unit_id
    if problem.rectification is not None or unit not in lists:
        return form  # it is not shown
    listed, lists[unit] = lists[unit], None  # the first form of a unit brings the list
    return form.offer(f"officers-{unit}", listed)


def settle_form(
    one: answering.Difference, number: int, wrong: HouseForm | None, request: HttpRequest
) -> forms.SettleForm:
    """The form of one difference; with what was typed, where that was refused."""
    asked = (request.POST.get("row"), request.POST.get("question"))
    if isinstance(wrong, forms.SettleForm) and asked == (str(one.chosen.pk), one.question.key):
        wrong.auto_id = f"settle_{number}_%s"
        return wrong
    return forms.SettleForm(row=number)


def heads_of(units: Collection[str]) -> dict[uuid.UUID | str, str]:
    """Unit → the number of its head, to be proposed as the one who puts it right."""
    posts = Post.objects.filter(
        unit__code__in=units, rank__in=(Rank.HEAD, Rank.CHIEF), officer__is_active=True
    )
    rows = posts.at(clock.now()).order_by("-granted_at", "-id").values_list("unit_id", "officer__number")
    return dict(rows)


def handlers_of(problems: Iterable[Problem]) -> dict[uuid.UUID | str, str]:
    """Case → the number of who handles it, to be proposed as the one who puts it right."""
    rows = Casework.objects.unfenced("of an inspection within reach").filter(
        pk__in={problem.chosen.dossier_id for problem in problems}
    )
    return {pk: number or "" for pk, number in rows.values_list("pk", "handler_id")}
