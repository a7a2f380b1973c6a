"""What a reviewer asked to be put right, and what the handling officers answered."""

from __future__ import annotations

from dataclasses import dataclass

from zhunsheng.casework.facts import CaseAct, CaseFacts

RETURNED = "legal-review.returned"
FIXED = "legal-review.fixed"


@dataclass(frozen=True)
class Fix:
    """One thing to be put right: `number` is the place of the return in the dossier and the line in it, as "18-2"."""

    number: str
    text: str
    answer: CaseAct | None = None

    @property
    def open(self) -> bool:
        return self.answer is None


def fix_lines(text: str) -> list[str]:
    """The things to be put right, one a line; empty lines do not count."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def fixes_of(facts: CaseFacts, returned: CaseAct) -> tuple[Fix, ...]:
    """What one return asked for, each with its last answer."""
    answers = {str(a.fields.get("fix")): a for a in facts.all(FIXED) if a.position > returned.position}
    found = []
    for n, text in enumerate(fix_lines(str(returned.fields.get("fixes") or "")), start=1):
        number = f"{returned.position}-{n}"
        found.append(Fix(number, text, answers.get(number)))
    return tuple(found)
