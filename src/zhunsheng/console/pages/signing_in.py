"""The steps around signing in that allauth does not have: enrolment, the locked screen, the call for a second factor."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhunsheng.base.errors import InputError
from zhunsheng.people.account_log import event_record
from zhunsheng.people.bilingual import both
from zhunsheng.people.codes import AccountEventKind
from zhunsheng.people.enrolment import enrolment_use
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in import session
from zhunsheng.people.sign_in.forms import EnrolForm, UnlockForm

TOO_MANY = both("操作过于频繁，请稍后再试。", "Too many requests. Try again in a while.")
WRONG = both("密码或者验证码不正确。", "The password or the code is wrong.")


@sensitive_post_parameters("code", "password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set the first password, or a forgotten one, with the code an administrator handed over."""
    form = EnrolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="login"):
            form.add_error(None, str(TOO_MANY))
        else:
            given = form.cleaned_data
            try:
                enrolment_use(given["number"], given["code"], given["password"], request=request)
            except InputError as wrong:
                form.add_error(
                    None, str(both(f"{wrong.zh}。{wrong.remedy_zh}。", f"{wrong.en}: {wrong.remedy_en}."))
                )
            except ValidationError as weak:
                form.add_error("password", weak)
            else:
                logout(request)
                return redirect("enrolled")
    return render(request, "console/enrol.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def enrolled(request: HttpRequest) -> HttpResponse:
    """The password is set; the way to the door."""
    return render(request, "console/enrolled.html")


@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    """An identity provider vouched for somebody who is no officer of ours, or for nobody."""
    return render(request, "console/refused.html", status=403)


@require_safe
@login_required
def factor_needed(request: HttpRequest) -> HttpResponse:
    """Why nothing opens yet, and what to do about it."""
    if not session.lacks_second_factor(request):
        return redirect(_back(request))
    assert isinstance(request.user, Officer)
    has_one = is_mfa_enabled(request.user, ["totp"])
    return render(request, "console/factor_needed.html", {"has_one": has_one, "next": _back(request)})


@require_POST
@login_required
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the screen now."""
    session.lock(request)
    return redirect(f"{reverse('unlock')}?{urlencode({'next': _back(request)})}")


@require_safe
@login_required
def still_here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the middleware before it has done the work
    """Asked by a page while somebody types into it."""
    return HttpResponse(status=204)


@sensitive_post_parameters("secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def unlock(request: HttpRequest) -> HttpResponse:
    """The locked screen: who is signed in, and nothing of what lies behind."""
    assert isinstance(request.user, Officer)
    if not session.is_locked(request):
        return HttpResponseRedirect(_back(request))
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="reauthenticate", user=request.user):
            form.add_error("secret", str(TOO_MANY))
        elif _proves(request.user, form.cleaned_data["secret"]):
            session.unlock(request)
            return HttpResponseRedirect(_back(request))
        else:
            event_record(AccountEventKind.UNLOCK_REFUSED, request.user, request=request)
            form.add_error("secret", str(WRONG))
    shown = {
        "form": form,
        "officer": request.user,
        "next": _back(request),
        "can_prove": request.user.has_usable_password() or is_mfa_enabled(request.user, ["totp"]),
    }
    return render(request, "console/unlock.html", shown, status=422 if form.errors else 200)


def _proves(officer: Officer, secret: str) -> bool:
    """Whether that is a code of the officer's, or their password."""
    code = {"code": secret.strip()}
    if (
        code["code"].isdigit()
        and is_mfa_enabled(officer, ["totp"])
        and ReauthenticateForm(code, user=officer).is_valid()
    ):
        return True
    try:
        return officer.has_usable_password() and bool(get_adapter().reauthenticate(officer, secret))
    except ValidationError:
        return False


def _back(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours, else the first one."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if safe else reverse("home")
