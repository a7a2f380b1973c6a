"""The rulebook in force in this process: read, bound and made ready once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhunsheng.acts.surroundings import rulebook_folder, surroundings
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.words import label
from zhunsheng.base.clock import ZONE
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.explain import Explanation, explain
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.results import Obligation


@dataclass(frozen=True)
class Rulebook:
    """Norms ready to judge, and the digest that says which edition they are."""

    norms: NormSet
    plans: tuple[Plan, ...]
    interpreter: Interpreter
    calendar: Calendar
    digest: str

    def told(self, row: Obligation, as_of_us: int, language: Language = "zh") -> Explanation:
        """One result in words: article, facts, arithmetic, what is missing, the cure."""
        return explain(
            row,
            calendar=self.calendar,
            zone=ZONE,
            as_of_us=as_of_us,
            language=language,
            label=label,
            fields=vocabulary().field_types(),
        )


@cache
def rulebook(folder: Path | None = None) -> Rulebook:
    """The shipped rulebook, or the one in a folder; InputError with place and remedy when it cannot be used."""
    path = folder or rulebook_folder()
    norms = load_norms(path)
    plans = tuple(bind(norms, surroundings(norms)))
    calendar = Calendar.china()
    return Rulebook(norms, plans, Interpreter(plans, calendar=calendar, zone=ZONE), calendar, edition(path))


def edition(folder: Path) -> str:
    """SHA-256 over the names and bytes of every file of a rulebook, in order of name."""
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*.yaml")):
        whole.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
