"""Who is told of a finding, level after level: the officer first, then the heads of the unit, then the legal department."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.people.models import Officer, RoleAssignment
from zhunsheng.people.selectors import units_over
from zhunsheng.supervision.alerting import Alerting, ChannelName, Level, Quiet, alerting
from zhunsheng.supervision.channels.configured import channels_at_hand
from zhunsheng.supervision.codes import WRONG_NOW, Status
from zhunsheng.supervision.models import Alert, Contact, Delivery, Finding, Notice, Silence

AT_ONCE = 500
"""Findings passed on in one run of the clock."""


def findings_tell(findings: Sequence[Finding], rule: Alerting, now: dt.datetime) -> None:
    """Tell the first level of findings just made, and set when others see them; the caller writes the rows.

    Where nobody can be told at a level, the next is told at once: an officer who has left does not keep a finding to themselves.
    """
    for finding in findings:
        finding.released_at = finding.found_at
        if finding.silent:
            continue
        finding.released_at = rule.released(finding.found_at, finding.severity)
        reached = advance(finding, rule, now)
        if finding.level > 1 or not reached:
            finding.released_at = finding.found_at


def advance(finding: Finding, rule: Alerting, now: dt.datetime) -> bool:
    """Tell every level whose time has come; whether anybody was told. Sets `level` and `next_level_at`, and does not save."""
    reached = finding.level == 0 or Alert.objects.filter(finding=finding).exists()
    anybody = False
    urgent = not reached
    finding.next_level_at = None
    while finding.level < len(rule.levels):
        level = rule.levels[finding.level]
        after = level.after.get(finding.severity)
        if after is not None and not urgent and finding.found_at + after.delta > now:
            finding.next_level_at = finding.found_at + after.delta
            break
        finding.level += 1
        if after is None:
            continue
        told = level_tell(finding, level, rule, now)
        anybody, urgent = anybody or told, not told
        if finding.status not in WRONG_NOW:
            # What is cured already is told to the officer and goes no further.
            break
    return anybody


def level_tell(finding: Finding, level: Level, rule: Alerting, now: dt.datetime) -> bool:
    """One level: an alert for each, and its ways outside the console; whether there was anybody to tell."""
    people = recipients(finding, level)
    alerts = [Alert(finding=finding, level=level.code, officer_id=number, made_at=now) for number in people]
    Alert.objects.bulk_create(alerts)
    deliveries_make(alerts, level.channels[finding.severity], finding.severity, rule.quiet)
    return bool(alerts)


def recipients(finding: Finding, level: Level) -> list[str]:
    """The officer it concerns while their account is open; else who holds a role of the level at the nearest unit with one."""
    if level.code == "officer":
        open_ = Officer.objects.filter(number=finding.officer_id, is_active=True)
        return list(open_.values_list("number", flat=True))
    return next(holders_upwards(finding.unit_id, level.roles, {finding.officer_id}), [])


def holders_upwards(unit: str, roles: Iterable[str], but: Collection[str | None] = ()) -> Iterator[list[str]]:
    """Who holds one of the roles now, unit by unit upwards; units with nobody are passed over."""
    held = RoleAssignment.objects.filter(role__in=list(roles), officer__is_active=True).at(clock.now())
    for code in units_over(unit):
        numbers = set(held.filter(unit=code).values_list("officer__number", flat=True)) - set(but)
        if numbers:
            yield sorted(numbers)


def deliveries_make(
    told: Sequence[Alert] | Sequence[Notice],
    channels: Iterable[ChannelName],
    severity: str,
    quiet: Quiet | None,
) -> None:
    """A way by each channel set up here by which the officer is reached; the job that carries them is called afterwards."""
    ready = channels_at_hand() & set(channels)
    if not ready:
        return
    by_officer = {one.officer_id: one for one in told}
    contacts = Contact.objects.filter(officer_id__in=list(by_officer), channel__in=ready)
    made = [delivery_new(by_officer[contact.officer_id], contact, severity, quiet) for contact in contacts]
    if made:
        Delivery.objects.bulk_create(made)
        transaction.on_commit(call_carrier, robust=True)


def delivery_new(one: Alert | Notice, contact: Contact, severity: str, quiet: Quiet | None) -> Delivery:
    """What is to be carried to one address, not before the quiet hours are over."""
    return Delivery(
        alert=one if isinstance(one, Alert) else None,
        notice=one if isinstance(one, Notice) else None,
        channel=contact.channel,
        address=contact.address,
        made_at=one.made_at,
        next_at=awake(one.made_at, contact.channel, severity, quiet),
    )


def call_carrier() -> None:
    """Have a worker carry what waits, at once."""
    from zhunsheng.supervision.tasks import carrier_call

    carrier_call()


def awake(at: dt.datetime, channel: str, severity: str, quiet: Quiet | None) -> dt.datetime:
    """The instant, or the end of the quiet hours it falls into."""
    if quiet is None or channel not in quiet.channels or severity in quiet.except_:
        return at
    local = at.astimezone(clock.LOCAL)
    begin, end = (dt.time.fromisoformat(text) for text in (quiet.from_, quiet.to))
    time = local.timetz().replace(tzinfo=None)
    over_midnight = begin > end
    if not (time >= begin or time < end if over_midnight else begin <= time < end):
        return at
    day = local.date() + dt.timedelta(days=1) if over_midnight and time >= begin else local.date()
    return dt.datetime.combine(day, end, clock.LOCAL).astimezone(dt.UTC)


def levels_pass_on(limit: int = AT_ONCE) -> int:
    """Pass on every unanswered finding whose time at its level is over; how many. Each under its own lock."""
    now = clock.now()
    waiting = Finding.objects.unfenced("the clock of levels").filter(next_level_at__lte=now)
    ids = list(waiting.order_by("next_level_at").values_list("pk", flat=True)[:limit])
    return sum(level_pass_on(pk) for pk in ids)


@transaction.atomic
def level_pass_on(finding_id: int) -> bool:
    """Pass one finding on, unless somebody answered it meanwhile or works on it now."""
    now = clock.now()
    rows = Finding.objects.unfenced("the clock of levels").select_for_update(no_key=True, skip_locked=True)
    finding = rows.filter(pk=finding_id, next_level_at__lte=now).first()
    if finding is None:
        return False
    if finding.status != Status.OPEN or finding.silent or norm_silent(finding):
        finding.next_level_at = None
    else:
        advance(finding, alerting(now), now)
    finding.save(update_fields=["level", "next_level_at"])
    return True


def norm_silent(finding: Finding) -> bool:
    """Whether its norm has fallen silent since it was found: then nobody further is told."""
    silences = Silence.objects.filter(lifted_at=None, norm_id=finding.norm_id)
    return silences.filter(norm_version=finding.norm_version).exists()
