"""What the report asks of the findings: sums and short lists, read by DuckDB from rows that may be larger than memory."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow.dataset as ds

from zhunsheng.norms.log import Log
from zhunsheng.norms.plans import STATUSES
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.report.tally import Tally

MONTHS_SHOWN = 240
"""A log that spans more months is told by year."""

WEIGHT = "CASE severity WHEN 'blocking' THEN 0 WHEN 'serious' THEN 1 WHEN 'minor' THEN 2 ELSE 3 END"
STATUS_SUMS = ", ".join(f"count(*) FILTER (status = '{status}')" for status in STATUSES)

RowKey = tuple[str, str, str, str, int]
"""Norm, version, case, scope and opening act: what tells one obligation from every other."""


@dataclass(frozen=True)
class LogFacts:
    """What the log holds."""

    cases: int
    types: int
    first_us: int | None
    last_us: int | None


@dataclass(frozen=True)
class WorstCase:
    """One case with breaches."""

    case_id: str
    severity: str
    breaches: int
    unknown: int
    days_over: int | None
    units: str


@dataclass(frozen=True)
class Due:
    """One obligation still to be fulfilled."""

    norm_id: str
    case_id: str
    scope: str
    unit: str | None
    opened_us: int | None
    due_us: int
    warn_us: int | None


class Tables:
    """A findings table and its log, ready to be asked; use as a context."""

    def __init__(self, results: Results, log: Log) -> None:
        self.results, self.log = results, log
        self.folder = tempfile.TemporaryDirectory(prefix="zhunsheng-report-")

    def __enter__(self) -> Self:
        self.connection = duckdb.connect(config={"temp_directory": str(Path(self.folder.name) / "spill")})
        found = ds.dataset(self.results.path) if self.results.path is not None else self.results.table()
        self.connection.register("found", found)
        self.connection.register("acts", ds.dataset(self.log.acts))
        self.connection.execute(f"SET TimeZone = '{self.results.zone.replace(chr(39), '')}'")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self.folder.cleanup()

    def ask(self, query: str, *given: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        rows: list[tuple[Any, ...]] = self.connection.execute(query, list(given)).fetchall()
        return rows

    def whole(self) -> bool:
        """Whether the table holds every obligation, not findings alone."""
        counted = sum(sum(counts.values()) for counts in self.results.counts.values())
        return bool(self.ask("SELECT count(*) FROM found")[0][0] == counted)

    def log_facts(self) -> LogFacts:
        """Cases, act types, and the first and last instant."""
        return LogFacts(
            *self.ask(
                "SELECT count(DISTINCT case_id), count(DISTINCT act_type), min(at_us), max(at_us) FROM acts"
            )[0]
        )

    def cases_with_breach(self) -> int:
        """How many cases have at least one breach."""
        return int(self.ask("SELECT count(DISTINCT case_id) FROM found WHERE breach")[0][0])

    def units(self, limit: int) -> list[tuple[str | None, Tally]]:
        """Units of the opening acts, most breaches first; None for acts without one."""
        rows = self.ask(
            f"SELECT unit, {STATUS_SUMS} FROM found GROUP BY unit "  # noqa: S608  (names of ours)
            "ORDER BY count(*) FILTER (breach) DESC, count(*) DESC, unit LIMIT ?",
            limit,
        )
        return [(unit, tally(counts)) for unit, *counts in rows]

    def unit_count(self) -> int:
        """How many different units open obligations."""
        return int(self.ask("SELECT count(DISTINCT unit) FROM found")[0][0])

    def periods(self) -> list[tuple[str, Tally]]:
        """By local month of opening, `2026-01`, without holes; by year where that would be too many."""
        query = (
            f"SELECT strftime(opened_at, '%Y-%m') AS month, {STATUS_SUMS} FROM found "  # noqa: S608  (names of ours)
            "WHERE opened_at IS NOT NULL GROUP BY month ORDER BY month"
        )
        by_month = {month: tally(counts) for month, *counts in self.ask(query)}
        months = month_run(min(by_month), max(by_month)) if by_month else []
        if len(months) <= MONTHS_SHOWN:
            return [(month, by_month.get(month, Tally({}))) for month in months]
        by_year: dict[str, list[Tally]] = defaultdict(list)
        for month, found in by_month.items():
            by_year[month[:-3]].append(found)
        return [(year, Tally.of(t.counts for t in parts)) for year, parts in by_year.items()]

    def days_over(self) -> dict[str, list[tuple[int, int]]]:
        """Norm → (days over, how many breaches), ascending."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for norm, days, number in self.ask(
            "SELECT norm_id, days_over, count(*) FROM found "
            "WHERE breach AND days_over IS NOT NULL GROUP BY ALL ORDER BY 1, 2"
        ):
            found[norm].append((days, number))
        return found

    def worst_rows(self, each: int) -> dict[str, list[RowKey]]:
        """Norm → its worst breaches, those furthest over first."""
        return self.samples("breach", "days_over DESC NULLS LAST, seconds_over DESC NULLS LAST", each)

    def unknown_rows(self, each: int) -> dict[str, list[RowKey]]:
        """Norm → some obligations that could not be judged, latest first."""
        return self.samples("status = 'unknown'", "opened_at DESC NULLS LAST", each)

    def samples(self, condition: str, order: str, each: int) -> dict[str, list[RowKey]]:
        """Norm → the first rows in an order among those that satisfy a condition (both SQL of ours)."""
        rows = self.ask(
            f"SELECT norm_id, version, case_id, coalesce(scope, ''), opened_seq FROM found WHERE {condition} "  # noqa: S608
            f"QUALIFY row_number() OVER (PARTITION BY norm_id ORDER BY {order}, case_id, opened_seq, version) <= ? "
            f"ORDER BY norm_id, {order}, case_id, opened_seq, version",
            each,
        )
        found: dict[str, list[RowKey]] = defaultdict(list)
        for row in rows:
            found[row[0]].append((row[0], row[1], row[2], row[3], row[4]))
        return found

    def worst_cases(self, limit: int) -> list[WorstCase]:
        """The cases that need attention first: by gravest breach, then number of breaches, then days over."""
        query = f"""SELECT case_id, arg_min(severity, {WEIGHT}) FILTER (breach), count(*) FILTER (breach),
            count(*) FILTER (status = 'unknown'), max(days_over), string_agg(DISTINCT unit, '、' ORDER BY unit)
            FROM found WHERE breach OR status = 'unknown' GROUP BY case_id HAVING count(*) FILTER (breach) > 0
            ORDER BY min({WEIGHT}) FILTER (breach), 3 DESC, 5 DESC NULLS LAST, 1 LIMIT ?"""  # noqa: S608  (names of ours)
        rows = self.ask(query, limit)
        return [
            WorstCase(case, severity, breaches, unknown, days, units or "")
            for case, severity, breaches, unknown, days, units in rows
        ]

    def dues(self, limit: int) -> list[Due]:
        """What is still to be done, the earliest due first."""
        rows = self.ask(
            "SELECT norm_id, case_id, coalesce(scope, ''), unit, epoch_us(opened_at), epoch_us(due_at), epoch_us(warn_at) "
            "FROM found WHERE status = 'pending' AND due_at IS NOT NULL ORDER BY due_at, case_id, norm_id LIMIT ?",
            limit,
        )
        return [Due(*row) for row in rows]

    def pending_with_due(self) -> int:
        """How many obligations wait for a known due time."""
        return int(
            self.ask("SELECT count(*) FROM found WHERE status = 'pending' AND due_at IS NOT NULL")[0][0]
        )


def tally(counts: list[int]) -> Tally:
    """Counts in the order of `STATUSES`."""
    return Tally(dict(zip(STATUSES, counts, strict=True)))


def month_run(first: str, last: str) -> list[str]:
    """Every month from one to the other, as `2026-01`."""
    start, end = (int(m[:-3]) * 12 + int(m[-2:]) - 1 for m in (first, last))
    return [f"{m // 12:04}-{m % 12 + 1:02}" for m in range(start, end + 1)]
