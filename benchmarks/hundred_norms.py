"""One hundred norms over a log of millions of acts on the fast path: preparing, running, what-if, some cases, a plain scan.

`python benchmarks/hundred_norms.py 1 10 100` makes logs of so many million acts (10 a case) under benchmarks/data and prints
one line of figures for each. `--keep` leaves the data there.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.expressions import Company, Compare, Const, Earlier, Fact, Not
from zhunsheng.norms.log import Log
from zhunsheng.norms.periods import Counting, Period
from zhunsheng.norms.plans import (
    Check,
    Conflict,
    Covered,
    Extend,
    Form,
    Plan,
    Prior,
    Ref,
    Standing,
    Stop,
    Tier,
    Timed,
)

DATA = Path(__file__).parent / "data" / "hundred_norms"
ZONE = "Asia/Shanghai"
OFFSET = 8 * 3600
FIRST_DAY = 18628  # 1 January 2021
YEARS_DAYS = 1700
AS_OF = (FIRST_DAY + YEARS_DAYS + 60) * 86_400_000_000
KINDS = 8
"""Kinds of proceedings; each has its own five types of acts."""
CASE_ACTS = 10
CHUNK = 1_000_000
STEPS = ("受理", "询问", "告知", "决定", "送达")
PLAIN, ROLLING = Counting("calendar"), Counting("rolling", roll=True)


def types() -> list[str]:
    """Five steps of eight kinds of proceedings, and what happens in all of them."""
    return [f"{step}{kind:02}" for kind in range(KINDS) for step in STEPS] + ["中止", "恢复", "延长", "撤销", "录像"]


def chunk(r: np.random.Generator, first_case: int, cases: int) -> pa.Table:
    """Whole cases: two proceedings of five steps each, a few days apart, some halted, prolonged or recorded.

    Most steps come in time; about one in thirty late, out of order, or by the wrong officers.
    """
    kind = r.integers(0, KINDS, (cases, 2))
    act = (kind[:, :, None] * 5 + np.arange(5)).reshape(cases, CASE_ACTS)
    gaps = r.integers(600, 3 * 86400, (cases, CASE_ACTS))
    gaps = np.where(r.random((cases, CASE_ACTS)) < 0.03, gaps * 12, gaps)
    begin = (FIRST_DAY + r.integers(0, YEARS_DAYS - 120, cases)) * 86400
    at = begin[:, None] + np.cumsum(gaps, axis=1)
    # An extra act takes the place of a step.
    extra = r.random((cases, 5)) < np.array([0.02, 0.02, 0.02, 0.004, 0.02])
    for k in range(5):
        rows = np.flatnonzero(extra[:, k])
        act[rows, r.integers(1, CASE_ACTS - 1, len(rows))] = 5 * KINDS + k
    n = cases * CASE_ACTS
    officer = r.integers(0, 20_000, (cases, 4))
    one = officer[np.arange(cases)[:, None], (np.arange(CASE_ACTS) % 5 == 3).astype(np.int64)]
    two = np.where(r.random((cases, CASE_ACTS)) < 0.015, -1, officer[:, 3:4])
    swap = r.random((cases, CASE_ACTS)) < 0.01
    one = np.where(swap, officer[:, :1], one)
    seq = np.arange(first_case * CASE_ACTS, first_case * CASE_ACTS + n)
    local = at.ravel()
    us = pa.array((local - OFFSET) * 1_000_000)
    ended = pa.array((local - OFFSET + 3600) * 1_000_000, mask=r.random(n) < 0.5)
    role = np.where(np.arange(n) % CASE_ACTS % 5 == 3, 1, 0)
    return pa.table({
        "seq": pa.array(seq), "act_id": pa.array(seq).cast(pa.string()),
        "case_id": names("案", first_case, cases), "act_type": coded(act.ravel(), types()),
        "at_us": us, "day": pa.array((local // 86400).astype(np.int32)), "tod": pa.array((local % 86400).astype(np.int32)),
        "ended_us": ended, "unit": coded(np.repeat(r.integers(0, 300, cases), CASE_ACTS), [f"单位{k:03}" for k in range(300)]),
        "officer_1": people(one.ravel()), "role_1": coded(role, ["主办", "审批"]),
        "officer_2": people(two.ravel()), "role_2": coded(np.ones(n, np.int64), ["主办", "协办"]),
        "f_amount": pa.array(r.integers(1, 60_000, n) * 10_000, mask=r.random(n) < 0.01),
        "f_urgent": pa.array(r.random(n) < 0.03, mask=r.random(n) < 0.005),
    })


def names(prefix: str, first: int, count: int) -> pa.Array:
    """A case id for each act."""
    ids = pa.array([f"{prefix}{k:09}" for k in range(first, first + count)])
    return pa.DictionaryArray.from_arrays(np.repeat(np.arange(count, dtype=np.int32), CASE_ACTS), ids).cast(pa.string())


def coded(codes: np.ndarray, words: list[str]) -> pa.Array:
    """Words by their number."""
    return pa.DictionaryArray.from_arrays(codes.astype(np.int32), pa.array(words)).cast(pa.string())


OFFICERS = pa.array([f"P{k:06}" for k in range(20_000)])


def people(codes: np.ndarray) -> pa.Array:
    """Officer ids; -1 for nobody."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=codes < 0), OFFICERS).cast(pa.string())


