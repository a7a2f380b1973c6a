"""What the API answers when it does not do what was asked: problem documents (RFC 9457) in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from structlog.contextvars import get_contextvars

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar_days import Language

MEDIA_TYPE = "application/problem+json"
URN = "urn:zhunsheng:problem:"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its stable name, status, and title."""

    code: str
    status: int
    zh: str
    en: str


_ALL = (
    Kind("malformed", 400, "请求无法读取", "the request cannot be read"),
    Kind("key-required", 400, "缺少请求编号（Idempotency-Key）", "an Idempotency-Key is required"),
    Kind(
        "purpose-required", 400, "须写明查阅目的（X-Purpose）", "a purpose of reading (X-Purpose) is required"
    ),
    Kind("unauthenticated", 401, "须先证明身份", "say first who you are"),
    Kind("purpose-refused", 403, "不能以这一目的查阅", "this purpose is not yours to give here"),
    Kind("not-allowed", 403, "无权办理", "you may not do this"),
    Kind(
        "not-found", 404, "没有这项内容，或者不在您的职权范围内", "there is no such thing within your reach"
    ),
    Kind("method", 405, "这一地址不支持该方法", "this address does not take that method"),
    Kind("refused", 409, "依法不得登记", "the law stands against recording this"),
    Kind("out-of-step", 412, "案卷已有变化", "the dossier has moved on"),
    Kind("too-large", 413, "内容过大", "this is too large"),
    Kind("media-type", 415, "媒体类型不对", "this media type is not taken here"),
    Kind("invalid", 422, "内容不符合要求", "what was sent cannot be used"),
    Kind("key-reused", 422, "请求编号已用于另一请求", "this Idempotency-Key belongs to another request"),
    Kind("busy", 503, "系统繁忙，请稍后重试", "busy: try again in a moment"),
)
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}


@dataclass(frozen=True)
class Words:
    """A place and what is wrong there, in both languages."""

    where: str
    zh: str
    en: str


class Problem(Exception):
    """Raised anywhere below an operation; answered as a problem document."""

    def __init__(
        self,
        code: str,
        *,
        zh: str = "",
        en: str = "",
        faults: Sequence[Words] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(code)
        self.kind = KINDS[code]
        self.zh, self.en = zh, en
        self.faults, self.more = faults, more
        self.headers = headers or {}


def saying(code: str, error: InputError, **more: Any) -> Problem:
    """A problem in the words of an error of the layers below, with its remedy."""
    return Problem(
        code,
        zh="。".join(filter(None, (error.zh, error.remedy_zh))) + "。",
        en=". ".join(filter(None, (error.en, error.remedy_en))) + ".",
        **more,
    )


class FaultOut(BaseModel):
    """One thing wrong with what was sent: where, and what."""

    where: str
    detail: str


class ReasonOut(BaseModel):
    """One norm that stands against an act, or warns of it: the articles, the facts, what is missing, how to mend it."""

    norm: str
    version: str
    severity: str
    status: str
    scope: str
    title: str
    verdict: str
    basis: list[str]
    facts: list[str]
    missing: list[str]
    cure: str


class ProblemOut(BaseModel):
    """A problem document (RFC 9457); members that say nothing are left out."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(examples=[URN + "refused"])
    title: str
    status: int
    detail: str = ""
    request_id: str = ""
    faults: list[FaultOut] = []
    reasons: list[ReasonOut] = []
    actual: int | None = Field(default=None, description="How many acts the dossier has by now.")
    purposes: list[str] | None = Field(default=None, description="The purposes that may be given here.")


def language_of() -> Language:
    """The language in force: the caller's Accept-Language where it is one of the two, else Chinese."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def problem_response(problem: Problem) -> HttpResponse:
    """The document, in the language in force."""
    kind, english = problem.kind, language_of() == "en"
    body: dict[str, Any] = {
        "type": URN + kind.code,
        "title": kind.en if english else kind.zh,
        "status": kind.status,
        "detail": problem.en if english else problem.zh,
        "request_id": str(get_contextvars().get("request_id", "")),
        "faults": [{"where": f.where, "detail": f.en if english else f.zh} for f in problem.faults],
        **problem.more,
    }
    said = {name: value for name, value in body.items() if value not in ("", [], None)}
    headers = {"Cache-Control": "no-store", **problem.headers}
    return HttpResponse(to_json(said), status=kind.status, content_type=MEDIA_TYPE, headers=headers)


def not_allowed_response(request: HttpRequest, allow: str) -> HttpResponse:  # noqa: ARG001 - as its siblings
    """For a method the address does not take."""
    return problem_response(Problem("method", headers={"Allow": allow}))
