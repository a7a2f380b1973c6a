"""An inspector's answer, and what a step notes, in words."""

from __future__ import annotations

from django import template

from zhunsheng.inspections.codes import StepKind, Verdict
from zhunsheng.inspections.models import Step
from zhunsheng.people.bilingual import both

register = template.Library()


@register.filter
def verdict(code: str) -> object:
    """The words for an answer."""
    return Verdict(code).label


@register.filter
def step_note(step: Step) -> object:
    """What a step notes: numbers in words, the rest as it was written."""
    said = step.note
    if said.startswith("#") and said[1:].isdecimal():
        return both(f"第{said[1:]}件", f"case {said[1:]}")
    if said.isdecimal():
        return (
            both(f"{said}份", f"{said} readings")
            if step.kind == StepKind.ASSIGNED
            else both(f"{said}件", f"{said} cases")
        )
    return said


@register.simple_tag
def pick(zh: str, en: str) -> str:
    """Of two wordings that come from data the one for the reader; escaped."""
    return str(both(zh, en))
