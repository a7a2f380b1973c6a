"""现场抽查: planning visits to units drawn at random, and the sheet of one visit that the two who went fill in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from zhunsheng.base.errors import InputError
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.inspections.codes import Kind, Verdict
from zhunsheng.inspections.models import Inspection
from zhunsheng.inspections.pages.forms import day, number, several, usual_days
from zhunsheng.inspections.pages.sheet import grouped, typed_in
from zhunsheng.inspections.places import Placed, Places, places_of
from zhunsheng.inspections.planning import Plan, inspection_plan
from zhunsheng.inspections.rules import inspections_file
from zhunsheng.inspections.visiting import Visited, VisitSheet, version_of, visit_open, visit_record
from zhunsheng.norms.calendar_days import Language
from zhunsheng.people.bilingual import both
from zhunsheng.people.codes import UnitKind
from zhunsheng.people.models import Officer
from zhunsheng.supervision.pages.forms import HouseForm, long, short
from zhunsheng.supervision.pages.lists import living_units
from zhunsheng.supervision.pages.reading import purpose_among

PURPOSE = frozenset(("supervision",))
MINUTE = "%Y-%m-%dT%H:%M"
VERDICTS = (
    (Verdict.ORDER.value, Verdict.ORDER.label),
    (Verdict.PROBLEM.value, both("不符合", "not in order")),
    (Verdict.NONE.value, Verdict.NONE.label),
)


class VisitsForm(HouseForm):
    """Which units may be drawn, how many, and until when they are to be visited."""

    slug = "visits"

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = short("名称", "Name")
    unit = forms.ChoiceField(label=both("在哪个单位的下级中抽取", "Drawn from the units below"))
    unit_kinds = several(
        "抽取哪类单位",
        "Kinds of unit",
        [(kind.value, kind.label) for kind in UnitKind if kind.value in get_args(Placed)],
    )
    theme = forms.ChoiceField(
        required=False,
        label=both("检查内容", "What is looked at"),
        help_text=both(
            "专题决定问哪些规范；不选的，问场所和物品的全部规范。",
            "A theme says which norms; without one all about places and items are asked.",
        ),
    )
    period_from = day("检查期间从", "Period from")
    period_to = day("至", "to")
    due_on = day("办结期限", "To be closed by")
    size = number("抽取个数", "How many are drawn", help_text=both("不填为全部到访", "all, where left empty"))
    stratified = forms.BooleanField(
        required=False,
        label=both("按上级单位分层抽取", "Each unit above in proportion"),
        widget=forms.CheckboxInput,
    )
    public_source = short(
        "公开数值的来源",
        "Source of a public value",
        required=False,
        help_text=both(
            "例如固定总体以后才开奖的某期彩票。", "such as a lottery drawn after the population is frozen"
        ),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
        *,
        units: Sequence[tuple[str, object]] = (),
    ) -> None:
        about = inspections_file().themes_of(visits=True)
        start = {
            "key": uuid.uuid4(),
            "unit_kinds": [UnitKind.STATION.value],
            "theme": about[0].code if about else "",
        }
        super().__init__(data, initial=start | (initial or {}))
        themes = [(one.code, both(one.title.zh, one.title.en)) for one in about]
        for name, choices in (("unit", list(units)), ("theme", [*themes, ("", both("无", "none"))])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        kinds = self.fields["unit_kinds"]
        kinds.required = True
        kinds.error_messages["required"] = str(both("请选择“抽取哪类单位”", "choose the kinds of unit"))

    @staticmethod
    def dress(widget: forms.Widget) -> None:
        """Boxes keep their own looks."""
        if not isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            HouseForm.dress(widget)

    @property
    def places(self) -> Places:
        """The units that may be drawn, of a form that is valid."""
        return Places(unit_kinds=tuple(self.cleaned_data["unit_kinds"]))

    def refused(self, fault: InputError) -> None:
        """Say what was refused, at its field where it has one."""
        words = both(f"{fault.zh}。{fault.remedy_zh}", f"{fault.en}. {fault.remedy_en}")
        self.add_error(fault.where if fault.where in self.fields else None, str(words))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visits_new_page(request: HttpRequest) -> HttpResponse:
    """The form; how many units there are is looked at first, and it is planned by its own button."""
    officer, purpose = officer_of(request), purpose_among(request, PURPOSE)
    units = living_units(request, purpose)
    count: int | None = None
    if request.method == "POST":
        form = VisitsForm(request.POST, units=units)
        if form.is_valid():
            try:
                if request.POST.get("do") == "plan":
                    made = planned(form, officer)
                    messages.success(request, str(both("已计划。", "Planned.")))
                    return redirect("inspection", inspection_id=made.pk)
                count = places_of(form.places, form.cleaned_data["unit"]).count()
            except InputError as fault:
                form.refused(fault)
    else:
        form = VisitsForm(initial=usual_days(), units=units)
    status = 422 if form.errors else 200
    return render(request, "inspections/visits_new.html", {"form": form, "count": count}, status=status)


def planned(form: VisitsForm, by: Officer) -> Inspection:
    """Plan what the form says."""
    given = form.cleaned_data
    theme = inspections_file().theme(given["theme"])
    plan = Plan(
        kind=Kind.SPOT,
        title=given["title"],
        unit=given["unit"],
        period_from=given["period_from"],
        period_to=given["period_to"],
        due_on=given["due_on"],
        query=form.places,
        theme="" if theme is None else theme.code,
        norms=() if theme is None else theme.norms,
        size=given["size"] or 0,
        stratified=given["stratified"],
        public_source=given["public_source"],
    )
    return inspection_plan(plan, by=by, key=given["key"])


class VisitForm(HouseForm):
    """When they were there, and what they saw in all."""

    slug = "visit"
    visited_at = forms.DateTimeField(
        required=False,
        label=both("到访时间", "When you were there"),
        widget=forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"}),
    )
    seen = long(
        "看到的情况",
        "What you saw",
        either=True,
        required=False,
        help_text=both(
            "没有发现问题的，也要写明看了什么。不写当事人和民警的姓名。",
            "Where nothing was wrong, say what you looked at. No names of parties or officers.",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visit_page(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """One visit, for the two who go; saved in between, and recorded once."""
    officer = officer_of(request)
    opened = visit_open(sheet_id, by=officer)
    sheet = opened.own.sheet
    form = VisitForm(initial={"visited_at": sheet.visited_at, "seen": sheet.seen})
    typed: dict[str, tuple[str, str]] | None = None
    if request.method == "POST":
        form = VisitForm(request.POST)
        typed = typed_in(request, opened.questions)
        done = request.POST.get("do") == "done"
        as_of = request.POST.get("version", "")

        def keep(given: dict[str, Any]) -> object:
            """As it was typed, where the other of the two has not saved meanwhile."""
            visited = Visited(given["visited_at"], given["seen"])
            return visit_record(sheet_id, typed or {}, visited, by=officer, done=done, expected=as_of)

        if form.done(keep):
            said = both("到访已记录。", "The visit is recorded.") if done else both("已保存。", "Saved.")
            messages.success(request, str(said))
            return redirect("inspections") if done else redirect("inspection_visit", sheet_id=sheet_id)
    return render(
        request, "inspections/visit.html", shown(opened, form, typed), status=422 if form.errors else 200
    )


def shown(opened: VisitSheet, form: VisitForm, typed: dict[str, tuple[str, str]] | None) -> dict[str, Any]:
    """What the page shows."""
    language: Language = "en" if (get_language() or "").startswith("en") else "zh"
    sheet = opened.own.sheet
    return {
        "sheet": sheet,
        "version": version_of(sheet),
        "chosen": opened.own.chosen,
        "inspection": opened.own.inspection,
        "form": form,
        "groups": grouped(opened.questions, opened.answers, typed, language),
        "verdicts": VERDICTS,
        "answered": len(opened.answers),
        "total": len(opened.questions),
        "problems": opened.own.chosen.problems.all(),
        "over": sheet.done_at is not None or bool(sheet.aside),
    }
