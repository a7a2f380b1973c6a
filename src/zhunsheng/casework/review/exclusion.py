"""Evidence whose exclusion was proposed or approved, and every conclusion that cites what was excluded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhunsheng.casework.facts import CaseAct, CaseFacts
from zhunsheng.casework.review.fixes import fix_lines
from zhunsheng.people.bilingual import both

PROPOSED = ("evidence.exclusion-proposed", "evidence.exclusion-requested")
EXCLUDED = "evidence.excluded"
KEPT = "evidence.exclusion-refused"
CONCLUSIONS = (
    "evidence.relied-on",
    "case.characterised",
    "penalty.proposed",
    "penalty.decided",
    "legal-review.submitted",
    "legal-review.passed",
    "legal-review.returned",
    "legal-review.refused",
    "decision.discussed",
    "decision-document.issued",
    "document.made",
)
"""Types of act that say something on the strength of evidence, and may name it."""


LISTED = re.compile(r"[\n；;、]")
"""Between the names of several pieces of evidence in one field."""


class Standing(StrEnum):
    """What is to be made of a piece of evidence."""

    USABLE = "usable"
    PROPOSED = "proposed"
    EXCLUDED = "excluded"
    KEPT = "kept"


STANDING_WORDS = {
    Standing.USABLE: both("可以使用", "usable"),
    Standing.PROPOSED: both("已提出排除意见，待批准", "exclusion proposed, to be decided"),
    Standing.EXCLUDED: both("已排除，不得作为处罚根据", "excluded; no ground for a penalty"),
    Standing.KEPT: both("不予排除", "exclusion refused"),
}


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence by name, with the opinions on it and what was decided last."""

    name: str
    standing: Standing
    opinions: tuple[CaseAct, ...] = ()
    decided: CaseAct | None = None

    @property
    def words(self) -> object:
        """The standing in words, for a page."""
        return STANDING_WORDS[self.standing]


@dataclass(frozen=True)
class Affected:
    """A conclusion that cites evidence which is excluded now; `after`: it was drawn although that was already so."""

    act: CaseAct
    names: tuple[str, ...]
    after: bool


def evidence_of(facts: CaseFacts) -> Mapping[str, Evidence]:
    """Every piece of evidence named in the case, in the order it came up."""
    names = dict.fromkeys(name for act in facts.acts for name in named_in(act))
    return {name: evidence(facts, name) for name in names}


def evidence(facts: CaseFacts, name: str) -> Evidence:
    """One piece of evidence. An opinion is open until the next decision on that evidence."""
    about = [a for a in facts.all(*PROPOSED, EXCLUDED, KEPT) if a.fields.get("evidence") == name]
    opinions = tuple(a for a in about if a.type in PROPOSED)
    decided = next((a for a in reversed(about) if a.type in (EXCLUDED, KEPT)), None)
    if decided is not None and decided.type == EXCLUDED:
        return Evidence(name, Standing.EXCLUDED, opinions, decided)
    if opinions and (decided is None or opinions[-1].position > decided.position):
        return Evidence(name, Standing.PROPOSED, opinions, decided)
    return Evidence(name, Standing.USABLE if decided is None else Standing.KEPT, opinions, decided)


def opinions_open(facts: CaseFacts) -> list[Evidence]:
    """The evidence whose exclusion somebody has to decide on."""
    return [e for e in evidence_of(facts).values() if e.standing is Standing.PROPOSED]


def excluded(facts: CaseFacts) -> dict[str, CaseAct]:
    """The evidence that is excluded, with the act that excluded it."""
    return {
        name: e.decided
        for name, e in evidence_of(facts).items()
        if e.standing is Standing.EXCLUDED and e.decided is not None
    }


def affected(facts: CaseFacts) -> tuple[Affected, ...]:
    """Every conclusion that cites excluded evidence, in order."""
    gone = excluded(facts)
    found = []
    for act in facts.all(*CONCLUSIONS):
        names = tuple(name for name in cited(act) if name in gone)
        if names:
            found.append(Affected(act, names, any(gone[n].position < act.position for n in names)))
    return tuple(found)


def cited(act: CaseAct) -> tuple[str, ...]:
    """The evidence a conclusion names: in `cites`, one a line; in `evidence`; among the things it is about."""
    lines = fix_lines(str(act.fields.get("cites") or ""))
    single = LISTED.split(str(act.fields.get("evidence") or ""))
    things = [name for kind in ("item", "recording", "appraisal") for name in act.subjects.get(kind, ())]
    return tuple(dict.fromkeys(name.strip() for name in [*lines, *single, *things] if name.strip()))


def named_in(act: CaseAct) -> Iterable[str]:
    """The evidence an act brings up by name."""
    if act.type in CONCLUSIONS:
        yield from (name for name in cited(act) if name not in act.items)
    elif act.fields.get("evidence"):
        yield str(act.fields["evidence"])
