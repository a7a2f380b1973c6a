"""The one door: `enact` guards, writes, seals and opens obligations in one transaction. Nothing else records an act.

The way of an act: draft checked → lock of the dossier → receipt of an earlier request → power and hands → norms → row and ledger
entry → obligations. Whatever fails, nothing is written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from zhunsheng.acts.columns import effective
from zhunsheng.acts.drafts import Draft, Fault, InvalidDraft, checked
from zhunsheng.acts.erasure import content_erase
from zhunsheng.acts.models import Act, Dossier, stamp
from zhunsheng.acts.record import act_write, dossier_open
from zhunsheng.acts.record_types import ERASED, WITHDRAWN
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.models import Entry
from zhunsheng.norms.plans import Status
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.procedure import hands
from zhunsheng.procedure.checks import Considered, check
from zhunsheng.procedure.errors import KeyReused, NotAllowed, NotThere, OutOfStep, Refused
from zhunsheng.procedure.forgetting import named, scopes_forget
from zhunsheng.procedure.guard import BREAKING, BREAKING_OR_DOUBTFUL, NOTHING_REFUSES, Notice, judge, weigh
from zhunsheng.procedure.models import LONGEST_SCOPE, Receipt
from zhunsheng.procedure.obligations import Reconciled, reconcile
from zhunsheng.procedure.powers import Desk, decides, desk_of
from zhunsheng.procedure.projections import Changed, project
from zhunsheng.procedure.rulebook import Rulebook, rulebook
from zhunsheng.procedure.sitting import Sitting
from zhunsheng.procedure.standing import Standing, forget, remember, standing, standing_of_acts


@dataclass(frozen=True)
class Enacted:
    """An act that was recorded: its receipt is the digest of its ledger entry."""

    act: Act
    dossier: Dossier
    receipt: bytes
    warnings: tuple[Notice, ...]
    obligations: Reconciled | None
    replayed: bool = False


Outcome = Callable[[str, float], None]
OBSERVERS: list[Outcome] = []
"""Told the outcome of each call and how long it took in seconds; the metrics of the web application listen here."""


def enact(draft: Draft, *, by: Officer, key: str | None = None, expected: int | None = None) -> Enacted:
    """Record an act, or say why not; the only way an act enters.

    `key` makes the request repeatable: sent again by the same officer it answers with the same act. `expected` is the number of
    acts the caller saw in the dossier. Raises NotAllowed, InvalidDraft, Refused (blocking norms), OutOfStep, KeyReused; then
    nothing is written.
    """
    return observed(lambda: enact_once(draft, by, key, expected))


def observed(recording: Callable[[], Enacted]) -> Enacted:
    """Record, and tell the observers how it went."""
    started = clock.elapsed()
    outcome = "failed"
    try:
        found = recording()
    except Refused:
        outcome = "refused"
        raise
    except InputError:
        outcome = "rejected"
        raise
    else:
        outcome = "replayed" if found.replayed else "recorded"
        return found
    finally:
        for told in OBSERVERS:
            told(outcome, clock.elapsed() - started)


def enact_once(draft: Draft, by: Officer, key: str | None, expected: int | None) -> Enacted:
    """`enact_within` in a transaction; where an equal request that opens a dossier got there first, its answer."""
    try:
        with transaction.atomic():
            return enact_within(draft, by, key, expected, rulebook())
    except IntegrityError:
        receipt = None if key is None else receipt_find(by, key, draft)
        if receipt is None:
            raise
        return replayed(receipt)


def consider(draft: Draft, *, by: Officer, expected: int | None = None) -> Enacted:
    """What `enact` would answer now; nothing is written. Raises as `enact`."""
    with transaction.atomic():
        found = enact_within(draft, by, None, expected, rulebook())
        transaction.set_rollback(True)
    return found


def enact_within(
    draft: Draft,
    by: Officer,
    key: str | None,
    expected: int | None,
    book: Rulebook,
    sitting: Sitting | None = None,
) -> Enacted:
    """`enact` inside a transaction of the caller's, whose acts are written together where they are one sitting."""
    content = checked(draft)
    if sitting is not None and draft_asks_tables(draft):
        sitting.write()
        sitting = None
    locked = sitting.dossier if sitting is not None and sitting.dossier is not None else dossier_locked(draft)
    # Looked for under the dossier's lock: of two equal requests the second finds what the first did.
    if key is not None and (receipt := receipt_find(by, key, draft)) is not None:
        return replayed(receipt)
    power = power_needed(draft)
    dossier = dossier_for(draft, locked, power, by, clock.now())
    if expected is not None and expected != dossier.position:
        raise OutOfStep(expected=expected, actual=dossier.position)
    before = standing(dossier)
    now = before.moment()
    act = act_of(draft, dossier, power, by, now, content, before)
    after = before.grown(act)
    rows = judge(book, dossier.number, after.judged, clock.microseconds(now))
    scope_check(rows)
    statuses = {k: s.status for k, s in before.stored.items() if not s.withdrawn}
    as_of_us, own = clock.microseconds(now), str(act.id)
    notices = weigh(book, rows, statuses, as_of_us, act_id=own, refusing=refusing(draft))
    refusals = tuple(n for n in notices if n.weight == "refuses")
    if refusals:
        raise Refused(refusals)
    check(Considered(act, dossier, before.acts, rows), told=not refusing(draft))
    acts, duties = (None, None) if sitting is None else (sitting.acts, sitting.obligations)
    digest = act_write(act, dossier, edition=book.digest, known=before.subjects, waiting=acts)
    if draft.erases is not None:
        after, rows = after_erasure(act, dossier, book, before)
    changes = reconcile(dossier, after.judged, rows, before.stored, as_of=now, act=act.id, waiting=duties)
    project(Changed(dossier, after.acts, changes.stored, act, rows))
    if key is not None:
        Receipt.objects.create(officer=by, key=name_of(key), request=digest_of(draft, key), act=act, at=now)
    found = replace(after, revision=dossier.revision, head=digest, stored=changes.stored)
    if sitting is not None:
        sitting.keep(dossier, found)
    elif draft.erases is None:
        remember(dossier, found)
    else:
        scopes_forget(dossier, named(before.acts) - named(after.acts))
        forget(dossier.id)
    return Enacted(act, dossier, digest, notices, changes)


