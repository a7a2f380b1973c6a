"""The rulebook in force in this process: read, bound and made ready once, and again when a norm is activated."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zhunsheng.acts.surroundings import rulebook_paths, surroundings
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.acts.words import label
from zhunsheng.base.clock import ZONE
from zhunsheng.base.errors import InputError
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.explain import Explanation, explain
from zhunsheng.norms.interpret import MEANING, Interpreter
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.merging import merged
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.results import Obligation
from zhunsheng.norms.widening import widening_faults
from zhunsheng.procedure.overlay import Mark, overlay_files, overlay_mark

LOG = logging.getLogger(__name__)
EDITIONS_KEPT = 3
"""Editions kept ready: where an activation is taken back, the one before is at hand."""


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


class Served:
    """What `rulebook` is: the edition in force in this process, read anew when an activated norm comes or goes."""

    def __init__(self) -> None:
        self.editions: dict[Path, Rulebook] = {}
        self.current: tuple[Mark, Rulebook] | None = None

    def __call__(self, folder: Path | None = None) -> Rulebook:
        """The rulebook in force here, or the one in a folder; InputError with place and remedy when it cannot be used.

        In force are the shipped norms, those the bureau adds (ZHUNSHENG_LOCAL_RULES; one that asks less than the law is refused),
        and over them what was activated (`overlay`). A file nobody activated is refused; a process that has an edition keeps it.
        """
        if folder is not None:
            if folder not in self.editions:
                self.editions[folder] = ready((folder,))
            return self.editions[folder]
        mark = overlay_mark()
        if self.current is not None and self.current[0] == mark:
            return self.current[1]
        try:
            found = ready(rulebook_paths(), overlay_files() if mark else ())
        except InputError as fault:
            if self.current is None:
                raise
            LOG.error("the rulebook in force is kept, its change cannot be used: %s", fault.text("en"))  # noqa: TRY400 - a fault of a file, not of ours
            found = self.current[1]
        self.current = mark, found
        return found

    def cache_clear(self) -> None:
        """Have everything read anew."""
        self.editions, self.current = {}, None


rulebook = Served()


def ready(paths: Sequence[Path], over: Sequence[Path] = ()) -> Rulebook:
    """The norms of some paths, others laid over them, bound and ready to judge; an edition read lately is not read again."""
    return edition_ready(tuple(paths), tuple(over), edition(*paths, *over))


@lru_cache(maxsize=EDITIONS_KEPT)
def edition_ready(paths: tuple[Path, ...], over: tuple[Path, ...], digest: str) -> Rulebook:
    """The same of an edition known by its digest."""
    norms = load_norms(paths)
    if over:
        norms = merged(norms, load_norms(over))
    return made_ready(norms, digest)


def made_ready(norms: NormSet, digest: str) -> Rulebook:
    """Norms bound and ready to judge; InputError where they cannot be, or ask less than the law they widen."""
    around = surroundings(norms)
    plans = tuple(bind(norms, around))
    for fault in widening_faults(norms, around):
        raise fault
    calendar = Calendar.china()
    return Rulebook(norms, plans, Interpreter(plans, calendar=calendar, zone=ZONE), calendar, digest)


def edition(*paths: Path) -> str:
    """SHA-256 over the edition of what norms mean, and the names and bytes of every file of a rulebook, in order of name.

    A dossier judged by another edition is judged anew by the clock: so it is after a change of norms, and of their meaning.
    """
    whole = hashlib.sha256(f"meaning {MEANING}\0".encode())
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*.yaml"))
        for file in files:
            whole.update(f"{file.relative_to(path.parent if path.is_file() else path).as_posix()}\0".encode())
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