def made_log(folder: Path, rows: int, *, by_time: bool) -> Log:
    """A log of so many acts, case by case, or mixed as a station's day book is."""
    folder.mkdir(parents=True, exist_ok=True)
    r = np.random.default_rng(7)
    fields = {"amount": "number", "urgent": "flag"}
    log = Log(folder, ZONE, fields, 2, rows)
    writer = None
    for first in range(0, rows // CASE_ACTS, CHUNK // CASE_ACTS):
        table = chunk(r, first, min(CHUNK // CASE_ACTS, rows // CASE_ACTS - first))
        table = table.sort_by("at_us") if by_time else table
        writer = writer or pq.ParquetWriter(log.acts, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=CHUNK // 4)
    assert writer is not None
    writer.close()
    subjects = pa.schema([("seq", pa.int64()), ("kind", pa.string()), ("subject", pa.string())])
    pq.write_table(subjects.empty_table(), log.subjects)
    log.write_meta()
    return log


def deadline(kind: int, r: Random, *, opens: str, meet: str) -> Timed:
    """A term between two steps that most cases keep."""
    return Timed(Ref((f"{opens}{kind:02}",)), Ref((f"{meet}{kind:02}",)), PLAIN, Period(r.choice((20, 25, 30)), "days"))


def form(number: int, r: Random) -> Form:
    """40 terms in days, 20 in working days, 10 with stops, extensions and tiers, 15 prior steps, 10 separations, 5 others."""
    kind = number % KINDS
    step = {name: f"{name}{kind:02}" for name in STEPS}
    if number < 40:
        first, last = r.choice((("受理", "决定"), ("受理", "告知"), ("告知", "送达"), ("决定", "送达")))
        base = deadline(kind, r, opens=first, meet=last)
        return base if number < 20 else replace(base, counting=ROLLING, voids=(Ref(("撤销",)),))
    if number < 60:
        return replace(deadline(kind, r, opens="受理", meet="决定"), period=Period(r.choice((15, 20)), "working_days"))
    if number < 70:
        urgent = Tier(Fact("flag", "f_urgent"), Period(10, "days"))
        return replace(
            deadline(kind, r, opens="受理", meet="送达"), counting=ROLLING, tiers=(urgent,), voids=(Ref(("撤销",)),),
            stops=(Stop(Ref(("中止",)), Ref(("恢复",))),), extends=(Extend(Ref(("延长",)), Period(15, "days"), True, 0),)
            if number % 2 else (), warn_before_us=3 * 86_400_000_000,
        )
    if number < 85:
        least = Period(1, "hours") if number % 3 == 0 else None
        most = Period(60, "days") if number % 2 else None
        return Prior(Ref((step["决定"],)), Ref((step["告知"],)), PLAIN, at_least=least, at_most=most)
    if number < 95:
        return Conflict(Ref((step["决定"],)), Ref((step["受理"],)), ("审批",), ("主办",))
    large = Compare("flag", ">", Fact("number", "f_amount"), Const("number", 590_000_000))
    several = Compare("flag", ">=", Earlier("number", "count", (step["询问"],), None, None), Const("number", 10_000))
    return (
        Check(Ref((step["询问"],)), Company("flag", 2, (), (), ())),
        Check(Ref((step["告知"],)), Company("flag", 1, ("主办",), (), ())),
        Standing(Ref((step["送达"],)), PLAIN, start=Ref(("中止",)), end=Ref(("恢复",)), span=Period(30, "days")),
        Check(Ref((step["决定"],), large), several),
        Covered(Ref((step["询问"],)), Ref(("录像",)), 60_000_000, Not("flag", Fact("flag", "f_urgent"))),
    )[number - 95]


def plans() -> list[Plan]:
    """The hundred norms."""
    r = Random(7)
    return [
        Plan(f"norm-{n:03}", "2020-01-01", "deadline", "serious", (), None, 0, None, True, form(n, r), None, None)
        for n in range(100)
    ]


def timed(call):  # noqa: ANN001, ANN201
    """What a call gives, and the seconds it took."""
    begin = time.perf_counter()
    found = call()
    return found, time.perf_counter() - begin


NEEDED = ("at_us", "day", "act_type", "officer_1", "officer_2", "role_1", "role_2", "ended_us", "f_amount", "f_urgent")


def scan_columns(prepared) -> None:  # noqa: ANN001
    """Touch every value of the columns the hundred norms read, on as many threads as a run has."""
    import os
    from concurrent.futures import ThreadPoolExecutor

    def total(part: tuple[str, int]) -> int:
        column = prepared.column(part[0])
        return int(column[part[1] : part[1] + (1 << 22)].sum())

    rows = prepared.manifest.rows
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(total, [(name, low) for name in NEEDED for low in range(0, rows, 1 << 22)]))


def scan_parquet(log: Log) -> None:
    """The same columns of the log itself, by DuckDB."""
    import duckdb

    sums = ", ".join(f"max({name})" for name in NEEDED)
    with duckdb.connect() as connection:
        connection.sql(f"SELECT {sums} FROM read_parquet('{log.acts}')").fetchall()


def measured(rows: int, *, by_time: bool, keep: bool) -> dict[str, float]:
    """Every figure for one size."""
    from zhunsheng.norms.fast import Prepared, prepare, run_fast

    folder = DATA / f"{rows}{'-by-time' if by_time else ''}"
    log, making = (Log.open(folder / "log"), 0.0) if (folder / "log" / "log.json").exists() else timed(
        lambda: made_log(folder / "log", rows, by_time=by_time)
    )
    prepared, preparing = timed(lambda: prepare(log, folder / "fast", progress=note_memory))
    norms, calendar = plans(), Calendar.china()
    common = {"calendar": calendar, "as_of_us": AS_OF, "only": "findings"}
    few = [f"案{k:09}" for k in range(3000)]
    _, compiling = timed(lambda: run_fast(prepared, norms, into=folder / "warm.parquet", cases=few, **common))
    prepared = Prepared.open(folder / "fast")
    _, scanning = timed(lambda: scan_columns(prepared))
    _, scanning = timed(lambda: scan_columns(prepared))
    _, parquet = timed(lambda: scan_parquet(log))
    cpu = time.process_time()
    results, running = timed(
        lambda: run_fast(prepared, norms, into=folder / "findings.parquet", progress=note_memory, **common)
    )
    cpu = time.process_time() - cpu
    found = pq.ParquetFile(folder / "findings.parquet").metadata.num_rows
    every = sum(sum(c.values()) for c in results.counts.values())
    changed = replace(norms[65], form=replace(norms[65].form, period=Period(21, "days")))
    _, what_if = timed(lambda: run_fast(prepared, [changed], into=folder / "what-if.parquet", **common))
    some = [f"案{k:09}" for k in Random(1).sample(range(rows // CASE_ACTS), min(10_000, rows // CASE_ACTS))]
    _, cases = timed(lambda: run_fast(prepared, norms, cases=some, **common))
    figures = {
        "rows": rows, "make_s": making, "prepare_s": preparing, "first_call_s": compiling, "run_s": running, "run_cpu_s": cpu,
        "scan_prepared_s": scanning, "scan_parquet_s": parquet, "ratio_prepared": running / scanning,
        "ratio_parquet": running / parquet, "obligations": every, "findings": found, "lowered": results.lowered,
        "what_if_s": what_if, "cases_10k_s": cases, "peak_rss_gb": peak(), "peak_own_gb": max(OWN, default=0),
        "prepared_gb": sum(f.stat().st_size for f in (folder / "fast").iterdir()) / 1e9,
        "findings_gb": (folder / "findings.parquet").stat().st_size / 1e9,
    }
    if not keep:
        shutil.rmtree(folder)
    return {name: round(value, 3) for name, value in figures.items()}


OWN: list[float] = []
"""Memory of the process beyond mapped files, in GB, at each step of progress."""


def note_memory(_done: int, _total: int) -> None:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    OWN.append(int(status.split("RssAnon:")[1].split()[0]) / 1e6)


def peak() -> float:
    """Most memory this process held at once, file pages that it mapped included, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    """Each size in a process of its own, so that its peak of memory is its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", nargs="+", type=float)
    parser.add_argument("--by-time", action="store_true", help="acts of all cases mixed by time: preparing must sort")
    parser.add_argument("--keep", action="store_true", help="leave the data under benchmarks/data")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for millions in given.millions:
        if given.one:
            print(json.dumps(measured(int(millions * 1e6), by_time=given.by_time, keep=given.keep)))
            continue
        flags = [f"--{name.replace('_', '-')}" for name in ("by_time", "keep") if getattr(given, name)]
        subprocess.run([sys.executable, __file__, str(millions), "--one", *flags], check=True)


if __name__ == "__main__":
    main()
