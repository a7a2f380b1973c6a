"""External results entered, reviewed by somebody with no hand in the dossier, overturned; and proposals of norms settled."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from zhunsheng.accountability.access import had_a_hand, supervises
from zhunsheng.accountability.models import ExternalResult, ExternalReview, NormProposal, ReviewedAct
from zhunsheng.accountability.rules import rules, terms
from zhunsheng.acts.access import dossiers_within
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.acts.selectors import dossier_acts
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.authority import reason_given
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over
from zhunsheng.procedure.rulebook import rulebook
from zhunsheng.supervision.models import HandDown
from zhunsheng.supervision.rectifying import lacking

SUGGESTION = "procuratorial-suggestion"
LONGEST_NUMBER = 120
SETTLING = (Role.LEGAL_REVIEWER, Role.SUPERVISOR)
BRACKETS = str.maketrans("〔〕【】[]（）()「」", "[][][][][][]", "")


def number_key(number: str) -> str:
    """A number as the same paper bears it however it is typed: width, kinds of bracket and blanks make no difference."""
    plain = unicodedata.normalize("NFKC", number).translate(BRACKETS)
    return "".join(plain.split()).upper()[:120]


def named_norm(norm_id: str) -> str:
    """The norm's id; InputError where the rulebook has none of that name."""
    wanted = norm_id.strip()
    if wanted and wanted not in {norm.id for norm in rulebook().norms.norms}:
        raise lacking("norm_id", "规则库没有这条规范", "the rulebook has no such norm")
    return wanted


