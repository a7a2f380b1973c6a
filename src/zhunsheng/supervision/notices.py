"""Notices: terms that come due or are past, contests filed and decided, what was entered for somebody to do.

Told by the steps of `notices` in rulebook/alerting.yaml, before anything is a finding. A clock looks every minute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from zhunsheng.base import clock
from zhunsheng.feeds.models import Obligation as Imported
from zhunsheng.people.models import Officer
from zhunsheng.procedure.models import Obligation
from zhunsheng.procedure.reminding import remind_at, usual
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.access import may_decide
from zhunsheng.supervision.alerting import Alerting, Recipient, Step, alerting
from zhunsheng.supervision.codes import COUNTED, NoticeKind, Outcome, Repair
from zhunsheng.supervision.models import LINE_COUNTS, Contest, HandDown, Notice, Rectification
from zhunsheng.supervision.rectifying import GRAVEST
from zhunsheng.supervision.telling import deliveries_make, holders_upwards

M = TypeVar("M", bound=Model)
AT_ONCE = 500
ROLES: Mapping[Recipient, tuple[str, ...]] = {
    "unit": ("approver",),
    "legal": ("supervisor",),
    "above": ("supervisor",),
}


@dataclass(frozen=True)
class Matter:
    """Something a notice may be made of: its row, the time it speaks of, how grave it is, and who is concerned where."""

    kind: NoticeKind
    row: Obligation | Imported | Contest | Rectification | HandDown
    about_at: dt.datetime
    severity: str
    unit: str
    officer: str | None

    @property
    def subject(self) -> dict[str, object]:
        """The row under the name a notice has for it."""
        return {"imported" if isinstance(self.row, Imported) else SUBJECTS[self.kind]: self.row}


SUBJECTS: Mapping[NoticeKind, str] = {
    NoticeKind.DUTY: "obligation",
    NoticeKind.CONTEST: "contest",
    NoticeKind.DECISION: "contest",
    NoticeKind.REPAIR: "rectification",
    NoticeKind.HAND_DOWN: "hand_down",
}


def notices_make() -> int:
    """Tell everything whose step has come and was not told yet; how many notices were made."""
    rule = alerting()
    made = 0
    for kind, matters in MATTERS.items():
        for step in getattr(rule.notices, SECTIONS[kind]):
            for matter in matters(step, rule):
                made += matter_tell(step, matter, rule)
    return made


def matter_tell(step: Step, matter: Matter, rule: Alerting) -> int:
    """Tell one matter to whom the step names, at once with its ways outside the console; 0 where another was quicker."""
    now = clock.now()
    common = {"kind": matter.kind, "step": step.code, "about_at": matter.about_at, "made_at": now}
    made = [
        Notice(officer_id=number, **common, **matter.subject) for number in notice_recipients(step, matter)
    ]
    try:
        with transaction.atomic():
            Notice.objects.bulk_create(made)
            deliveries_make(made, step.channels, matter.severity, rule.quiet)
    except IntegrityError:
        return 0
    return len(made)


def notice_recipients(step: Step, matter: Matter) -> list[str]:
    """Who is told: the officer while the account is open, or the nearest who hold the role; `above` is one further up."""
    if step.to == "officer":
        open_ = Officer.objects.filter(number=matter.officer, is_active=True)
        return list(open_.values_list("number", flat=True))
    found = holders_upwards(matter.unit, ROLES[step.to], {matter.officer})
    able = (numbers for numbers in (able_of(matter, held) for held in found) if numbers)
    nearest = next(able, [])
    return next(able, nearest) if step.to == "above" else nearest


def able_of(matter: Matter, numbers: list[str]) -> list[str]:
    """Of some officers those who can do what the matter asks: a contest is decided by nobody with a hand in it."""
    if matter.kind != NoticeKind.CONTEST or not isinstance(matter.row, Contest):
        return numbers
    officers = Officer.objects.filter(number__in=numbers).order_by("number")
    return [officer.number for officer in officers if may_decide(matter.row, officer)]


def untold(rows: QuerySet[M], kind: NoticeKind, step: Step, about: str, subject: str = "") -> Iterator[M]:
    """Those of which nobody was told at this step of this term, some at a time."""
    told = Notice.objects.filter(
        kind=kind, step=step.code, about_at=OuterRef(about), **{subject or SUBJECTS[kind]: OuterRef("pk")}
    )
    return rows.filter(~Exists(told)).order_by("pk").iterator(AT_ONCE)


def come(step: Step, term: str, event: str) -> tuple[Q, str]:
    """Whether the step's time has come, and the column of the time it speaks of: the term, or the event."""
    now = clock.now()
    if step.before is not None:
        return Q(**{f"{term}__gt": now, f"{term}__lte": now + step.before.delta}), term
    if step.after is not None:
        return Q(**{f"{term}__lte": now - step.after.delta}), term
    return Q(**{f"{event}__lte": now}), event


