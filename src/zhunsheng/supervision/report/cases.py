"""The explanations behind the report's short lists: the listed cases are read once more and judged by the interpreter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.explain import Explanation
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.read_dossiers import read_cases
from zhunsheng.norms.results import Obligation
from zhunsheng.norms.run_interpret import plan_columns
from zhunsheng.supervision.checking import Checking
from zhunsheng.supervision.explaining import ORDER, explain_result
from zhunsheng.supervision.report.tables import RowKey
from zhunsheng.supervision.report.words import SEVERITIES


@dataclass(frozen=True)
class Told:
    """One obligation with its explanation."""

    row: Obligation
    explanation: Explanation


@dataclass(frozen=True)
class Reasons:
    """The breaches and unknowns of some cases, and their explanations on demand."""

    ready: Checking
    language: Language
    by_case: dict[str, list[Obligation]] = field(default_factory=dict)
    by_key: dict[RowKey, Obligation] = field(default_factory=dict)

    def of_case(self, case_id: str) -> list[Obligation]:
        """What needs attention in one case: gravest first, breaches before unknowns."""
        return sorted(self.by_case.get(case_id, ()), key=urgency)

    def told(self, rows: Iterable[Obligation]) -> list[Told]:
        """The rows with their explanations."""
        return [Told(row, explain_result(self.ready, row, self.language)) for row in rows]

    def at(self, keys: Iterable[RowKey]) -> list[Told]:
        """The rows of these keys with their explanations, in the order given."""
        return self.told(self.by_key[key] for key in keys if key in self.by_key)


def reasons(ready: Checking, case_ids: Iterable[str], language: Language) -> Reasons:
    """Judge the named cases, keeping what needs attention; the log is read once for all of them."""
    told, wanted = Reasons(ready, language), sorted(set(case_ids))
    interpreter = Interpreter(ready.plans, calendar=ready.calendar, zone=ready.log.zone)
    for dossier in read_cases(ready.log, wanted, plan_columns(ready.plans)) if wanted else ():
        rows = interpreter.judge(dossier, as_of_us=ready.as_of_us, closed=ready.closed)
        kept = [row for row in rows if row.breach or row.status == "unknown"]
        told.by_case[dossier.case_id] = kept
        told.by_key.update({key_of(row): row for row in kept})
    return told


def key_of(row: Obligation) -> RowKey:
    """What tells this obligation from every other."""
    return (row.plan.norm_id, row.plan.version, row.case_id, row.scope_text, row.opened.seq)


def urgency(row: Obligation) -> tuple[bool, int, int, str, int]:
    """Breaches before unknowns, the gravest first."""
    return (
        not row.breach,
        SEVERITIES.index(row.plan.severity),
        ORDER.index(row.status),
        row.plan.norm_id,
        row.opened.seq,
    )
