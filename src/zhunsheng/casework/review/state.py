"""Where a case stands with the legal department: not sent, waiting, returned, passed, refused, or passed and fallen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.review.felling import BY_TYPE
from zhunsheng.casework.review.fixes import Fix, fixes_of
from zhunsheng.people.bilingual import both

SUBMITTED = "legal-review.submitted"
PASSED = "legal-review.passed"
RETURNED = "legal-review.returned"
REFUSED = "legal-review.refused"
OUTCOMES = (PASSED, RETURNED, REFUSED)
DECIDED = "penalty.decided"


class Review(StrEnum):
    """The state of the review of a case, or of one person in it."""

    NONE = "none"
    WAITING = "waiting"
    RETURNED = "returned"
    PASSED = "passed"
    REFUSED = "refused"
    FALLEN = "fallen"


WORDS = {
    Review.NONE: both("未送审", "not submitted"),
    Review.WAITING: both("待审核", "waiting for review"),
    Review.RETURNED: both("退回补正", "returned to be put right"),
    Review.PASSED: both("审核通过", "passed"),
    Review.REFUSED: both("不予核准", "refused"),
    Review.FALLEN: both("审核通过后失效", "passed, and fallen"),
}


@dataclass(frozen=True)
class Felled:
    """An act that felled a review, with the reason; `how`: it is new, was corrected, or was withdrawn."""

    act: CaseAct
    how: str
    zh: str
    en: str

    @property
    def position(self) -> int:
        return self.act.position


@dataclass(frozen=True)
class ReviewState:
    """A review as it stands. `outcome` is the last one, also while a new submission waits."""

    review: Review
    outcome: CaseAct | None = None
    submitted: CaseAct | None = None
    fixes: tuple[Fix, ...] = ()
    """What the last return asked for."""
    felled: tuple[Felled, ...] = ()
    """What changed since the last outcome; of a review that passed, what felled it."""

    @property
    def open_fixes(self) -> tuple[Fix, ...]:
        return tuple(f for f in self.fixes if f.open)

    @property
    def valid(self) -> bool:
        """Whether a decision may rest on it."""
        return self.review is Review.PASSED

    @property
    def words(self) -> object:
        """The state in words, for a page."""
        return WORDS[self.review]


def review_state(facts: CaseFacts, person: str | None = None) -> ReviewState:
    """The state of the review, of the whole case or as far as one person is concerned.

    What changes after the decision on that person (or, for the case, on everybody proposed for a penalty) fells nothing any more.
    """
    outcome, sent = facts.last(*OUTCOMES), facts.last(SUBMITTED)
    if outcome is None:
        return ReviewState(Review.NONE if sent is None else Review.WAITING, None, sent)
    fixes = fixes_of(facts, outcome) if outcome.type == RETURNED else ()
    felled = tuple(changes(facts, outcome, person))
    found = ReviewState(Review.WAITING, outcome, sent, fixes, felled)
    if sent is not None and sent.position > outcome.position:
        return found
    if outcome.type == PASSED:
        return replace(found, review=Review.FALLEN if felled else Review.PASSED)
    return replace(found, review=Review.RETURNED if outcome.type == RETURNED else Review.REFUSED)


def changes(facts: CaseFacts, outcome: CaseAct, person: str | None = None) -> Iterable[Felled]:
    """What was recorded, corrected or withdrawn after an outcome that it did not know of, by position."""
    end = decided_at(facts, person)
    found = [f for f in (felled_by(act, "recorded") for act in facts.acts) if f is not None]
    found += [f for f in (felled_by(act, "withdrawn") for act in facts.withdrawn) if f is not None]
    for one in sorted(found, key=lambda f: f.position):
        known = one.how != "withdrawn" or one.act.place < outcome.position
        after = outcome.position < one.position and (end is None or one.position < end)
        if known and after and concerns(one.act, person):
            yield one


def felled_by(act: CaseAct, how: str) -> Felled | None:
    """The act as something that fells; None where it fells nothing."""
    entry = BY_TYPE.get(act.type)
    if entry is None or (entry.unless_denied and act.fields.get(entry.unless_denied) is False):
        return None
    if how == "withdrawn":
        return Felled(act, how, "审核所依据的记录被撤回", "a record that the review rested on was withdrawn")
    if act.corrects is not None:
        return Felled(
            act, "corrected", "审核所依据的记录被更正", "a record that the review rested on was corrected"
        )
    return Felled(act, how, entry.zh, entry.en)


def concerns(act: CaseAct, person: str | None) -> bool:
    """Whether a change touches the review as far as a person goes; evidence touches everybody's."""
    return person is None or BY_TYPE[act.type].reach == "case" or not act.persons or person in act.persons


def decided_at(facts: CaseFacts, person: str | None) -> int | None:
    """The place of the decision from which on changes no longer matter; None where it is still to come."""
    proposed = dict.fromkeys(key for act in facts.all("penalty.proposed") for key in act.persons)
    wanted = list(proposed) if person is None else [person]
    places = [decision_place(facts, key) for key in wanted] or [decision_place(facts, None)]
    return None if None in places else max(p for p in places if p is not None)


def decision_place(facts: CaseFacts, person: str | None) -> int | None:
    """Where the decision on a person stands, unless another penalty was proposed after it."""
    decided, proposed = facts.last(DECIDED, person=person), facts.last("penalty.proposed", person=person)
    if decided is None or (proposed is not None and proposed.position > decided.position):
        return None
    return decided.position
