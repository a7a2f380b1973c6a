"""Carrying alerts to where officers are reached: tried again for a day where it fails, in sight where it failed for good."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

from django.db import transaction
from django.db.models import QuerySet

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.models import Officer
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.channels.configured import adapters, console_url
from zhunsheng.supervision.channels.contract import Message, Undelivered
from zhunsheng.supervision.codes import LEVEL_WORDS, PUT_RIGHT, NoticeKind, Status
from zhunsheng.supervision.models import Alert, Contact, Delivery, Notice
from zhunsheng.supervision.notices import moot, notice_words
from zhunsheng.supervision.selectors import deliveries_within
from zhunsheng.supervision.telling import awake

LOG = logging.getLogger(__name__)
AT_ONCE = 200
WAITED_S = 8.0
"""So long one run waits for a channel in vain: less than one time-out of it."""
LONGEST_FAULT = 400
PATH = "/findings/{}/"
"""The route `finding`: a worker that looked it up would first load every page of the application, for seconds."""
NOTICE_PATH = "/findings/notices/{}/"
NOTICE_TEXTS: Mapping[NoticeKind, str] = {
    NoticeKind.DUTY: "有一项办理期限将到，请登录查看。",
    NoticeKind.CONTEST: "有一项执法问题异议待裁决，请登录查看。",
    NoticeKind.DECISION: "您提出的异议已经裁决，请登录查看。",
    NoticeKind.REPAIR: "有一项整改待办理，请登录查看。",
    NoticeKind.HAND_DOWN: "有一件交办文书待办理、回复，请登录查看。",
}
NAMED = re.compile(r"[A-Za-z0-9_.+@-]{1,120}")
"""Whom a robot or a gateway is told to call: written into its message, and one person's, not a whole group's."""
DETAILED = frozenset(("email",))
"""Channels of the bureau's own, which may say which norm; the others say only that something waits."""


@dataclass(frozen=True)
class Carried:
    """What one run did."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0

    @property
    def tried(self) -> int:
        return self.sent + self.failed + self.given_up


def deliveries_carry(limit: int = AT_ONCE) -> Carried:
    """Try every delivery whose time has come, channel by channel, the oldest first; at most `limit` of each.

    Each on its own, so that one does not hold up another; nor does a channel that gives no answer another channel.
    """
    due = Delivery.objects.filter(next_at__lte=clock.now())
    channels = sorted(set(due.order_by().values_list("channel", flat=True)))
    outcomes = [word for channel in channels for word in channel_carry(due.filter(channel=channel), limit)]
    return Carried(*(outcomes.count(word) for word in ("sent", "failed", "given up")))


def channel_carry(due: QuerySet[Delivery], limit: int) -> Iterator[str]:
    """What came of each of one channel; what is left once it was waited for so long in vain is for the next run."""
    waited = 0.0
    for pk in list(due.order_by("next_at", "id").values_list("pk", flat=True)[:limit]):
        begun = monotonic()
        outcome = delivery_carry(pk)
        yield outcome
        if outcome != "sent":
            waited += monotonic() - begun
        if waited > WAITED_S:
            LOG.warning("a channel does not answer; the rest of it is tried later")
            return


def delivery_carry(pk: int) -> str:
    """Try one. It is put off before it is tried: should we die in between, it is tried again and not lost.

    A receiver tells a repetition by the message's key.
    """
    delivery = delivery_claim(pk)
    if delivery is None:
        return "passed over"
    if moot(delivery.notice) if delivery.notice is not None else answered(delivery.alert):
        delivery.next_at = None
        delivery.save(update_fields=["next_at"])
        return "passed over"
    adapter = adapters().get(delivery.channel)
    if adapter is None:
        return fault_note(delivery, "this channel is not set up any more", permanent=False)
    try:
        adapter.carry(message_of(delivery))
    except Undelivered as fault:
        return fault_note(delivery, fault.said, permanent=fault.permanent)
    except Exception as fault:
        LOG.exception("delivery %s", pk)
        return fault_note(delivery, type(fault).__name__, permanent=False)
    delivery.sent_at, delivery.next_at, delivery.fault = clock.now(), None, ""
    delivery.save(update_fields=["sent_at", "next_at", "fault"])
    return "sent"


def answered(alert: Alert | None) -> bool:
    """Whether its finding was answered, put right or fell away since the alert was made, or arose anew and is told anew.

    What was cured when its officer was told of it had nothing to be answered: it is carried.
    """
    if alert is None:
        return False
    finding = alert.finding
    if alert.made_at < finding.found_at or finding.status not in (Status.OPEN, *PUT_RIGHT):
        return True
    since = alert.answered_at is not None and alert.answered_at > alert.made_at
    return finding.status in PUT_RIGHT and since


@transaction.atomic
def delivery_claim(pk: int) -> Delivery | None:
    """The delivery, counted as tried and put off; None where another worker has it or its time has not come."""
    now = clock.now()
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
    delivery = rows.select_related("alert__finding", "notice").filter(pk=pk, next_at__lte=now).first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.next_at = now + alerting(now).retry.wait(delivery.attempts)
    delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def fault_note(delivery: Delivery, said: str, *, permanent: bool) -> str:
    """Keep what went wrong; give up where it is for good or the day is over."""
    now = clock.now()
    delivery.fault = said[:LONGEST_FAULT]
    rule = alerting(now)
    # What waited for the end of the night is tried for as long as everything else.
    over = awake(delivery.made_at, delivery.channel, "", rule.quiet) + rule.retry.give_up_after.delta
    if permanent or (delivery.next_at is not None and delivery.next_at > over):
        delivery.given_up_at, delivery.next_at = now, None
    delivery.save(update_fields=["fault", "given_up_at", "next_at"])
    return "given up" if delivery.given_up_at else "failed"


def message_of(delivery: Delivery) -> Message:
    """What is said: to the bureau's own mail which norm and dossier, to others that something waits; never a party or a fact."""
    subject, text, path, detail = (
        alert_words(delivery) if delivery.notice is None else notice_told(delivery.notice)
    )
    if delivery.channel in DETAILED and detail:
        text = f"{text}\n{detail}"
    key = f"alert-{delivery.alert_id}" if delivery.notice is None else f"notice-{delivery.notice_id}"
    return Message(delivery.address, subject, text, console_url() + path, f"{key}-{delivery.channel}")


