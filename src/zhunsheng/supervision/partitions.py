"""Logs of many bureaus in one folder, hive-style (`bureau=A/year=2026/`), judged by one plan on DuckDB or Spark.

Each partition is a prepared log. A case belongs to its partition: cases of two bureaus that share a number are two cases.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhunsheng.base.errors import InputError
from zhunsheng.norms.loading import NormSet
from zhunsheng.norms.log import OFFICER_PARTS, FieldType, Log
from zhunsheng.norms.results_table import Only, Results
from zhunsheng.supervision.checking import Checking, Progress, prepare_check

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEVEL = re.compile(r"(?P<key>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>[^/=]+)")
MARK = "/"
"""Between a partition's values and a case number in the joined log; no value holds it."""
ROWS = 100_000
FINDINGS = "findings.parquet"


@dataclass(frozen=True)
class Partition:
    """One prepared log and where it stands, `bureau=A/year=2026`."""

    path: str
    values: Mapping[str, str]
    log: Log

    @property
    def label(self) -> str:
        """The values, joined."""
        return MARK.join(self.values.values())


def partitions(root: Path) -> list[Partition]:
    """The partitions below a folder, by path. InputError where there is none, where their keys differ, or one is no whole log."""
    found = []
    for meta in sorted(root.rglob("log.json")) if root.is_dir() else []:
        path = meta.parent.relative_to(root).as_posix()
        levels = [LEVEL.fullmatch(part) for part in path.split("/")]
        if path == "." or not all(levels):
            raise wrong(
                meta.parent,
                "文件夹名应为 键=值，如 bureau=330100",
                "folders are named key=value, as bureau=330100",
            )
        values = {level["key"]: level["value"] for level in levels if level is not None}
        try:
            log = Log.open(meta.parent)
            for table in (log.acts, log.subjects):
                pq.read_schema(table)
            found.append(Partition(path, values, log))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            raise wrong(meta.parent, "不是整理好的日志", "this is no prepared log") from None
    if not found:
        raise wrong(
            root, "没有分区：应有 键=值/log.json", "there is no partition: key=value/log.json is expected"
        )
    if len({tuple(p.values) for p in found}) > 1:
        raise wrong(root, "各分区的键不一致", "the partitions have different keys")
    if len({p.log.zone for p in found}) > 1:
        raise wrong(root, "各分区的时区不一致", "the partitions are in different time zones")
    return found


def wrong(where: Path, zh: str, en: str) -> InputError:
    """The error of a folder that cannot be evaluated."""
    return InputError(
        zh=zh,
        en=en,
        where=str(where),
        remedy_zh="每个分区用 zhunsheng convert 整理日志；写法见 docs/feeds.md",
        remedy_en="prepare each partition's log with `zhunsheng convert`; see docs/feeds.md",
    )


def joined(parts: Sequence[Partition], into: Path) -> Log:
    """All partitions as one prepared log in a new folder, row group by row group; case ids begin with the partition's values.

    `act_id` likewise; `seq` counts on over the partitions in their order.
    """
    fields = fields_of(parts)
    slots = max(p.log.slots for p in parts)
    schema = schema_of(fields, slots)
    into.mkdir(parents=True, exist_ok=True)
    rows, kinds = 0, dict[str, None]()
    subjects_schema = pa.schema([("seq", pa.int64()), ("kind", pa.string()), ("subject", pa.string())])
    with (
        pq.ParquetWriter(into / "acts.parquet", schema, compression="zstd") as acts_file,
        pq.ParquetWriter(into / "subjects.parquet", subjects_schema, compression="zstd") as subjects_file,
    ):
        for part in parts:
            highest = rows
            for batch in pq.ParquetFile(part.log.acts).iter_batches(ROWS):
                acts = moved(batch, part, schema, rows)
                highest = max(highest, pc.max(acts["seq"]).as_py() or 0)
                acts_file.write_table(acts)
            for batch in pq.ParquetFile(part.log.subjects).iter_batches(ROWS):
                table = pa.Table.from_batches([batch]).cast(subjects_schema)
                subjects_file.write_table(table.set_column(0, "seq", pc.add(table["seq"], rows)))
            rows = highest
            kinds |= dict.fromkeys(part.log.subject_kinds)
    count = sum(p.log.rows for p in parts)
    log = Log(
        into,
        parts[0].log.zone,
        fields,
        slots,
        count,
        tuple(sorted(kinds)),
        "、".join(p.path for p in parts)[:500],
    )
    log.write_meta()
    return Log.open(into)


def fields_of(parts: Sequence[Partition]) -> dict[str, FieldType]:
    """The fields of all partitions; InputError where two state one in different types."""
    fields: dict[str, FieldType] = {}
    for part in parts:
        for name, kind in part.log.fields.items():
            if fields.setdefault(name, kind) != kind:
                raise wrong(
                    part.log.folder,
                    f"字段“{name}”在这里是 {kind}，在别的分区是 {fields[name]}",
                    f"{name} is {kind} here and {fields[name]} in another partition",
                )
    return fields


