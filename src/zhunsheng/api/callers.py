"""Who asks: a programme with a token of ours or of an identity provider, or a person in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from ninja.utils import check_csrf

from zhunsheng.api.problems import Problem
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.tokens import bearer_officer

CHALLENGE: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="zhunsheng"'}
WRONG: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="zhunsheng", error="invalid_token"'}
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass
class Caller:
    """Somebody who has proved who they are."""

    officer: Officer
    purposes: frozenset[str]
    """For which purposes the request may be made at all; reach decides what comes of it."""
    token: bool
    purpose: str = field(default="")
    """Why this request reads; empty where the operation asks for no purpose."""


def caller_of(request: HttpRequest) -> Caller:
    """Who asks. An Authorization header is believed or refused, never passed over for a session's cookie."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is not None:
        try:
            bearer = bearer_officer(header)
        except Denied:
            raise Problem(
                "unauthenticated",
                zh="令牌无效、已吊销或者过期。",
                en="The token is unknown, revoked or out of date.",
                headers=WRONG,
            ) from None
        return Caller(bearer.officer, bearer.purposes, token=True)
    officer = request.user
    if not isinstance(officer, Officer) or not officer.is_active:
        raise Problem(
            "unauthenticated",
            zh="请在 Authorization 中给出令牌，或先登录。",
            en="Give a token in Authorization, or sign in first.",
            headers=CHALLENGE,
        )
    if request.method not in SAFE and check_csrf(request) is not None:
        raise Problem(
            "not-allowed",
            zh="浏览器请求缺少防伪标记（CSRF）。",
            en="A browser's request needs its CSRF token.",
        )
    return Caller(officer, frozenset(PURPOSES), token=False)
