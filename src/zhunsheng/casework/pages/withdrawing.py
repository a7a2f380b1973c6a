"""Withdrawing an act that was recorded by mistake: it stays readable and no longer counts."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhunsheng.acts.drafts import LONGEST_TEXT, Draft
from zhunsheng.acts.record_types import ERASED, WITHDRAWN
from zhunsheng.acts.words import label
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id
from zhunsheng.casework.forms.advice import faults_of
from zhunsheng.casework.forms.controls import words
from zhunsheng.casework.forms.several import acts_record
from zhunsheng.casework.pages.case_page import opened
from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.casework.pages.tabs import show
from zhunsheng.people.access import Denied
from zhunsheng.people.bilingual import both
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.powers import roles_for


class WithdrawForm(forms.Form):
    """Why."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput(), max_length=80)
    expected = forms.IntegerField(widget=forms.HiddenInput())
    reason = forms.CharField(
        label=words("为什么撤回", "Why"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
        error_messages={"required": words("请写明为什么撤回", "Say why")},
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act_withdraw(request: HttpRequest, case_id: uuid.UUID, act_id: uuid.UUID) -> HttpResponse:
    """Withdraw one act."""
    by, case = officer_of(request), opened(request, case_id, "withdraw")
    act = next((a for a in case.facts.acts if a.id == act_id and a.type not in (WITHDRAWN, ERASED)), None)
    if act is None:
        raise Denied
    if not roles_for(act.type) & {held.role for held in roles_held(by)}:
        raise Denied
    first = {"key": new_id().hex, "expected": case.dossier.position}
    form = WithdrawForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        draft = Draft(
            WITHDRAWN,
            clock.now().replace(second=0, microsecond=0),
            dossier=case_id,
            corrects=act_id,
            fields={"reason": given["reason"]},
        )
        try:
            acts_record([draft], by=by, key=given["key"], expected=given["expected"])
        except InputError as error:
            for fault in faults_of(error):
                form.add_error(None, fault.text)
        else:
            messages.success(
                request, both(f"已撤回第{act.position}项。", f"Act {act.position} is withdrawn.")
            )
            return redirect("case_tab", case_id, "course")
    context = {"form": form, "act": act, "title": both(label(act.type), label(act.type, "en"))}
    return show(request, case, "course", "casework/act_withdraw.html", context, 422 if form.errors else 200)
