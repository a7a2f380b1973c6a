"""The ledger of rectification: a line is opened, reported done with evidence, verified by another hand, and opened again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from zhunsheng.acts.models import Act
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over, roles_held, units_over, units_under
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.access import SHOWN_WITH, may_report, may_supervise
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import COUNTED, WRONG_NOW, Event, Outcome, Repair, Status, StepKind
from zhunsheng.supervision.models import Alert, Finding, HandDown, Rectification, RectificationStep
from zhunsheng.supervision.recording import version
from zhunsheng.supervision.recurring import opened_elsewhere, recurrences
from zhunsheng.supervision.sources import source_of

GRAVEST = "serious"
"""How a matter without a norm is graded: by default as a serious one."""


def line_open(
    finding: Finding, *, owner: Officer, opened_by: Officer | None, task: str = ""
) -> Rectification:
    """A line for a finding; the one there is where it has one that is not closed. The caller holds the finding's lock."""
    rows = Rectification.objects.unfenced("the finding was opened").filter(finding=finding)
    there: Rectification | None = rows.exclude(status=Repair.CLOSED).first()
    if there is not None:
        return there
    now = clock.now()
    row = Rectification.objects.create(
        finding=finding,
        norm_id=finding.norm_id,
        severity=finding.severity,
        problem=f"{finding.case_number}：{finding.title_zh}",
        task=task.strip() or cure_of(finding.norm_id) or finding.title_zh,
        unit_id=finding.unit_id,
        owner=owner,
        status=Repair.OPEN,
        opened_at=now,
        opened_by=opened_by,
        due_at=now + alerting(now).rectification.term[finding.severity].delta,
        changed_at=now,
    )
    step(row, StepKind.OPENED, opened_by or owner, row.task)
    return row


def cure_of(norm_id: str) -> str:
    """What the norm says is to be done about it; empty where it says nothing or is retired."""
    norm = next((one for one in rulebook().norms.norms if one.id == norm_id), None)
    said = None if norm is None else norm.cure or norm.says
    return "" if said is None else said.zh


def step(
    row: Rectification, kind: StepKind, by: Officer | None, note: str = "", act: Act | None = None
) -> RectificationStep:
    """Keep what happened."""
    return RectificationStep.objects.create(
        rectification=row, at=clock.now(), kind=kind, status=row.status, by=by, note=note, act=act
    )


def row_locked(row_id: int) -> Rectification:
    """The line under its lock, after that of its finding, as everywhere; Denied where there is none."""
    of = Rectification.objects.unfenced("who may is checked next").filter(pk=row_id).values("finding")
    list(Finding.objects.unfenced("its line is locked").select_for_update(no_key=True).filter(pk__in=of))
    rows = Rectification.objects.unfenced("who may is checked next")
    beside = ("owner", *(f"finding__{name}" for name in SHOWN_WITH))
    locked = rows.select_for_update(no_key=True, of=("self",)).select_related(*beside)
    row: Rectification | None = locked.filter(pk=row_id).first()
    if row is None:
        raise Denied
    return row


def owner_check(owner: Officer, unit: str) -> None:
    """InputError unless the owner can see to it: of the unit, of one above or below it, or with a role over it."""
    line = {*units_over(unit), *units_under(unit)}
    roles = {held.unit_code for held in roles_held(owner)}
    if not owner.is_active or not ({owner.unit_id, *roles} & line):
        raise InputError(
            zh="责任人不属于这个单位，也不在它的上下级",
            en="the owner is of another unit, neither above nor below it",
            where="owner",
            remedy_zh="由本单位或者上下级单位的人员负责",
            remedy_en="let somebody of the unit, or of one above or below it, answer for it",
        )


@transaction.atomic
def rectification_order(
    finding_id: int, *, by: Officer, owner: Officer, task: str, due_at: dt.datetime | None = None
) -> Rectification:
    """A supervisor puts a finding that counts into the ledger, with who answers for it. Denied without the role over the unit."""
    rows = Finding.objects.unfenced("the role is checked next").select_for_update(no_key=True, of=("self",))
    finding: Finding | None = rows.select_related(*SHOWN_WITH).filter(pk=finding_id).first()
    if finding is None or not holds_over(by, [Role.SUPERVISOR], finding.unit_id, clock.now()):
        raise Denied
    if finding.status == Status.RECTIFIED:
        raise closed_already()
    if finding.status not in COUNTED or finding.silent:
        raise InputError(
            zh="待裁决、已撤销或者不再成立的问题不列入整改",
            en="what is contested, dismissed or gone is not entered",
            where="finding",
            remedy_zh="等裁决以后再办理",
            remedy_en="wait for the decision",
        )
    owner_check(owner, finding.unit_id)
    row = line_open(finding, owner=owner, opened_by=by, task=task)
    if due_at is not None:
        row.due_at = due_at
        row.save(update_fields=["due_at"])
    return row


