"""监督工作台: what is wrong now, where, since when, and how it goes; every figure leads to its rows."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhunsheng.casework.pages.purpose import officer_of, purposes_of
from zhunsheng.people.bilingual import both
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.supervision.figures import DIMENSIONS, desk
from zhunsheng.supervision.pages.lists import offered_units
from zhunsheng.supervision.pages.reading import OVERSEEING, purpose_among
from zhunsheng.supervision.pages.trend import drawn

DAYS = (30, 90, 365)
DIMENSION_WORDS = {
    "norm": both("按规范", "By norm"),
    "unit": both("按单位", "By unit"),
    "element": both("按要素", "By element"),
    "stage": both("按阶段", "By stage"),
    "severity": both("按严重程度", "By severity"),
    "source": both("按来源", "By source"),
}

NOUNS = {
    "norm": both("规范", "Norm"),
    "unit": both("单位", "Unit"),
    "element": both("要素", "Element"),
    "stage": both("阶段", "Stage"),
    "severity": both("严重程度", "Severity"),
    "source": both("来源", "Source"),
}


@require_safe
@login_required
def supervision_desk_page(request: HttpRequest) -> HttpResponse:
    """The desk; `by`, `days` and `unit` are its address."""
    officer, purpose = officer_of(request), purpose_among(request, OVERSEEING)
    asked = request.GET
    dimension = asked.get("by", "") if asked.get("by", "") in DIMENSIONS else "norm"
    days = int(asked["days"]) if asked.get("days", "") in {str(d) for d in DAYS} else DAYS[0]
    units = offered_units(request, purpose)
    unit = asked.get("unit", "") if asked.get("unit", "") in {code for code, _ in units} else ""
    found = desk(by=officer, purpose=purpose, dimension=dimension, days=days, unit=unit)
    return render(
        request,
        "supervision/desk.html",
        {
            "desk": found,
            "chart": drawn(found.weeks),
            "dimension": dimension,
            "dimensions": DIMENSION_WORDS,
            "dimension_words": DIMENSION_WORDS[dimension],
            "noun": NOUNS[dimension],
            "days": days,
            "choices": DAYS,
            "unit": unit,
            "units": units,
            "purpose": PURPOSES[purpose],
            "purposes": purposes_of(officer),
        },
    )
