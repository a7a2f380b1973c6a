"""Plans on DuckDB, one query for each, in bounded memory; the default execution for whole logs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.clocks import Moment
from zhunsheng.norms.compile.facts import UNTIMED, LogFacts
from zhunsheng.norms.compile.finish import ROWS_AT_ONCE, finish
from zhunsheng.norms.compile.frame import columns_read, types_read
from zhunsheng.norms.compile.lookups import Lookups
from zhunsheng.norms.compile.plans import compile_plan
from zhunsheng.norms.log import Log
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.results_table import FINDINGS, Only, Results, Sink, in_order
from zhunsheng.norms.run_interpret import Progress

PLANS_WORTH_A_COPY = 24
"""From so many plans on the acts are first copied into DuckDB's own storage, which it reads several times faster."""

FINISHED = """
select r.case_id, r.scope, r.opened_seq, a.act_id as opened_by, a.at_us as opened_us, r.due_us, r.warn_us,
  r.met_seq, m.act_id as met_by, m.at_us as met_us, r.status, a.unit, r.evidence
from outcome r join acts a on a.seq = r.opened_seq left join acts m on m.seq = r.met_seq
{where} order by r.case_id, r.scope, r.opened_seq
"""


def run_duckdb(
    log: Log,
    plans: Iterable[Plan],
    *,
    calendar: Calendar,
    as_of_us: int,
    closed: bool = False,
    only: Only = "all",
    into: Path | None = None,
    progress: Progress | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> Results:
    """Every obligation of the log as of an instant, as `run_interpret` gives it.

    `only="findings"` keeps breaches and unknowns. `into` names a Parquet file to write; None keeps the rows in memory.
    `memory_limit` is DuckDB's (`"4GB"`; by default four fifths of the machine); beyond it queries go through a temporary folder.
    """
    facts = LogFacts.of(log)
    moment = Moment(as_of_us, log.zone, calendar, closed)
    lookups = Lookups(calendar, log.zone)
    ordered = in_order(plans)
    with engine(memory_limit, threads) as con, Sink(log.zone, into) as sink:
        prepare(con, log, facts, ordered, copied=not facts.ordered or len(ordered) >= PLANS_WORTH_A_COPY)
        held: set[str] = set()
        for number, plan in enumerate(ordered, start=1):
            sql = sql_of(plan, facts, moment, lookups)
            register(con, lookups, held)
            con.execute(f"create or replace temp table outcome as {sql}")
            sink.count(plan, con.execute("select status, count(*) from outcome group by status").fetchall())
            for batch in rows(con, only):
                sink.add(finish(batch, plan, zone=log.zone, as_of_us=as_of_us))
            if progress is not None:
                progress(number, len(ordered))
    return sink.results


def sql_of(plan: Plan, facts: LogFacts, moment: Moment, lookups: Lookups) -> str:
    """One plan as DuckDB's SQL."""
    return str(ibis.to_sql(compile_plan(plan, facts, moment, lookups), dialect="duckdb"))


@contextmanager
def engine(memory_limit: str | None, threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own in a temporary folder, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(Path(folder) / "spill"),
            "threads": threads or os.cpu_count() or 1,
        }
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        con = duckdb.connect(Path(folder) / "run.duckdb", config=config)
        try:
            yield con
        finally:
            con.close()


def prepare(
    con: duckdb.DuckDBPyConnection, log: Log, facts: LogFacts, plans: Sequence[Plan], *, copied: bool
) -> None:
    """Give the connection the tables `acts` and `subjects` as the plans know them, with the acts and columns they read.

    Columns are taken by place, because DuckDB does not tell names apart that differ only in capitals.
    """
    names = pq.read_schema(log.acts).names
    places = ", ".join(f"c{n}" for n in range(len(names)))
    place = {name: f"c{n}" for n, name in enumerate(names)}
    wanted = columns_read(plans, facts)
    columns = ", ".join(f"{place[name]} as {safe}" for name, safe in facts.safe.items() if safe in wanted)
    order = place["seq"]
    if not facts.ordered:
        order = (
            f"row_number() over (partition by {place['case_id']} order by {place['at_us']}, {place['seq']})"
        )
    if facts.untimed:
        order = f"case when {place['at_us']} is null then {UNTIMED} + {place['seq']} else {order} end"
    types = types_read(plans) if copied else None
    where = (
        "" if types is None else f"where {place['act_type']} in ({', '.join(text(t) for t in sorted(types))})"
    )
    kind = "table" if copied else "view"
    source = f"read_parquet({text(log.acts)}) t({places})"
    con.execute(f"create {kind} acts as select {order}::bigint as pos, {columns} from {source} {where}")
    con.execute(
        f"create {kind} subjects as select seq, kind, subject from read_parquet({text(log.subjects)})"
    )


def text(value: Path | str) -> str:
    """A path or text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def register(con: duckdb.DuckDBPyConnection, lookups: Lookups, held: set[str]) -> None:
    """Give the connection the lookup tables it does not hold yet."""
    for name in lookups.tables.keys() - held:
        con.register("incoming", lookups.tables[name])
        con.execute(f"create table {name} as select * from incoming")
        con.unregister("incoming")
        held.add(name)


def rows(con: duckdb.DuckDBPyConnection, only: Only) -> Iterator[pa.RecordBatch]:
    """The outcome of the last plan with ids and times, in order."""
    where = (
        "where r.status in ({})".format(", ".join(f"'{s}'" for s in FINDINGS)) if only == "findings" else ""
    )
    yield from con.sql(FINISHED.format(where=where)).to_arrow_reader(ROWS_AT_ONCE)
