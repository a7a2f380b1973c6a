"""Cases of responsibility in templates: the fields of a seat in the form of attribution, and the mark of what is unverified."""

from __future__ import annotations

from typing import Any

from django import template

from zhunsheng.accountability.pages.forms import AttributeForm
from zhunsheng.accountability.rules import Source
from zhunsheng.people.bilingual import both

register = template.Library()


@register.filter
def seat_fields(form: AttributeForm, n: int) -> tuple[Any, Any]:
    """The share and the reason of one seat."""
    return form.seat_fields(n)


@register.inclusion_tag("accountability/source.html")
def source(one: Source) -> dict[str, object]:
    """Where a rule comes from, and that it is unverified where it is."""
    return {
        "title": both(one.title.zh, one.title.en),
        "says": both(one.says.zh, one.says.en),
        "verified": one.verified,
        "house": one.house,
    }
