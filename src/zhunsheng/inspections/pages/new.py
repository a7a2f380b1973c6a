"""计划一次检查: the query from plain fields, with how many cases it finds before anything is planned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhunsheng.base.errors import InputError
from zhunsheng.casework.access import cases_within
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.models import Inspection, SavedQuery
from zhunsheng.inspections.pages.forms import THEME, PlanForm, norms_named, usual_days
from zhunsheng.inspections.planning import Plan, inspection_plan, query_save
from zhunsheng.inspections.rules import inspections_file
from zhunsheng.inspections.running import cases_of, previewed
from zhunsheng.inspections.wording import told
from zhunsheng.people.access import reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.selectors import units_under
from zhunsheng.supervision.pages.lists import living_units
from zhunsheng.supervision.pages.reading import purpose_among

PURPOSE = frozenset(("supervision",))
SHOWN = 20
SAVED_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inspection_new_page(request: HttpRequest) -> HttpResponse:
    """The form; `theme` in the address chooses one. It is looked through first, and planned by its own button."""
    officer, purpose = officer_of(request), purpose_among(request, PURPOSE)
    form = form_of(request, officer, purpose)
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("do") == "plan":
                made = planned(form, officer)
                messages.success(request, str(both("已计划。", "Planned.")))
                return redirect("inspection", inspection_id=made.pk)
            preview = looked_through(form, officer, purpose)
        except InputError as fault:
            form.refused(fault)
    return render(
        request,
        "inspections/new.html",
        {"form": form, "preview": preview, "themes": inspections_file().themes_of(visits=False)},
        status=422 if form.errors else 200,
    )


def form_of(request: HttpRequest, officer: Officer, purpose: str) -> PlanForm:
    """The form with what there is to choose from; filled where a theme was chosen."""
    units = living_units(request, purpose)
    rows = SavedQuery.objects.within(reach(officer, purpose)).order_by("name", "-number")
    saved = list(rows[:SAVED_SHOWN])
    if request.method == "POST":
        return PlanForm(request.POST, units=units, saved=saved)
    initial: dict[str, Any] = usual_days()
    theme = inspections_file().theme(request.GET.get("theme", ""))
    if theme is not None and not theme.units:
        initial |= {"base": f"{THEME}{theme.code}", "title": theme.title.zh, "kind": "campaign"}
    return PlanForm(initial=initial, units=units, saved=saved)


def looked_through(form: PlanForm, by: Officer, purpose: str) -> dict[str, Any]:
    """How many cases fit, of how many, and the first of them."""
    unit = form.cleaned_data["unit"]
    query = form.query()
    count, rows = previewed(cases_of(query, unit=unit, by=by, purpose=purpose), SHOWN)
    every = cases_within(by=by, purpose=purpose).filter(unit__in=list(units_under(unit))).count()
    return {"count": count, "of": every, "rows": rows, "words": told(query), "shown": SHOWN}


def planned(form: PlanForm, by: Officer) -> Inspection:
    """Plan what the form says, and keep its query where it is given a name."""
    given, query, theme = form.cleaned_data, form.query(), form.theme
    saved = form.saved_query
    if given["save_as"].strip():
        saved = query_save(given["save_as"], query, unit=given["unit"], by=by)
    norms = list(theme.norms) if theme is not None else norms_named(given["duty_norms"])
    plan = Plan(
        kind=given["kind"],
        title=given["title"],
        unit=given["unit"],
        period_from=given["period_from"],
        period_to=given["period_to"],
        due_on=given["due_on"],
        query=query,
        theme="" if theme is None else theme.code,
        norms=norms,
        size=given["size"] or 0,
        stratified=given["stratified"],
        double=given["double"] or 0,
        public_source=given["public_source"],
    )
    return inspection_plan(plan, by=by, key=given["key"], query=saved)
