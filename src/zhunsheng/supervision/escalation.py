"""Escalation of a line of the ledger, each rung an act in the dossier: talk with the deputy, with the head, listing, its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.procedure.door import enact
from zhunsheng.supervision.access import SHOWN_WITH
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import FALLEN, Repair, StepKind
from zhunsheng.supervision.models import Finding, Rectification
from zhunsheng.supervision.rectifying import lacking, row_locked, step, supervising
from zhunsheng.supervision.recurring import recurred, recurrences
from zhunsheng.supervision.sources import source_of


@dataclass(frozen=True)
class Rung:
    """One rung: its number, the act it is, and how the ledger calls it."""

    number: int
    act: str
    kind: StepKind


DEPUTY = Rung(1, "supervision.talked-with-deputy", StepKind.DEPUTY)
HEAD = Rung(2, "supervision.talked-with-head", StepKind.HEAD)
LISTED = Rung(3, "supervision.listed", StepKind.LISTED)
RUNGS = (DEPUTY, HEAD, LISTED)
DELISTED = "supervision.delisted"


def next_rung(row: Rectification) -> Rung | None:
    """The rung that comes next; a graver matter may go straight to the list (`listing_put`)."""
    return RUNGS[row.rung] if row.rung < len(RUNGS) else None


def grounds(row: Rectification) -> tuple[str, ...]:
    """Which of the rulebook's criteria of entry hold now; none while the line does not count."""
    if not row.counts:
        return ()
    holds = {
        "overdue": row.status != Repair.CLOSED and row.due_at < clock.now(),
        "recurred": recurred(row),
        "grave": row.severity == "blocking",
        "handed-down": row.hand_down_id is not None,
    }
    return tuple(one.code for one in alerting().listing.entry if holds.get(one.code))


def exit_lacking(row: Rectification) -> tuple[str, ...]:
    """Which of the criteria of exit are not met yet; none where what it rests on has fallen."""
    if row.finding is not None and row.finding.status in FALLEN:
        return ()
    now = clock.now()
    observed = row.verified_at is not None and row.verified_at + alerting(now).listing.observe.delta <= now
    met = {
        "verified": row.status == Repair.CLOSED and row.verified_by_id is not None,
        "no-recurrence": observed and recurrences(row) == 0,
    }
    return tuple(one.code for one in alerting().listing.exit if not met.get(one.code))


@transaction.atomic
def talk(row_id: int, *, by: Officer, recipient: str, reason: str) -> Rectification:
    """The next talk of the ladder, with the deputy first, then with the head; only where something holds that calls for it."""
    row, rung = climbing(row_id, by)
    if rung is LISTED:
        raise lacking(
            "rung", "两级约谈都已进行，下一步是挂牌督办", "both talks were held; listing comes next"
        )
    if not grounds(row):
        raise lacking("ground", "没有需要约谈的情形", "nothing calls for a talk")
    if not recipient.strip():
        raise lacking("recipient", "须写明约谈对象的职务", "say with whom, by their post")
    return climbed(row, rung, by, reason, {"recipient": recipient.strip()})


@transaction.atomic
def listing_put(row_id: int, *, by: Officer, ground: str, reason: str) -> Rectification:
    """Put a line under listed supervision: both talks were held, or the matter is grave; the ground holds by the rulebook."""
    row, _ = climbing(row_id, by)
    held = grounds(row)
    if ground not in held:
        raise lacking("ground", "不符合挂牌的进入条件", "this ground of listing does not hold")
    if row.rung < HEAD.number and "grave" not in held and "handed-down" not in held:
        raise lacking("rung", "先约谈分管负责人、主要负责人", "talk with the deputy and the head first")
    criteria = "；".join(one.title.zh for one in alerting().listing.exit)
    row.listed_at, row.listing_ground, row.delisted_at = clock.now(), ground, None
    return climbed(row, LISTED, by, reason, {"listing_ground": ground, "exit_criteria": criteria})


@transaction.atomic
def listing_end(row_id: int, *, by: Officer, reason: str) -> Rectification:
    """Take a line off the list; InputError while a criterion of exit is not met."""
    row = row_with_dossier_locked(row_id)
    supervising(row, by)
    if row.listed_at is None or row.delisted_at is not None:
        raise lacking("status", "没有挂牌", "it is not listed")
    if missing := exit_lacking(row):
        words = {one.code: one.title for one in alerting().listing.exit}
        raise InputError(
            zh="还不符合解除条件：" + "；".join(words[code].zh for code in missing),
            en="not yet: " + "; ".join(words[code].en for code in missing),
            where="exit",
            remedy_zh="核实整改，等观察期满",
            remedy_en="verify it, and wait for the time of observation to end",
        )
    row.delisted_at, row.changed_at, row.rung = clock.now(), clock.now(), 0
    row.save()
    said = reason_given(reason)
    act = recorded(row, DELISTED, by, said, {})
    step(row, StepKind.DELISTED, by, said, act)
    return row


@transaction.atomic
def as_seen(row_id: int, seen: int | None, call: Callable[[], Rectification]) -> Rectification:
    """Call while the line has as many steps as its reader saw, InputError otherwise: a second click climbs no further rung."""
    row = row_with_dossier_locked(row_id)
    if seen is not None and row.steps.count() != seen:
        raise InputError(
            zh="这一项整改已经有新的情况",
            en="this line has moved on since you saw it",
            where="seen",
            remedy_zh="看过最新情况，再确认提交",
            remedy_en="look at it as it is now, then send it again",
        )
    return call()


def row_with_dossier_locked(row_id: int) -> Rectification:
    """The line under its lock, its dossier or case locked before: what changes those locks in the same order."""
    rows = Finding.objects.unfenced("who may is checked next").select_related(*SHOWN_WITH)
    finding = rows.filter(
        pk__in=Rectification.objects.unfenced("who may is checked next")
        .filter(pk=row_id)
        .values("finding_id")
    ).first()
    if finding is not None:
        source_of(finding).lock()
    return row_locked(row_id)


def climbing(row_id: int, by: Officer) -> tuple[Rectification, Rung]:
    """The line to be escalated and the rung that comes next."""
    row = row_with_dossier_locked(row_id)
    supervising(row, by)
    rung = next_rung(row)
    if rung is None or (row.listed_at is not None and row.delisted_at is None):
        raise lacking("rung", "已经挂牌督办", "it is listed already")
    if row.status == Repair.CLOSED:
        raise lacking("status", "已经销号", "it is closed")
    return row, rung


def climbed(row: Rectification, rung: Rung, by: Officer, reason: str, more: dict[str, str]) -> Rectification:
    """Record the act and keep the step."""
    said = reason_given(reason)
    row.rung, row.changed_at = rung.number, clock.now()
    row.save()
    act = recorded(row, rung.act, by, said, more)
    step(row, rung.kind, by, said, act)
    return row


def recorded(row: Rectification, type_: str, by: Officer, reason: str, more: dict[str, str]) -> Act | None:
    """The act in the dossier, through the door; none where the matter has no dossier of ours: the step alone tells of it.

    So it is with what was handed down and with a case that another system keeps.
    """
    if row.finding is None or row.finding.dossier_id is None:
        return None
    draft = Draft(
        type=type_,
        occurred_at=clock.now(),
        dossier=row.finding.dossier_id,
        officers=(Actor(by.number, "supervisor"),),
        fields={
            "rectification_number": str(row.pk),
            "supervised_norm": row.norm_id,
            "reason": reason,
            **more,
        },
    )
    return enact(draft, by=by).act
