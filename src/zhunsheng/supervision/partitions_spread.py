"""The fast execution of one plan on a Spark cluster: each worker takes whole partitions, and all rows come back as one table.

Compiled to Spark's SQL every version of a norm is a job of its own, which takes a whole rulebook hours; so spread, a partition is
one task for all versions together. Workers need numba and this program, and must reach the folders named here.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.log import Log
from zhunsheng.norms.plans import Plan
from zhunsheng.norms.results_table import SORTED_BY, Only, Results, schema
from zhunsheng.supervision.checking import Checking, Progress
from zhunsheng.supervision.partitions import MARK, Partition

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROWS_SORTED = 1_000_000
"""A result with no more rows than this is sorted as a whole, a longer one within each partition."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know besides which partition: the joined log, the plan, and where its rows go."""

    log: Log
    labels: tuple[str, ...]
    plans: tuple[Plan, ...]
    calendar: Calendar
    as_of_us: int
    closed: bool
    only: Only
    into: Path


def evaluate_spread(
    ready: Checking,
    parts: Sequence[Partition],
    session: SparkSession,
    *,
    into: Path,
    only: Only,
    progress: Progress | None = None,
) -> Results:
    """Judge the joined log partition by partition on the session's workers; the same rows as every other execution gives."""
    folder = into.parent / f"{into.stem}-parts"
    folder.mkdir(parents=True)
    labels = tuple(part.label for part in parts)
    task = Task(
        ready.log, labels, tuple(ready.plans), ready.calendar, ready.as_of_us, ready.closed, only, folder
    )
    numbers = session.range(0, len(labels), 1, len(labels))
    done = numbers.mapInArrow(partial(numbers_judge, task), "number long, rows long")
    done.collect()
    if progress is not None:
        progress(len(labels), len(labels))
    return gathered(task, into)


def numbers_judge(task: Task, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On a worker: judge the partitions of these numbers; how many rows each gave."""
    for batch in batches:
        numbers = batch.column(0).to_pylist()
        rows = [number_judge(task, number) for number in numbers]
        yield pa.RecordBatch.from_pydict(
            {"number": pa.array(numbers, pa.int64()), "rows": pa.array(rows, pa.int64())}
        )


def number_judge(task: Task, number: int) -> int:
    """Judge one partition and write its rows and counts; done again, it writes the same."""
    from zhunsheng.norms.fast import run_fast

    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as name:
        log = slice_of(task.log, task.labels[number], Path(name) / "log")
        target = task.into / f"{number}.parquet"
        results = run_fast(
            log, task.plans, calendar=task.calendar, as_of_us=task.as_of_us, closed=task.closed, only=task.only,
            into=Path(name) / "rows.parquet", threads=1,
        )  # fmt: skip
        table = results.table()
        counts = [[*key, dict(found)] for key, found in results.counts.items()]
        for path, data in ((target, table), (target.with_suffix(".json"), counts)):
            draft = path.with_name(f".{path.name}.{Path(name).name}")
            if isinstance(data, pa.Table):
                pq.write_table(data, draft, compression="zstd")
            else:
                draft.write_text(json.dumps(data), encoding="utf-8")
            draft.replace(path)
    return len(table)


def slice_of(log: Log, label: str, folder: Path) -> Log:
    """One partition of the joined log as a prepared log of its own, places as in the joined one."""
    folder.mkdir()
    low, high = f"{label}{MARK}", f"{label}{chr(ord(MARK) + 1)}"
    acts = pq.read_table(log.acts, filters=[("case_id", ">=", low), ("case_id", "<", high)])
    bounds = pc.min_max(acts["seq"]).as_py()
    within = [("seq", ">=", bounds["min"] or 0), ("seq", "<=", bounds["max"] or 0)]
    pq.write_table(acts, folder / "acts.parquet")
    pq.write_table(pq.read_table(log.subjects, filters=within), folder / "subjects.parquet")
    found = replace(log, folder=folder, rows=len(acts))
    found.write_meta()
    return found


def gathered(task: Task, into: Path) -> Results:
    """All rows in one file, sorted as far as they are few enough."""
    results = Results(task.log.zone, into)
    files = [task.into / f"{number}.parquet" for number in range(len(task.labels))]
    for file in files:
        for norm, version, counts in json.loads(file.with_suffix(".json").read_text(encoding="utf-8")):
            results.counts.setdefault((norm, version), Counter()).update(counts)
    target = schema(task.log.zone)
    if sum(pq.read_metadata(file).num_rows for file in files) <= ROWS_SORTED:
        table = pa.concat_tables([target.empty_table(), *(pq.read_table(f).cast(target) for f in files)])
        pq.write_table(table.sort_by([(name, "ascending") for name in SORTED_BY]), into, compression="zstd")
        return results
    with pq.ParquetWriter(into, target, compression="zstd") as writer:
        for file in files:
            writer.write_table(pq.read_table(file).cast(target))
    return results
