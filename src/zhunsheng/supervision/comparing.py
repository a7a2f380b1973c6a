"""Stored obligations and findings against a fresh evaluation, row by row in DuckDB: what is missing, superfluous or otherwise."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from zhunsheng.norms.plans import BREACHES, Plan
from zhunsheng.supervision.alerting import alerting

EXAMPLES = 5
"""Rows shown of each kind of difference."""

OBLIGATIONS = """
COPY (
  SELECT d.number, o.norm_id, o.version, o.scope, o.opened_by_id, o.status, {due}, {warn}, o.decided_by_id
  FROM procedure_obligation o JOIN acts_dossier d ON d.id = o.dossier_id
  WHERE o.dossier_id = ANY(%s) AND o.withdrawn_at IS NULL
) TO STDOUT (FORMAT csv, NULL '\\N')
"""
FINDINGS = """
COPY (
  SELECT d.number, o.norm_id, o.version, o.scope, o.opened_by_id, f.breach, {due}, {since}, o.withdrawn_at IS NOT NULL
  FROM supervision_finding f JOIN procedure_obligation o ON o.id = f.obligation_id JOIN acts_dossier d ON d.id = o.dossier_id
  WHERE o.dossier_id = ANY(%s) AND f.closed_at IS NULL
) TO STDOUT (FORMAT csv, NULL '\\N')
"""
KEY = "number VARCHAR, norm VARCHAR, version VARCHAR, scope VARCHAR, opened_by VARCHAR"
SAME = "number, norm, version, scope, opened_by"
FRESH = """
CREATE TABLE fresh AS SELECT case_id AS number, norm_id AS norm, version, scope, opened_by, severity, status,
  epoch_us(due_at) AS due, epoch_us(warn_at) AS warn, met_by AS decided,
  epoch_us(CASE WHEN status <> 'broken' OR met_at IS NULL THEN coalesce(due_at, met_at, opened_at) ELSE met_at END) AS since
FROM read_parquet({results})
"""
KINDS = """
SELECT CASE WHEN NOT here THEN '{what}-missing' WHEN NOT there THEN '{what}-superfluous' {cases} END AS kind,
  {same}, {columns}