@transaction.atomic
def rectification_for(hand_down: HandDown, *, by: Officer, owner: Officer, task: str) -> Rectification:
    """A line for what another organ handed down; the one there is where the same task was given to the same officer already."""
    if not holds_over(by, [Role.SUPERVISOR], hand_down.unit_id, clock.now()):
        raise Denied
    owner_check(owner, hand_down.unit_id)
    now, said = clock.now(), reason_given(task)
    HandDown.objects.unfenced("the role was checked").select_for_update(no_key=True).get(pk=hand_down.pk)
    rows = Rectification.objects.unfenced("the role was checked").filter(hand_down=hand_down, owner=owner)
    there: Rectification | None = rows.filter(task=said).exclude(status=Repair.CLOSED).first()
    if there is not None:
        return there
    row = Rectification.objects.create(
        hand_down=hand_down,
        norm_id=hand_down.norm_id,
        severity=GRAVEST,
        problem=f"{hand_down.organ} {hand_down.number}：{hand_down.subject}",
        task=said,
        unit_id=hand_down.unit_id,
        owner=owner,
        status=Repair.OPEN,
        opened_at=now,
        opened_by=by,
        due_at=hand_down.reply_by,
        changed_at=now,
    )
    step(row, StepKind.OPENED, by, row.task)
    return row


@transaction.atomic
def rectification_done(
    row_id: int, *, by: Officer, measure: str, evidence: str = "", act: str = ""
) -> Rectification:
    """The owner reports it done, with the measure and what proves it. Denied for others, InputError without evidence."""
    row = row_locked(row_id)
    if not may_report(row, by):
        raise Denied
    named = source_of(row.finding).named(act) if act.strip() and row.finding is not None else None
    if act.strip() and named is None:
        raise lacking("act", "案卷中没有这项行为", "the dossier has no such act")
    proof = evidence.strip() or ("" if named is None else named.zh)
    if not measure.strip() or not proof:
        raise lacking("evidence", "须写明措施和证据", "a measure and evidence are needed")
    act_of_ours = None if named is None else named.act
    row.measure, row.evidence, row.evidence_act = measure.strip(), proof, act_of_ours
    row.status, row.done_by, row.done_at, row.changed_at = Repair.DONE, by, clock.now(), clock.now()
    row.save()
    # Whoever reports it done within their time to answer asks another hand to look at it.
    early = Finding.objects.unfenced("the line's own finding").filter(pk=row.finding_id)
    early.filter(released_at__gt=row.done_at).update(released_at=row.done_at)
    step(row, StepKind.DONE, by, f"{row.measure}（{proof}）", act_of_ours)
    return row


@transaction.atomic
def rectification_verify(row_id: int, *, by: Officer, good: bool, note: str) -> Rectification:
    """Another hand looks: it is closed, or goes back with the reason. InputError where it has happened again since."""
    row = row_locked(row_id)
    supervising(row, by)
    if row.status != Repair.DONE:
        raise lacking("status", "还没有报告完成", "it has not been reported done")
    said = reason_given(note)
    if good and (again := recurrences(row)):
        raise InputError(
            zh=f"整改以后同一单位同一规范又发生{again}次，不能销号",
            en=f"it has happened {again} more times in the unit since; it is not closed",
            where="recurrence",
            remedy_zh="退回，采取进一步措施",
            remedy_en="return it for a better measure",
        )
    now = clock.now()
    row.changed_at = now
    if good:
        row.status, row.verified_by, row.verified_at = Repair.CLOSED, by, now
    else:
        row.status = Repair.OPEN
    row.save()
    step(row, StepKind.CLOSED if good else StepKind.RETURNED, by, said)
    if good and row.finding is not None:
        finding_put_right(row.finding, by, said)
    return row


def finding_put_right(finding: Finding, by: Officer, note: str) -> None:
    """What no act can cure is over once every line of it is verified; the caller holds the finding's lock."""
    rows = Rectification.objects.unfenced("the line's own finding").filter(finding=finding)
    if finding.status not in WRONG_NOW or rows.exclude(status=Repair.CLOSED).exists():
        return
    now = clock.now()
    finding.status, finding.cured_at, finding.next_level_at = Status.RECTIFIED, now, None
    finding_moved(finding, Event.RECTIFIED, by, note)
    Alert.objects.filter(finding=finding, answered_at=None).update(answered_at=now)


