"""What becomes of a problem: a line of the ledger of rectification; and the end of an inspection once nothing is left open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.access import running
from zhunsheng.inspections.answering import differing_of
from zhunsheng.inspections.codes import Kind, Status, StepKind
from zhunsheng.inspections.drawing import moved_on
from zhunsheng.inspections.models import Chosen, Inspection, Problem, Sheet
from zhunsheng.inspections.planning import noted, wanting
from zhunsheng.inspections.rules import inspecting
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer, Post
from zhunsheng.people.selectors import unit_now, units_under
from zhunsheng.supervision.apart import rectification_apart
from zhunsheng.supervision.codes import FALLEN, WRONG_NOW, Repair
from zhunsheng.supervision.codes import Status as Stands
from zhunsheng.supervision.models import Rectification
from zhunsheng.supervision.rectifying import cure_of, rectification_order


@transaction.atomic
def problem_order(problem_id: int, *, by: Officer, owner: Officer, task: str) -> Rectification:
    """Put a problem into the ledger, with who answers for it; the line there is where it has one. Denied without the role.

    Where the rulebook has found it the line is that of the finding, and none while that is contested; else it is one of its own.
    """
    of = Problem.objects.filter(pk=problem_id).values_list("chosen__inspection_id", flat=True).first()
    if of is None:
        raise Denied
    inspection = running(of, by)
    problem = Problem.objects.select_related("finding").get(pk=problem_id)
    if problem.rectification_id is not None:
        there: Rectification = Rectification.objects.unfenced("the problem's own").get(
            pk=problem.rectification_id
        )
        return there
    chosen = (
        Chosen.objects.unfenced("the role was checked")
        .select_related("dossier", "unit")
        .get(pk=problem.chosen_id)
    )
    if inspection.status != Status.DRAWN:
        raise moved_on()
    finding = problem.finding
    if finding is not None:
        row = rectification_order(finding.pk, by=by, owner=owner, task=task)
    else:
        row = line_of_its_own(problem, chosen, by=by, owner=owner, task=task)
    problem.rectification = row
    problem.save(update_fields=["rectification"])
    noted(inspection, StepKind.ORDERED, by, row.problem)
    return row


def line_of_its_own(
    problem: Problem, chosen: Chosen, *, by: Officer, owner: Officer, task: str
) -> Rectification:
    """A line for what a person found; under the norm it was asked by, so that it is seen when it happens again.

    Of a visit it is the unit's, or its successor's, and so is who answers for it; InputError for others.
    """
    now = clock.now()
    if chosen.dossier is None:
        unit, named = unit_now(chosen.unit).code, chosen.unit.name_zh
        owner_within(owner, unit)
    else:
        unit, named = chosen.dossier.unit_id, chosen.dossier.number
    row = rectification_apart(
        by=by,
        unit=unit,
        owner=owner,
        problem=f"{named}：{problem.title_zh}"[:600],
        task=task.strip() or cure_of(problem.norm_id) or problem.note or problem.title_zh,
        due_at=now + dt.timedelta(days=inspecting(now).term_days),
        dossier=chosen.dossier,
    )
    row.norm_id = problem.norm_id
    row.save(update_fields=["norm_id"])
    return row


def owner_within(owner: Officer, unit: str) -> None:
    """InputError unless the owner's account is open and of the unit or one below it, or they hold a post there."""
    within = set(units_under(unit))
    posts = Post.objects.filter(officer=owner).at(clock.now()).values_list("unit_id", flat=True)
    if not owner.is_active or not {owner.unit_id, *posts} & within:
        raise InputError(
            zh="责任人不是被检查单位的人员",
            en="the owner does not belong to the unit visited",
            where="owner",
            remedy_zh="由被检查单位的人员负责整改",
            remedy_en="let somebody of the unit visited answer for it",
        )


LOOSE = Q(finding=None, rectification=None)
"""It leads nowhere yet."""
STANDING = Q(rectification__isnull=False) & ~Q(rectification__status=Repair.CLOSED) & ~Q(
    finding__status__in=FALLEN
) | Q(rectification=None, finding__status__in=(*WRONG_NOW, Stands.CONTESTED))
"""It is still to be put right: by its line where it has one, else by its finding; not once that was dismissed or is gone."""


@dataclass(frozen=True)
class Left:
    """What stands between an inspection and its end."""

    unassigned: int
    unread: int
    unsettled: int
    loose: int
    """Problems that lead nowhere yet: neither a finding nor a line of the ledger."""
    open_lines: int
    """Of a campaign: findings and lines that are not put right."""

    @property
    def nothing(self) -> bool:
        return not any(vars(self).values())


def left_open(inspection: Inspection, unsettled: int | None = None) -> Left:
    """What is still open; a campaign ends only once everything in its ledger is put right."""
    chosen = Chosen.objects.unfenced("of an inspection within reach").filter(inspection=inspection)
    sheets = Sheet.objects.filter(chosen__inspection=inspection)
    needed = chosen.count() + chosen.filter(double=True).count()
    problems = Problem.objects.filter(chosen__inspection=inspection).aggregate(
        loose=Count("pk", filter=LOOSE), standing=Count("pk", filter=STANDING)
    )
    return Left(
        unassigned=needed - sheets.count(),
        unread=sheets.filter(done_at=None, aside="").count(),
        unsettled=len(differing_of(inspection)) if unsettled is None else unsettled,
        loose=problems["loose"],
        open_lines=problems["standing"] if inspection.kind == Kind.CAMPAIGN else 0,
    )


@transaction.atomic
def inspection_close(inspection_id: int, *, by: Officer, conclusion: str) -> Inspection:
    """Close it with what was concluded. Denied without the role; InputError while anything is open."""
    inspection = running(inspection_id, by)
    if inspection.status != Status.DRAWN:
        raise moved_on()
    left = left_open(inspection)
    if not left.nothing:
        raise unfinished(left)
    if not conclusion.strip():
        raise wanting("conclusion", "须写明结论", "say what was concluded")
    now = clock.now()
    inspection.status, inspection.closed_at, inspection.closed_by = Status.CLOSED, now, by
    inspection.conclusion, inspection.changed_at = conclusion.strip(), now
    inspection.save()
    noted(inspection, StepKind.CLOSED, by, inspection.conclusion)
    return inspection


def unfinished(left: Left) -> InputError:
    """It cannot be closed yet, and why."""
    words = (
        (left.unassigned, "{n}份没有分派", "{n} readings not given out"),
        (left.unread, "{n}份检查表没有完成", "{n} checklists not done"),
        (left.unsettled, "{n}项不一致没有认定", "{n} differences not settled"),
        (left.loose, "{n}项问题没有列入台账", "{n} problems not in the ledger"),
        (left.open_lines, "{n}项没有整改到位", "{n} not put right"),
    )
    said = [(zh.format(n=n), en.format(n=n)) for n, zh, en in words if n]
    return InputError(
        zh="还不能办结：" + "，".join(zh for zh, _ in said),
        en="it cannot be closed yet: " + ", ".join(en for _, en in said),
        where="conclusion",
        remedy_zh="逐项办完后再办结",
        remedy_en="finish these first",
    )
