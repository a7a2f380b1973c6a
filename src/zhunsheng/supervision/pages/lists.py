"""Lists of findings: one's own, those within reach with their filters, and the contests to decide."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from zhunsheng.casework.pages.days import within_years
from zhunsheng.casework.pages.purpose import officer_of, purposes_of
from zhunsheng.casework.stages import STAGE_WORDS
from zhunsheng.feeds.models import Feed
from zhunsheng.people.access import reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.selectors import units_listed, units_living
from zhunsheng.supervision.access import findings_within
from zhunsheng.supervision.alerting import alerting_file
from zhunsheng.supervision.codes import SEVERITY_WORDS, Status
from zhunsheng.supervision.pages.notices import notice_lines
from zhunsheng.supervision.pages.reading import DECIDING, OVERSEEING, purpose_among
from zhunsheng.supervision.selectors import (
    COUNTED_TO,
    OWN,
    Filters,
    contests_waiting,
    finding_list,
    own_findings,
    own_notices,
)

ANY = ("", both("全部", "All"))
UNITS_OFFERED = 300
FIRST_FILTERS = ("state", "unit", "norm")
"""What is asked most; the rest is folded away until it is used."""


class FilterForm(forms.Form):
    """What may be asked of the list; what cannot be read is passed over."""

    state = forms.ChoiceField(
        required=False,
        choices=(
            ("now", both("现有问题", "Wrong now")),
            ("counted", both("计入统计的", "All that count")),
            ("righted", both("整改到位（已补正或者已销号）", "Put right: cured or verified")),
            *Status.choices,
            ("undecided", both("异议超期未裁决", "Contest past its term")),
            ("all", both("全部", "All")),
        ),
        label=both("状态", "State"),
    )
    norm = forms.CharField(required=False, max_length=120, label=both("规范编号", "Norm"))
    unit = forms.ChoiceField(required=False, label=both("单位（含下级）", "Unit, with those below"))
    element = forms.ChoiceField(required=False, label=both("要素", "Element"))
    stage = forms.ChoiceField(
        required=False,
        choices=(ANY, *((s.value, w) for s, w in STAGE_WORDS.items()), ("none", both("不是案件", "no case"))),
        label=both("阶段", "Stage"),
    )
    severity = forms.ChoiceField(
        required=False, choices=(ANY, *SEVERITY_WORDS.items()), label=both("严重程度", "Severity")
    )
    source = forms.ChoiceField(required=False, label=both("来源", "Source"))
    dated = forms.ChoiceField(
        required=False,
        choices=(
            ("found", both("发现日期", "found")),
            ("cured", both("整改到位日期", "put right")),
            ("opened", both("义务产生日期", "obligation arose")),
        ),
        label=both("日期按", "Days it was"),
    )
    since = within_years(
        forms.DateField(
            required=False,
            label=both("从", "from"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
    )
    until = within_years(
        forms.DateField(
            required=False,
            label=both("到", "until"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
    )
    alone = forms.BooleanField(required=False, label=both("不含下级单位", "without the units below"))


def filters_of(form: FilterForm) -> Filters:
    """The filters that could be read."""
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    return Filters(**asked)


def page_number(request: HttpRequest) -> int:
    """Which page is asked for; the first where that cannot be read."""
    text = request.GET.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def offered_units(request: HttpRequest, purpose: str) -> list[tuple[str, object]]:
    """The units within reach, to filter by; those merged into another too, for what they had stays theirs."""
    codes = reach(officer_of(request), purpose).units
    units = list(units_listed(codes)[: UNITS_OFFERED + 1])
    asked = request.GET.get("unit", "")
    if len(units) > UNITS_OFFERED and asked in codes and asked not in {unit.code for unit in units}:
        # An address may name any unit within reach, however many there are.
        units = [*units[:UNITS_OFFERED], *units_listed([asked])]
    return [ANY, *((unit.code, unit.listed) for unit in units[: UNITS_OFFERED + 1])]


def living_units(request: HttpRequest, purpose: str) -> list[tuple[str, object]]:
    """The units within reach that something new may be entered for."""
    rows = units_living().filter(code__in=reach(officer_of(request), purpose).units).order_by("code")
    return [(unit.code, unit.name_zh) for unit in rows[: UNITS_OFFERED + 1]]


def offered_sources(officer: Officer, purpose: str) -> list[tuple[str, object]]:
    """This system, and the feeds of which something was found within reach."""
    found = findings_within(by=officer, purpose=purpose).exclude(feed=None).values("feed_id")
    feeds = Feed.objects.filter(name__in=found).values_list("name", "title_zh", "title_en")
    own = (OWN, both("本系统", "this system"))
    return [ANY, own, *((name, both(zh or name, en or name)) for name, zh, en in feeds)]


@require_safe
@login_required
def findings_page(request: HttpRequest) -> HttpResponse:
    """The findings within reach; filters are an address, so that every figure of the desk leads here."""
    officer, purpose = officer_of(request), purpose_among(request, OVERSEEING)
    form = FilterForm(request.GET, label_suffix="")
    unit, element, source = (form.fields[name] for name in ("unit", "element", "source"))
    assert isinstance(unit, forms.ChoiceField)
    assert isinstance(source, forms.ChoiceField)
    source.choices = offered_sources(officer, purpose)
    assert isinstance(element, forms.ChoiceField)
    unit.choices = offered_units(request, purpose)
    element.choices = [
        ANY,
        *((one.element, both(one.title.zh, one.title.en)) for one in alerting_file().elements),
    ]
    filters = filters_of(form)
    found = finding_list(filters, by=officer, purpose=purpose, page=page_number(request))
    return render(
        request,
        "supervision/findings.html",
        {
            "form_filters": form,
            "first_filters": FIRST_FILTERS,
            "more_asked": bool(set(filters.asked()) - set(FIRST_FILTERS)),
            "found": found,
            "asked": urlencode(filters.asked()),
            "counted": COUNTED_TO,
            "purpose": PURPOSES[purpose],
            "purposes": purposes_of(officer),
        },
    )


@require_safe
@login_required
def my_findings_page(request: HttpRequest) -> HttpResponse:
    """What the signed-in person has to answer and was told of; open without any role, for it is about their own acts."""
    officer = officer_of(request)
    shown = {"own": own_findings(officer), "notices": notice_lines(own_notices(officer))}
    return render(request, "supervision/mine.html", shown)


@require_safe
@login_required
def contests_page(request: HttpRequest) -> HttpResponse:
    """The contests within reach that wait for a decision."""
    officer, purpose = officer_of(request), purpose_among(request, DECIDING)
    return render(
        request,
        "supervision/contests.html",
        {"contests": contests_waiting(by=officer, purpose=purpose)},
    )
