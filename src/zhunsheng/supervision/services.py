"""The officer's answer to a finding, and the decision on a contest by another hand."""

from __future__ import annotations

from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.supervision.access import SHOWN_WITH, may_answer, may_decide
from zhunsheng.supervision.alerting import alerting
from zhunsheng.supervision.codes import ANSWERABLE, PUT_RIGHT, Cause, Event, Ground, Outcome, Status
from zhunsheng.supervision.models import Alert, Contest, Finding
from zhunsheng.supervision.precision import silences_note
from zhunsheng.supervision.recording import version
from zhunsheng.supervision.rectifying import line_open, verified_at
from zhunsheng.supervision.sources import Named, source_of

CONTESTABLE = (Status.OPEN, *PUT_RIGHT)
"""What was accepted is no longer contested; what was done late may still have been no breach."""


def answered_meanwhile() -> InputError:
    """The finding is not as the caller saw it."""
    return InputError(
        zh="这项问题已经有新的情况，您看到的不是最新状态",
        en="this finding has moved on since you saw it",
        where="finding",
        remedy_zh="看过最新情况，再确认提交",
        remedy_en="look at it as it is now, then send it again",
    )


def wanting(name: str, zh: str, en: str) -> InputError:
    """Something was left out."""
    return InputError(zh=zh, en=en, where=name, remedy_zh="补充后再提交", remedy_en="add it and submit again")


def finding_locked(finding_id: int, expected: int | None) -> Finding:
    """The finding under its lock; InputError where it has moved on, Denied where there is none."""
    rows = Finding.objects.unfenced("who may is checked next").select_for_update(no_key=True, of=("self",))
    finding: Finding | None = rows.select_related(*SHOWN_WITH, "officer").filter(pk=finding_id).first()
    if finding is None:
        raise Denied
    if expected is not None and finding.versions != expected:
        raise answered_meanwhile()
    return finding


def answer_open(finding_id: int, by: Officer, expected: int | None, statuses: tuple[Status, ...]) -> Finding:
    """The finding, locked, to be answered by this officer now."""
    finding = finding_locked(finding_id, expected)
    if not may_answer(finding, by):
        if finding.officer_id == by.number:
            raise answered_meanwhile()
        raise Denied
    if finding.status not in statuses:
        raise answered_meanwhile()
    return finding


def answered(finding: Finding, event: Event, by: Officer, note: str, named: Named | None = None) -> None:
    """Write the answer: the row, its version with the explanation that stood, and the receipts of the alerts."""
    now = clock.now()
    before = finding.history.order_by("-number").first()
    finding.answered_at = finding.answered_at or now
    finding.next_level_at = None
    act = None if named is None else named.act
    made = version(finding, event, now, by=by.number, note=note, act=None if act is None else act.id)
    made.event_row = None if named is None else named.event
    made.explanation = {} if before is None else before.explanation
    finding.save()
    made.save()
    Alert.objects.filter(finding=finding, answered_at=None).update(answered_at=now)


@transaction.atomic
def finding_accept(finding_id: int, *, by: Officer, note: str = "", expected: int | None = None) -> Finding:
    """The officer accepts the finding; what is still to be put right enters the ledger. Denied unless it is theirs to answer."""
    finding = answer_open(finding_id, by, expected, (Status.OPEN,))
    finding.status = Status.ACCEPTED
    answered(finding, Event.ACCEPTED, by, note.strip())
    line_open(finding, owner=by, opened_by=None)
    return finding


@transaction.atomic
def finding_cure(
    finding_id: int, act: str, *, by: Officer, note: str = "", expected: int | None = None
) -> Finding:
    """The officer names the act that cures it, by its number in the dossier or its id. InputError for one that cannot have."""
    finding = answer_open(finding_id, by, expected, ANSWERABLE)
    named = source_of(finding).named(act)
    if named is None or named.known_at < finding.since:
        raise InputError(
            zh="没有指明本案卷中问题发生以后的一项有效行为",
            en="no act of this dossier that counts and was recorded after it went wrong was named",
            where="act",
            remedy_zh="先登记补做的行为，再填写它的序号",
            remedy_en="record what was done first, then give its number",
        )
    finding.status, finding.cured_at = Status.CURED, named.occurred_at
    finding.cured_by, finding.cured_event = named.act, named.event
    answered(finding, Event.CURED, by, note.strip(), named)
    return finding


