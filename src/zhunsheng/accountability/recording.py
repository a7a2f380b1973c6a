"""Every step of a case: its event, and its act in the dossier through the door. Acts of accountability come from nowhere else.

A dossier is read by many: its acts name the case and the step, never who is concerned nor why, and carry digests of both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from zhunsheng.accountability.codes import EventKind
from zhunsheng.accountability.models import CaseEvent, CaseGround, ResponsibilityCase, Said
from zhunsheng.acts.drafts import Actor, Draft
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.base import clock
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.procedure.checks import Considered
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.errors import NotAllowed

PREFIX = "accountability."
ACTS: dict[EventKind, str] = {
    EventKind.OPENED: "accountability.opened",
    EventKind.ATTRIBUTED: "accountability.attributed",
    EventKind.HEARD: "accountability.heard",
    EventKind.DECIDED: "accountability.decided",
    EventKind.REDECIDED: "accountability.redecided",
    EventKind.WITHDRAWN: "accountability.withdrawn",
    EventKind.REOPENED: "accountability.reopened",
    EventKind.DONE: "accountability.closed",
}
"""Steps that are acts. What those concerned say is no act of a power; the act that closes a hearing carries its digest."""
_at_work: ContextVar[bool] = ContextVar("accountability-at-work", default=False)


@contextmanager
def at_work() -> Iterator[None]:
    """Within this the services record acts of accountability."""
    token = _at_work.set(True)
    try:
        yield
    finally:
        _at_work.reset(token)


def own_door_check(considered: Considered) -> None:
    """NotAllowed for an act of accountability, or the withdrawal of one, that does not come from a step of a case."""
    act = considered.act
    named = next((a.type for a in considered.before if a.id == act.corrects_id), "")
    about = named if act.type == WITHDRAWN or act.corrects_id else act.type
    if about.startswith(PREFIX) and not (_at_work.get() and act.corrects_id is None):
        raise NotAllowed(
            zh="过错责任的各个步骤在过错责任案中办理，不能单独登记、更正或者撤回",
            en="steps of fault accountability are taken in the case, and neither recorded alone nor corrected",
            where="type",
            remedy_zh="打开过错责任案办理",
            remedy_en="open the responsibility case",
        )


def event(
    case: ResponsibilityCase,
    kind: EventKind,
    by: Officer | None,
    note: str = "",
    *,
    ground: CaseGround | None = None,
    **fields: Any,
) -> CaseEvent:
    """Keep a step with the case as it stands now, and put its act into the dossier; the caller holds both locks."""
    case.revision += 1
    case.changed_at = clock.now()
    case.save()
    act = recorded(case, ACTS[kind], by, note, fields) if by is not None and kind in ACTS else None
    return CaseEvent.objects.create(
        case=case,
        round=case.round,
        at=clock.now(),
        kind=kind,
        state=case.state,
        by=by,
        note=note,
        act=act,
        ground=ground,
    )


def recorded(
    case: ResponsibilityCase, type_: str, by: Officer, note: str, fields: dict[str, Any]
) -> Act | None:
    """The act, naming the case and nobody; none without a dossier, or where it has been sealed by law since."""
    dossier = Dossier.objects.unfenced("the case was opened").filter(pk=case.dossier_id).first()
    if dossier is None or dossier.sealed_at is not None:
        return None
    supervises = holds_over(by, [Role.SUPERVISOR], dossier.unit_id, clock.now())
    draft = Draft(
        type=type_,
        occurred_at=clock.now(),
        dossier=dossier.pk,
        officers=(Actor(by.number, "supervisor" if supervises else "approver"),),
        fields={
            "responsibility_number": str(case.pk),
            "responsibility_round": case.round,
            "responsibility_digest": hashlib.sha256(note.encode()).hexdigest(),
            **fields,
        },
    )
    with at_work():
        return enact(draft, by=by).act


def said_fields(rows: Iterable[Said]) -> dict[str, Any]:
    """How many spoke, and a digest that holds the ledger to what they said without telling it."""
    told = [f"{row.officer_id}\n{row.at.isoformat()}\n{row.text}\n{row.evidence}" for row in rows]
    digest = hashlib.sha256("\n\n".join(told).encode()).hexdigest()
    return {"statements_made": len(told), **({"statements_digest": digest} if told else {})}