def draft_asks_tables(draft: Draft) -> bool:
    """Whether other acts or documents are asked for in the tables, so that those before must be there."""
    named = draft.corrects is not None or draft.erases is not None or draft.type == WITHDRAWN
    return named or bool(draft.documents or draft.recordings)


def act_of(
    draft: Draft,
    dossier: Dossier,
    power: str,
    by: Officer,
    now: dt.datetime,
    content: dict[str, Any],
    before: Standing,
) -> Act:
    """The act, not yet written; NotAllowed when its officers, its unit or what it corrects do not stand.

    What a device's fast clock puts a little into the future has happened now: an act later than the moment it is judged at
    would not be seen by any norm.
    """
    happened = min(draft.occurred_at, now)
    hands.own_hand_check(draft, desk_of(power), by)
    officers = hands.officers_content(draft, desk_of(power), by, happened)
    hands.reach_check(draft, dossier.unit_id, happened)
    hands.separation_check(dossier, before.desks, hands.taken_by(power, officers.values(), by.number))
    if draft.unit is not None and draft.unit != dossier.unit_id:
        hands.unit_check(draft.unit, happened)
    correction_check(draft, before)
    return Act(
        id=new_id(),
        dossier=dossier,
        position=dossier.position + 1,
        type=draft.type,
        schema=vocabulary().types[draft.type].schema,
        unit_id=draft.unit or dossier.unit_id,
        occurred_at=happened,
        ended_at=None if draft.ended_at is None else min(draft.ended_at, now),
        recorded_at=now,
        recorded_by=by,
        corrects_id=draft.corrects,
        content=officers | content,
    )


def dossier_locked(draft: Draft) -> Dossier | None:
    """The dossier of the draft, locked; None where one is to be opened. NotThere when there is none of that id."""
    if draft.dossier is None:
        return None
    locked = Dossier.objects.unfenced("power is checked next").select_for_update(no_key=True)
    dossier: Dossier | None = locked.filter(pk=draft.dossier).first()
    if dossier is None:
        raise NotThere
    return dossier


def power_needed(draft: Draft) -> str:
    """The type of act whose power is asked for: a withdrawal takes that of what it withdraws."""
    if draft.type != WITHDRAWN or draft.corrects is None:
        return draft.type
    named = Act.objects.unfenced("power is checked next").filter(dossier=draft.dossier, pk=draft.corrects)
    return named.values_list("type", flat=True).first() or draft.type


def dossier_for(draft: Draft, dossier: Dossier | None, power: str, by: Officer, now: dt.datetime) -> Dossier:
    """The dossier the act goes into, a new one where the draft names none.

    NotThere when it is out of this officer's reach, NotAllowed when the officer lacks the power there or it is sealed.
    """
    if dossier is None:
        unit = draft.unit or by.unit_id
        hands.opening_check(draft.type)
        hands.power_check(by, power, unit, now)
        # Whatever happened when: no dossier begins in a unit that was merged; those it has go on.
        hands.unit_check(unit, now)
        return dossier_open(kind=kind_of(draft), unit=unit, at=now)
    try:
        hands.power_check(by, power, dossier.unit_id, now)
    except NotAllowed:
        # What a refusal says of the unit is for those who hold some role over it.
        if holds_over(by, Role, dossier.unit_id, now):
            raise
        raise NotThere from None
    if dossier.sealed_at is not None and desk_of(power) is not Desk.APPROVAL:
        raise NotAllowed(
            zh="案卷已封存",
            en="the dossier is sealed",
            where="dossier",
            remedy_zh="依法解除封存后再登记",
            remedy_en="unseal it by law first",
        )
    return dossier


