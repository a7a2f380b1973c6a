"""What the web application demands of its surroundings in production, and what it tells browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from zhunsheng.base.environment import Environment

GetResponse = Callable[[HttpRequest], HttpResponseBase]

YEAR = 365 * 24 * 3600
THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
CLEAR = (r"^health$", r"^ready$", r"^metrics$", r"^ledger/")
"""Paths that may be asked for without TLS on the machine itself: probes, and what the ledger publishes, which is signed."""


def security_settings(env: Environment) -> dict[str, Any]:
    """Django's settings that depend on where the application stands.

    Behind a proxy of ours and not in debug: HTTPS only, told to browsers for a year, and cookies that never travel in clear.
    Without a proxy the server listens on this machine only (a demonstration, a developer), where there is no certificate.
    """
    https = bool(env.proxies) and not env.debug
    return {
        "TRUSTED_PROXIES": env.proxies,
        # Probes on the machine itself ask by these names; the proxy answers for the public ones only.
        "ALLOWED_HOSTS": list(dict.fromkeys((*env.hosts, *THIS_MACHINE))),
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if env.proxies else None,
        "SECURE_SSL_REDIRECT": https,
        "SECURE_REDIRECT_EXEMPT": list(CLEAR),
        "SECURE_HSTS_SECONDS": YEAR if https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": https,
        "SECURE_HSTS_PRELOAD": https,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": https,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "X_FRAME_OPTIONS": "DENY",
        "CONTENT_SECURITY_POLICY": content_security_policy(elsewhere=env.oidc is not None),
    }


def content_security_policy(*, elsewhere: bool) -> str:
    """Everything from ourselves only, no inline script or style; forms may lead to an identity provider where one is set."""
    return "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self' https:" if elsewhere else "form-action 'self'",
        )
    )


def content_policy(get_response: GetResponse) -> GetResponse:
    """Middleware: the Content-Security-Policy of every answer that has none of its own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    return middleware