def alert_words(delivery: Delivery) -> tuple[str, str, str, str]:
    """Subject, text, address and detail of an alert."""
    assert delivery.alert is not None
    finding = delivery.alert.finding
    return (
        f"执法问题提醒（{LEVEL_WORDS[delivery.alert.level]}）",
        "您有一项执法问题提醒，请登录查看、答复。",
        PATH.format(finding.pk),
        f"{finding.title_zh}\n案件 {finding.case_number}",
    )


def notice_told(notice: Notice) -> tuple[str, str, str, str]:
    """Subject, text, address and detail of a notice."""
    word = NoticeKind(notice.kind).label
    return (
        f"通知（{word}）",
        NOTICE_TEXTS[NoticeKind(notice.kind)],
        NOTICE_PATH.format(notice.pk),
        notice_words(notice),
    )


@transaction.atomic
def delivery_again(pk: int, *, by: Officer, purpose: str) -> Delivery:
    """Try one again that was given up; Denied where there is none within reach."""
    within = deliveries_within(reach(by, purpose)).filter(pk=pk).values("pk")
    given_up = Delivery.objects.select_for_update().filter(pk__in=within, given_up_at__isnull=False)
    delivery = given_up.first()
    if delivery is None:
        raise Denied
    LOG.info("delivery %s is tried again by %s", pk, by.number)
    delivery.given_up_at, delivery.made_at, delivery.attempts = None, clock.now(), 0
    delivery.next_at = clock.now()
    delivery.save()
    return delivery


def contact_set(channel: str, address: str, *, by: Officer) -> None:
    """Where the officer is reached by a channel from now on; nowhere for an empty address. InputError for one that cannot be."""
    address = address.strip()
    rows = Contact.objects.filter(officer=by, channel=channel)
    if not address:
        rows.delete()
        return
    if channel == "email" and ("@" not in address or any(c.isspace() for c in address)):
        raise InputError(
            zh="不是电子邮件地址",
            en="not an e-mail address",
            where=channel,
            remedy_zh="写成 name@example.cn",
            remedy_en="write name@example.cn",
        )
    if channel != "email" and (not NAMED.fullmatch(address) or address.strip("@").lower() == "all"):
        raise InputError(
            zh="须写手机号或者用户号",
            en="neither a mobile number nor a user id",
            where=channel,
            remedy_zh="只用字母、数字和 _ . + - @，不能是 all",
            remedy_en="use letters, digits and _ . + - @, and not `all`",
        )
    Contact.objects.update_or_create(
        officer=by, channel=channel, defaults={"address": address, "entered_at": clock.now()}
    )


@transaction.atomic
def contacts_set(given: Mapping[str, str], *, by: Officer) -> None:
    """Every address of the officer, by channel."""
    for channel, address in given.items():
        contact_set(channel, address, by=by)
