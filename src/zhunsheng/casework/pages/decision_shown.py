"""What the tab 决定 shows of one person: where the procedure stands, bars of comparable cases, and the decision in sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhunsheng.casework.access import CaseView
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.past import Bar, Past, comparables
from zhunsheng.casework.discretion.penalties import Said
from zhunsheng.casework.discretion.reasons import Reasons, reasons_text
from zhunsheng.casework.discretion.weighing import HEARD, NOTICE, PENALTY_TOLD, Weighing, proposal_of
from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.review.state import review_state
from zhunsheng.ledger.models import Entry
from zhunsheng.people.bilingual import both

ROW, LABEL, WIDTH = 26, 140, 180
"""Measures of a chart: height of a row, width of the words, width of the longest bar."""


@dataclass(frozen=True)
class Rung:
    """One bar of a chart, placed."""

    label: object
    count: int
    y: int
    text_y: int
    width: int
    count_x: int


@dataclass(frozen=True)
class Chart:
    """A chart with its table."""

    title: object
    rungs: tuple[Rung, ...]
    height: int


def charts(past: Past) -> list[Chart]:
    """The distributions that have something in them."""
    found = (
        (both("处罚种类", "Kind"), past.kinds),
        (both("拘留天数", "Days of detention"), past.days),
        (both("罚款数额", "Amount of the fine"), past.yuan),
    )
    return [chart(title, bars) for title, bars in found if bars]


def chart(title: object, bars: Sequence[Bar]) -> Chart:
    """Bars placed one under the other, the longest as wide as the chart."""
    longest = max(bar.count for bar in bars)
    rungs = []
    for n, bar in enumerate(bars):
        width = round(WIDTH * bar.count / longest)
        rungs.append(
            Rung(both(bar.zh, bar.en), bar.count, n * ROW + 4, n * ROW + 18, width, LABEL + width + 6)
        )
    return Chart(title, tuple(rungs), len(bars) * ROW + 4)


def past_of(case: CaseView, weighing: Weighing) -> Past | None:
    """Comparable decisions, once somebody has proposed and not before."""
    if weighing.proposed is None or weighing.violation is None or weighing.band is None:
        return None
    return comparables(
        by=case.by,
        purpose=case.purpose,
        violation=weighing.violation.code,
        tier=weighing.band.tier,
        until=weighing.decided_on,
        besides=case.dossier.id,
    )


@dataclass(frozen=True)
class Standing:
    """One step before the decision and whether it was taken."""

    title: object
    done: bool
    state: object
    act: CaseAct | None = None


def steps_before(facts: CaseFacts, weighing: Weighing) -> list[Standing]:
    """Notice, defence, hearing, review and deliberation, as the acts tell."""
    key = weighing.person.key
    notices = [a for a in facts.all(NOTICE, person=key) if a.fields.get("notice") == PENALTY_TOLD]
    heard, waived = facts.last(HEARD[0], person=key), facts.last("defence.waived", person=key)
    review = review_state(facts, key)
    return [
        step(
            both("告知拟作出的处罚", "Notice of the penalty"),
            notices[-1] if notices else None,
            both("尚未告知", "not given"),
        ),
        step(
            both("陈述和申辩", "Statement and defence"),
            heard or waived,
            both("尚无记录", "none on record"),
            both("当事人放弃", "waived") if heard is None and waived is not None else None,
        ),
        hearing(facts, key),
        Standing(both("法制审核", "Legal review"), review.valid, review.words, review.outcome),
        step(
            both("集体讨论", "Deliberation"),
            facts.last("decision.discussed"),
            both("没有记录", "none on record"),
        ),
    ]


def step(title: object, act: CaseAct | None, missing: object, said: object | None = None) -> Standing:
    """A step that one act takes."""
    return Standing(title, act is not None, said or (missing if act is None else both("已办", "done")), act)


def hearing(facts: CaseFacts, key: str) -> Standing:
    """Where a hearing stands."""
    title = both("听证", "Hearing")
    for type_, zh, en, done in (
        ("hearing.held", "已举行", "held", True),
        ("hearing.withdrawn", "当事人撤回申请", "request withdrawn", True),
        ("hearing.waived", "当事人放弃", "waived", True),
        ("hearing.requested", "当事人要求听证，尚未举行", "asked for, not held yet", False),
    ):
        found = facts.last(type_, person=key)
        if found is not None:
            return Standing(title, done, both(zh, en), found)
    return Standing(title, False, both("没有申请", "not asked for"))


@dataclass(frozen=True)
class Summary:
    """A decision in sum."""

    act: CaseAct
    penalty: object
    facts: str
    reasons: Reasons | None
    remedies: list[object]
    receipt: str


def summary_of(weighing: Weighing) -> Summary | None:
    """The decision, where there is one."""
    act, put = weighing.decided, proposal_of(weighing.decided)
    if act is None or put is None:
        return None
    tables = shipped()
    remedies: list[object] = []
    for code in ("rule.reconsideration", "rule.litigation"):
        rule = tables.rules[code]
        cited = tables.cited(rule.basis)
        remedies.append(both(f"{rule.title.zh}（{cited.zh}）", f"{rule.title.en} ({cited.en})"))
    digest = Entry.objects.filter(record=act.id).values_list("digest", flat=True).first()
    receipt = "" if digest is None else bytes(digest).hex()
    return Summary(act, in_both(put.words()), weighing.facts, reasons_of(weighing), remedies, receipt)


def reasons_of(weighing: Weighing) -> Reasons | None:
    """The reasoned paragraph of the decision, else of the proposal."""
    act = weighing.decided or weighing.proposed
    put = proposal_of(act)
    if act is None or put is None or weighing.violation is None or weighing.switch is None:
        return None
    evidence = (
        "" if weighing.characterised is None else str(weighing.characterised.fields.get("evidence") or "")
    )
    return reasons_text(
        person=weighing.person.shown,
        facts=weighing.facts,
        violation=weighing.violation,
        switch=weighing.switch,
        circumstances=weighing.chosen,
        proposal=put,
        departure_reason=str(act.fields.get("departure_reason") or ""),
        evidence=evidence,
    )


def told_steps(steps: Iterable[Said]) -> list[object]:
    """Sentences in the reader's language."""
    return [in_both(s) for s in steps]


def in_both(said: Said) -> object:
    """A sentence in the reader's language."""
    return both(said.zh, said.en)
