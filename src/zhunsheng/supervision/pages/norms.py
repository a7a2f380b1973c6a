"""规范准确率: how often each norm is right, open to everybody who reads cases; silent norms are listed for repair."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhunsheng.casework.pages.purpose import officer_of, purpose_of
from zhunsheng.people.bilingual import both
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.pages.forms import RepairForm
from zhunsheng.supervision.precision import may_lift, precisions, silence_lift


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def precision_page(request: HttpRequest) -> HttpResponse:
    """Precision and volume by norm; a supervisor lets a repaired one speak again."""
    officer = officer_of(request)
    purpose_of(request)
    form = None
    if request.method == "POST":
        form = RepairForm(request.POST)
        silence = request.POST.get("silence", "")
        chosen = int(silence) if silence.isdecimal() and len(silence) < 19 else 0
        if form.done(lambda d: silence_lift(chosen, by=officer, **d)):
            messages.success(request, str(both("已恢复提醒。", "It speaks again.")))
            return redirect("norm_precision")
    rule = alerting()
    rows = precisions()
    return render(
        request,
        "supervision/precision.html",
        {
            "rows": rows,
            "silent": [row for row in rows if row.silence is not None],
            "rule": rule,
            "form": form,
            "blank": RepairForm(),
            "may_lift": {row.silence.pk for row in rows if row.silence and may_lift(row.silence, officer)},
        },
    )
