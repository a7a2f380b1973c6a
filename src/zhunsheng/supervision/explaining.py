"""Explaining the results of one case: its dossier is read again and judged by the interpreter, which keeps its reasons."""

from __future__ import annotations

import difflib

import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.acts.words import label
from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.dossiers import Dossier
from zhunsheng.norms.explain import Explanation, explain
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.read_dossiers import read_cases
from zhunsheng.norms.results import Obligation
from zhunsheng.norms.run_interpret import plan_columns
from zhunsheng.supervision.checking import Checking

ORDER = ("broken", "overdue", "late", "unknown", "pending", "met", "void")
"""What needs attention comes first."""


def case_results(ready: Checking, case_id: str) -> list[Obligation]:
    """Every obligation of one case, what needs attention first; InputError when the log has no such case."""
    interpreter = Interpreter(ready.plans, calendar=ready.calendar, zone=ready.log.zone)
    rows = interpreter.judge(case_dossier(ready, case_id), as_of_us=ready.as_of_us, closed=ready.closed)
    return sorted(rows, key=lambda r: (ORDER.index(r.status), r.plan.norm_id, r.opened.seq))


def case_dossier(ready: Checking, case_id: str) -> Dossier:
    """The acts of one case; InputError with the nearest case numbers when there is none."""
    found = next(iter(read_cases(ready.log, [case_id], plan_columns(ready.plans))), None)
    if found is not None:
        return found
    seen: set[str] = set()
    for batch in pq.ParquetFile(ready.log.acts).iter_batches(columns=["case_id"], batch_size=1 << 20):
        seen.update(pc.unique(batch.column(0)).to_pylist())
    near = difflib.get_close_matches(case_id, seen, 3) or sorted(seen)[:3]
    raise InputError(
        zh=f"日志里没有案件“{case_id}”",
        en=f"the log has no case {case_id}",
        where=ready.log.source,
        remedy_zh="例如：" + "、".join(near),
        remedy_en="for instance: " + ", ".join(near),
    )


def explain_result(ready: Checking, row: Obligation, language: Language = "zh") -> Explanation:
    """One result in words."""
    return explain(
        row,
        calendar=ready.calendar,
        zone=ready.log.zone,
        as_of_us=ready.as_of_us,
        language=language,
        label=label,
        fields=ready.log.fields,
    )
