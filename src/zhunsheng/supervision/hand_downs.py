"""What other organs hand down: procuratorial suggestions, notices, opinions and decisions of supervision, each with its clock."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given, require_living_code
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer
from zhunsheng.people.refusals import row_write
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import HandDownKind
from zhunsheng.supervision.models import HandDown
from zhunsheng.supervision.rectifying import lacking


@transaction.atomic
def hand_down_enter(
    *,
    by: Officer,
    kind: str,
    number: str,
    organ: str,
    subject: str,
    unit: str,
    received_at: dt.datetime,
    reply_by: dt.datetime | None = None,
    norm_id: str = "",
    proposal: str = "",
) -> HandDown:
    """Enter a paper. It names a norm of the rulebook, or the proposal of one; its own term stands before the rulebook's."""
    if not holds_over(by, [Role.SUPERVISOR], unit, clock.now()):
        raise Denied
    require_living_code(unit)
    if kind not in HandDownKind.values:
        raise lacking("kind", "没有这一种文书", "there is no such kind")
    if not number.strip() or not organ.strip() or not subject.strip():
        raise lacking("number", "须写明机关、文号和事由", "organ, number and subject are needed")
    if norm_id and norm_id not in {norm.id for norm in rulebook().norms.norms}:
        raise InputError(
            zh="规则库没有这条规范",
            en="the rulebook has no such norm",
            where="norm_id",
            remedy_zh="从列表中选择，或者写明规范建议",
            remedy_en="choose one from the list, or propose a norm",
        )
    if not norm_id and not proposal.strip():
        raise lacking(
            "proposal", "须对应一条规范，或者提出规范建议", "it leads to a norm, or to the proposal of one"
        )
    return row_write(
        HandDown(
            kind=kind,
            number=number.strip(),
            organ=organ.strip(),
            subject=subject.strip(),
            unit_id=unit,
            norm_id=norm_id,
            proposal=proposal.strip(),
            received_at=received_at,
            reply_by=reply_by or received_at + alerting(received_at).hand_downs[kind].delta,
            entered_by=by,
        )
    )


def norms_offered() -> list[tuple[str, object]]:
    """The norms a paper may lead to, by their titles: id and title."""
    titles = {norm.id: both(norm.title.zh, norm.title.en) for norm in rulebook().norms.norms}
    return sorted(titles.items(), key=lambda one: (str(one[1]), one[0]))


def norm_named(text: str) -> str:
    """The id of the norm that is meant: by its id, or by a title that one norm alone bears; else the text as it is."""
    said = text.strip()
    norms = {norm.id: (norm.title.zh, norm.title.en) for norm in rulebook().norms.norms}
    titled = [norm_id for norm_id, titles in norms.items() if said in titles]
    return titled[0] if said not in norms and len(titled) == 1 else said


@transaction.atomic
def hand_down_reply(hand_down_id: int, *, by: Officer, reply: str, number: str = "") -> HandDown:
    """Keep what was replied, once."""
    rows = HandDown.objects.unfenced("the role is checked next").select_for_update(no_key=True)
    row: HandDown | None = rows.filter(pk=hand_down_id).first()
    if row is None or not holds_over(by, [Role.SUPERVISOR], row.unit_id, clock.now()):
        raise Denied
    if row.replied_at is not None:
        raise InputError(
            zh="已经回复",
            en="it was replied to already",
            where=row.number,
            remedy_zh="需要补充的，另行函复",
            remedy_en="write another letter where more is to be said",
        )
    row.reply, row.reply_number = reason_given(reply), number.strip()
    row.replied_by, row.replied_at = by, clock.now()
    row.save()
    return row
