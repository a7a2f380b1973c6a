"""Many bureaus under one plan: each partition's findings are what its own log gives, and no case is mixed with another's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.supervision.bureaus import bureaus, few_norms
from zhunsheng.base.errors import InputError
from zhunsheng.norms.results_table import SORTED_BY, Only
from zhunsheng.norms.run_interpret import run_interpret
from zhunsheng.supervision.partitions import evaluate, findings_split, partitions, prepared

PLACES = ("opened_seq", "met_seq")
ON_SPARK = {
    "inquiry.duration-public-order",
    "legal-review.passed-first",
    "recording.untouched",
    "summary.cap",
}
"""One of each of four forms; a plan takes a cluster of processes on a busy machine a minute."""


def own(table: pa.Table) -> list[dict[str, object]]:
    """The rows without places in the log, which are the joined log's, in the order of everything else."""
    rows = table.drop_columns(list(PLACES)).to_pylist()
    return sorted(rows, key=lambda row: [str(row[name]) for name in (*SORTED_BY[:-1], "opened_by")])


@pytest.mark.parametrize("engine", ["duckdb"])
def test_each_partition_gets_the_findings_of_its_own_log(tmp_path: Path, engine: str) -> None:
    root = bureaus(tmp_path / "in", 1, 2, 3)
    norms = few_norms()
    parts, ready = prepared(root, tmp_path / "work", norms=norms, as_of="2027-03-31")
    numbers = [set(pq.read_table(p.log.acts, columns=["case_id"])["case_id"].to_pylist()) for p in parts]
    assert numbers[0] & numbers[1], "the test is worth nothing unless cases share their numbers"
    results = evaluate(ready, engine, into=tmp_path / "all.parquet", only="all")
    rows = findings_split(results, parts, tmp_path / "out")
    told = 0
    for part in parts:
        found = pq.read_table(tmp_path / "out" / part.path / "findings.parquet")
        alone = run_interpret(part.log, ready.plans, calendar=ready.calendar, as_of_us=ready.as_of_us)
        assert own(found) == own(alone.table())
        told += len(found)
    assert told == rows > 100
    assert {tuple(p.values) for p in parts} == {("bureau", "year")}


@pytest.mark.slow
@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(1500)
def test_a_cluster_of_two_workers_finds_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_WORKER_DIR", str(tmp_path / "workers"))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    from zhunsheng.norms.compile.run_spark import local_session

    root = bureaus(tmp_path / "in", 1, 2)
    _, ready = prepared(root, tmp_path / "work", norms=few_norms(ON_SPARK), as_of="2027-03-31")
    here = evaluate(ready, "duckdb", into=tmp_path / "duckdb.parquet", only="all")
    session = local_session("local-cluster[2,1,1024]")
    try:
        there = evaluate(ready, "spark", into=tmp_path / "spark.parquet", only="all", session=session)
        workers = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    finally:
        session.stop()
        os.environ.pop("SPARK_WORKER_DIR", None)
    assert workers == 2
    assert there.table().equals(here.table())
    assert there.counts == here.counts


@pytest.mark.parametrize("only", ["all", "findings"])
def test_the_fast_execution_gives_each_partition_the_same(tmp_path: Path, only: Only) -> None:
    root = bureaus(tmp_path / "in", 1, 2)
    parts, ready = prepared(root, tmp_path / "work", norms=few_norms(), as_of="2027-03-31")
    here = evaluate(ready, "duckdb", into=tmp_path / "duckdb.parquet", only=only)
    there = evaluate(ready, "fast", into=tmp_path / "fast.parquet", only=only, parts=parts)
    assert there.table().equals(here.table())
    assert there.counts == {key: found for key, found in here.counts.items() if found} | there.counts


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(900)
def test_the_whole_rulebook_spread_over_two_workers_gives_the_interpreters_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_WORKER_DIR", str(tmp_path / "workers"))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    from zhunsheng.norms.compile.run_spark import local_session

    root = bureaus(tmp_path / "in", 1, 2, 3)
    parts, ready = prepared(root, tmp_path / "work", norms=None, as_of="2027-03-31")
    here = ready.run("interpret")
    session = local_session("local-cluster[2,1,1024]")
    try:
        there = evaluate(
            ready, "spark-fast", into=tmp_path / "rows.parquet", only="all", session=session, parts=parts
        )
        workers = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    finally:
        session.stop()
        os.environ.pop("SPARK_WORKER_DIR", None)
    assert workers == 2
    assert len(ready.plans) > 400
    assert there.table().equals(here.table())
    assert findings_split(there, parts, tmp_path / "out") == len(here.table()) > 1000


def test_what_is_no_partition_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no partition"):
        partitions(tmp_path)
    root = bureaus(tmp_path / "in", 1)
    (root / "loose").mkdir()
    (root / "loose" / "log.json").write_text("{}")
    with pytest.raises(InputError, match="key=value"):
        partitions(root)
    (root / "loose").rename(root / "year=2026")
    with pytest.raises(InputError, match="prepared"):
        partitions(root)
