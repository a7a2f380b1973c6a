"""The first page after signing in, and the page about oneself."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.desk import desk_page
from zhunsheng.casework.pages.purpose import purposes_of
from zhunsheng.console.context import LARGE_TEXT
from zhunsheng.console.duties import DUTIES
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import AccountEvent, Officer, Post, Qualification, RoleAssignment
from zhunsheng.people.purposes import purposes_for
from zhunsheng.people.roles import Role
from zhunsheng.people.sign_in.adapter import needs_second_factor
from zhunsheng.people.sign_in.recovery import sessions_end

EVENTS_SHOWN = 20
YEAR_S = 365 * 24 * 3600


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The desk of whoever reads cases; for others a card for each role held now."""
    assert isinstance(request.user, Officer)
    if purposes_of(request.user) and "roles" not in request.GET:
        return desk_page(request)
    roles = _roles(request.user)
    cards = [
        {
            "assignment": row,
            "duty": DUTIES[Role(row.role)],
            "purposes": purposes_for(frozenset({Role(row.role)})),
        }
        for row in roles
    ]
    return render(request, "console/home.html", {"cards": cards})


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What is known of the signed-in person, and what the log says of their account."""
    assert isinstance(request.user, Officer)
    officer, present = request.user, clock.now()
    return render(
        request,
        "console/account.html",
        {
            "officer": officer,
            "roles": _roles(officer),
            "posts": Post.objects.filter(officer=officer).at(present).select_related("unit"),
            "qualifications": Qualification.objects.filter(officer=officer).at(present),
            "events": _events(officer),
            "has_factor": is_mfa_enabled(officer, ["totp"]),
            "needs_factor": needs_second_factor(officer),
            "has_password": officer.has_usable_password(),
        },
    )


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator] # allauth ships no types
def end_others(request: HttpRequest) -> HttpResponse:
    """End every other session of the signed-in person, and keep this one."""
    assert isinstance(request.user, Officer)
    update_session_auth_hash(request, sessions_end(request.user, by=request.user))
    return redirect("account")


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Larger or usual letters from now on, for whoever sits at this browser."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer = redirect(back if safe else "home")
    large = request.POST.get("size") == "large"
    answer.set_cookie(
        LARGE_TEXT,
        "1" if large else "0",
        max_age=YEAR_S,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return answer


def _roles(officer: Officer) -> list[RoleAssignment]:
    return list(
        RoleAssignment.objects.filter(officer=officer).at(clock.now()).select_related("unit__merged_into")
    )


WAYS: dict[str, object] = {
    "password": both("密码", "password"),
    "totp": both("验证器", "authenticator"),
    "recovery_codes": both("恢复码", "recovery code"),
    "enrolment": both("启用码", "enrolment code"),
    "change": both("本人修改", "changed by yourself"),
}
"""Words for the ways in the log; an identity provider appears under its own name."""


def _events(officer: Officer) -> list[tuple[AccountEvent, str]]:
    """The newest lines of the log, each with its ways in words."""
    names = {issuer.id: both(issuer.name, issuer.name_en or issuer.name) for issuer in settings.OIDC_ISSUERS}
    rows = AccountEvent.objects.filter(officer=officer)[:EVENTS_SHOWN]
    return [
        (row, " + ".join(str(WAYS.get(w) or names.get(w) or w) for w in row.method.split("+")))
        for row in rows
    ]