def verified_at(finding: Finding) -> dt.datetime | None:
    """When the last line of a finding was verified since it was found; None while one is open, or where it has none."""
    rows = Rectification.objects.unfenced("the line's own finding").filter(finding=finding)
    if rows.exclude(status=Repair.CLOSED).exists():
        return None
    since = rows.filter(verified_at__gte=finding.found_at).order_by("-verified_at")
    return since.values_list("verified_at", flat=True).first()


def finding_put_back(finding: Finding, by: Officer, note: str) -> None:
    """The verification did not hold: the finding is again what it was before; the caller holds its lock."""
    if finding.status != Status.RECTIFIED:
        return
    finding.status, finding.cured_at = wrong_before(finding), None
    # Where nobody has answered yet, whoever was not told before is told when their time has come.
    finding.next_level_at = clock.now() if finding.status == Status.OPEN else None
    finding_moved(finding, Event.RETURNED, by, note)


def wrong_before(finding: Finding) -> str:
    """What a finding was while it was last to be put right; a contest that was refused is decided for good."""
    if finding.contests.filter(outcome=Outcome.UPHELD, filed_at__gte=finding.found_at).exists():
        return Status.UPHELD
    before = finding.history.filter(status__in=WRONG_NOW).order_by("-number").first()
    return Status.ACCEPTED if before is None else str(before.status)


def finding_moved(finding: Finding, event: Event, by: Officer, note: str) -> None:
    """Write the finding, and its version with the reasons that stood."""
    before = finding.history.order_by("-number").first()
    made = version(finding, event, clock.now(), by=by.number, note=note)
    made.explanation = {} if before is None else before.explanation
    finding.save()
    made.save()


@transaction.atomic
def rectification_reopen(row_id: int, *, by: Officer, reason: str) -> Rectification:
    """Open a closed line again, with the reason and a new term."""
    row = row_locked(row_id)
    supervising(row, by)
    if row.status != Repair.CLOSED:
        raise lacking("status", "没有销号，不需要重新打开", "it is not closed")
    if opened_elsewhere(row):
        raise InputError(
            zh="这项问题另有一项整改正在进行",
            en="another line of this finding is under way",
            where="status",
            remedy_zh="在那一项整改中办理",
            remedy_en="go on with that line",
        )
    now = clock.now()
    row.status, row.changed_at, row.verified_by, row.verified_at = Repair.OPEN, now, None, None
    row.reopened += 1
    row.due_at = now + alerting(now).rectification.term[row.severity].delta
    row.save()
    said = reason_given(reason)
    step(row, StepKind.REOPENED, by, said)
    if row.finding is not None:
        finding_put_back(row.finding, by, said)
    return row


@transaction.atomic
def rectification_extend(row_id: int, *, by: Officer, due_at: dt.datetime, reason: str) -> Rectification:
    """Give it more time, with the reason."""
    row = row_locked(row_id)
    supervising(row, by)
    if due_at <= row.due_at:
        raise lacking("due_at", "新的期限须晚于原期限", "the new term ends after the old one")
    row.due_at, row.changed_at = due_at, clock.now()
    row.save(update_fields=["due_at", "changed_at"])
    step(row, StepKind.TERM, by, reason_given(reason))
    return row


def supervising(row: Rectification, by: Officer) -> None:
    """Denied unless they supervise the unit; InputError where it is their own line or work."""
    if not holds_over(by, [Role.SUPERVISOR], row.unit_id, clock.now()):
        raise Denied
    if not may_supervise(row, by):
        raise InputError(
            zh="责任人和报告完成的人不能核实自己的整改",
            en="nobody verifies their own work",
            where="by",
            remedy_zh="由另一名监督人员核实",
            remedy_en="let another supervisor do it",
        )


def closed_already() -> InputError:
    """The finding was put right and verified."""
    return InputError(
        zh="这项问题已经整改销号",
        en="this finding was put right and verified already",
        where="finding",
        remedy_zh="核实有误的，在整改台账中重新打开原来的事项",
        remedy_en="where that was mistaken, open its line of the ledger again",
    )


def lacking(where: str, zh: str, en: str) -> InputError:
    """Something is not there that is needed."""
    return InputError(
        zh=zh, en=en, where=where, remedy_zh="补充后再提交", remedy_en="add it and submit again"
    )
