"""What the review tab shows, in words: the state, the outcomes with their findings, evidence, deliberations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.vocabulary.review import FINDINGS
from zhunsheng.casework.access import CaseView
from zhunsheng.casework.facts import CaseAct
from zhunsheng.casework.parties import named
from zhunsheng.casework.review.deliberation import Deliberation, Member, deliberations
from zhunsheng.casework.review.exclusion import Evidence, Standing, affected, evidence_of
from zhunsheng.casework.review.fixes import Fix, fixes_of
from zhunsheng.casework.review.state import OUTCOMES, RETURNED, ReviewState, changes, review_state
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import Officer


@dataclass(frozen=True)
class Told:
    """An act in words: what, by whom, when, where in the dossier."""

    act: CaseAct
    title: object
    who: str
    position: int
    at: dt.datetime
    reason: str = ""
    opinion: str = ""
    people: str = ""


@dataclass(frozen=True)
class Judged:
    """One finding of an outcome."""

    title: object
    verdict: object
    code: str
    note: str


@dataclass(frozen=True)
class Changed:
    """Something that changed since a review, and what it did."""

    told: Told
    why: object


@dataclass(frozen=True)
class Answered:
    """A thing to be put right, with its answer."""

    fix: Fix
    outcome: object = ""
    answer: str = ""
    who: str = ""


@dataclass(frozen=True)
class StateShown:
    """Where the review stands."""

    state: ReviewState
    words: object
    submitted: Told | None
    outcome: Told | None
    fixes: tuple[Answered, ...] = ()
    changes: tuple[Changed, ...] = ()


@dataclass(frozen=True)
class OutcomeShown:
    """One outcome with its findings; `fallen_by` is what felled it, if it passed and fell."""

    told: Told
    findings: tuple[Judged, ...]
    fixes: tuple[Answered, ...]
    ground: object = ""
    fallen_by: tuple[Changed, ...] = ()


@dataclass(frozen=True)
class EvidenceShown:
    """A piece of evidence with what was said of it."""

    evidence: Evidence
    words: object
    opinions: tuple[Told, ...] = ()
    grounds: tuple[object, ...] = ()
    decided: Told | None = None

    @property
    def gone(self) -> bool:
        return self.evidence.standing is Standing.EXCLUDED


@dataclass(frozen=True)
class MemberShown:
    """A member of a deliberation."""

    name: str
    member: Member
    stance: object = ""
    reason: str = ""


@dataclass(frozen=True)
class DeliberationShown:
    """A deliberation in words."""

    deliberation: Deliberation
    people: str
    agenda: str
    attendants: str
    members: tuple[MemberShown, ...]
    conclusion: object = ""
    settled: tuple[tuple[object, object], ...] = ()
    reason: str = ""
    findings: Mapping[str, int] = field(default_factory=dict)


def value_words(name: str, code: object) -> object:
    """A coded value in words."""
    known = vocabulary().fields[name].values.get(str(code))
    return both(*known) if known is not None else ("" if code is None else str(code))


def told(case: CaseView, act: CaseAct) -> Told:
    """An act in words."""
    known, facts = vocabulary().types[act.type], case.facts
    names = officer_names(case)
    people = "、".join(facts.parties[p].shown for p in act.persons if p in facts.parties)
    return Told(
        act,
        both(known.zh, known.en),
        names.get(act.recorded_by, act.recorded_by),
        act.position,
        act.at,
        named(str(act.fields.get("reason") or ""), facts.parties),
        named(str(act.fields.get("opinion") or ""), facts.parties),
        people,
    )


def officer_names(case: CaseView) -> Mapping[str, str]:
    """Numbers and names of those who recorded in the case."""
    return {act.recorded_by_id: act.recorded_by.name for act in case.acts}


def state_shown(case: CaseView, person: str | None = None) -> StateShown:
    """The state of the review, with everything that led to it."""
    state = review_state(case.facts, person)
    outcome, sent = state.outcome, state.submitted
    return StateShown(
        state,
        state.words,
        None if sent is None else told(case, sent),
        None if outcome is None else told(case, outcome),
        tuple(answered(case, fix) for fix in state.fixes),
        changed(case, state),
    )


def states_shown(case: CaseView) -> list[tuple[str, object]]:
    """Person by person, where several are to be decided on."""
    facts = case.facts
    keys = dict.fromkeys(key for act in facts.all("penalty.proposed") for key in act.persons)
    shown = [(facts.parties[k].shown, review_state(facts, k).words) for k in keys if k in facts.parties]
    return shown if len(shown) > 1 else []


def changed(case: CaseView, state: ReviewState) -> tuple[Changed, ...]:
    """What changed since the last outcome."""
    return tuple(Changed(told(case, f.act), both(f.zh, f.en)) for f in state.felled)


def answered(case: CaseView, fix: Fix) -> Answered:
    """A thing to be put right in words."""
    if fix.answer is None:
        return Answered(fix)
    fields = fix.answer.fields
    return Answered(
        fix,
        value_words("fix_outcome", fields.get("fix_outcome")),
        str(fields.get("answer") or ""),
        officer_names(case).get(fix.answer.recorded_by, ""),
    )


def outcomes_shown(case: CaseView) -> list[OutcomeShown]:
    """Every outcome, the newest first; a review that fell says by what."""
    facts, found = case.facts, []
    outcomes = facts.all(*OUTCOMES)
    for n, act in enumerate(outcomes):
        until = outcomes[n + 1].position if n + 1 < len(outcomes) else None
        felled = [f for f in changes(facts, act) if until is None or f.position < until]
        found.append(
            OutcomeShown(
                told(case, act),
                tuple(findings(act)),
                tuple(answered(case, f) for f in fixes_of(facts, act)) if act.type == RETURNED else (),
                value_words("refusal_ground", act.fields.get("refusal_ground")),
                tuple(Changed(told(case, f.act), both(f.zh, f.en)) for f in felled)
                if act.type == "legal-review.passed"
                else (),
            )
        )
    return found[::-1]


def findings(act: CaseAct) -> Sequence[Judged]:
    """The findings an outcome states."""
    return [
        Judged(
            both(f.zh, f.en),
            value_words(f.name, act.fields[f.name]),
            str(act.fields[f.name]),
            str(act.fields.get(f"{f.name}_note") or ""),
        )
        for f in FINDINGS
        if f.name in act.fields
    ]


def evidence_shown(case: CaseView) -> list[EvidenceShown]:
    """The evidence somebody proposed to exclude, or that was excluded."""
    return [
        EvidenceShown(
            one,
            one.words,
            tuple(told(case, a) for a in one.opinions),
            tuple(value_words("exclusion_ground", a.fields.get("exclusion_ground")) for a in one.opinions),
            None if one.decided is None else told(case, one.decided),
        )
        for one in evidence_of(case.facts).values()
        if one.standing is not Standing.USABLE
    ]


@dataclass(frozen=True)
class AffectedShown:
    """A conclusion that cites what was excluded."""

    told: Told
    names: tuple[str, ...]
    after: bool


def affected_shown(case: CaseView) -> list[AffectedShown]:
    """Every conclusion that cites excluded evidence."""
    return [AffectedShown(told(case, one.act), one.names, one.after) for one in affected(case.facts)]


def deliberations_shown(case: CaseView) -> list[DeliberationShown]:
    """Every deliberation, the newest first."""
    found = deliberations(case.facts)
    numbers = {m.officer for d in found for m in d.members}
    names = dict(Officer.objects.filter(number__in=numbers).values_list("number", "name")) if numbers else {}
    return [deliberation_shown(case, d, names) for d in reversed(found)]


def deliberation_shown(case: CaseView, one: Deliberation, names: Mapping[str, str]) -> DeliberationShown:
    """One of them."""
    facts, concluded = case.facts, one.concluded
    settled: list[tuple[object, object]] = []
    if concluded is not None:
        for name in ("decision", "amount", "days"):
            value = concluded.fields.get(name)
            if value:
                known = vocabulary().fields[name]
                settled.append((both(known.zh, known.en), value_words(name, value)))
    return DeliberationShown(
        one,
        "、".join(facts.parties[p].shown for p in one.persons if p in facts.parties),
        str(one.opened.fields.get("agenda") or ""),
        str(one.opened.fields.get("attendants") or ""),
        tuple(member_shown(m, names) for m in one.members),
        "" if concluded is None else value_words("conclusion", concluded.fields.get("conclusion")),
        tuple(settled),
        "" if concluded is None else str(concluded.fields.get("reason") or ""),
        one.tally.fields,
    )


def member_shown(member: Member, names: Mapping[str, str]) -> MemberShown:
    """A member with what they said."""
    name = names.get(member.officer, member.officer)
    if member.aside is not None:
        fields = member.aside.fields
        ground = value_words("conflict_ground", fields.get("conflict_ground"))
        said = both(f"回避：{ground}", f"stood aside: {ground}")
        return MemberShown(name, member, said, str(fields.get("reason") or ""))
    if member.position is None:
        return MemberShown(name, member)
    fields = member.position.fields
    return MemberShown(
        name, member, value_words("stance", fields.get("stance")), str(fields.get("reason") or "")
    )
