"""The rulebook in force in this process: read, bound and made ready once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhunsheng.acts.surroundings import rulebook_paths, surroundings
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
from zhunsheng.norms.widening import widening_faults


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
    """The rulebook in force here, or the one in a folder; InputError with place and remedy when it cannot be used.

    In force are the shipped norms and those the bureau adds (ZHUNSHENG_LOCAL_RULES); one that asks less than the law is refused.
    """
    paths = rulebook_paths() if folder is None else (folder,)
    norms = load_norms(paths)
    around = surroundings(norms)
    plans = tuple(bind(norms, around))
    for fault in widening_faults(norms, around):
        raise fault
    calendar = Calendar.china()
    return Rulebook(norms, plans, Interpreter(plans, calendar=calendar, zone=ZONE), calendar, edition(*paths))


def edition(*paths: Path) -> str:
    """SHA-256 over the names and bytes of every file of a rulebook, in order of name; of the shipped one all of its folder."""
    whole = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*.yaml"))
        for file in files:
            whole.update(f"{file.relative_to(path.parent if path.is_file() else path).as_posix()}\0".encode())
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
