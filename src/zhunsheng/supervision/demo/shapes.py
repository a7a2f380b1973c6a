"""The shapes of cases the made-up bureau has, each a lawful sequence of steps, and how often each comes."""

from __future__ import annotations

from collections.abc import Callable

from zhunsheng.supervision.demo import intake
from zhunsheng.supervision.demo.arrival import inquiry, statement
from zhunsheng.supervision.demo.case_file import CaseFile
from zhunsheng.supervision.demo.decision import closed, executed, penalised


def ordinary(case: CaseFile, decision: str) -> None:
    """Report, opening, victim's statement, suspect questioned, evidence, decision, execution."""
    victim = case.person()
    suspect = case.person()
    intake.opened(case, reporter=victim)
    intake.evidence_handed_in(case, victim)
    case.by_day(13)
    statement(case, victim, "victim")
    case.to_morning(case.rng.randint(0, 2), working=False)
    inquiry(case, suspect, "written", belongings=case.rng.random() < 0.5)
    case.to_morning(case.rng.randint(1, 4))
    intake.evidence_ordered(case)
    case.to_morning(case.rng.randint(1, 6))
    what = penalised(case, suspect, decision, victim=victim, raised=case.rng.random() < 0.3)
    executed(case, suspect, what)
    closed(case)


SHAPES: dict[str, tuple[int, Callable[[CaseFile], None]]] = {
    "fine": (20, lambda case: ordinary(case, "fine")),
    "detention": (14, lambda case: ordinary(case, "detention")),
    "warning": (8, lambda case: ordinary(case, "warning")),
}
"""Name → (weight, how such a case goes)."""