def duties(step: Step, _: Alerting) -> Iterator[Matter]:
    """Duties that wait for their time, in our dossiers and in cases that another system tells of."""
    own = Obligation.objects.unfenced("the clock of notices").filter(dossier__closed_at=None)
    for row in untold(coming(own, step, "opened_by__occurred_at"), NoticeKind.DUTY, step, "due_at"):
        yield Matter(NoticeKind.DUTY, row, row.due_at, row.severity, row.owner_unit_id, row.owner_id)
    imported = coming(Imported.objects.unfenced("the clock of notices"), step, "opened_at")
    for row in untold(imported, NoticeKind.DUTY, step, "due_at", "imported"):
        yield Matter(NoticeKind.DUTY, row, row.due_at, row.severity, row.owner_unit_id, row.owner_id)


def coming(rows: QuerySet[M], step: Step, opened_at: str) -> QuerySet[M]:
    """Of some obligations those whose step has come; not those whose clock stands, for their term is not known yet."""
    now = clock.now()
    waiting = rows.filter(status="pending", withdrawn_at=None, floating=False, due_at__gt=now)
    waiting = waiting.filter(severity__in=step.severities)
    if step.before is not None:
        return waiting.filter(due_at__lte=now + step.before.delta)
    near = Q(warn_at__lte=now) | Q(warn_at=None, due_at__lte=now + usual().most)
    reminded: QuerySet[Any] = waiting.filter(near).alias(remind_at=remind_at(opened_at))
    return reminded.filter(remind_at__lte=now)


def contests(step: Step, _: Alerting) -> Iterator[Matter]:
    """Contests nobody has decided yet."""
    time, about = come(step, "decide_by", "filed_at")
    rows = Contest.objects.filter(time, outcome="", finding__severity__in=step.severities)
    for row in untold(rows.select_related("finding"), NoticeKind.CONTEST, step, about):
        yield contest_matter(NoticeKind.CONTEST, row, getattr(row, about))


def decisions(step: Step, rule: Alerting) -> Iterator[Matter]:
    """Contests decided lately; told to whoever filed them, and again to nobody."""
    since = clock.now() - rule.notices.late.delta
    rows = Contest.objects.filter(
        outcome__in=(Outcome.UPHELD, Outcome.DISMISSED),
        decided_at__gte=since,
        finding__severity__in=step.severities,
    )
    for row in untold(rows.select_related("finding"), NoticeKind.DECISION, step, "decided_at"):
        yield contest_matter(NoticeKind.DECISION, row, row.decided_at)


def contest_matter(kind: NoticeKind, row: Contest, about_at: dt.datetime | None) -> Matter:
    """A contest as a matter."""
    assert about_at is not None
    return Matter(kind, row, about_at, row.finding.severity, row.finding.unit_id, row.officer_id)


def repairs(step: Step, _: Alerting) -> Iterator[Matter]:
    """Lines of the ledger to be done; that one was entered is told where somebody else entered it."""
    time, about = come(step, "due_at", "opened_at")
    rows = Rectification.objects.unfenced("the clock of notices").filter(
        time, LINE_COUNTS, status=Repair.OPEN, severity__in=step.severities
    )
    if about == "opened_at":
        rows = rows.filter(opened_by__isnull=False).exclude(opened_by=F("owner"))
    for row in untold(rows, NoticeKind.REPAIR, step, about):
        yield Matter(NoticeKind.REPAIR, row, getattr(row, about), row.severity, row.unit_id, row.owner_id)