FROM (SELECT *, true AS here FROM {stored}) s FULL JOIN (SELECT *, true AS there FROM {fresh}) f USING ({same})
WHERE here IS NULL OR there IS NULL OR {differs}
ORDER BY ALL
"""


@dataclass(frozen=True)
class Difference:
    """One row that is not as it should be, or not there, or should not be."""

    kind: str
    dossier: str
    norm: str
    detail: str


@dataclass
class Compared:
    """How many rows were compared, and what differs: all of it counted by kind, some of each kind to look at."""

    obligations: int = 0
    findings: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    examples: list[Difference] = field(default_factory=list)

    def add(self, other: Compared) -> None:
        """Those of another part as well."""
        self.obligations += other.obligations
        self.findings += other.findings
        self.differences.update(other.differences)
        for one in other.examples:
            self.note(one, counted=True)

    def note(self, one: Difference, *, counted: bool = False) -> None:
        """One difference; kept to be shown while there are few of its kind."""
        if not counted:
            self.differences[one.kind] += 1
        if sum(e.kind == one.kind for e in self.examples) < EXAMPLES:
            self.examples.append(one)


def stored_write(dossiers: Sequence[uuid.UUID], folder: Path) -> None:
    """Obligations and standing findings of these dossiers as CSV, as this transaction sees them."""
    instants = {
        name: f"(extract(epoch FROM {name}) * 1000000)::bigint" for name in ("due_at", "warn_at", "since")
    }
    due, warn, since = instants["due_at"], instants["warn_at"], instants["since"]
    copied(
        OBLIGATIONS.format(due=f"{due.replace('due_at', 'o.due_at')}", warn=warn),
        dossiers,
        folder / "obligations.csv",
    )
    copied(
        FINDINGS.format(due=due.replace("due_at", "f.due_at"), since=since), dossiers, folder / "findings.csv"
    )


def copied(statement: str, dossiers: Sequence[uuid.UUID], target: Path) -> None:
    """What a COPY gives, as a file."""
    with (
        connection.cursor() as cursor,
        target.open("wb") as file,
        cursor.copy(statement, [list(dossiers)]) as rows,
    ):
        for data in rows:
            file.write(data)


def compared(folder: Path, results: Path, plans: Iterable[Plan]) -> Compared:
    """The stored rows written into the folder against a findings table (`norms.results.COLUMNS`) in a Parquet file.

    A finding of a version that has left the rulebook stands as it was, so it is not compared.
    """
    import duckdb

    with duckdb.connect() as con:
        con.execute("SET threads = 1; SET enable_progress_bar = false")
        stored = {"status": "VARCHAR", "due": "BIGINT", "warn": "BIGINT", "decided": "VARCHAR"}
        load(con, "obligations", folder / "obligations.csv", stored)
        found = {"breach": "VARCHAR", "due": "BIGINT", "since": "BIGINT", "withdrawn": "BOOLEAN"}
        load(con, "found", folder / "findings.csv", found)
        con.execute(FRESH.format(results=f"'{results}'"))
        rule_tables(con, plans)
        told = Compared(count(con, "obligations"), count(con, "findings"))
        for one in differing(con, "obligation", "obligations", "fresh", ("status", "due", "warn", "decided")):
            told.note(one)
        for one in differing(con, "finding", "findings", "due_findings", ("breach", "due", "since")):
            told.note(one)
    return told


def load(con: Any, name: str, path: Path, columns: dict[str, str]) -> None:
    """A CSV file as a table."""
    kinds = dict(part.split(" ") for part in KEY.split(", ")) | columns
    named = ", ".join(f"'{column}': '{kind}'" for column, kind in kinds.items())
    con.execute(
        f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', columns = {{{named}}}, "  # noqa: S608 - names of ours
        "header = false, nullstr = '\\N', quote = '\"', escape = '\"', delim = ',', auto_detect = false, strict_mode = true)"
    )


def rule_tables(con: Any, plans: Iterable[Plan]) -> None:
    """What ought to be found by the house's rule, and the findings of norms that are still in the rulebook."""
    rule = [(severity, status) for severity, statuses in alerting().findings.items() for status in statuses]
    con.execute("CREATE TABLE rule (severity VARCHAR, status VARCHAR)")
    con.executemany("INSERT INTO rule VALUES (?, ?)", [pair for pair in rule if pair[1] in BREACHES])
    con.execute("CREATE TABLE kept (norm VARCHAR, version VARCHAR)")
    con.executemany("INSERT INTO kept VALUES (?, ?)", [(plan.norm_id, plan.version) for plan in plans])
    con.execute(
        "CREATE TABLE findings AS SELECT * FROM found WHERE NOT withdrawn OR (norm, version) IN (SELECT * FROM kept)"
    )
    con.execute(
        f"CREATE TABLE due_findings AS SELECT {SAME}, status AS breach, due, since FROM fresh "  # noqa: S608 - as above
        "WHERE (severity, status) IN (SELECT * FROM rule)"
    )


def differing(con: Any, what: str, stored: str, fresh: str, columns: tuple[str, ...]) -> list[Difference]:
    """The rows of two tables that differ, by the first column that does."""
    differs = " OR ".join(f"s.{c} IS DISTINCT FROM f.{c}" for c in columns)
    statement = (
        KINDS.format(
            what=what,
            stored=stored,
            fresh=fresh,
            same=SAME,
            differs=differs,
            columns=", ".join(f"s.{c} AS stored_{c}, f.{c} AS fresh_{c}" for c in columns),
            cases=" ".join(f"WHEN s.{c} IS DISTINCT FROM f.{c} THEN '{what}-{c}'" for c in columns),
        )
        .replace("NOT here", "here IS NULL")
        .replace("NOT there", "there IS NULL")
    )
    rows = con.execute(statement)
    names = [column[0] for column in rows.description]
    return [
        Difference(
            row[0], row[1], row[2], ", ".join(f"{n}={v}" for n, v in zip(names[3:], row[3:], strict=True))
        )
        for row in rows.fetchall()
    ]


def count(con: Any, table: str) -> int:
    """How many rows a table has."""
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of ours
