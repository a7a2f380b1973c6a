"""The API put together: its routers, its problems, and the check that every operation has a rule."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja.errors import HttpError, ValidationError
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction

from zhunsheng import __version__
from zhunsheng.acts.drafts import InvalidDraft
from zhunsheng.api import documents, dossiers, due, feeds, handing_over, proofs, recording, words  # noqa: F401 - they declare operations
from zhunsheng.api.callers import Caller
from zhunsheng.api.faults import faults_of
from zhunsheng.api.operations import Api, StrictBody, nobody, router, rules_check
from zhunsheng.api.problems import Problem, Words, language_of, problem_response, saying
from zhunsheng.api.rules import out_of_reach
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.procedure.errors import KeyReused, NotAllowed, NotThere, OutOfStep, Refused

log = structlog.get_logger(__name__)

api = Api(
    title="准绳 · Zhunsheng",
    version="1",
    description=(
        "执法行为由此登记，案卷、义务和账本证明由此查阅。 · "
        "Acts are recorded here; dossiers, obligations and the ledger's proofs are read here."
    ),
    urls_namespace="api",
    docs_url=None,
    auth=nobody,
    parser=StrictBody(),
    openapi_extra={"info": {"x-release": __version__}},
)
api.add_router("", router)


@api.exception_handler(Problem)
def problem(_request: HttpRequest, exc: Problem) -> HttpResponse:
    """What the API itself refuses."""
    return problem_response(exc)


@api.exception_handler(Denied)
def denied(request: HttpRequest, _exc: Denied) -> HttpResponse:
    """Not within reach."""
    caller = getattr(request, "auth", None)
    return problem_response(out_of_reach(caller) if isinstance(caller, Caller) else Problem("not-found"))


@api.exception_handler(InputError)
def input_error(_request: HttpRequest, exc: InputError) -> HttpResponse:
    """What the door, or anything below it, cannot take."""
    return problem_response(told(exc))


def told(exc: InputError) -> Problem:
    """The problem an error of the layers below is."""
    match exc:
        case Refused():
            return saying("refused", exc, reasons=exc.details(language_of()))
        case NotThere():
            return Problem("not-found")
        case NotAllowed():
            return saying("not-allowed", exc, faults=place(exc))
        case OutOfStep():
            return saying("out-of-step", exc, actual=exc.actual)
        case KeyReused():
            return saying("key-reused", exc)
        case InvalidDraft():
            return Problem("invalid", faults=[Words(f.where, f.zh, f.en) for f in exc.faults])
    return saying("invalid", exc, faults=place(exc))


def place(exc: InputError) -> list[Words]:
    """Where the error lies, if it says so."""
    return [Words(exc.where, exc.zh, exc.en)] if exc.where else []


@api.exception_handler(ValidationError)
def invalid(_request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """Parameters or a body of the wrong shape."""
    return problem_response(Problem("invalid", faults=faults_of(exc.errors)))


@api.exception_handler(HttpError)
def http_error(_request: HttpRequest, exc: HttpError) -> HttpResponse:
    """What ninja itself refuses: a body its parser could not take, or a caller nobody let in."""
    if isinstance(exc.__cause__, Problem):
        return problem_response(exc.__cause__)
    return problem_response(Problem("unauthenticated" if exc.status_code == 401 else "malformed"))


@api.exception_handler(UnreadablePostError)
def broken_off(_request: HttpRequest, _exc: UnreadablePostError) -> HttpResponse:
    """The body did not arrive."""
    return problem_response(Problem("malformed", zh="请求体不完整。", en="The body broke off."))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def busy(_request: HttpRequest, exc: Exception) -> HttpResponse:
    """A lock or a statement took too long, or the database went away.

    Whether an act was recorded all the same is found out by sending it again under its key.
    """
    log.warning("database unavailable", exc_info=exc)
    return problem_response(Problem("busy", headers={"Retry-After": "1"}))


@api.exception_handler(InternalError)
def gone(request: HttpRequest, exc: InternalError) -> HttpResponse:
    """The server ended a transaction that paused too long, or has become one that is only read; anything else is our fault."""
    if isinstance(exc.__cause__, IdleInTransactionSessionTimeout | ReadOnlySqlTransaction):
        return busy(request, exc)
    raise exc


@api.exception_handler(Exception)
def unforeseen(_request: HttpRequest, exc: Exception) -> HttpResponse:
    """A fault of ours: Django answers and logs it, and shows nothing of it."""
    raise exc


def answering(view: Any) -> Any:
    """The view, with a problem document where the method is not taken."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            return problem_response(Problem("method", headers={"Allow": response["Allow"]}))
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


rules_check(api)
urls = api.urls
for pattern in urls[0]:
    pattern.callback = answering(pattern.callback)
