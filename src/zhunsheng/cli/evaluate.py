"""`zhunsheng evaluate`: the logs of many bureaus under one plan on DuckDB or a Spark cluster; time and memory told."""

from __future__ import annotations

import re
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.cli.check import OnlyName
from zhunsheng.cli.progress import progress_bar
from zhunsheng.norms.plans import BREACHES
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.checking import Checking
from zhunsheng.supervision.partitions import evaluate, findings_split, prepared

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

console = Console()
MEMORY = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})? ?[KMGTkmgt]i?[Bb]")


class ScaleEngine(StrEnum):
    """Where the plan is executed; the results are the same, row for row."""

    DUCKDB = "duckdb"
    FAST = "fast"
    SPARK = "spark"
    SPARK_FAST = "spark-fast"


def evaluate_command(
    root: Annotated[
        Path, typer.Argument(help="分区文件夹：bureau=…/log.json，每个分区是整理好的日志 (partitions)")
    ],
    out: Annotated[
        Path, typer.Option(help="结果文件夹，每个分区一个 findings.parquet (folder of the findings)")
    ],
    norms: Annotated[
        list[Path] | None, typer.Option("--norms", help="规范文件或文件夹；缺省为规则库 (norms)")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="截止日期、时刻或 now (as-of date)")] = None,
    closed: Annotated[
        bool, typer.Option("--closed", help="日志已完结 (nothing more will be recorded)")
    ] = False,
    engine: Annotated[
        ScaleEngine,
        typer.Option(
            help="执行方式，结果相同：整部规则库用 fast 或 spark-fast，少数规范用 duckdb 或 spark "
            "(execution, same rows: fast for a whole rulebook)"
        ),
    ] = ScaleEngine.DUCKDB,
    master: Annotated[
        str,
        typer.Option(help="Spark 主节点，如 spark://host:7077 或 local-cluster[2,1,1024] (Spark's master)"),
    ] = "local[*]",
    only: Annotated[OnlyName, typer.Option(help="只留问题，或全部 (rows to keep)")] = OnlyName.ALL,
    memory: Annotated[str | None, typer.Option(help="DuckDB 内存上限，如 4GB (DuckDB's memory)")] = None,
    work: Annotated[
        Path | None,
        typer.Option(help="中间文件夹；用集群时各节点都要能读写 (scratch folder all workers reach)"),
    ] = None,
) -> None:
    """把许多单位的日志合成一个计划检查，每个分区写一个结果文件，打印用时和内存。 One plan over many bureaus' logs."""
    apart(root, out)
    memory_check(memory)
    clocks = [clock.elapsed()]
    with tempfile.TemporaryDirectory(prefix="zhunsheng-", dir=work) as name:
        scratch = Path(name)
        parts, ready = prepared(
            root, scratch, norms=list(norms) if norms else None, as_of=as_of, closed=closed
        )
        clocks.append(clock.elapsed())
        told_what(ready, len(parts))
        with session_for(engine, master) as session, progress_bar("检查规范 evaluating") as progress:
            results = evaluate(
                ready,
                engine.value,
                into=scratch / "findings.parquet",
                only=only.value,
                progress=progress,
                memory=memory,
                session=session,
                parts=parts,
            )
        clocks.append(clock.elapsed())
        rows = findings_split(results, parts, out)
        clocks.append(clock.elapsed())
    summary(results, rows, out, clocks)


def apart(root: Path, out: Path) -> None:
    """InputError where the findings would be written over what is read."""
    if out.exists() and root.exists() and out.samefile(root):
        raise InputError(
            zh="结果文件夹就是要读的文件夹",
            en="the folder of the findings is the one to read",
            where=str(out),
        )


def memory_check(text: str | None) -> None:
    """InputError for what DuckDB takes for no amount of memory."""
    if text is not None and not MEMORY.fullmatch(text):
        raise InputError(
            zh=f"不是内存数量：{text}",
            en=f"not an amount of memory: {text}",
            where="--memory",
            remedy_zh="写成 4GB、512MB",
            remedy_en="write it as 4GB or 512MB",
        )


def told_what(ready: Checking, parts: int) -> None:
    """Say how much is to be evaluated."""
    norms, versions = len({p.norm_id for p in ready.plans}), len(ready.plans)
    say(
        f"{parts} 个分区，{ready.log.rows} 项行为，{norms} 条规范，{versions} 个版本",
        f"{parts} partitions, {ready.log.rows} acts, {norms} norms, {versions} versions",
    )


@contextmanager
def session_for(engine: ScaleEngine, master: str) -> Iterator[SparkSession | None]:
    """A Spark session on that master while the block runs; none for what runs here."""
    if engine not in (ScaleEngine.SPARK, ScaleEngine.SPARK_FAST):
        yield None
        return
    from zhunsheng.norms.compile.run_spark import local_session

    session = local_session(master)
    try:
        yield session
    finally:
        session.stop()


def summary(results: Results, rows: int, out: Path, clocks: Sequence[float]) -> None:
    """What was found, and what it took: joining, evaluating and writing in seconds, memory in MB."""
    counts = Counter[str]()
    for one in results.counts.values():
        counts.update(one)
    broken = sum(counts[status] for status in BREACHES)
    joining, evaluating, writing = (later - earlier for earlier, later in pairwise(clocks))
    say(
        f"{counts.total()} 项义务，{broken} 项违反，{counts['unknown']} 项事实不足；写出 {rows} 行：{out}",
        f"{counts.total()} obligations, {broken} broken, {counts['unknown']} unknown; {rows} rows written",
        f"合并 joining {joining:.1f} s，检查 evaluating {evaluating:.1f} s，写出 writing {writing:.1f} s，"
        f"内存峰值 peak memory {peak_mb():.0f} MB",
    )


def peak_mb() -> float:
    """The most memory this process has held; Spark's workers are other processes and count for themselves."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024 / 1024


def say(*lines: str) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
