"""Attribution along the chain of acts: who handled, reviewed, approved or ordered an act in question, and the share that follows.

Pure: no tables. It proposes; a supervisor accepts or changes, within the chain. Rules, sources: `rulebook/accountability.yaml`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from zhunsheng.accountability.codes import Hand, Rule, Share

HANDLERS = ("handler", "recorder", "investigator")
REVIEWERS = ("legal-reviewer",)
APPROVERS = ("approver", "decider", "deliberation-member", "department-head")
PASSED = ("legal-review.passed", "case.reviewed")
REVIEW_OUTCOMES = (*PASSED, "legal-review.returned", "legal-review.refused")
SUBMITTED = ("penalty.proposed", "approval.requested", "legal-review.submitted")
ORDER = "order.received"
OPENED, POSITION, CONCLUDED = "deliberation.opened", "deliberation.position-taken", "decision.discussed"
DELIBERATION = (OPENED, POSITION, "deliberation.stood-aside", CONCLUDED)
SANCTION = ("decision", "amount", "days")
GRAVITY = (Share.NONE, Share.SECONDARY, Share.EQUAL, Share.MAIN, Share.SOLE)
"""From the least share to the whole."""


@dataclass(frozen=True)
class Step:
    """An act that counts, as far as attribution looks at it."""

    id: uuid.UUID
    position: int
    """Where its record stands in the dossier; what stands before it was there when it was made."""
    type: str
    at: dt.datetime
    officers: tuple[tuple[str, str], ...]
    """Number and role."""
    recorded_by: str = ""
    persons: frozenset[str] = frozenset()
    fields: Mapping[str, Any] = field(default_factory=dict)

    def of(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Those who stood in one of the roles, each once."""
        wanted = tuple(roles)
        return tuple(dict.fromkeys(number for number, role in self.officers if role in wanted))

    def concerns(self, other: Step) -> bool:
        """Whether both are about the same people, or one of them about nobody in particular."""
        return not self.persons or not other.persons or bool(self.persons & other.persons)


@dataclass(frozen=True)
class Question:
    """An act in question: since when it is wrong, and who is found to have falsified or concealed."""

    act: uuid.UUID
    since: dt.datetime | None = None
    """Wrong from its beginning where empty."""
    falsified: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Part:
    """One hand at the act in question, with the share proposed."""

    officer: str
    hand: Hand
    act: uuid.UUID
    """The act in question."""
    own: uuid.UUID
    """Their own act."""
    saw: int
    """How many acts were in the dossier when they acted."""
    share: Share
    rule: Rule


@dataclass(frozen=True)
class Link:
    """A step of the chain with those who stand in it in one hand."""

    step: Step
    hand: Hand
    officers: tuple[str, ...]


def attribute(steps: Sequence[Step], questions: Iterable[Question]) -> tuple[Part, ...]:
    """The parts of everybody in the chains of the acts in question, in order; an act not among the steps has none."""
    found: dict[tuple[str, uuid.UUID, uuid.UUID, Hand], Part] = {}
    for question in questions:
        for part in parts_of(steps, question):
            found.setdefault((part.officer, part.act, part.own, part.hand), part)
    return tuple(found.values())


def parts_of(steps: Sequence[Step], question: Question) -> list[Part]:
    """The parts at one act in question."""
    act = next((one for one in steps if one.id == question.act), None)
    if act is None:
        return []
    links = list(links_of(steps, act))
    dissent = dissenters(steps, act)
    parts = [
        part_at(act, link, number, question)
        for link in links
        for number in link.officers
        if number not in dissent
    ]
    parts = ordered(steps, act, parts)
    if overruled(steps, act):
        parts = [not_followed(part) for part in parts]
    parts = [direct(part, parts) for part in parts]
    return deceived(parts, question.falsified)


