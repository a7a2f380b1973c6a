"""`{{ secret|fours }}`: a long code in groups of four, for whoever types it; authenticator apps leave blanks out."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def fours(code: str) -> str:
    """The code with a blank after every fourth character."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
