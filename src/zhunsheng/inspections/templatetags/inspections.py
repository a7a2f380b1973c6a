"""An inspector's answer, and what a step notes, in words."""

from __future__ import annotations

from django import template

from zhunsheng.inspections.codes import StepKind, Subject, Verdict
from zhunsheng.inspections.models import Step
from zhunsheng.people.bilingual import both

register = template.Library()


@register.filter
def verdict(code: str) -> object:
    """The words for an answer."""
    return Verdict(code).label


@register.filter
def step_note(step: Step, of: str = Subject.CASES) -> object:
    """What a step notes, of cases or of units: numbers in words, the rest as it was written."""
    said, (zh, en) = step.note, ("个单位", "unit") if of == Subject.UNITS else ("件", "case")
    if said.startswith("#") and said[1:].isdecimal():
        return both(f"第{said[1:]}{zh}", f"{en} {said[1:]}")
    if said.isdecimal() and step.kind == StepKind.ASSIGNED and of == Subject.CASES:
        return both(f"{said}份", f"{said} readings")
    return both(f"{said}{zh}", f"{said} {en}s") if said.isdecimal() else said


@register.simple_tag
def pick(zh: str, en: str) -> str:
    """Of two wordings that come from data the one for the reader; escaped."""
    return str(both(zh, en))