def links_of(steps: Sequence[Step], act: Step) -> Iterator[Link]:
    """The chain of an act: who ordered it, appraised, handled or submitted it, and the review and approval that followed."""
    before = [s for s in steps if s.position < act.position and s.concerns(act)]
    after = [s for s in steps if s.position > act.position and s.concerns(act)]
    for order in [s for s in before if s.type == ORDER and s.of(("superior",))][-1:]:
        yield Link(order, Hand.SUPERIOR, order.of(("superior",)))
    if act.of(("appraiser",)):
        yield Link(act, Hand.APPRAISER, act.of(("appraiser",)))
    if decides(act):
        yield from latest(before, SUBMITTED, Hand.HANDLER, HANDLERS)
        yield from latest(before, PASSED, Hand.REVIEWER, REVIEWERS)
        yield from approval(steps, act)
    elif reviews(act):
        yield from latest(before, SUBMITTED, Hand.HANDLER, HANDLERS)
        yield Link(act, Hand.REVIEWER, act.of(REVIEWERS))
        yield from first_approval(steps, after)
    else:
        yield Link(act, Hand.HANDLER, act.of(HANDLERS))
        for given in [s for s in before if s.type == "approval.given"][-1:]:
            yield from approval(steps, given)
        for passed in [s for s in after if s.type in PASSED and s.of(REVIEWERS)][:1]:
            yield Link(passed, Hand.REVIEWER, passed.of(REVIEWERS))
        yield from first_approval(steps, after)


def latest(
    before: Sequence[Step], types: tuple[str, ...], hand: Hand, roles: tuple[str, ...]
) -> Iterator[Link]:
    """The last step of the types in which somebody stood in one of the roles."""
    for step in [s for s in before if s.type in types and s.of(roles)][-1:]:
        yield Link(step, hand, step.of(roles))


def decides(step: Step) -> bool:
    """Whether the act approves or decides; sittings of a deliberation lead to one and are none."""
    return bool(step.of(APPROVERS)) and step.type not in DELIBERATION and not step.of(HANDLERS)


def reviews(step: Step) -> bool:
    """Whether the act is a review."""
    return step.type in REVIEW_OUTCOMES and bool(step.of(REVIEWERS))


def first_approval(steps: Sequence[Step], after: Sequence[Step]) -> Iterator[Link]:
    """The first act after it that approves or decides, with those who agreed to it."""
    for step in [s for s in after if decides(s) and s.type != "approval.refused"][:1]:
        yield from approval(steps, step)


def approval(steps: Sequence[Step], step: Step) -> Iterator[Link]:
    """Who approved or decided, and the members who agreed in the deliberation it rests on."""
    yield Link(step, Hand.APPROVER, step.of(APPROVERS))
    agreed, _ = positions(steps, step)
    own = {number: s for number, s in agreed.items() if number not in step.of(APPROVERS)}
    for number, taken in own.items():
        yield Link(taken, Hand.MEMBER, (number,))


def positions(steps: Sequence[Step], step: Step) -> tuple[dict[str, Step], frozenset[str]]:
    """Of the last deliberation concluded before an act: who agreed, each with the act that says so, and who did not."""
    before = [s for s in steps if s.position < step.position and s.concerns(step)]
    concluded = next((s for s in reversed(before) if s.type == CONCLUDED), None)
    if concluded is None:
        return {}, frozenset()
    sitting = concluded.fields.get("sitting")
    taken: dict[str, Step] = {}
    aside: set[str] = set()
    for one in before:
        if one.fields.get("sitting") == sitting and one.type == POSITION:
            taken[one.recorded_by] = one
        elif one.fields.get("sitting") == sitting and one.type == "deliberation.stood-aside":
            aside.add(one.recorded_by)
    agreed = {n: s for n, s in taken.items() if s.fields.get("stance") == "agree" and n not in aside}
    return agreed, frozenset(taken) - frozenset(agreed) | frozenset(aside)


def dissenters(steps: Sequence[Step], act: Step) -> frozenset[str]:
    """Who did not agree, in any deliberation that the approvals of the chain rest on; they are never named."""
    concerned = [s for s in steps if decides(s) and s.concerns(act)]
    return frozenset().union(*(positions(steps, s)[1] for s in concerned))


def part_at(act: Step, link: Link, number: str, question: Question) -> Part:
    """The share that follows from the hand and from what could be seen then."""
    step, since = link.step, question.since
    visible = step.position > act.position and (since is None or since <= step.at)
    share, rule = Share.SECONDARY, Rule.BY_PART
    match link.hand:
        case Hand.HANDLER:
            share = Share.MAIN if step.id == act.id else Share.SECONDARY
        case Hand.APPRAISER:
            share, rule = Share.MAIN, Rule.APPRAISAL
        case Hand.SUPERIOR:
            share, rule = Share.MAIN, Rule.ORDERED
        case Hand.MEMBER:
            share, rule = Share.EQUAL, Rule.COLLECTIVE
            if not decides(act) and not visible:
                share, rule = Share.NONE, Rule.NOT_YET_VISIBLE
        case Hand.REVIEWER if step.id == act.id:
            share, rule = Share.MAIN, Rule.OWN_DECISION
        case Hand.REVIEWER if decides(act) or visible:
            rule = Rule.REVIEW_SHOULD_SEE
        case Hand.APPROVER if step.id == act.id:
            share, rule = Share.MAIN, Rule.OWN_DECISION
        case Hand.APPROVER if visible:
            rule = Rule.APPROVAL_SHOULD_SEE
        case Hand.APPROVER if step.position < act.position:
            share, rule = Share.NONE, Rule.APPROVED_BEFORE
        case _:
            share, rule = Share.NONE, Rule.NOT_YET_VISIBLE
    return Part(number, link.hand, act.id, step.id, step.position - 1, share, rule)


