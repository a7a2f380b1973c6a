"""For what purpose a signed-in person is reading now: the one their role lends, or the one chosen where several do."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer
from zhunsheng.people.purposes import Purpose, purposes_for
from zhunsheng.people.selectors import roles_held

KEPT = "purpose"
ON_REQUEST = frozenset(("party-request", "export"))
"""Purposes for one errand, given there; nobody works a whole day for them."""


def officer_of(request: HttpRequest) -> Officer:
    """The signed-in person."""
    assert isinstance(request.user, Officer)
    return request.user


def purposes_of(officer: Officer) -> tuple[Purpose, ...]:
    """The purposes the person may read cases for."""
    roles = frozenset(held.role for held in roles_held(officer))
    return tuple(p for p in purposes_for(roles) if p.contents and p.code not in ON_REQUEST)


def purpose_of(request: HttpRequest) -> str:
    """The purpose in force for this request; Denied for a person who may read no case."""
    open_to = [p.code for p in purposes_of(officer_of(request))]
    if not open_to:
        raise Denied
    kept = request.session.get(KEPT)
    return kept if kept in open_to else open_to[0]


@require_POST
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Read for another purpose from now on; one that is not open to the person changes nothing."""
    wanted = request.POST.get("purpose", "")
    if wanted in {p.code for p in purposes_of(officer_of(request))}:
        request.session[KEPT] = wanted
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "desk")
