"""The page on which a draft norm is tried on history, proposed, and activated or refused by a second person."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhunsheng.acts.models import Act
from zhunsheng.base.errors import InputError
from zhunsheng.governance.backtest import platform_backtest
from zhunsheng.governance.pages.proposals import shown
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.changing import (
    LARGEST_FILE,
    changes,
    norm_decide,
    norm_propose,
    norm_retirement_propose,
    proposals_open,
)
from zhunsheng.procedure.overlay import activated
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.wishes import wishes

READS = frozenset((Role.LEGAL_REVIEWER, Role.APPROVER, Role.SUPERVISOR))
STEPS: Mapping[str, object] = {
    "proposed": both("提出", "proposed"),
    "activated": both("启用", "activated"),
    "refused": both("不予启用", "refused"),
}
LONGEST_REASON = 1_000
MOST_ACTS = 100_000
"""With more acts a back-test takes longer than a page may; the command does it then."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def changes_page(request: HttpRequest) -> HttpResponse:
    """What is in force, what is proposed with its back-test, and every step so far. Denied without a role that reads law."""
    assert isinstance(request.user, Officer)
    roles = frozenset(held.role for held in roles_held(request.user)) & READS
    if not roles:
        raise Denied
    fault: InputError | None = None
    if request.method == "POST":
        fault = asked(request, request.user)
        if fault is None:
            return redirect("rulebook")
    return render(
        request,
        "governance/changes.html",
        {
            "edition": rulebook().digest,
            "norms": len(rulebook().norms.norms),
            "activated": activated(),
            "open": [shown(one, by=request.user) for one in proposals_open()],
            "wishes": [(wish, bool(wish.reads & roles)) for wish in wishes(request.user)],
            "steps": [(one, STEPS[one.step]) for one in reversed(list(changes()))],
            "proposes": Role.LEGAL_REVIEWER in roles,
            "decides": Role.APPROVER in roles,
            "me": request.user,
            "refused": fault and both(fault.text("zh"), fault.text("en")),
            "given": request.POST if fault is not None else {},
        },
    )


def asked(request: HttpRequest, officer: Officer) -> InputError | None:
    """Propose, propose a retirement, activate or refuse; what is wrong, to be told beside what was typed."""
    given = request.POST
    try:
        match given.get("do"):
            case "propose":
                propose(request, officer)
            case "retire":
                norm_retirement_propose(given.get("name", ""), reason=reason_in(request), by=officer)
                messages.success(request, str(both("已提出停用。", "The retirement is proposed.")))
            case "activate" | "refuse" as decision:
                norm_decide(
                    proposal_named(given.get("proposal", "")),
                    activate=decision == "activate",
                    draft=given.get("draft", ""),
                    reason=reason_in(request),
                    by=officer,
                )
                said = (
                    both("已启用。", "It is in force.")
                    if decision == "activate"
                    else both("不予启用。", "It is refused.")
                )
                messages.success(request, str(said))
    except InputError as fault:
        return fault
    return None


def reason_in(request: HttpRequest) -> str:
    """The reason as typed; InputError for one that is longer than is kept."""
    said = request.POST.get("reason", "").replace("\0", "").strip()
    if len(said) > LONGEST_REASON:
        raise InputError(
            zh=f"理由最多{LONGEST_REASON}字",
            en=f"a reason takes at most {LONGEST_REASON} characters",
            where="reason",
            remedy_zh="缩短理由，详细内容写在草案里",
            remedy_en="shorten it; what is more belongs into the draft",
        )
    return said


def proposal_named(text: str) -> uuid.UUID:
    """The id of a proposal; Denied for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Denied from None


def propose(request: HttpRequest, officer: Officer) -> None:
    """Try the file on the platform's acts and propose it with the result."""
    file = request.FILES.get("draft")
    if file is None or file.size is None or file.size > LARGEST_FILE:
        raise InputError(
            zh="请选择规范草案文件（不超过4兆字节）",
            en="choose a draft norm file of at most 4 MiB",
            where="draft",
        )
    if Act.objects.unfenced("how many there are").count() > MOST_ACTS:
        raise InputError(
            zh="行为太多，页面上来不及试行",
            en="there are too many acts to try it while you wait",
            remedy_zh="由管理人员运行 zhunsheng norms propose",
            remedy_en="have `zhunsheng norms propose` run",
        )
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as work:
        path = Path(work) / "draft.yaml"
        path.write_bytes(file.read())
        result = platform_backtest(path)
        norm_propose(
            request.POST.get("name", ""),
            draft=path.read_bytes(),
            backtest=result.content(),
            reason=reason_in(request),
            by=officer,
        )
    messages.success(
        request, str(both("已试行并提出，等待另一人决定。", "Tried and proposed; a second person decides."))
    )
