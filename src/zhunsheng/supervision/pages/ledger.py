"""整改台账: the three lists as views of one ledger, and one line of it with what may be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.forms import ChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.supervision import escalation, rectifying
from zhunsheng.supervision.access import (
    contents_open,
    may_report,
    may_supervise,
    rectification_seen,
    rows_words_open,
)
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import Repair, StepKind
from zhunsheng.supervision.models import Rectification
from zhunsheng.supervision.pages import forms
from zhunsheng.supervision.pages.lists import offered_units, page_number
from zhunsheng.supervision.pages.reading import OVERSEEING, purpose_if_any
from zhunsheng.supervision.pages.why import choices_of
from zhunsheng.supervision.recurring import recurrences
from zhunsheng.supervision.selectors import RECTIFICATION_STATES, rectification_list
from zhunsheng.supervision.sources import source_of

LISTS = {
    "problem": both("问题清单", "Problems"),
    "task": both("任务清单", "Tasks"),
    "duty": both("责任清单", "Who answers"),
}
STATE_WORDS = {
    "open": both("未销号", "Not closed"),
    "overdue": both("超过期限", "Past its term"),
    "done": both("待核实", "To be verified"),
    "listed": both("挂牌督办", "Listed"),
    "closed": both("已销号", "Closed"),
    "aside": both("暂不要求整改", "Not asked for now"),
    "all": both("全部", "All"),
}


@require_safe
@login_required
def rectifications_page(request: HttpRequest) -> HttpResponse:
    """The ledger: within reach for whoever oversees, else one's own lines."""
    officer, purpose = officer_of(request), purpose_if_any(request, OVERSEEING)
    asked = request.GET
    state = asked.get("state", "") if asked.get("state", "") in RECTIFICATION_STATES else "open"
    kind = asked.get("list", "") if asked.get("list", "") in LISTS else "problem"
    unit, norm = (asked.get(name, "").replace("\0", "")[:120] for name in ("unit", "norm"))
    found = rectification_list(
        state, by=officer, purpose=purpose, unit=unit, norm=norm, page=page_number(request)
    )
    kept = {"state": state, "list": kind, "unit": unit, "norm": norm}
    return render(
        request,
        "supervision/rectifications.html",
        {
            "found": found,
            "words_open": rows_words_open(found.rows, officer, purpose),
            "state": state,
            "states": STATE_WORDS,
            "kind": kind,
            "lists": LISTS,
            "own": purpose is None,
            "unit": unit,
            "norm": norm,
            "units": [] if purpose is None else offered_units(request, purpose),
            "asked": urlencode({name: value for name, value in kept.items() if value}),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rectification_page(request: HttpRequest, row_id: int) -> HttpResponse:
    """One line, and what is submitted on it."""
    officer, purpose = officer_of(request), purpose_if_any(request, OVERSEEING)
    row = rectification_seen(row_id, officer, purpose)
    wrong: forms.HouseForm | None = None
    if request.method == "POST":
        wrong = submitted(request, row, officer)
        if wrong is None or sent_before(row, officer, wrong):
            messages.success(request, str(both("已记录。", "Recorded.")))
            return redirect("rectification", row_id=row_id)
    return render(request, "supervision/rectification.html", context(row, officer, purpose, wrong))


Call = Callable[[dict[str, Any]], Rectification]


def submitted(request: HttpRequest, row: Rectification, by: Officer) -> forms.HouseForm | None:
    """Do what was asked; the form with its faults where that failed."""
    known: dict[str, tuple[type[forms.HouseForm], Call]] = {
        "done": (forms.DoneForm, lambda d: rectifying.rectification_done(row.pk, by=by, **d)),
        "verify": (
            forms.VerifyForm,
            lambda d: rectifying.rectification_verify(row.pk, by=by, good=d["good"] == "yes", note=d["note"]),
        ),
        "reopen": (forms.ReopenForm, lambda d: rectifying.rectification_reopen(row.pk, by=by, **d)),
        "extend": (
            forms.ExtendForm,
            lambda d: rectifying.rectification_extend(
                row.pk, by=by, due_at=day_end(d["due_at"]), reason=d["reason"]
            ),
        ),
        "talk": (forms.TalkForm, lambda d: escalation.talk(row.pk, by=by, **d)),
        "list": (forms.ListForm, lambda d: escalation.listing_put(row.pk, by=by, **d)),
        "delist": (forms.DelistForm, lambda d: escalation.listing_end(row.pk, by=by, **d)),
    }
    chosen = known.get(request.POST.get("do", ""))
    if chosen is None:
        raise BadRequest
    form = chosen[0](request.POST)
    offer(form)
    call = chosen[1]
    ok = form.done(lambda d: escalation.as_seen(row.pk, d.pop("seen"), lambda: call(d)))
    return None if ok else form


KINDS: Mapping[str, tuple[StepKind, ...]] = {
    "done": (StepKind.DONE,),
    "verify": (StepKind.CLOSED, StepKind.RETURNED),
    "reopen": (StepKind.REOPENED,),
    "extend": (StepKind.TERM,),
    "talk": (StepKind.DEPUTY, StepKind.HEAD),
    "list": (StepKind.LISTED,),
    "delist": (StepKind.DELISTED,),
}
"""Form → the steps it makes."""
TYPED = ("measure", "note", "reason")
"""The field whose words a step repeats."""


def sent_before(row: Rectification, by: Officer, form: forms.HouseForm) -> bool:
    """Whether just this was the last step and by the same hand: a second click, or the page sent once more."""
    last, given = row.steps.order_by("id").last(), form.data
    said = next((given[name].strip() for name in TYPED if given.get(name)), "")
    seen = str(given.get("seen") or "")
    return (
        last is not None
        and last.by_id == by.number
        and last.kind in KINDS[form.slug]
        and bool(said)
        and last.note.startswith(said)
        and seen != str(row.steps.count())
    )


def day_end(day: dt.date) -> dt.datetime:
    """The end of a day."""
    return clock.day_start(day + dt.timedelta(days=1)) - clock.MICROSECOND


def offer(form: forms.HouseForm) -> forms.HouseForm:
    """With the grounds of listing to choose from, where it asks for one."""
    ground = form.fields.get("ground")
    if isinstance(ground, ChoiceField):
        ground.choices = [(one.code, both(one.title.zh, one.title.en)) for one in alerting().listing.entry]
    return form


def context(
    row: Rectification, officer: Officer, purpose: str | None, wrong: forms.HouseForm | None
) -> dict[str, Any]:
    """What the page shows."""
    steps = list(row.steps.select_related("by", "act").order_by("-id"))
    shown = {form.slug: form for form in forms_for(row, officer)}
    if wrong is not None:
        wrong.data = {**dict(wrong.data.items()), "seen": str(len(steps))}
        shown[wrong.slug] = wrong
    for form in shown.values():
        form.initial.setdefault("seen", len(steps))
    words_open = row.pk in rows_words_open([row], officer, purpose)
    if "done" in shown and row.finding is not None and words_open:
        shown["done"].offer_acts(choices_of(source_of(row.finding)))
    criteria = {
        one.code: both(one.title.zh, one.title.en)
        for one in (*alerting().listing.entry, *alerting().listing.exit)
    }
    listed = row.listed_at is not None and row.delisted_at is None
    return {
        "row": row,
        "words_open": words_open,
        "steps": steps,
        "forms": shown,
        "form": wrong,
        "summary_above": True,
        "listed": listed,
        "contents": row.finding is not None and contents_open(row.finding, officer, purpose),
        "observed_until": row.verified_at and row.verified_at + alerting().listing.observe.delta,
        "grounds": [criteria[code] for code in escalation.grounds(row)],
        "exit_lacking": [criteria[code] for code in escalation.exit_lacking(row)] if listed else [],
        "recurrences": recurrences(row),
        "ground": criteria.get(row.listing_ground, ""),
        "over": row.counts and row.status == Repair.OPEN and row.due_at < clock.now(),
    }


def forms_for(row: Rectification, officer: Officer) -> list[forms.HouseForm]:
    """What this reader may do now."""
    found: list[forms.HouseForm] = [forms.DoneForm()] if may_report(row, officer) else []
    if not may_supervise(row, officer):
        return found
    if row.status == Repair.DONE:
        found.append(forms.VerifyForm())
    if row.status == Repair.CLOSED:
        found.append(forms.ReopenForm())
    else:
        found.append(forms.ExtendForm())
    listed = row.listed_at is not None and row.delisted_at is None
    if listed:
        found.append(forms.DelistForm())
    elif row.status != Repair.CLOSED and escalation.grounds(row):
        if row.rung < escalation.HEAD.number:
            found.append(forms.TalkForm())
        found.append(offer(forms.ListForm()))
    return found
