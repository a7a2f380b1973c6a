"""Routes of the test site: each does one thing that must not end up in a log or on a page."""

from __future__ import annotations

import json

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tests.config.site_jobs import speak, stumble
from zhunsheng.base.ids import new_id
from zhunsheng.config.urls import *  # noqa: F403 - the application's own
from zhunsheng.config.urls import urlpatterns as own


def fails(request: HttpRequest) -> HttpResponse:
    raise ValueError(f"cannot read {request.GET['name']} with {connection.settings_dict['PASSWORD']}")


def collides(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute("INSERT INTO auth_group (name) VALUES (%s)", [request.GET["name"]])
    return HttpResponse()


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied(request.GET["name"])


def suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation(request.GET["name"])


def defers(request: HttpRequest) -> HttpResponse:
    for task in (speak, stumble):
        task.defer(words=request.GET["name"])
    return HttpResponse("deferred")


def shows(request: HttpRequest) -> JsonResponse:
    said = {k: v for k, v in request.META.items() if isinstance(v, str)}
    return JsonResponse(
        {"meta": json.dumps(said), "address": request.META["REMOTE_ADDR"], "secure": request.is_secure()}
    )


@csrf_exempt
def queries(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT 1")
    return HttpResponse("three")


def counted(request: HttpRequest) -> HttpResponse:
    """Another answer each time it is asked."""
    return HttpResponse(new_id().hex)


def tile(request: HttpRequest) -> HttpResponse:
    """As `counted`, but called good for ever."""
    response = counted(request)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_cookie("a", "b")
    return response


urlpatterns = [
    path("ledger/tile/0/000", tile, name="tile"),
    *own,
    path("counted", counted, name="counted"),
    path("sign-in/limited", counted, name="limited"),
    path("fails", fails, name="fails"),
    path("collides", collides, name="collides"),
    path("refuses", refuses, name="refuses"),
    path("suspects", suspects, name="suspects"),
    path("defers", defers, name="defers"),
    path("shows", shows, name="shows"),
    path("queries", queries, name="queries"),
]