@transaction.atomic
def contest_file(
    finding_id: int,
    *,
    by: Officer,
    ground: str,
    reason: str,
    evidence: str = "",
    act: str = "",
    expected: int | None = None,
) -> Contest:
    """The officer contests the finding, once; from now on it counts nowhere until somebody else has decided."""
    finding = answer_open(finding_id, by, expected, CONTESTABLE)
    if ground not in Ground.values or not reason.strip():
        raise wanting("reason", "异议须写明理由", "a contest needs its ground and its reason")
    named = source_of(finding).named(act) if act.strip() else None
    if act.strip() and named is None:
        raise wanting("act", "本案卷中没有这项行为", "this dossier has no such act")
    if not evidence.strip() and named is None:
        raise wanting(
            "evidence",
            "异议须附证据：指明行为或者说明材料",
            "a contest needs evidence: an act, or what proves it",
        )
    if accepted_before(finding):
        raise InputError(
            zh="这项问题已经认可，不再提出异议",
            en="this finding was accepted; it is contested no more",
            where="finding",
            remedy_zh="有新的事实的，登记相应行为，问题会随之变化",
            remedy_en="where there are new facts, record the acts; the finding follows them",
        )
    if finding.contests.filter(filed_at__gte=finding.found_at).exists():
        raise InputError(
            zh="这项问题已经裁决过一次",
            en="this finding was contested and decided already",
            where="finding",
            remedy_zh="有新的事实的，登记相应行为，问题会随之变化",
            remedy_en="where there are new facts, record the acts; the finding follows them",
        )
    now = clock.now()
    contest = Contest.objects.create(
        finding=finding,
        officer=by,
        ground=ground,
        reason=reason.strip(),
        evidence=evidence.strip(),
        evidence_act=None if named is None else named.act,
        evidence_event=None if named is None else named.event,
        filed_at=now,
        decide_by=now + alerting(now).contest.decide_within.delta,
    )
    finding.status = Status.CONTESTED
    finding.released_at = min(finding.released_at, now)
    answered(finding, Event.CONTESTED, by, reason.strip(), named)
    return contest


def accepted_before(finding: Finding) -> bool:
    """Whether it was accepted since it was found: that answer stands, whatever was done about it."""
    return bool(finding.history.filter(event=Event.ACCEPTED, at__gte=finding.found_at).exists())


@transaction.atomic
def contest_decide(contest_id: int, *, by: Officer, outcome: str, reason: str, cause: str = "") -> Contest:
    """Decide a contest: the finding is upheld or dismissed, with a reason. Denied without the role over the unit.

    InputError for whoever has a hand in the matter, where it was decided already, and for a dismissal that names no cause.
    """
    first = Contest.objects.filter(pk=contest_id).values_list("finding_id", flat=True).first()
    if first is None:
        raise Denied
    finding = finding_locked(first, None)
    contest = Contest.objects.select_for_update(no_key=True).get(pk=contest_id)
    contest.finding = finding
    deciding_check(contest, by)
    if contest.outcome:
        raise answered_meanwhile()
    if outcome not in (Outcome.UPHELD, Outcome.DISMISSED) or not reason.strip():
        raise wanting("decision", "裁决须写明结果和理由", "a decision needs an outcome and a reason")
    if outcome == Outcome.DISMISSED and cause not in Cause.values:
        raise wanting("cause", "问题撤销的，须写明错在哪里", "a dismissal says what was at fault")
    contest.outcome, contest.decision = outcome, reason.strip()
    contest.cause = cause if outcome == Outcome.DISMISSED else ""
    contest.decided_by, contest.decided_at = by, clock.now()
    contest.save()
    if outcome == Outcome.DISMISSED:
        finding.status = Status.DISMISSED
        answered(finding, Event.DISMISSED, by, contest.decision)
        silences_note((finding.norm_id, finding.norm_version))
    else:
        upheld(finding, by, contest)
    return contest


def deciding_check(contest: Contest, by: Officer) -> None:
    """Denied without the role; InputError for whoever it concerns, found it, or took part in the dossier."""
    if not holds_over(by, [Role.SUPERVISOR], contest.finding.unit_id, clock.now()):
        raise Denied
    if not may_decide(contest, by):
        raise InputError(
            zh="承办人、发现人和参与过本案卷的人员不能裁决异议",
            en="whoever it concerns, found it or took part in the dossier does not decide",
            where="contest",
            remedy_zh="由另一名监督人员裁决",
            remedy_en="let another supervisor decide",
        )


def upheld(finding: Finding, by: Officer, contest: Contest) -> None:
    """The finding stands: cured where it was done late meanwhile, over where its line was verified, else to be put right."""
    late = finding.breach == "late"
    cured = finding.cured_by_id is not None or finding.cured_event_id is not None
    if late or cured:
        finding.status = Status.CURED
    else:
        finding.cured_at = verified_at(finding)
        finding.status = Status.UPHELD if finding.cured_at is None else Status.RECTIFIED
    if late and not cured and (done := source_of(finding).named(decided_id(finding))) is not None:
        finding.cured_by, finding.cured_event, finding.cured_at = done.act, done.event, done.occurred_at
    answered(finding, Event.UPHELD, by, contest.decision)
    if finding.status == Status.UPHELD:
        line_open(finding, owner=contest.officer, opened_by=by)


def decided_id(finding: Finding) -> str:
    """What did it late, by its id in the case."""
    if finding.imported is not None:
        return finding.imported.decided_by
    assert finding.obligation is not None
    return str(finding.obligation.decided_by_id)
