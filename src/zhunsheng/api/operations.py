"""How an operation is declared: its rule, its answers and the problems it may answer with. Nothing else puts one on the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.parser import Parser

from zhunsheng.api.callers import Caller
from zhunsheng.api.problems import KINDS, MEDIA_TYPE, Problem, ProblemOut, Words
from zhunsheng.api.rules import HEADER, PUBLIC, Rule
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import parse

View = TypeVar("View", bound=Callable[..., Any])
JSON = "application/json"
LARGEST_BODY = 2**20
"""Bytes of a JSON body. Documents have a limit of their own."""

router = Router()
"""Every operation stands on this one: ninja would not let two routers share a path."""

RULES: dict[str, Rule] = {}
"""The rule of each operation, by its id."""


class Guard:
    """What stands before an operation: its rule, and what any request must be like to be looked at."""

    def __init__(self, rule: Rule, *, takes_json: bool) -> None:
        self.rule, self.takes_json = rule, takes_json
        self.known: frozenset[str] = frozenset()
        """Names of the operation's query parameters, once it is built."""

    def __call__(self, request: HttpRequest) -> Caller | AnybodyAtAll:
        """The caller; raises a Problem for whom the rule does not let in."""
        who = self.rule.caller(request) if self.rule.signed_in else ANYBODY
        if strange := sorted(set(request.GET) - self.known):
            raise Problem(
                "invalid",
                faults=[
                    Words(f"query.{name[:40]}", "没有这个参数", "no such parameter") for name in strange[:20]
                ],
            )
        if self.takes_json:
            body_check(request)
        return who


class AnybodyAtAll:
    """Stands for whoever asks where anybody may."""


ANYBODY = AnybodyAtAll()


def body_check(request: HttpRequest) -> None:
    """Problem unless the body says it is JSON and is no larger than is taken."""
    if request.content_type != JSON:
        raise Problem("media-type", zh=f"请求体须为 {JSON}。", en=f"The body must be {JSON}.")
    if declared_length(request) > LARGEST_BODY:
        raise too_large(LARGEST_BODY)


def declared_length(request: HttpRequest) -> int:
    """How many bytes the body is said to have, 0 where it is not said; Problem where it is not said in figures."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not (said.isascii() and said.isdecimal() and len(said) < 20):
        raise Problem("malformed", zh="请求体长度不对。", en="The body's length is no number.")
    return int(said)


def too_large(most: int) -> Problem:
    """More bytes than are taken here."""
    return Problem("too-large", zh=f"最多{most}字节。", en=f"At most {most} bytes.")


def operation(
    tag: str,
    method: str,
    path: str,
    *,
    name: str,
    rule: Rule,
    answers: Mapping[int, Any],
    words: tuple[str, str],
    problems: tuple[str, ...] = (),
    media_type: str | None = None,
    takes: str = "",
    route: str = "",
) -> Callable[[View], View]:
    """Declare an operation; `words` say in Chinese and English what it does.

    `media_type` is that of an answer that is no JSON, `takes` that of a body that is read as it comes. Operations on one path
    share a `route`, the name in logs and metrics.
    """
    said = [*implied(rule, method), *problems]
    documented = {KINDS[code].status: ProblemOut for code in said}
    extra: dict[str, Any] = {"x-rule": rule.name, "responses": {}}
    if rule.purposes:
        extra["parameters"] = [purpose_parameter(rule)]
    if takes:
        extra["requestBody"] = {
            "required": True,
            "content": {takes: {"schema": {"type": "string", "format": "binary"}}},
        }
    if media_type:
        content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
        extra["responses"] = {status: {"content": content} for status in answers}
    for status in documented:
        codes = [code for code in dict.fromkeys(said) if KINDS[code].status == status]
        extra["responses"][status] = {
            "description": "; ".join(f"{KINDS[c].zh} · {KINDS[c].en}" for c in codes)
        }
    RULES[name] = rule
    return router.api_operation(
        [method],
        path,
        auth=Guard(rule, takes_json=method == "POST" and not takes) if rule.signed_in else None,
        response={**answers, **documented},
        operation_id=name,
        url_name=route or name,
        tags=[tag],
        summary=f"{words[0]} · {words[1]}",
        description=f"{rule.zh} · {rule.en}",
        openapi_extra=extra,
    )


def implied(rule: Rule, method: str) -> list[str]:
    """The problems every operation of a rule may answer with."""
    codes = ["invalid", "busy"]
    if rule.signed_in:
        codes += ["unauthenticated", "not-allowed"]
    if rule.purposes:
        codes += ["purpose-required", "purpose-refused"]
    if method == "POST":
        codes += ["malformed", "media-type", "too-large"]
    return codes


def purpose_parameter(rule: Rule) -> dict[str, Any]:
    """The header that says why, for the OpenAPI document; a token that is good for one purpose need not repeat it."""
    return {
        "in": "header",
        "name": HEADER,
        "required": False,
        "schema": {"type": "string", "enum": sorted(rule.purposes)},
        "description": "查阅目的；只限一个目的的令牌可省略。 · Why; a token good for one purpose need not say.",
    }


class StrictBody(Parser):
    """JSON that two readers could not take differently (I-JSON, RFC 7493)."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The value; Problem for anything else."""
        try:
            return parse(request.body)
        except InputError as wrong:
            raise Problem("malformed", zh=f"{wrong.zh}。", en=f"{wrong.en}.") from None


def nobody(_request: HttpRequest) -> None:
    """Lets nobody in: what guards an operation that was not declared by `operation`."""


class Api(NinjaAPI):
    """The API, with problem documents and both ways of signing in in its OpenAPI document."""

    document: dict[str, Any] | None = None

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The OpenAPI 3.1 document, made once."""
        if self.document is None:
            document = super().get_openapi_schema(**kwargs)
            finish(document)
            self.document = document
        return self.document


def finish(document: dict[str, Any]) -> None:
    """What ninja does not say by itself: the media type of problems, the ways of signing in, and who needs none."""
    for operations in document["paths"].values():
        for details in operations.values():
            for parameter in details["parameters"]:
                parameter["schema"] = without_null(parameter["schema"])
            for status, response in details["responses"].items():
                if int(status) >= 400 and JSON in response.get("content", {}):
                    response["content"] = {MEDIA_TYPE: response["content"].pop(JSON)}
            if details["x-rule"] == PUBLIC.name:
                details["security"] = []
    document["components"]["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "令牌或 OIDC 签名令牌 · a token, or a provider's JWT",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "浏览器会话 · a browser's session",
        },
    }
    document["security"] = [{"token": []}, {"session": []}]


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter that may be left out: left out, it is not sent as null."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    return options[0] if len(options) == 1 else schema


def rules_check(api: Api) -> None:
    """ImproperlyConfigured for an operation without a rule, or whose rule is not the one that stands before it."""
    for bound in api._get_bound_routers():  # noqa: SLF001 - ninja has no public list of its operations
        for view in bound.path_operations.values():
            for one in view.operations:
                rule = RULES.get(one.operation_id or "")
                guards = [guard for guard in one.auth_callbacks if isinstance(guard, Guard)]
                guarded = [guard.rule for guard in guards] == [rule] and len(one.auth_callbacks) == 1
                if rule is None or (rule.signed_in and not guarded):
                    raise ImproperlyConfigured(
                        f"{one.methods} {one.path}: no rule says who may call this operation"
                    )
                for guard in guards:
                    guard.known = query_names(one)


def query_names(one: Any) -> frozenset[str]:
    """The names of an operation's query parameters."""
    return frozenset(
        name
        for model in one.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    )
