"""One page about all feeds: lag, failures, counts; for supervisors also the rows in quarantine, to retry or to drop."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from procrastinate.exceptions import AlreadyEnqueued

from zhunsheng.base.errors import InputError
from zhunsheng.exchange.connect.preview import Preview
from zhunsheng.feeds.models import Quarantined
from zhunsheng.feeds.previewing import Line, lines_of, place, strangers
from zhunsheng.feeds.selectors import FeedState, feed_states, last_retry, quarantined_rows
from zhunsheng.feeds.services import feed_preview, quarantine_drop, retry_ask
from zhunsheng.feeds.tasks import feed_read
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held, units_under

LOOKS = frozenset((Role.SUPERVISOR, Role.ADMINISTRATOR))
ROWS_SHOWN = 200
STATES: Mapping[str, object] = {
    "well": both("正常", "well"),
    "late": both("滞后", "late"),
    "failed": both("失败", "failed"),
    "running": both("读取中", "being read"),
    "never": both("尚未读取", "never read"),
    "unusable": both("来源文件有误", "file at fault"),
    "removed": both("来源文件已撤下，不再读取", "file taken away: no longer read"),
}
ASKED = both("已安排再读一次，由后台处理。", "A worker will read them once more.")
ASKED_BEFORE = both(
    "再读一次已在等待或者进行，没有重复安排。", "It waits already or is under way; nothing was added."
)
WRONG = frozenset(("late", "failed", "unusable", "removed"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The page, and what is asked for on it. Denied for anybody who neither supervises nor administers."""
    assert isinstance(request.user, Officer)
    states = states_for(request.user)
    chosen = next((s for s in states if s.name == request.GET.get("feed")), None)
    supervises = chosen is not None and rows_open(request.user, chosen)
    trial: tuple[Preview, list[Line]] | None = None
    if request.method == "POST" and request.POST.get("do") == "preview" and chosen is not None and supervises:
        trial = tried(request, chosen.name)
    elif request.method == "POST":
        return asked(request, request.user, chosen)
    rows, again = [], None
    if chosen is not None and supervises:
        again = last_retry(chosen.name)
        rows = quarantined_rows(reach(request.user, "supervision"), chosen.name)
    return render(
        request,
        "feeds/board.html",
        {
            "states": [(s, both(s.zh, s.en), STATES[s.state], s.state in WRONG) for s in states],
            "chosen": chosen,
            "chosen_title": chosen and both(chosen.zh, chosen.en),
            "fault": chosen and chosen.fault_zh and both(chosen.fault_zh, chosen.fault_en),
            "again": again,
            "again_fault": again and both(again.fault_zh, again.fault_en),
            "reasons": by_reason(rows[:ROWS_SHOWN]),
            "waiting": len(rows),
            "trial": trial and trial[0],
            "trial_lines": trial and trial[1],
            "strange_units": trial and strangers(trial[0])[0],
            "strange_officers": trial and strangers(trial[0])[1],
            "read_with": chosen and STATES[chosen.state],
            "more": len(rows) > ROWS_SHOWN,
            "supervises": supervises,
        },
    )


def rows_open(officer: Officer, feed: FeedState) -> bool:
    """Whether rows of a feed may be shown: to a supervisor of its unit, not to whoever looks after it otherwise."""
    try:
        return feed.unit in reach(officer, "supervision").units
    except Denied:
        return False


def by_reason(rows: list[Quarantined]) -> list[tuple[object, list[Quarantined]]]:
    """Rows with the same reason together, the most frequent first: one change of the mapping mends them all."""
    found: dict[tuple[str, str], list[Quarantined]] = {}
    for row in rows:
        row.where = place(row.where)
        found.setdefault((row.reason_zh, row.reason_en), []).append(row)
    ordered = sorted(found.items(), key=lambda one: -len(one[1]))
    return [(both(*words), same) for words, same in ordered]


def tried(request: HttpRequest, name: str) -> tuple[Preview, list[Line]] | None:
    """What the first rows would become; nothing is kept. None, with the fault told, where they cannot be read."""
    try:
        found = feed_preview(name)
    except InputError as fault:
        messages.error(request, str(both(fault.text("zh"), fault.text("en"))))
        return None
    return found, lines_of(found)


def states_for(officer: Officer) -> list[FeedState]:
    """The feeds of the units the officer looks after; Denied without such a role."""
    held = [one.unit_code for one in roles_held(officer) if one.role in LOOKS]
    if not held:
        raise Denied
    return feed_states(frozenset(units_under(*held)))


def asked(request: HttpRequest, officer: Officer, chosen: FeedState | None) -> HttpResponse:
    """Read now, read the quarantine once more, or drop a row."""
    if chosen is None:
        raise Denied
    back = redirect(f"{reverse('feeds')}?feed={chosen.name}")
    try:
        match request.POST.get("do"):
            case "read":
                with suppress(AlreadyEnqueued):
                    feed_read.configure(queueing_lock=f"feed {chosen.name}").defer(name=chosen.name)
                messages.success(request, str(both("已安排读取。", "It will be read now.")))
            case "retry":
                if not rows_open(officer, chosen):
                    raise Denied
                new = retry_ask(chosen.name)
                words = ASKED if new else ASKED_BEFORE
                messages.success(request, str(words))
            case "drop":
                number = request.POST.get("row", "")
                quarantine_drop(
                    int(number) if number.isdecimal() and len(number) < 19 else 0,
                    by=officer,
                    reason=request.POST.get("reason", "").replace("\0", ""),
                )
                messages.success(
                    request, str(both("已记录，不再读入该行。", "Noted: the row will not be taken in."))
                )
    except InputError as fault:
        messages.error(request, str(both(fault.text("zh"), fault.text("en"))))
    return back
