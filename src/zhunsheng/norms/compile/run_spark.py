"""Plans on Apache Spark, for logs that outgrow one machine (extra `spark`): same relations, same table as on DuckDB."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

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
from zhunsheng.norms.results_table import CORE, FINDINGS, Only, Results, Sink, in_order
from zhunsheng.norms.run_interpret import Progress

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
"""For a session of our own; one that is given needs the first two."""

FINISHED = """
select r.case_id, r.scope, r.opened_seq, a.act_id as opened_by, a.at_us as opened_us, r.due_us, r.warn_us,
  r.met_seq, m.act_id as met_by, m.at_us as met_us, r.status, a.unit, r.evidence
from outcome r join acts a on a.seq = r.opened_seq left join acts m on m.seq = r.met_seq
{where} order by r.case_id, r.scope, r.opened_seq
"""


def run_spark(
    log: Log,
    plans: Iterable[Plan],
    *,
    calendar: Calendar,
    as_of_us: int,
    closed: bool = False,
    only: Only = "all",
    into: Path | None = None,
    progress: Progress | None = None,
    session: SparkSession | None = None,
) -> Results:
    """Every obligation of the log as of an instant, as `run_interpret` gives it.

    `session` is a running Spark session, whose workers must reach the log's folder; None starts one on this machine and stops it.
    Rows come back through temporary Parquet files, one batch at a time.
    """
    facts, ordered = LogFacts.of(log), in_order(plans)
    moment, lookups = Moment(as_of_us, log.zone, calendar, closed), Lookups(calendar, log.zone)
    spark = session or local_session()
    try:
        with Sink(log.zone, into) as sink:
            prepare(spark, log, facts, ordered)
            held: set[str] = set()
            for number, plan in enumerate(ordered, start=1):
                expression = compile_plan(plan, facts, moment, lookups)
                register(spark, lookups, held)
                outcome = spark.sql(str(ibis.to_sql(expression, dialect="pyspark"))).cache()
                outcome.createOrReplaceTempView("outcome")
                sink.count(plan, [(row[0], row[1]) for row in outcome.groupBy("status").count().collect()])
                for batch in rows(spark, only):
                    sink.add(finish(batch, plan, zone=log.zone, as_of_us=as_of_us))
                outcome.unpersist()
                if progress is not None:
                    progress(number, len(ordered))
    finally:
        if session is None:
            spark.stop()
    return sink.results


def local_session(master: str = "local[*]") -> SparkSession:
    """A Spark session: on all cores of this machine, or on the cluster of that master, whose workers must reach the log's folder.

    `local-cluster[2,1,1024]` starts two workers, with a core and 1024 MiB each, as processes of their own.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("zhunsheng")
    for name, value in SETTINGS.items():
        # Workers on other machines must find the driver by its own name.
        if not name.startswith("spark.driver.") or master.startswith("local"):
            builder = builder.config(name, value)
    return builder.getOrCreate()


def prepare(spark: SparkSession, log: Log, facts: LogFacts, plans: list[Plan]) -> None:
    """Give the session the views `acts` and `subjects` as the plans know them, with the acts and columns they read."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    names = pq.read_schema(log.acts).names
    acts = spark.read.parquet(str(log.acts)).toDF(
        *[facts.safe.get(name, f"other_{n}") for n, name in enumerate(names)]
    )
    types, wanted = types_read(plans), columns_read(plans, facts)
    if types is not None:
        acts = acts.filter(f.col("act_type").isin(sorted(types)))
    acts = acts.select([c for c in acts.columns if c in wanted])
    order = f.col("seq")
    if not facts.ordered:
        order = f.row_number().over(
            Window.partitionBy("case_id").orderBy(f.col("at_us").asc_nulls_last(), f.col("seq"))
        )
    timeless = f.col("at_us").isNull()
    acts.withColumn(
        "pos", f.when(timeless, f.lit(UNTIMED) + f.col("seq")).otherwise(order.cast("long"))
    ).createOrReplaceTempView("acts")
    spark.read.parquet(str(log.subjects)).createOrReplaceTempView("subjects")


def register(spark: SparkSession, lookups: Lookups, held: set[str]) -> None:
    """Give the session the lookup tables it does not hold yet."""
    for name in sorted(lookups.tables.keys() - held):
        frame_of(spark, lookups.tables[name]).createOrReplaceTempView(name)
        held.add(name)


def frame_of(spark: SparkSession, table: pa.Table) -> DataFrame:
    """A small table as a data frame."""
    from pyspark.sql.types import LongType, StructField, StructType

    kinds = StructType([StructField(name, LongType()) for name in table.column_names])
    return spark.createDataFrame(list(zip(*(c.to_pylist() for c in table.columns), strict=True)), kinds)


def rows(spark: SparkSession, only: Only) -> Iterator[pa.RecordBatch]:
    """The outcome of the last plan with ids and times, in order."""
    where = (
        "where r.status in ({})".format(", ".join(f"'{s}'" for s in FINDINGS)) if only == "findings" else ""
    )
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as folder:
        spark.sql(FINISHED.format(where=where)).write.mode("overwrite").parquet(folder)
        for part in sorted(Path(folder).glob("part-*.parquet")):
            yield from pq.ParquetFile(part).iter_batches(batch_size=ROWS_AT_ONCE, columns=CORE.names)
