"""`{% both "中文" "English" %}`: one sentence in the reader's language; `{name}` is filled from `name=…`, escaped."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from zhunsheng.people.bilingual import both as wording

register = template.Library()


@register.simple_tag
def both(zh: str, en: str, **filled: object) -> SafeString:
    """The wording for the language in force."""
    # The wordings are ours, written in templates; what fills them is not.
    said = str(wording(zh, en))
    return format_html(said, **filled) if filled else mark_safe(said)  # noqa: S308 - as above
