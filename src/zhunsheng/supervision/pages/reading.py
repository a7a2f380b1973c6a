"""For what purpose a page of supervision is read, and its language."""

from __future__ import annotations

from django.http import HttpRequest

from zhunsheng.casework.pages.purpose import KEPT, officer_of, purposes_of
from zhunsheng.people.access import Denied

OVERSEEING = frozenset(("supervision", "assessment", "review", "approval"))
"""Purposes for which figures and lists of findings are read: the unit's heads, the legal department, supervisors, assessors."""
DECIDING = frozenset(("supervision",))


def purpose_among(request: HttpRequest, allowed: frozenset[str]) -> str:
    """The purpose in force where it is one of these, else the first of them open to the person; Denied where none is."""
    found = purpose_if_any(request, allowed)
    if found is None:
        raise Denied
    return found


def purpose_if_any(request: HttpRequest, allowed: frozenset[str] | None = None) -> str | None:
    """As `purpose_among`, for pages that also show what is one's own; None where no purpose is open."""
    codes = [p.code for p in purposes_of(officer_of(request)) if allowed is None or p.code in allowed]
    kept = request.session.get(KEPT)
    return kept if kept in codes else next(iter(codes), None)
