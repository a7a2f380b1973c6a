"""Words for codes in templates: of a mapping by its key, of stages and turns."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from zhunsheng.casework.stages import STAGE_WORDS, WAITING_WORDS, Stage, Waiting

register = template.Library()


@register.filter
def keyed(words: Mapping[str, object], key: str) -> object:
    """The words for a key; the key itself where there are none."""
    return words.get(key, key)


@register.simple_tag
def stage_words(code: str) -> object:
    """A stage in words."""
    return STAGE_WORDS[Stage(code)]


@register.simple_tag
def waiting_words(code: str) -> object:
    """A turn in words."""
    return WAITING_WORDS[Waiting(code)]
