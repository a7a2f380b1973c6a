"""Deliberations of a case: who was called, what each member said in their own name, who stood aside, what was concluded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhunsheng.casework.facts import CaseAct, CaseFacts

OPENED = "deliberation.opened"
POSITION = "deliberation.position-taken"
ASIDE = "deliberation.stood-aside"
CONCLUDED = "decision.discussed"
MEMBER_ROLES = ("deliberation-member", "approver", "decider")
SANCTION = ("decision", "amount", "days")


@dataclass(frozen=True)
class Member:
    """One member of a deliberation, with the position taken or the standing aside, whichever there is."""

    officer: str
    position: CaseAct | None = None
    aside: CaseAct | None = None

    @property
    def silent(self) -> bool:
        return self.position is None and self.aside is None

    @property
    def counts(self) -> bool:
        """Whether the position is counted: whoever stands aside has none that is."""
        return self.position is not None and self.aside is None


@dataclass(frozen=True)
class Tally:
    """How many members took which position."""

    in_favour: int
    against: int
    abstaining: int
    standing_aside: int

    @property
    def fields(self) -> dict[str, int]:
        """The counts as the conclusion records them."""
        return {
            "in_favour": self.in_favour,
            "against": self.against,
            "abstaining": self.abstaining,
            "standing_aside": self.standing_aside,
        }


@dataclass(frozen=True)
class Deliberation:
    """One sitting."""

    sitting: str
    opened: CaseAct
    members: tuple[Member, ...]
    concluded: CaseAct | None

    @property
    def open(self) -> bool:
        return self.concluded is None

    @property
    def persons(self) -> tuple[str, ...]:
        return self.opened.persons

    @property
    def dissenters(self) -> tuple[Member, ...]:
        """Members whose counted position is against or reserved."""
        return tuple(
            m for m in self.members if m.counts and m.position and m.position.fields.get("stance") != "agree"
        )

    @property
    def tally(self) -> Tally:
        """The positions that count."""
        stances = [m.position.fields.get("stance") for m in self.members if m.counts and m.position]
        return Tally(
            stances.count("agree"),
            stances.count("disagree"),
            stances.count("abstain"),
            sum(m.aside is not None for m in self.members),
        )

    def member(self, officer: str) -> Member | None:
        """The member with that number."""
        return next((m for m in self.members if m.officer == officer), None)


def deliberations(facts: CaseFacts) -> tuple[Deliberation, ...]:
    """Every sitting, in order."""
    return tuple(deliberation(facts, opened) for opened in facts.all(OPENED))


def deliberation(facts: CaseFacts, opened: CaseAct) -> Deliberation:
    """One sitting from the act that opened it. Whoever speaks without having been called is a member all the same."""
    sitting = str(opened.fields.get("sitting") or "")
    positions = by_officer(facts, POSITION, sitting)
    aside = by_officer(facts, ASIDE, sitting)
    called = dict.fromkeys([*opened.by_role(*MEMBER_ROLES), *positions, *aside])
    members = tuple(Member(number, positions.get(number), aside.get(number)) for number in called)
    concluded = [a for a in facts.all(CONCLUDED) if a.fields.get("sitting") == sitting]
    return Deliberation(sitting, opened, members, concluded[-1] if concluded else None)


def by_officer(facts: CaseFacts, act_type: str, sitting: str) -> Mapping[str, CaseAct]:
    """The last act of a type that each officer recorded in a sitting."""
    return {a.recorded_by: a for a in facts.all(act_type) if a.fields.get("sitting") == sitting}


def sitting_next(facts: CaseFacts) -> str:
    """The name of the next sitting."""
    return str(len(facts.all(OPENED)) + 1)


def binding(facts: CaseFacts, person: str) -> CaseAct | None:
    """The conclusion that a decision on a person must keep to; None where nothing was settled."""
    stated = [
        a for a in facts.all(CONCLUDED, person=person) if "decision" in a.fields or "conclusion" in a.fields
    ]
    return stated[-1] if stated else None


def departs(decided: Mapping[str, Any], concluded: CaseAct) -> list[str]:
    """The fields in which a decision differs from what was concluded; a conclusion that settled nothing is departed from."""
    if concluded.fields.get("conclusion") not in (None, "agreed"):
        return ["conclusion"]
    return [
        name
        for name in SANCTION
        if name in concluded.fields and (decided.get(name) or 0) != (concluded.fields[name] or 0)
    ]