@transaction.atomic
def external_enter(
    *,
    by: Officer,
    kind: str,
    organ: str,
    number: str,
    decided_on: dt.date,
    unit: str,
    decision: str,
    reason: str,
    dossier: str = "",
    hand_down: int | None = None,
) -> ExternalResult:
    """Enter what another organ decided. Denied unless they supervise the unit; InputError for what is entered already."""
    if not supervises(by, unit):
        raise Denied
    entry_check(kind, organ, number, decided_on, decision, reason)
    if kind == SUGGESTION and hand_down is None:
        raise lacking(
            "hand_down",
            "检察建议先在“交办文书”登记，再在这里选择，不重复登记",
            "a suggestion is entered among the papers handed down first, and chosen here",
        )
    now = clock.now()
    row = ExternalResult(
        kind=kind,
        organ="".join(organ.split()),
        number=number.strip(),
        number_key=number_key(number),
        decided_on=decided_on,
        dossier=dossier_named(dossier, by, unit),
        unit_id=unit,
        decision=decision.strip(),
        reason=reason.strip(),
        hand_down=hand_down_named(hand_down, unit),
        entered_by=by,
        entered_at=now,
        review_by=now + terms(now).review.delta,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise InputError(
            zh="这个机关的这份文书已经登记",
            en="this paper of this organ was entered already",
            where="number",
            remedy_zh="在列表中查找，不要重复登记",
            remedy_en="look for it in the list",
        ) from None
    return row


def entry_check(kind: str, organ: str, number: str, decided_on: dt.date, decision: str, reason: str) -> None:
    """InputError, at its field, for what is lacking."""
    if kind not in rules().external_kinds:
        raise lacking("kind", "没有这一种结果", "there is no such kind")
    for name, value, zh in (
        ("organ", organ, "机关"),
        ("number", number, "文号"),
        ("decision", decision, "决定内容"),
    ):
        if not value.strip():
            raise lacking(name, f"须写明{zh}", f"{name} is needed")
    if len(number) > LONGEST_NUMBER:
        raise lacking("number", f"文号最多{LONGEST_NUMBER}个字符", f"at most {LONGEST_NUMBER} characters")
    if not reason.strip():
        raise lacking("reason", "须摘录文书写明的理由", "quote the reason the paper gives")
    if decided_on > clock.now().astimezone(clock.LOCAL).date():
        raise lacking("decided_on", "日期不能晚于今天", "the date is not in the future")


def dossier_named(number: str, by: Officer, unit: str) -> Dossier | None:
    """The dossier of that number within the reach of supervision; None where none is named. InputError where there is no such."""
    if not number.strip():
        return None
    rows = dossiers_within(by=by, purpose="supervision")
    found: Dossier | None = rows.filter(number=number.strip()).first()
    if found is None or not holds_over(by, [Role.SUPERVISOR], found.unit_id, clock.now()):
        raise lacking(
            "dossier", "没有这个案卷，或者不在您的监督范围内", "no such dossier, or not yours to supervise"
        )
    if found.unit_id != unit:
        raise lacking("dossier", "案卷不属于所选单位", "the dossier is not of the unit chosen")
    return found


def hand_down_named(pk: int | None, unit: str) -> HandDown | None:
    """The paper handed down that it came with."""
    if pk is None:
        return None
    rows = HandDown.objects.unfenced("the role over the unit was checked")
    found: HandDown | None = rows.filter(pk=pk, unit_id=unit).first()
    if found is None:
        raise lacking("hand_down", "没有这份交办文书", "there is no such paper")
    return found


def result_locked(result_id: int, by: Officer) -> ExternalResult:
    """The result under its lock; Denied unless they supervise its unit."""
    rows = ExternalResult.objects.unfenced("the role is checked next").select_for_update(
        no_key=True, of=("self",)
    )
    row: ExternalResult | None = rows.select_related("dossier").filter(pk=result_id).first()
    if row is None or not supervises(by, row.unit_id):
        raise Denied
    return row


def may_review(result: ExternalResult, by: Officer) -> bool:
    """Whether they may look at it again: over the unit, and with no hand in the dossier."""
    return supervises(by, result.unit_id) and not had_a_hand(result.dossier, by)


@transaction.atomic
def external_review(
    result_id: int,
    *,
    by: Officer,
    conclusion: str,
    reason: str,
    acts: Sequence[str] = (),
    norm_id: str = "",
    proposal: str = "",
) -> ExternalReview:
    """Review a result, once: the conclusion, the acts it rests on, and the norm it is about or the proposal of one."""
    row = result_locked(result_id, by)
    if had_a_hand(row.dossier, by):
        raise InputError(
            zh="办理、审核、审批过本案卷的人员不能复盘",
            en="whoever handled, reviewed or approved in the dossier does not review the result",
            where="by",
            remedy_zh="由没有参与的监督人员复盘",
            remedy_en="let a supervisor with no hand in it do so",
        )
    if ExternalReview.objects.filter(result=row).exists():
        raise InputError(
            zh="已经复盘",
            en="it was reviewed already",
            where="conclusion",
            remedy_zh="打开查看复盘结论",
            remedy_en="open it to read the conclusion",
        )
    if conclusion not in rules().conclusions:
        raise lacking("conclusion", "须选择复盘结论", "a conclusion is needed")
    if not reason.strip():
        raise lacking("review_reason", "须写明理由", "a reason is needed")
    picked = acts_named(row.dossier, acts)
    if conclusion == "fault-possible" and row.dossier is not None and not picked:
        raise lacking("acts", "可能存在过错的，须指明所依据的行为", "where fault is possible name the acts")
    norm = named_norm(norm_id)
    if not norm and not proposal.strip():
        raise lacking(
            "norm_id", "须对应一条规范，或者提出规范建议", "it leads to a norm, or to the proposal of one"
        )
    made = (
        NormProposal.objects.create(
            result=row, unit_id=row.unit_id, text=proposal.strip(), made_by=by, made_at=clock.now()
        )
        if proposal.strip() and not norm
        else None
    )
    review = ExternalReview.objects.create(
        result=row,
        conclusion=conclusion,
        reason=reason.strip(),
        norm_id=norm,
        proposal=made,
        by=by,
        at=clock.now(),
    )
    ReviewedAct.objects.bulk_create(ReviewedAct(review=review, act=act) for act in picked)
    return review


def acts_named(dossier: Dossier | None, ids: Sequence[str]) -> list[Act]:
    """The acts of the dossier with these ids; InputError where one is none of its."""
    if not ids:
        return []
    known = {} if dossier is None else {str(act.id): act for act in dossier_acts(dossier)}
    if missing := [one for one in ids if one not in known]:
        raise lacking("acts", "案卷中没有这项行为", f"the dossier has no act {missing[0]}")
    return [known[one] for one in dict.fromkeys(ids)]


@transaction.atomic
def external_link(result_id: int, *, by: Officer, dossier: str) -> ExternalResult:
    """Name the dossier of a result that was entered without one; once, and before it is reviewed."""
    row = result_locked(result_id, by)
    if row.dossier_id is not None or ExternalReview.objects.filter(result=row).exists():
        raise lacking("dossier", "已有案卷或者已经复盘", "it has a dossier, or was reviewed already")
    row.dossier = dossier_named(dossier, by, row.unit_id)
    if row.dossier is None:
        raise lacking("dossier", "须填写案卷编号", "give the number of the dossier")
    row.save(update_fields=["dossier"])
    return row


@transaction.atomic
def external_overturned(result_id: int, *, by: Officer, paper: str) -> ExternalResult:
    """The result itself fell afterwards: by which paper. Cases that rest on it say so and are to be reconsidered."""
    row = result_locked(result_id, by)
    if row.overturned_at is not None:
        raise lacking("paper", "已经登记被改变", "it was entered already")
    row.overturned_paper, row.overturned_by, row.overturned_at = reason_given(paper), by, clock.now()
    row.save()
    return row


@transaction.atomic
def proposal_settle(proposal_id: int, *, by: Officer, norm_id: str = "", refusal: str = "") -> NormProposal:
    """Say which norm came of a proposal, or why none does; by the legal department or a supervisor, and not by who made it."""
    rows = NormProposal.objects.unfenced("the role is checked next").select_for_update(no_key=True)
    row: NormProposal | None = rows.filter(pk=proposal_id).first()
    if row is None or not holds_over(by, SETTLING, row.unit_id, clock.now()):
        raise Denied
    if row.settled_at is not None:
        raise lacking("norm_id", "已经答复", "it was settled already")
    norm = named_norm(norm_id)
    if bool(norm) == bool(refusal.strip()):
        raise lacking(
            "norm_id", "填写规范编号，或者写明不采纳的理由，二者填一", "a norm, or the reason why none"
        )
    if row.made_by_id == by.number:
        raise InputError(
            zh="提出建议的人不能答复自己的建议",
            en="nobody settles their own proposal",
            where="norm_id",
            remedy_zh="由另一人答复",
            remedy_en="let another settle it",
        )
    row.norm_id, row.refusal = norm, refusal.strip()
    row.settled_by, row.settled_at = by, clock.now()
    row.save()
    return row
