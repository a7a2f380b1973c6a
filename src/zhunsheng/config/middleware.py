"""One log line, one request id and one measurement for every request."""

from __future__ import annotations

import logging
import re
import time

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bind_contextvars, clear_contextvars

from zhunsheng.base.ids import new_id
from zhunsheng.config.database import Stopwatch
from zhunsheng.config.forwarding import GetResponse
from zhunsheng.config.metrics import DATABASE_SECONDS, QUERIES, REQUEST_SECONDS, REQUESTS

REQUEST_ID = re.compile(r"[0-9a-f]{32}")
"""The form nginx gives `$request_id`; ours are UUIDs (RFC 9562, version 7) written the same way."""

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
PROBES = frozenset(("health", "ready", "metrics"))
"""Routes asked every few seconds by machines; their lines would drown the others, so only failures have one."""

log = structlog.get_logger(__name__)


def request_line(get_response: GetResponse) -> GetResponse:
    """Middleware just inside `forwarding`: names the request, watches it, and writes one line of it when it is answered.

    The line holds route name, method, status, times and the officer's number; never path, query, body or header values.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        clear_contextvars()
        name = request_id(request)
        bind_contextvars(request_id=name)
        watch = Stopwatch()
        began = time.perf_counter()
        with connection.execute_wrapper(watch):
            response = get_response(request)
        took = time.perf_counter() - began
        response["X-Request-ID"] = name
        route = route_of(request)
        measure(route, request.method or "", response.status_code, took, watch)
        if route not in PROBES or response.status_code >= 500:
            log.log(
                logging.WARNING if response.status_code >= 500 else logging.INFO,
                "request",
                officer=officer_of(request),
                route=route,
                method=method_of(request.method or ""),
                status=response.status_code,
                duration_ms=round(took * 1000, 1),
                database_ms=round(watch.seconds * 1000, 1),
                queries=watch.statements,
            )
        clear_contextvars()
        return response

    return middleware


def request_id(request: HttpRequest) -> str:
    """The id our proxy gave the request, else a new one; `forwarding` has removed it where nobody may give one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if REQUEST_ID.fullmatch(given) else new_id().hex


def route_of(request: HttpRequest) -> str:
    """The name of the route that answered; `unmatched` where none did, or it was refused before one was looked for."""
    match = request.resolver_match
    return match.view_name or "unnamed" if match else "unmatched"


def method_of(method: str) -> str:
    """The method, or `other`: what strangers make up must not become a label."""
    return method if method in METHODS else "other"


def officer_of(request: HttpRequest) -> str | None:
    """The number of the officer who asked, where the answer needed to know; does not look anybody up for the log's sake."""
    for holder in (getattr(request, "auth", None), request.__dict__.get("_cached_user")):
        for person in (holder, getattr(holder, "officer", None)):
            if isinstance(number := getattr(person, "number", None), str):
                return number
    return None


def measure(route: str, method: str, status: int, took: float, watch: Stopwatch) -> None:
    """Count the request and its times by route."""
    REQUESTS.add(route=route, method=method_of(method), status=str(status))
    REQUEST_SECONDS.took(took, route=route)
    if watch.statements:
        DATABASE_SECONDS.took(watch.seconds, route=route)
        QUERIES.add(watch.statements, route=route)