def kind_of(draft: Draft) -> str:
    """What kind of dossier is opened: the one named, else the case kind stated, else other."""
    return draft.kind or draft.fields.get("case_kind") or "other"


def refusing(draft: Draft) -> frozenset[Status]:
    """In which statuses a blocking norm refuses this act.

    What is about to be done must break none. A decision comes into being here and now, so it must also leave none in
    doubt: it rests on established facts, and so does its correction, which changes it. Other corrections, and acts recorded late
    (`backfill`), tell what has been done; they are recorded with their breaches, or those would go unrecorded. What is made in
    the system itself, a review or an approval, is never late: NotAllowed.
    """
    if draft.backfill and desk_of(draft.type) in (Desk.REVIEW, Desk.APPROVAL):
        raise NotAllowed(
            zh="审核、审批不得补录",
            en="a review or an approval cannot be recorded late",
            where="backfill",
            remedy_zh="现在审核、审批，时间以现在为准",
            remedy_en="review or approve now; now is its time",
        )
    if draft.backfill:
        return NOTHING_REFUSES
    if decides(draft.type):
        return BREAKING_OR_DOUBTFUL
    return BREAKING if draft.corrects is None else NOTHING_REFUSES


def scope_check(rows: Iterable[Row]) -> None:
    """InvalidDraft where norms would tell things apart by a text too long to keep."""
    if any(len(row.scope_text) > LONGEST_SCOPE for row in rows):
        raise InvalidDraft(
            [
                Fault(
                    "fields",
                    f"规范据以区分人、物、措施的名称合计最多{LONGEST_SCOPE}个字符，请缩短",
                    f"the names by which norms tell things apart have at most {LONGEST_SCOPE} characters together",
                )
            ]
        )


def after_erasure(act: Act, dossier: Dossier, book: Rulebook, before: Standing) -> tuple[Standing, list[Row]]:
    """Drop what the act erases; the dossier and its results without it."""
    content_erase(act, dossier)
    after = standing_of_acts(dossier, tuple(dossier_acts(dossier)), before.stored)
    return after, judge(book, dossier.number, after.judged, clock.microseconds(act.recorded_at))


def correction_check(draft: Draft, before: Standing) -> None:
    """NotAllowed unless what is corrected or withdrawn is here, still counts, and fits the draft's type."""
    if draft.corrects is None and draft.type != WITHDRAWN:
        return
    named = next((act for _, act in effective(before.acts) if act.id == draft.corrects), None)
    if named is None or draft.type not in (named.type, WITHDRAWN):
        raise NotAllowed(
            zh="更正、撤回须指明本案卷中一项现行有效的行为，更正的类型不变",
            en="a correction or withdrawal names an act of this dossier that still counts; a correction keeps its type",
            where="corrects",
            remedy_zh="选择要更正的行为；类型登记错误的，先撤回误录再重新登记",
            remedy_en="name the act to correct; where its type is wrong, withdraw it and record anew",
        )
    if named.type == ERASED:
        raise NotAllowed(
            zh="已依法删除的内容不能恢复，删除行为不更正、不撤回",
            en="what was erased by law does not come back: an erasure is neither corrected nor withdrawn",
            where="corrects",
            remedy_zh="还有内容须删除的，另行登记一项依法删除",
            remedy_en="record another erasure where more is to go",
        )


def receipt_find(by: Officer, key: str, draft: Draft) -> Receipt | None:
    """The receipt of the same request carried out before; KeyReused when the key came with another request."""
    receipt = Receipt.objects.filter(officer=by, key=name_of(key)).first()
    if receipt is not None and bytes(receipt.request) != digest_of(draft, key):
        raise KeyReused
    return receipt


def name_of(key: str) -> str:
    """What a receipt keeps of a request's key."""
    return hashlib.sha256(key.encode()).hexdigest()


def digest_of(draft: Draft, key: str) -> bytes:
    """What makes a request the same as one before under that key."""
    return hmac.digest(key.encode(), canonical(plain(draft)), "sha256")


def replayed(receipt: Receipt) -> Enacted:
    """The answer given before."""
    act = Act.objects.unfenced("the sender's own act").select_related("dossier").get(pk=receipt.act_id)
    digest = Entry.objects.values_list("digest", flat=True).get(record=act.id)
    return Enacted(act, act.dossier, bytes(digest), (), None, replayed=True)


def plain(value: Any) -> Any:
    """A draft as JSON, for its digest."""
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dt.datetime):
        return stamp(value) if value.tzinfo else value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    return value if isinstance(value, bool | int | type(None)) else str(value)
