"""What a norm found at one opening act: the row of the findings table, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhunsheng.norms.dossiers import Act
from zhunsheng.norms.plans import BREACHES, Plan, Status

COLUMNS: Mapping[str, str] = {
    "norm_id": "the norm",
    "version": "its version, named by the first day in force",
    "kind": "one of the eight kinds of norm",
    "severity": "blocking, serious, minor or advisory",
    "case_id": "the case",
    "scope": "further scope keys, `person=甲;item=7`; empty when the clock is the case's",
    "opened_seq": "place in the log of the act that opened the obligation",
    "opened_by": "id of that act",
    "opened_at": "its time",
    "due_at": "the last instant in time; null when there is none or it is unknown",
    "warn_at": "when the norm warns before it",
    "met_seq": "place in the log of the act that decided",
    "met_by": "id of the act that decided (met, came late, was forbidden, voided)",
    "met_at": "its time",
    "status": "met, pending, late, overdue, broken, void or unknown",
    "breach": "true for late, overdue and broken",
    "seconds_over": "seconds past due, rounded down; null unless late, overdue or a broken `requires`, past a due time",
    "days_over": "local days past the due day; null likewise",
    "unit": "unit of the opening act",
    "evidence": "ids of the acts that decide, in the order of the log, separated by a space",
}
"""The columns of a findings table, in order, with their meaning."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a due time came about, for the explanation."""

    term_index: int = -1
    """Which tier was taken; -1 is the norm's own term."""
    extensions: tuple[tuple[Act, int], ...] = ()
    """Extensions that counted: the act, and the number of the grant in the plan."""
    stopped: tuple[tuple[Act, Act | None, int], ...] = ()
    """Stops counted: begin, end (None: it still stood then), and what each added in the term's unit (µs or days)."""
    settled: Act | None = None
    """The act as of which the due time is told, where one has settled the matter; None: as of now."""
    standing: bool = False
    """Whether a stop still stands, so that the due time moves on with the clock."""
    latest_us: int | None = None
    """Where more than one term may be the one to take, the latest due time among them; time alone decides nothing after it."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One norm version at one opening act in one scope."""

    plan: Plan
    case_id: str
    scope: tuple[str, ...]
    opened: Act
    status: Status
    due_us: int | None = None
    warn_us: int | None = None
    decided: Act | None = None
    evidence: tuple[Act, ...] = ()
    doubts: tuple[Act, ...] = ()
    """Acts whose missing facts made the status unknown."""
    reckoning: Reckoning = field(default_factory=Reckoning)

    @property
    def breach(self) -> bool:
        """Late, overdue or broken."""
        return self.status in BREACHES

    @property
    def scope_text(self) -> str:
        """`person=甲;item=7`."""
        return ";".join(f"{key.name}={value}" for key, value in zip(self.plan.per, self.scope, strict=False))

    @property
    def evidence_seqs(self) -> tuple[int, ...]:
        """Places in the log of the acts that decide, ascending, each once."""
        return tuple(sorted({self.opened.seq, *(a.seq for a in self.evidence)}))