def papers(step: Step, _: Alerting) -> Iterator[Matter]:
    """Papers handed down that nobody has replied to."""
    if GRAVEST not in step.severities:
        return
    time, about = come(step, "reply_by", "received_at")
    rows = HandDown.objects.unfenced("the clock of notices").filter(time, replied_at=None)
    for row in untold(rows, NoticeKind.HAND_DOWN, step, about):
        yield Matter(NoticeKind.HAND_DOWN, row, getattr(row, about), GRAVEST, row.unit_id, None)


MATTERS: Mapping[NoticeKind, Callable[[Step, Alerting], Iterable[Matter]]] = {
    NoticeKind.DUTY: duties,
    NoticeKind.CONTEST: contests,
    NoticeKind.DECISION: decisions,
    NoticeKind.REPAIR: repairs,
    NoticeKind.HAND_DOWN: papers,
}
SECTIONS: Mapping[NoticeKind, str] = {kind: kind.value.replace("-", "_") for kind in NoticeKind}
"""Where a kind stands in the rulebook."""


def moot(notice: Notice) -> bool:
    """Whether what a notice speaks of is settled or has moved meanwhile: then it is not carried any more."""
    return Notice.objects.filter(settled(), pk=notice.pk).exists()


def settled() -> Q:
    """Notices whose matter is settled, or whose term has moved: nothing is asked of anybody by them any more."""
    moved = Q(obligation__isnull=False) & (
        ~Q(obligation__status="pending")
        | Q(obligation__withdrawn_at__isnull=False)
        | ~Q(obligation__due_at=F("about_at"))
    )
    moved |= Q(imported__isnull=False) & (
        ~Q(imported__status="pending")
        | Q(imported__withdrawn_at__isnull=False)
        | ~Q(imported__due_at=F("about_at"))
    )
    return (
        moved
        | Q(kind=NoticeKind.CONTEST) & ~Q(contest__outcome="")
        | Q(rectification__isnull=False) & ~Q(rectification__status=Repair.OPEN)
        | Q(rectification__finding__isnull=False) & ~Q(rectification__finding__status__in=COUNTED)
        | Q(hand_down__replied_at__isnull=False)
    )


def norm_title(norm_id: str) -> str:
    """The norm's title in Chinese; its number where the rulebook has it no more."""
    found = (norm.title.zh for norm in rulebook().norms.norms if norm.id == norm_id)
    return next(found, norm_id)


def repair_words(row: Rectification) -> str:
    """What a line of the ledger rests on: norm and case, or the paper by its number; not what the paper says."""
    if row.hand_down is not None:
        return f"{row.hand_down.organ} {row.hand_down.number}"
    return (
        norm_title(row.norm_id)
        if row.finding is None
        else f"{row.finding.title_zh}\n案件 {row.finding.case_number}"
    )


def notice_words(notice: Notice) -> str:
    """What it is about, in Chinese, for the bureau's own mail: which norm, which dossier or paper; never a party or a fact."""
    local = notice.about_at.astimezone(clock.LOCAL)
    when = f"{local:%Y-%m-%d %H:%M}"
    if notice.obligation is not None:
        return (
            f"{norm_title(notice.obligation.norm_id)}，{when} 到期\n案卷 {notice.obligation.dossier.number}"
        )
    if notice.imported is not None:
        case = notice.imported.case
        return f"{norm_title(notice.imported.norm_id)}，{when} 到期\n{case.feed.title_zh or case.feed.name} {case.number}"
    if notice.contest is not None:
        return notice.contest.finding.title_zh
    if notice.rectification is not None:
        return repair_words(notice.rectification)
    return "" if notice.hand_down is None else f"{notice.hand_down.organ} {notice.hand_down.number}"
