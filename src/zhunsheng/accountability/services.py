"""A case of responsibility up to its decision: opened, attributed, heard; withdrawn, or reconsidered when a ground fell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction

from zhunsheng.accountability.access import had_a_hand, named_in, parts_own, supervises
from zhunsheng.accountability.attributing import effect_suggested, frozen, grounds_now, proposal
from zhunsheng.accountability.chain import Part
from zhunsheng.accountability.codes import AFTER_DECISION, OVER, Effect, EventKind, Share, State
from zhunsheng.accountability.externals import result_locked
from zhunsheng.accountability.models import (
    CaseGround,
    ExternalResult,
    GroundJudged,
    Involvement,
    ResponsibilityCase,
    Statement,
)
from zhunsheng.accountability.recording import event, said_fields
from zhunsheng.accountability.rules import terms
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.supervision.access import findings_within
from zhunsheng.supervision.codes import COUNTED
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.rectifying import lacking

UNDER_WAY = (State.OPENED, State.ATTRIBUTED, State.HEARD)
PURPOSE = "supervision"


def moved_on() -> InputError:
    """The case is not as the caller saw it."""
    return InputError(
        zh="这个案件已经有新的进展，您看到的不是最新状态",
        en="this case has moved on since you saw it",
        where="case",
        remedy_zh="重新打开页面，确认后再办理",
        remedy_en="open it again, then go on",
    )


def case_locked(case_id: int, *states: State, expected: int | None = None) -> ResponsibilityCase:
    """The case under its lock, its dossier locked before. Denied where there is none, InputError for another state."""
    rows = ResponsibilityCase.objects.unfenced("who may is checked next").filter(pk=case_id)
    dossier = rows.values_list("dossier_id", flat=True).first()
    if dossier is None:
        raise Denied
    locked = Dossier.objects.unfenced("who may is checked next").select_for_update(no_key=True)
    locked.get(pk=dossier)
    case: ResponsibilityCase = (
        rows.select_for_update(no_key=True, of=("self",)).select_related("dossier").get()
    )
    if (states and case.state not in states) or (expected is not None and case.revision != expected):
        raise moved_on()
    return case


def waiting_check(case: ResponsibilityCase) -> None:
    """InputError while a finding it rests on is contested, or a ground that fell has not been looked at."""
    if frozen(case):
        raise InputError(
            zh="所依据的问题有异议待裁决，裁决以前不能继续办理",
            en="a finding it rests on is contested; the case waits for that decision",
            where="case",
            remedy_zh="先裁决异议",
            remedy_en="decide the contest first",
        )
    if any(one.to_reconsider for one in grounds_now(case)):
        raise InputError(
            zh="所依据的问题已撤销或者外部结果已被改变，须先重新审查",
            en="something it rests on has fallen; reconsider it first",
            where="case",
            remedy_zh="在“重新审查”中办理",
            remedy_en="use “reconsider”",
        )


def supervisor_check(by: Officer, dossier: Dossier) -> None:
    """Denied unless they supervise the unit; InputError where they had a hand in the dossier."""
    if not supervises(by, dossier.unit_id):
        raise Denied
    if had_a_hand(dossier, by):
        raise InputError(
            zh="办理、审核、审批过本案卷的人员不能办理它的过错责任案",
            en="whoever handled, reviewed or approved in the dossier does not run its responsibility case",
            where="by",
            remedy_zh="由没有参与的监督人员办理",
            remedy_en="let a supervisor with no hand in it do so",
        )


@transaction.atomic
def case_open(
    *, by: Officer, reason: str, findings: Sequence[int] = (), results: Sequence[int] = ()
) -> ResponsibilityCase:
    """Open a case from findings that count and from external results, all of one dossier. Denied unless they supervise its unit.

    InputError for a finding that is contested, dismissed, silent or in a case already, for a result without a dossier or not
    reviewed, and for things of several dossiers.
    """
    said = reason_given(reason)
    found = [finding_counting(pk, by) for pk in dict.fromkeys(findings)]
    rested = [result_reviewed(pk, by) for pk in dict.fromkeys(results)]
    dossiers = {*(one.dossier_id for one in found), *(one.dossier_id for one in rested)}
    if len(dossiers) != 1:
        raise lacking(
            "grounds", "须依据同一案卷的问题或者外部结果", "open it from findings or results of one dossier"
        )
    locked = Dossier.objects.unfenced("the ground was opened").select_for_update(no_key=True)
    dossier: Dossier = locked.get(pk=dossiers.pop())
    supervisor_check(by, dossier)
    live = CaseGround.objects.exclude(case__state__in=OVER)
    if live.filter(finding__in=found).exists() or live.filter(result__in=rested).exists():
        raise lacking("grounds", "已经立案，正在办理", "there is a case of it under way")
    now = clock.now()
    title = found[0].title_zh if found else str(rested[0])
    case = ResponsibilityCase.objects.create(
        unit_id=dossier.unit_id,
        dossier=dossier,
        subject=f"{dossier.number}：{title}"[:400],
        state=State.OPENED,
        opened_by=by,
        opened_at=now,
        attribute_by=now + terms(now).attribute.delta,
        changed_at=now,
    )
    CaseGround.objects.bulk_create(
        [
            *(CaseGround(case=case, finding=one) for one in found),
            *(CaseGround(case=case, result=one) for one in rested),
        ]
    )
    event(case, EventKind.OPENED, by, said)
    return case


def finding_read(pk: int, by: Officer) -> Finding:
    """A finding within the reach of supervision; Denied where there is none."""
    rows = findings_within(by=by, purpose=PURPOSE).filter(pk=pk).select_related("dossier", "unit")
    finding: Finding | None = rows.first()
    if finding is None:
        raise Denied
    return finding


def finding_counting(pk: int, by: Officer) -> Finding:
    """A finding within the reach of supervision that counts, of a dossier of ours; Denied where there is none."""
    finding = finding_read(pk, by)
    if finding.dossier is None:
        raise lacking(
            "grounds",
            "其他系统的案件没有本系统的案卷，不能沿行为链划分责任",
            "a case of another system has no chain of acts here to attribute along",
        )
    if finding.status not in COUNTED or finding.silent:
        raise lacking(
            "grounds",
            "异议待裁决、已撤销、不再成立或者规范停止提醒期间的问题不能立案",
            "what is contested, dismissed, gone or was found while its norm was silent opens no case",
        )
    return finding


def result_reviewed(pk: int, by: Officer) -> ExternalResult:
    """An external result that has a dossier, was reviewed and still stands."""
    result = result_locked(pk, by)
    if result.dossier is None or not hasattr(result, "review") or result.overturned_at is not None:
        raise lacking(
            "grounds",
            "外部结果须有案卷、已经复盘、没有被改变",
            "a result opens a case when it has a dossier, was reviewed and stands",
        )
    return result


@dataclass(frozen=True)
class Proposed:
    """What is proposed for a case, and the mark that tells whether it is still the same when it is accepted."""

    effects: Mapping[int, str]
    falsified: frozenset[str]
    parts: tuple[Part, ...]

    @property
    def mark(self) -> str:
        """A digest of the proposal."""
        told = "\n".join(f"{p.officer} {p.hand} {p.act} {p.own} {p.share} {p.rule}" for p in self.parts)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def proposed(
    case: ResponsibilityCase,
    effects: Mapping[int, str] | None = None,
    falsified: frozenset[str] = frozenset(),
) -> Proposed:
    """The proposal for a case: as its grounds suggest, or with what the supervisor says of them."""
    suggested = {now.ground.pk: effect_suggested(now.ground).value for now in grounds_now(case)}
    chosen = suggested | {pk: e for pk, e in (effects or {}).items() if pk in suggested and e in list(Effect)}
    return Proposed(chosen, falsified, proposal(case, chosen, falsified))


@dataclass(frozen=True)
class Changed:
    """A share that the supervisor changed, and why."""

    share: str
    reason: str


@dataclass(frozen=True)
class Accepted:
    """What the supervisor accepts: the proposal as seen, and the shares changed, by place in it."""

    effects: Mapping[int, str]
    mark: str
    falsified: frozenset[str] = frozenset()
    falsified_reason: str = ""
    changes: Mapping[int, Changed] = field(default_factory=dict)


@transaction.atomic
def case_attribute(
    case_id: int, *, by: Officer, accepted: Accepted, note: str, expected: int | None = None
) -> ResponsibilityCase:
    """Accept the proposal, or change shares in it with a reason each; nobody outside the chain can be named."""
    case = case_locked(case_id, State.OPENED, expected=expected)
    supervisor_check(by, case.dossier)
    waiting_check(case)
    found = proposed(case, accepted.effects, accepted.falsified)
    if found.mark != accepted.mark:
        raise moved_on()
    if accepted.falsified and not accepted.falsified_reason.strip():
        raise lacking(
            "falsified_reason", "认为有人弄虚作假的，须写明理由", "say why somebody is held to have falsified"
        )
    if by.number in {part.officer for part in found.parts}:
        raise Denied
    rows = [involvement(case, n, part, accepted.changes.get(n)) for n, part in enumerate(found.parts)]
    Involvement.objects.bulk_create(rows)
    standing = {one.ground.pk for one in grounds_now(case) if not one.fallen}
    GroundJudged.objects.bulk_create(
        GroundJudged(ground_id=pk, round=case.round, effect=effect)
        for pk, effect in found.effects.items()
        if pk in standing
    )
    now = clock.now()
    named = any(row.accepted != Share.NONE for row in rows)
    case.attributed_by = by
    case.state = State.ATTRIBUTED if named else State.HEARD
    case.statement_by = now + terms(now).statement.delta if named else None
    case.decide_by = None if named else now + terms(now).decide.delta
    why = accepted.falsified_reason.strip() if accepted.falsified else ""
    told = "；".join(filter(None, (reason_given(note), why)))
    event(case, EventKind.ATTRIBUTED, by, told)
    return case


def involvement(case: ResponsibilityCase, n: int, part: Part, changed: Changed | None) -> Involvement:
    """The row of one part, with the share as accepted."""
    share = part.share.value if changed is None else changed.share
    if share not in list(Share):
        raise lacking(f"share_{n}", "没有这一种责任", "there is no such share")
    reason = "" if changed is None else changed.reason.strip()
    if share != part.share and not reason:
        raise lacking(f"why_{n}", "改变建议的，须写明理由", "a share that is changed needs its reason")
    return Involvement(
        case=case,
        round=case.round,
        officer_id=part.officer,
        ground_act_id=part.act,
        own_act_id=part.own,
        hand=part.hand,
        saw=part.saw,
        rule=part.rule,
        proposed=part.share,
        accepted=share,
        reason=reason if share != part.share else "",
    )


@transaction.atomic
def statement_make(case_id: int, *, by: Officer, text: str, evidence: str = "") -> Statement:
    """Somebody concerned states their defence, once in a round, until the hearing is closed. Denied for whoever is not."""
    if not parts_own(by).filter(case_id=case_id).exists():
        raise Denied
    case = case_locked(case_id, State.ATTRIBUTED)
    if by.number not in named_in(case):
        raise Denied
    if case.statements.filter(round=case.round, officer=by).exists():
        raise lacking("text", "已经提交过陈述申辩", "a statement was made already")
    if not text.strip():
        raise lacking("text", "须写明陈述、申辩的内容", "say what you have to say")
    made = Statement.objects.create(
        case=case, round=case.round, officer=by, text=text.strip(), evidence=evidence.strip(), at=clock.now()
    )
    event(case, EventKind.STATED, by)
    return made


def still_to_state(case: ResponsibilityCase) -> list[str]:
    """Those who have not stated yet."""
    stated = {str(one.officer_id) for one in case.statements.filter(round=case.round)}
    return [number for number in named_in(case) if number not in stated]


@transaction.atomic
def hearing_close(case_id: int, *, by: Officer, note: str, expected: int | None = None) -> ResponsibilityCase:
    """Close the hearing: everybody concerned has stated, or the term ran out."""
    case = case_locked(case_id, State.ATTRIBUTED, expected=expected)
    supervisor_check(by, case.dossier)
    waiting_check(case)
    now = clock.now()
    if still_to_state(case) and case.statement_by is not None and now <= case.statement_by:
        raise InputError(
            zh="还有人没有陈述申辩，期限也没有届满",
            en="not everybody has stated, and the term has not run out",
            where="note",
            remedy_zh="等陈述申辩提交或者期限届满",
            remedy_en="wait for the statements, or for the end of the term",
        )
    case.state, case.decide_by = State.HEARD, now + terms(now).decide.delta
    event(
        case,
        EventKind.HEARD,
        by,
        reason_given(note),
        **said_fields(case.statements.filter(round=case.round).order_by("id")),
    )
    return case


@transaction.atomic
def case_withdraw(
    case_id: int, *, by: Officer, reason: str, expected: int | None = None
) -> ResponsibilityCase:
    """Withdraw a case that is not decided, with the reason."""
    case = case_locked(case_id, *UNDER_WAY, expected=expected)
    supervisor_check(by, case.dossier)
    case.state = State.WITHDRAWN
    event(case, EventKind.WITHDRAWN, by, reason_given(reason))
    return case


@transaction.atomic
def case_reconsider(
    case_id: int, *, by: Officer, ground: int, anew: bool, reason: str, expected: int | None = None
) -> ResponsibilityCase:
    """A ground fell: the case goes on upon the others, or responsibility is attributed anew, whatever was decided before.

    InputError where nothing fell, and for going on where nothing else stands.
    """
    case = case_locked(case_id, *UNDER_WAY, *AFTER_DECISION, expected=expected)
    supervisor_check(by, case.dossier)
    now = grounds_now(case)
    fallen = next((one for one in now if one.ground.pk == ground and one.to_reconsider), None)
    if fallen is None:
        raise lacking(
            "ground", "这项依据没有变化或者已经审查", "this ground has not fallen, or was looked at"
        )
    if not anew and all(one.fallen for one in now):
        raise lacking(
            "anew", "没有其他依据，须重新划分或者撤销案件", "nothing else stands: attribute anew or withdraw"
        )
    said = reason_given(reason)
    keep = partial(event, case, by=by, note=said, ground=fallen.ground)
    if not anew:
        keep(EventKind.RECONSIDERED)
        return case
    keep(EventKind.RECONSIDERED)
    instant = clock.now()
    case.round += 1
    case.state, case.attributed_by = State.OPENED, None
    case.attribute_by = instant + terms(instant).attribute.delta
    case.statement_by = case.decide_by = case.objection_by = case.redecide_by = None
    keep(EventKind.REOPENED)
    return case


def act_numbered(case: ResponsibilityCase, position: str) -> Act:
    """The act of the case's dossier that bears the number; InputError where none does."""
    rows = Act.objects.unfenced("the case was opened").filter(dossier=case.dossier)
    act: Act | None = (
        rows.filter(position=int(position)).first()
        if position.strip().isdecimal() and len(position) < 8
        else None
    )
    if act is None:
        raise lacking("act", "案卷中没有这项行为", "the dossier has no such act")
    return act
