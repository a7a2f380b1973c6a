"""Many bureaus under one plan: the time and memory of joining their logs, judging them and writing each one's findings.

Run `python -m benchmarks.many_bureaus` (add `--spark` for a local cluster of two workers, whose rows must be the same). The
logs are the demo's, made up and deterministic; the norms are one of each kind of form. `--whole` takes the whole rulebook, on
`fast` here and on `spark-fast` there.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.exchange import read_log
from zhunsheng.norms.loading import NormSet, load_norms
from zhunsheng.norms.merging import without
from zhunsheng.supervision.demo import generate, write_demo
from zhunsheng.supervision.partitions import evaluate, findings_split, prepared

FEW = {
    "decision.case-period",
    "hearing.right-told",
    "inquiry.duration-public-order",
    "inquiry.two-officers-public-order",
    "legal-review.passed-first",
    "recording.untouched",
    "summary.cap",
}


def made(root: Path, count: int, cases: int) -> None:
    """A partition for each bureau."""
    for seed in range(1, count + 1):
        log, mapping = root.parent / f"{seed}.csv", root.parent / f"{seed}.mapping.yaml"
        write_demo(generate(seed=seed, cases=cases).cases, log, mapping)
        read_log(log, mapping=mapping, into=root / f"bureau={330000 + seed}")


def few_norms() -> NormSet:
    """Some norms of the rulebook as they stand there."""
    whole = load_norms([rulebook_folder()])
    others = {norm.id for norm in whole.norms} - FEW
    return NormSet(tuple(f for file in whole.files if (f := without(file, others)) is not None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bureaus", type=int, default=4)
    parser.add_argument("--cases", type=int, default=500, help="of each bureau")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--whole", action="store_true", help="every norm of the rulebook")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        made(folder / "in", given.bureaus, given.cases)
        begun = time.perf_counter()
        parts, ready = prepared(
            folder / "in", folder / "work", norms=None if given.whole else few_norms(), as_of="2027-03-31"
        )
        joined = time.perf_counter()
        here, there = ("fast", "spark-fast") if given.whole else ("duckdb", "spark")
        results = evaluate(ready, here, into=folder / "here.parquet", only="all", parts=parts)
        judged = time.perf_counter()
        rows = findings_split(results, parts, folder / "out")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"   {len(parts)} bureaus, {ready.log.rows:,} acts, {len(ready.plans)} versions, {rows:,} rows: joining "
            f"{joined - begun:.2f} s, {here} {judged - joined:.2f} s, writing {time.perf_counter() - judged:.2f} s; "
            f"peak {peak:.0f} MB"
        )
        if given.spark:
            from zhunsheng.norms.compile.run_spark import local_session

            session = local_session("local-cluster[2,1,1024]")
            begun = time.perf_counter()
            spark = evaluate(
                ready, there, into=folder / "there.parquet", only="all", session=session, parts=parts
            )
            taken = time.perf_counter() - begun
            session.stop()
            assert spark.table().equals(results.table()), "Spark's rows differ"
            print(f"   the same {rows:,} rows by {there} on a Spark cluster of two workers: {taken:.1f} s")


if __name__ == "__main__":
    main()
