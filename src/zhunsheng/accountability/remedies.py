"""What is to be done about it: remedies as lines of the ledger of rectification or as acts; done, the case is closed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from zhunsheng.accountability.codes import EventKind, Outcome, RemedyKind, State
from zhunsheng.accountability.deciding import decision_last
from zhunsheng.accountability.models import Remedy, ResponsibilityCase
from zhunsheng.accountability.recording import event
from zhunsheng.accountability.services import act_numbered, case_locked, supervisor_check, waiting_check
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.supervision.apart import rectification_apart
from zhunsheng.supervision.codes import Repair
from zhunsheng.supervision.rectifying import lacking

ORDERED_IN = (State.DECIDED, State.OBJECTED, State.FINAL)


@transaction.atomic
def remedy_order(
    case_id: int,
    *,
    by: Officer,
    kind: str,
    task: str,
    owner: str = "",
    due_at: dt.datetime | None = None,
    act: str = "",
    expected: int | None = None,
) -> Remedy:
    """Order a remedy of a decided case: the act that did it, or a line of the ledger with its owner and term."""
    case = case_locked(case_id, *ORDERED_IN, expected=expected)
    supervisor_check(by, case.dossier)
    waiting_check(case)
    if kind not in list(RemedyKind):
        raise lacking("remedy_kind", "没有这一种措施", "there is no such remedy")
    if not task.strip():
        raise lacking("task", "须写明纠正的内容", "say what is to be done")
    done = act_numbered(case, act) if act.strip() else None
    line = None
    if done is None:
        answers = Officer.objects.filter(number=owner.strip(), is_active=True).first()
        if answers is None:
            raise lacking("owner", "没有这个警号，或者账号已停用", "nobody active has this number")
        if due_at is None or due_at <= clock.now():
            raise lacking("due_on", "须规定今天以后的期限", "set a term that lies ahead")
        line = rectification_apart(
            by=by,
            unit=case.unit_id,
            owner=answers,
            problem=f"过错责任案第{case.pk}号（案卷{case.dossier.number}）",
            task=task.strip(),
            due_at=due_at,
            dossier=case.dossier,
        )
    made = Remedy.objects.create(
        case=case,
        round=case.round,
        kind=kind,
        task=task.strip(),
        line=line,
        act=done,
        ordered_by=by,
        ordered_at=clock.now(),
    )
    event(case, EventKind.REMEDY, by, made.task)
    return made


def remedy_done(remedy: Remedy) -> bool:
    """Whether it was done: an act did it, or its line was verified and closed."""
    return remedy.line is None or remedy.line.status == Repair.CLOSED


def open_remedies(case: ResponsibilityCase) -> list[Remedy]:
    """What is not done yet."""
    rows = case.remedies.filter(round=case.round).select_related("line")
    return [one for one in rows if not remedy_done(one)]


@transaction.atomic
def case_close(case_id: int, *, by: Officer, note: str, expected: int | None = None) -> ResponsibilityCase:
    """Close a case whose decision is final and whose remedies are done; where there was fault there is one at least."""
    case = case_locked(case_id, State.FINAL, expected=expected)
    supervisor_check(by, case.dossier)
    waiting_check(case)
    decision = decision_last(case)
    fault = decision is not None and decision.outcome in (Outcome.FAULT, Outcome.EXEMPT)
    if fault and not case.remedies.filter(round=case.round).exists():
        raise lacking(
            "note", "有错必纠：须先确定纠正措施", "what was wrong is put right: order a remedy first"
        )
    if left := open_remedies(case):
        raise InputError(
            zh=f"还有{len(left)}项纠正措施没有核实完成",
            en=f"{len(left)} remedies are not verified yet",
            where="note",
            remedy_zh="在整改台账中核实销号后再办结",
            remedy_en="have them verified in the ledger first",
        )
    case.state = State.DONE
    event(case, EventKind.DONE, by, reason_given(note))
    return case
