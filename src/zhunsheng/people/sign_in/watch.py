"""Middleware that stands before every page: an old session ends, an idle one locks, a privileged one shows its second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from structlog.contextvars import get_contextvars

from zhunsheng.people.account_log import event_record
from zhunsheng.people.bilingual import both
from zhunsheng.people.codes import AccountEventKind
from zhunsheng.people.models import Officer
from zhunsheng.people.sign_in import session

GetResponse = Callable[[HttpRequest], HttpResponseBase]

OPEN = frozenset({"account_logout", "set_language", "health", "ready", "metrics"})
"""Routes that answer whatever the session's state."""
WHILE_LOCKED = OPEN | {"unlock"}
WHILE_WITHOUT_FACTOR = OPEN | {
    "account_reauthenticate",
    "lock",
    "mfa_activate_totp",
    "mfa_reauthenticate",
    "sign_in_factor_needed",
    "unlock",
}
BACKGROUND = "X-Zhunsheng-Background"
"""Header of requests that pages make by themselves: they keep nobody's screen open."""

UNAUTHENTICATED = both("须先证明身份", "say first who you are")
WAITING = {
    "account_login": both("会话已到期，请重新登录。", "The session is over: sign in again."),
    "unlock": both("屏幕已锁定，请先解锁。", "The screen is locked: unlock it first."),
    "sign_in_factor_needed": both("须先通过双重验证。", "A second factor is needed first."),
}
"""What a programme is told, by the page that a person would be sent to."""


def session_watch(get_response: GetResponse) -> GetResponse:
    """Middleware, after authentication: what a session may do now. Requests without one pass.

    What is shown to somebody signed in is kept by no browser and no proxy.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not isinstance(request.user, Officer):
            return get_response(request)
        response = _stop(request, request.user)
        if response is None:
            if BACKGROUND not in request.headers:
                session.note(request)
            response = get_response(request)
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response

    return middleware


def _stop(request: HttpRequest, officer: Officer) -> HttpResponseBase | None:
    """The answer to a request that may not go through, None for one that may."""
    name = _route(request)
    if session.is_over(request):
        event_record(AccountEventKind.EXPIRED, officer, request=request)
        request.session.flush()
        request.user = AnonymousUser()
        return None if name in OPEN else _elsewhere(request, "account_login")
    if session.is_locked(request):
        session.lock(request)
        return None if name in WHILE_LOCKED else _elsewhere(request, "unlock")
    if name not in WHILE_WITHOUT_FACTOR and session.lacks_second_factor(request):
        return _elsewhere(request, "sign_in_factor_needed")
    return None


def _route(request: HttpRequest) -> str:
    """The name of the route asked for; empty where there is none."""
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""


def _elsewhere(request: HttpRequest, route: str) -> HttpResponse:
    """Send a person there, and back afterwards; tell a programme, or a fragment of a page, that it has to wait."""
    back = request.get_full_path() if request.method == "GET" else "/"
    url = f"{reverse(route)}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse(route)})
    if request.path.startswith("/api/") or request.method not in ("GET", "HEAD", "POST"):
        # The API's own kind; `people` stands below the API and cannot ask it. tests/console/test_session.py compares them.
        body = {
            "type": "urn:zhunsheng:problem:unauthenticated",
            "title": str(UNAUTHENTICATED),
            "status": 401,
            "detail": str(WAITING[route]),
            "request_id": str(get_contextvars().get("request_id", "")),
        }
        return JsonResponse(
            body,
            status=401,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    return HttpResponseRedirect(url)
