"""`{{ answer|verdict }}`: an inspector's answer in words."""

from __future__ import annotations

from django import template

from zhunsheng.inspections.codes import Verdict
from zhunsheng.people.bilingual import both

register = template.Library()


@register.filter
def verdict(code: str) -> object:
    """The words for an answer."""
    return Verdict(code).label


@register.simple_tag
def pick(zh: str, en: str) -> str:
    """Of two wordings that come from data the one for the reader; escaped."""
    return str(both(zh, en))