def schema_of(fields: Mapping[str, FieldType], slots: int) -> pa.Schema:
    """The columns of the joined log."""
    kinds = {
        "text": pa.string(),
        "flag": pa.bool_(),
        "number": pa.int64(),
        "date": pa.int32(),
        "time": pa.int64(),
    }
    columns: list[tuple[str, pa.DataType]] = [
        ("seq", pa.int64()),
        ("act_id", pa.string()),
        ("case_id", pa.string()),
        ("act_type", pa.string()),
        ("at_us", pa.int64()),
        ("day", pa.int32()),
        ("tod", pa.int32()),
        ("ended_us", pa.int64()),
        ("unit", pa.string()),
    ]
    columns += [(f"{part}_{k}", pa.string()) for k in range(1, slots + 1) for part in OFFICER_PARTS]
    for name, kind in fields.items():
        columns.append((f"f_{name}", kinds[kind]))
        if kind == "time":
            columns.append((f"f_{name}__day", pa.int32()))
    return pa.schema(columns)


def moved(batch: pa.RecordBatch, part: Partition, schema: pa.Schema, rows: int) -> pa.Table:
    """A batch of a partition as rows of the joined log; what the partition lacks is unknown."""
    columns = []
    for field in schema:
        place = batch.schema.get_field_index(field.name)
        column = pa.nulls(batch.num_rows, field.type) if place < 0 else batch.column(place).cast(field.type)
        if field.name == "seq":
            column = pc.add(column, rows)
        elif field.name in ("case_id", "act_id"):
            column = pc.binary_join_element_wise(pa.scalar(part.label), column, MARK)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def findings_split(results: Results, parts: Sequence[Partition], out: Path) -> int:
    """The results back as one file a partition, with the case and act ids of its own log; how many rows in all.

    The files appear once all are written.
    """
    labels = {part.label: part for part in parts}
    schema = results.table().schema if results.path is None else pq.read_schema(results.path)
    out.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".findings.", dir=out))
    total = 0
    try:
        writers = {}
        for label, part in labels.items():
            (work / part.path).mkdir(parents=True)
            writers[label] = pq.ParquetWriter(work / part.path / FINDINGS, schema, compression="zstd")
        for batch in results.batches():
            for label, rows in by_label(batch, labels):
                writers[label].write_table(rows)
                total += len(rows)
        for writer in writers.values():
            writer.close()
        for part in parts:
            (out / part.path).mkdir(parents=True, exist_ok=True)
            (work / part.path / FINDINGS).replace(out / part.path / FINDINGS)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return total


def by_label(batch: pa.RecordBatch, labels: Mapping[str, Partition]) -> Iterator[tuple[str, pa.Table]]:
    """Rows by partition, ids as in the partition's own log."""
    table = pa.Table.from_batches([batch])
    for label in labels:
        start = f"{label}{MARK}"
        rows = table.filter(pc.starts_with(table["case_id"], start))
        if not len(rows):
            continue
        for name in ("case_id", "opened_by", "met_by", "evidence"):
            place = rows.schema.get_field_index(name)
            # `evidence` holds several ids, each after a space.
            plain = pc.replace_substring_regex(rows[name], rf"(^| ){re.escape(start)}", r"\1")
            rows = rows.set_column(place, rows.schema.field(place), plain)
        yield label, rows


def evaluate(
    ready: Checking,
    engine: str,
    *,
    into: Path,
    only: Only,
    progress: Progress | None = None,
    memory: str | None = None,
    session: SparkSession | None = None,
    parts: Sequence[Partition] = (),
) -> Results:
    """One plan over the joined log; the results go into a file.

    On `duckdb` (in bounded memory) and `spark` a query for each version of a norm; on `fast` and `spark-fast` all versions
    together, on this machine or partition by partition on the workers.
    """
    if engine == "spark-fast":
        from zhunsheng.supervision.partitions_spread import evaluate_spread

        assert session is not None
        return evaluate_spread(ready, parts, session, into=into, only=only, progress=progress)
    options = {
        "calendar": ready.calendar,
        "as_of_us": ready.as_of_us,
        "closed": ready.closed,
        "only": only,
        "into": into,
        "progress": progress,
    }
    if engine == "spark":
        from zhunsheng.norms.compile.run_spark import run_spark

        return run_spark(ready.log, ready.plans, session=session, **options)  # type: ignore[arg-type] # one set of options for both
    if engine == "fast":
        from zhunsheng.norms.fast import run_fast

        return run_fast(ready.log, ready.plans, **options)  # type: ignore[arg-type] # as above
    from zhunsheng.norms.compile.run_duckdb import run_duckdb

    return run_duckdb(ready.log, ready.plans, memory_limit=memory, **options)  # type: ignore[arg-type] # as above


def prepared(
    root: Path,
    work: Path,
    *,
    norms: NormSet | list[Path | str] | None,
    as_of: str | None = None,
    closed: bool = False,
) -> tuple[list[Partition], Checking]:
    """The partitions, and the joined log bound to the norms; `work` must lie where every worker reaches it."""
    parts = partitions(root)
    log = joined(parts, work / "log")
    return parts, prepare_check(log, norms, as_of=as_of, closed=closed)
