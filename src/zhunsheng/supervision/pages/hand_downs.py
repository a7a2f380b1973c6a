"""交办文书: what other organs ask to be put right, each with its clock, its reply and its lines in the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import ChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhunsheng.base import clock
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.access import reach
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.supervision.choices import owners_offered
from zhunsheng.supervision.hand_downs import hand_down_enter, hand_down_reply, norm_named, norms_offered
from zhunsheng.supervision.models import HandDown, Rectification
from zhunsheng.supervision.pages.forms import NORM_HELP, HandDownForm, HouseForm, OrderForm, ReplyForm
from zhunsheng.supervision.pages.ledger import day_end
from zhunsheng.supervision.pages.lists import living_units
from zhunsheng.supervision.pages.reading import DECIDING, purpose_among
from zhunsheng.supervision.rectifying import lacking, rectification_for

SHOWN = 300


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_downs_page(request: HttpRequest) -> HttpResponse:
    """The papers within reach, what is to be replied to first first; one is entered, replied to, or put into the ledger."""
    officer, purpose = officer_of(request), purpose_among(request, DECIDING)
    wrong: HouseForm | None = None
    if request.method == "POST":
        wrong = submitted(request, officer, purpose)
        if wrong is None:
            messages.success(request, str(both("已记录。", "Recorded.")))
            return redirect("hand_downs")
    rows = (
        HandDown.objects.within(reach(officer, purpose))
        .select_related("unit")
        .order_by("replied_at", "reply_by")
    )
    lines: dict[int, list[Rectification]] = {}
    for line in Rectification.objects.within(reach(officer, purpose)).filter(hand_down__isnull=False):
        lines.setdefault(line.hand_down_id, []).append(line)
    entry = wrong if isinstance(wrong, HandDownForm) else with_choices(HandDownForm(), request, purpose)
    shown = list(rows[:SHOWN])
    orders = orders_for(shown, officer, request, wrong)
    return render(
        request,
        "supervision/hand_downs.html",
        {
            "rows": [
                (row, lines.get(row.pk, []), orders[row.pk], reply_for(row, request, wrong)) for row in shown
            ],
            "entry": entry,
            "form": wrong,
            "now": clock.now(),
        },
    )


def orders_for(
    rows: list[HandDown], by: Officer, request: HttpRequest, wrong: HouseForm | None
) -> dict[int, OrderForm]:
    """The form that puts each paper into the ledger, with the people of its unit to choose from; one list for each unit."""
    found: dict[int, OrderForm] = {}
    drawn: set[str] = set()
    for row in rows:
        was = isinstance(wrong, OrderForm) and chosen(request) == row.pk
        form = wrong if was and isinstance(wrong, OrderForm) else OrderForm(row=row.pk)
        form.auto_id = f"order_{row.pk}_%s"
        brought = None if row.unit_id in drawn else owners_offered(row.unit_id, by=by)
        drawn.add(row.unit_id)
        found[row.pk] = form.offer(f"officers-{row.unit_id}", brought)
    return found


def reply_for(row: HandDown, request: HttpRequest, wrong: HouseForm | None) -> ReplyForm:
    """The form of a reply; with what was typed, where that was refused."""
    if isinstance(wrong, ReplyForm) and chosen(request) == row.pk:
        wrong.auto_id = f"reply_{row.pk}_%s"
        return wrong
    return ReplyForm(row=row.pk)


def chosen(request: HttpRequest) -> int:
    """The paper a form was sent for; 0, which none has, for none."""
    text = request.POST.get("hand_down", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def with_choices(form: HouseForm, request: HttpRequest, purpose: str) -> HouseForm:
    """With the units within reach, and the norms by their titles, to choose from."""
    form.suggest("norm_id", "norms", norms_offered(), NORM_HELP)
    unit = form.fields["unit"]
    assert isinstance(unit, ChoiceField)
    unit.choices = living_units(request, purpose)
    return form


def submitted(request: HttpRequest, by: Officer, purpose: str) -> HouseForm | None:
    """Do what was asked; the form with its faults where that failed."""
    pk = chosen(request)
    do = request.POST.get("do")
    if do == "reply":
        reply = ReplyForm(request.POST)
        ok = reply.done(lambda d: hand_down_reply(pk, by=by, reply=d["reply"], number=d["reply_number"]))
        return None if ok else reply
    if do == "order":
        order = OrderForm(request.POST)
        return None if order.done(lambda d: into_ledger(pk, by, purpose, d)) else order
    entry = with_choices(HandDownForm(request.POST), request, purpose)
    return None if entry.done(lambda d: entered(by, d)) else entry


def entered(by: Officer, given: dict[str, Any]) -> HandDown:
    """Enter a paper as the form gives it."""
    received, reply_by = given.pop("received_on"), given.pop("reply_by")
    return hand_down_enter(
        by=by,
        received_at=clock.day_start(received),
        reply_by=None if reply_by is None else day_end(reply_by),
        **given | {"norm_id": norm_named(given["norm_id"])},
    )


def into_ledger(pk: int, by: Officer, purpose: str, given: dict[str, Any]) -> Rectification:
    """A line of the ledger for a paper; InputError where nobody has the number."""
    row = HandDown.objects.within(reach(by, purpose)).filter(pk=pk).first()
    owner = Officer.objects.filter(number=given["owner"].strip(), is_active=True).first()
    if row is None or owner is None:
        raise lacking("owner", "没有这个警号，或者账号已停用", "nobody active has this number")
    return rectification_for(row, by=by, owner=owner, task=given["task"])
