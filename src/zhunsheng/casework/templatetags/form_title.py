"""`{{ draft.form|form_title }}`: what a form is called."""

from __future__ import annotations

from django import template

from zhunsheng.casework.forms.sheets import sheets
from zhunsheng.people.bilingual import both

register = template.Library()


@register.filter
def form_title(slug: str) -> object:
    """The form's name; the slug itself where there is no such form any more."""
    sheet = sheets().get(slug)
    return slug if sheet is None else both(sheet.zh, sheet.en)