def overruled(steps: Sequence[Step], act: Step) -> bool:
    """Whether an act decides otherwise than was proposed or than the review came to."""
    if not decides(act):
        return False
    before = [s for s in steps if s.position < act.position and s.concerns(act)]
    proposed = next((s for s in reversed(before) if s.type == "penalty.proposed"), None)
    outcome = next((s for s in reversed(before) if s.type in REVIEW_OUTCOMES), None)
    if outcome is not None and outcome.type not in PASSED:
        return True
    return (
        act.type == "penalty.decided"
        and proposed is not None
        and any((act.fields.get(n) or 0) != (proposed.fields.get(n) or 0) for n in SANCTION)
    )


def not_followed(part: Part) -> Part:
    """Whoever decided otherwise answers; those whose opinion was not followed do not."""
    if part.hand is Hand.APPROVER:
        return replace(part, share=Share.SOLE, rule=Rule.APPROVER_CHANGED)
    if part.hand in (Hand.HANDLER, Hand.REVIEWER):
        return replace(part, share=Share.NONE, rule=Rule.NOT_FOLLOWED)
    return part


def ordered(steps: Sequence[Step], act: Step, parts: list[Part]) -> list[Part]:
    """Where a superior ordered it: they answer in the main, alone where the handlers objected and reported."""
    order = next((p for p in parts if p.hand is Hand.SUPERIOR), None)
    if order is None:
        return parts
    told = next(s for s in steps if s.id == order.own)
    reported = told.fields.get("order_objected") is True and told.fields.get("order_reported") is True
    found = []
    for part in parts:
        changed = part
        if part.hand is Hand.SUPERIOR and reported:
            changed = replace(part, share=Share.SOLE)
        elif part.hand is Hand.HANDLER and part.own == act.id:
            share, rule = (
                (Share.NONE, Rule.ORDERED_REPORTED)
                if reported
                else (Share.SECONDARY, Rule.ORDERED_UNREPORTED)
            )
            changed = replace(part, share=share, rule=rule)
        found.append(changed)
    return found


def direct(part: Part, parts: Sequence[Part]) -> Part:
    """Who handled alone, with nobody above them in the chain, answers for the whole."""
    alone = part.hand is Hand.HANDLER and all(p.hand is Hand.HANDLER for p in parts)
    if alone and part.share is Share.MAIN:
        several = len({p.officer for p in parts}) > 1
        return replace(part, share=Share.EQUAL if several else Share.SOLE, rule=Rule.DIRECT)
    return part


def deceived(parts: Sequence[Part], falsified: frozenset[str]) -> list[Part]:
    """Where a handler, appraiser or reviewer falsified or concealed, they answer in the main; those who relied on it do not."""
    own = (Hand.HANDLER, Hand.APPRAISER, Hand.REVIEWER)
    if not any(p.officer in falsified and p.hand in own for p in parts):
        return list(parts)
    found = []
    for part in parts:
        if part.officer in falsified and part.hand in own:
            found.append(replace(part, share=Share.MAIN, rule=Rule.DECEIVED))
        elif part.hand in (Hand.REVIEWER, Hand.APPROVER, Hand.MEMBER, Hand.SUPERIOR):
            found.append(replace(part, share=Share.NONE, rule=Rule.WAS_DECEIVED))
        elif part.share in (Share.SOLE, Share.MAIN, Share.EQUAL):
            found.append(replace(part, share=Share.SECONDARY, rule=Rule.BY_PART))
        else:
            found.append(part)
    return found


def heaviest(shares: Iterable[Share]) -> Share:
    """The greatest of several shares of one person."""
    return max(shares, key=GRAVITY.index, default=Share.NONE)
