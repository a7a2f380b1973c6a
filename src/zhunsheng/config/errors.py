"""The pages for requests that cannot be answered: 400, 403, 404 and 500, in both languages, with the request's number.

They show nothing of the request and nothing of the fault, and need neither database, session nor static files to be read.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token
from structlog.contextvars import get_contextvars

from zhunsheng.api.problems import Problem, language_of, problem_response

HTML, PROBLEM = "text/html", "application/problem+json"
API_KINDS = {400: "malformed", 403: "not-allowed", 404: "not-found"}
"""The API's kind of problem for what goes wrong outside its operations; a fault of ours has none."""

WORDS = {
    400: (
        "请求有误",
        "请返回上一页，重新填写后再提交。",
        "The request cannot be understood",
        "Go back to the page before, and send it again.",
    ),
    403: (
        "不能访问",
        "您的角色或登录状态不允许这一操作。请重新登录；需要权限的，请向本单位管理员申请。",
        "This is not open to you",
        "Sign in again, or ask your unit's administrator for the role it needs.",
    ),
    404: (
        "没有这个页面",
        "地址可能写错，或者内容不在您可以查看的范围内。",
        "There is no such page",
        "The address may be wrong, or the matter is outside what you may see.",
    ),
    500: (
        "系统出错",
        "没有完成的操作不会留下一半；故障已记录。请稍后重试，并把下面的编号告诉管理员。",
        "Something went wrong on our side",
        "Nothing was left half done, and the fault is on record. Try again later, and tell the administrator the number below.",
    ),
}


def error_response(request: HttpRequest, status: int) -> HttpResponse:
    """The page, or problem+json (RFC 9457) for machines: those of the API's paths, and who does not take HTML."""
    number = str(get_contextvars().get("request_id", ""))
    zh, zh_more, en, en_more = WORDS[status]
    if request.path.startswith("/api/") and status in API_KINDS:
        return problem_response(Problem(API_KINDS[status]))
    if request.path.startswith("/api/") or request.get_preferred_type([HTML, PROBLEM]) == PROBLEM:
        title = en if language_of() == "en" else zh
        body = {"type": "about:blank", "status": status, "title": title, "request_id": number}
        return JsonResponse(
            body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
        )
    words = {"zh": zh, "zh_more": zh_more, "en": en, "en_more": en_more, "number": number, "status": status}
    return HttpResponse(render_to_string("config/error.html", words), status=status)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's handler400."""
    return error_response(request, 400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's handler403."""
    return error_response(request, 403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's handler404."""
    return error_response(request, 404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return error_response(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "", **_kwargs: Any) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's CSRF_FAILURE_VIEW."""
    return error_response(request, 403)
