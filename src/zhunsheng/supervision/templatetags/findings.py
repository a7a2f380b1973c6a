"""Findings in templates: title, sentence, by how much, words for codes."""

from __future__ import annotations

import datetime as dt

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.http import urlencode

from zhunsheng.people.bilingual import both
from zhunsheng.supervision import codes
from zhunsheng.supervision.choices import owners_offered
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.pages import words
from zhunsheng.supervision.pages.forms import OrderForm
from zhunsheng.supervision.recording import titles
from zhunsheng.supervision.selectors import OWN

register = template.Library()


@register.filter
def finding_title(finding: Finding) -> object:
    """The norm's title as of then."""
    return words.title(finding)


@register.filter
def how_much(finding: Finding) -> object:
    """How wrong it is, and since when."""
    return words.by_how_much(finding)


@register.filter
def severity_words(code: str) -> object:
    """A severity in words."""
    return codes.SEVERITY_WORDS.get(code, code)


@register.filter
def level_words(code: str) -> object:
    """A level in words."""
    return codes.LEVEL_WORDS.get(code, code)


@register.filter
def channel_words(code: str) -> object:
    """A channel in words."""
    return codes.CHANNEL_WORDS.get(code, code)


@register.simple_tag(takes_context=True)
def owners_offer(context: Context, form: OrderForm, unit: str) -> OrderForm:
    """The form with the people of the unit to choose the owner from, as far as the reader supervises it."""
    return form.offer("owners", owners_offered(unit, by=context["user"]))


@register.filter
def norm_title(norm_id: str) -> object:
    """A norm's title as of now; its id where the rulebook has it no more."""
    zh, en = titles(norm_id)
    return both(zh, en)


@register.simple_tag
def findings_url(dimension: str = "", key: str = "", unit: str = "", **asked: str | dt.date) -> str:
    """The address of the list of just the findings that a figure counts; `key` is a line of a breakdown by `dimension`."""
    given: dict[str, str | dt.date] = {"unit": unit, **asked}
    if dimension == "unit":
        given |= {"unit": key, "alone": "1"}
    elif dimension == "stage":
        given["stage"] = key or "none"
    elif dimension == "source":
        given["source"] = key or OWN
    elif dimension:
        given[dimension] = key
    return f"{reverse('findings')}?{urlencode({name: str(value) for name, value in given.items() if value})}"
