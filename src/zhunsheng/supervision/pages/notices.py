"""通知: what an officer was told of beside findings, in words, and the way from a notice to what it speaks of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.case_page import language_now
from zhunsheng.casework.pages.desk import norm_titles
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.supervision.codes import NoticeKind
from zhunsheng.supervision.models import Notice
from zhunsheng.supervision.pages import words

WANTED: Mapping[NoticeKind, object] = {
    NoticeKind.DUTY: both("有事项将到期", "A duty comes due"),
    NoticeKind.CONTEST: both("异议待裁决", "A contest is to be decided"),
    NoticeKind.DECISION: both("您的异议已裁决", "Your contest was decided"),
    NoticeKind.REPAIR: both("整改待完成", "Rectification is to be done"),
    NoticeKind.HAND_DOWN: both(
        "交办文书待办理、回复", "A paper handed down is to be dealt with and replied to"
    ),
}


@dataclass(frozen=True)
class Line:
    """A notice as the list shows it: what is wanted, of what, and by when; no term where it was only to be known."""

    row: Notice
    wanted: object
    about: object
    due_at: dt.datetime | None


def notice_lines(rows: Iterable[Notice]) -> list[Line]:
    """Notices in words: of which norm, finding, line or paper they are; never of which party."""
    rows = list(rows)
    duties = [row.obligation or row.imported for row in rows]
    titles = norm_titles((duty.norm_id for duty in duties if duty is not None), language_now())
    return [Line(row, WANTED[NoticeKind(row.kind)], *about(row, titles)) for row in rows]


def about(row: Notice, titles: Mapping[str, str]) -> tuple[object, dt.datetime | None]:
    """What a notice is of, and the term as it stands now."""
    if row.obligation is not None:
        return titles.get(row.obligation.norm_id, row.obligation.norm_id), row.obligation.due_at
    if row.imported is not None:
        case = row.imported.case
        norm = titles.get(row.imported.norm_id, row.imported.norm_id)
        feed = both(case.feed.title_zh or case.feed.name, case.feed.title_en or case.feed.name)
        return both(f"{norm}（{feed} {case.number}）", f"{norm} ({feed} {case.number})"), row.imported.due_at
    if row.contest is not None:
        title = words.title(row.contest.finding)
        if row.kind == NoticeKind.CONTEST:
            return title, row.contest.decide_by
        outcome = row.contest.get_outcome_display()
        return both(f"{outcome}：{title}", f"{outcome}: {title}"), None
    if row.rectification is not None:
        return row.rectification.problem, row.rectification.due_at
    assert row.hand_down is not None
    return f"{row.hand_down.organ} {row.hand_down.number}", row.hand_down.reply_by


@require_safe
@login_required
def notice_page(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Go to what a notice speaks of; that it was seen is on record. 404 for what was not told to this officer."""
    row = (
        Notice.objects.filter(pk=notice_id, officer=officer_of(request))
        .select_related("obligation", "imported", "contest")
        .first()
    )
    if row is None:
        raise Denied
    Notice.objects.filter(pk=row.pk, seen_at=None).update(seen_at=clock.now())
    return redirect(address(row))


def address(row: Notice) -> str:
    """Where it leads."""
    if row.obligation is not None:
        return reverse("case_tab", args=(row.obligation.dossier_id, "due"))
    if row.imported is not None:
        # Its case is kept elsewhere; what is known of it stands in the list.
        return reverse("my_findings")
    if row.contest is not None:
        return reverse("finding", args=(row.contest.finding_id,))
    if row.rectification is not None:
        return reverse("rectification", args=(row.rectification_id,))
    return reverse("hand_downs")
