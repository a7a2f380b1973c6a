"""未送达的提醒, and where an officer wants to be reached."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zhunsheng.casework.pages.purpose import officer_of
from zhunsheng.people.bilingual import both
from zhunsheng.supervision.channels.configured import channels_at_hand
from zhunsheng.supervision.codes import CHANNEL_WORDS
from zhunsheng.supervision.delivery import contacts_set, delivery_again
from zhunsheng.supervision.models import Contact
from zhunsheng.supervision.pages.forms import ContactForm
from zhunsheng.supervision.pages.reading import DECIDING, purpose_among
from zhunsheng.supervision.selectors import deliveries_failed


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def failed_deliveries_page(request: HttpRequest) -> HttpResponse:
    """What did not get through: by which channel, since when, why; never what it was about."""
    officer = officer_of(request)
    purpose = purpose_among(request, DECIDING)
    if request.method == "POST":
        chosen = request.POST.get("delivery", "")
        delivery_again(
            int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0, by=officer, purpose=purpose
        )
        messages.success(request, str(both("已重新发送。", "It is sent again.")))
        return redirect("failed_deliveries")
    at_hand = channels_at_hand()
    return render(
        request,
        "supervision/deliveries.html",
        {
            "rows": deliveries_failed(by=officer, purpose=purpose),
            "channels": [
                (word, code == "console" or code in at_hand) for code, word in CHANNEL_WORDS.items()
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contacts_page(request: HttpRequest) -> HttpResponse:
    """One's own addresses; empty ones are not used."""
    officer = officer_of(request)
    names = ("email", "chat", "sms")
    if request.method == "POST":
        form = ContactForm(request.POST)
        if form.done(lambda given: contacts_set(given, by=officer)):
            messages.success(request, str(both("已保存。", "Saved.")))
            return redirect("contacts")
    else:
        form = ContactForm(
            initial=dict(Contact.objects.filter(officer=officer).values_list("channel", "address"))
        )
    at_hand = channels_at_hand()
    words = [CHANNEL_WORDS[name] for name in names if name in at_hand]
    return render(request, "supervision/contacts.html", {"form": form, "at_hand": words})
