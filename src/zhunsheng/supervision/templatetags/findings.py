"""Findings in templates: title, sentence, by how much, words for codes."""

from __future__ import annotations

from django import template

from zhunsheng.supervision import codes
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.pages import words

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
def breach_words(code: str) -> object:
    """A kind of breach in words."""
    return codes.BREACH_WORDS.get(code, code)


@register.filter
def level_words(code: str) -> object:
    """A level in words."""
    return codes.LEVEL_WORDS.get(code, code)


@register.filter
def channel_words(code: str) -> object:
    """A channel in words."""
    return codes.CHANNEL_WORDS.get(code, code)
