"""The fast path over a prepared log: stretches of whole cases, on several threads, every plan on each, findings as they come."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.fast import jit
from zhunsheng.norms.fast.around import Around
from zhunsheng.norms.fast.bytes_kernel import hashes
from zhunsheng.norms.fast.columns import Array, Prepared
from zhunsheng.norms.fast.findings import Collected
from zhunsheng.norms.fast.frames import Stretch, framed
from zhunsheng.norms.fast.lowering import Ready, Sharing, lowerable
from zhunsheng.norms.fast.preparing import prepare
from zhunsheng.norms.fast.sink import Stream
from zhunsheng.norms.log import Log
from zhunsheng.norms.plans import STATUSES, Plan, ScopeKey
from zhunsheng.norms.results_table import FINDINGS, Only, Results

ROWS_AT_ONCE = 1 << 20
Progress = Callable[[int, int], None]


@dataclass
class FastResults(Results):
    """Results, and what became of the plans: how many ran here, and why the others ran on DuckDB."""

    lowered: int = 0
    elsewhere: dict[tuple[str, str], str] = field(default_factory=dict)


def run_fast(
    log: Prepared | Log, plans: Iterable[Plan], *, calendar: Calendar, as_of_us: int, closed: bool = False, only: Only = "all",
    into: Path | None = None, cases: Iterable[str] | None = None, progress: Progress | None = None, threads: int | None = None,
) -> FastResults:
    """Every obligation of the log as of an instant: the same table as the other executions give.

    A log that is not prepared is prepared first, in a temporary folder. Plans that `lowerable` refuses run on DuckDB and their
    rows are added. Rows in memory, and files of up to a million rows, are sorted; longer files come in the order of the cases.
    `cases` restricts the run to these ids and reads no others; `progress` is told (acts done, acts). InputError without numba.
    """
    jit.require()
    if isinstance(log, Log):
        with tempfile.TemporaryDirectory(prefix="zhunsheng-") as name:
            return run_fast(
                prepare(log, Path(name) / "prepared"), plans, calendar=calendar, as_of_us=as_of_us, closed=closed, only=only,
                into=into, cases=cases, progress=progress, threads=threads,
            )
    manifest = log.manifest
    around = Around(calendar, log.zone, as_of_us, closed, manifest.first_day, manifest.last_day)
    plans, cases = list(plans), None if cases is None else list(cases)
    refused = {id(p): reason for p in plans if (reason := lowerable(p, manifest.left_out))}
    fast = [p for p in plans if id(p) not in refused]
    results = FastResults(log.zone, into, lowered=len(fast))
    with Stream(log.zone, into) as stream:
        run = Run(log, fast, around, stream, everything=only == "all")
        counts = run.all(stretches(log, cases), threads or min(os.cpu_count() or 1, 8), progress)
        for plan, row in zip(fast, counts.tolist(), strict=True):
            note(results, plan, {s: n for s, n in zip(STATUSES, row, strict=True) if n})
        others = [p for p in plans if id(p) in refused]
        results.elsewhere = {(p.norm_id, p.version): refused[id(p)] for p in others}
        if others:
            elsewhere(log, others, around, stream, results, only, cases)
    if into is None:
        results.parts = [stream.table()]
    return results


def note(results: Results, plan: Plan, counts: Mapping[str, int]) -> None:
    """Add the numbers by status of one plan."""
    results.counts.setdefault((plan.norm_id, plan.version), Counter()).update(counts)


def stretches(prepared: Prepared, cases: Iterable[str] | None) -> Iterator[Array]:
    """Numbers of the cases of each stretch, of about `ROWS_AT_ONCE` acts."""
    start = prepared.case_start
    if cases is None:
        edges = np.searchsorted(start, np.arange(0, prepared.manifest.rows, ROWS_AT_ONCE))
        edges = np.unique([*edges.tolist(), prepared.manifest.cases])
        yield from (np.arange(a, b) for a, b in pairwise(edges.tolist()))
        return
    chosen = cases_of(prepared, cases)
    sizes = np.cumsum(start[chosen + 1] - start[chosen])
    if len(chosen):
        edges = np.searchsorted(sizes, np.arange(0, int(sizes[-1]), ROWS_AT_ONCE), side="right")
        edges = np.unique([0, *edges[1:].tolist(), len(chosen)])
        yield from (chosen[a:b] for a, b in pairwise(edges.tolist()))


def cases_of(prepared: Prepared, ids: Iterable[str]) -> Array:
    """Numbers of the cases with these ids, ascending; ids the log lacks give none."""
    wanted = [i.encode() for i in dict.fromkeys(ids)]
    offsets = np.concatenate([[0], np.cumsum([len(w) for w in wanted], dtype=np.int64)]).astype(np.int64)
    asked = hashes(offsets, np.frombuffer(b"".join(wanted) or b"\0", np.uint8).copy())
    held, order = prepared.case_hashes
    low, high = np.searchsorted(held, asked), np.searchsorted(held, asked, side="right")
    texts = prepared.case_ids
    found = [
        case
        for word, a, b in zip(wanted, low.tolist(), high.tolist(), strict=True)
        for case in order[a:b].tolist()
        if texts.data[texts.offsets[case] : texts.offsets[case + 1]].tobytes() == word
    ]
    return np.array(sorted(found), np.int64)


class Run:
    """Plans ready for a prepared log."""

    def __init__(
        self, prepared: Prepared, plans: Sequence[Plan], around: Around, stream: Stream, *, everything: bool
    ) -> None:
        self.prepared, self.plans, self.around, self.stream = prepared, plans, around, stream
        self.everything = everything
        sharing = Sharing()
        self.by_scope: dict[tuple[ScopeKey, ...], list[Ready]] = {}
        for number, plan in enumerate(plans):
            self.by_scope.setdefault(plan.per, []).append(Ready(number, plan, around, sharing))

    def all(self, parts: Iterable[Array], threads: int, progress: Progress | None) -> Array:
        """Judge every stretch; numbers by plan and status."""
        total = np.zeros((len(self.plans), len(STATUSES)), np.int64)
        lock, done = Lock(), 0

        def one(cases: Array) -> None:
            nonlocal done
            counts, acts = self.judged(cases)
            with lock:
                np.add(total, counts, out=total)
                done += acts
                if progress is not None:
                    progress(done, self.prepared.manifest.rows)

        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(one, parts):
                pass
        return total

    def judged(self, cases: Array) -> tuple[Array, int]:
        """Judge one stretch and hand over its rows; numbers by plan and status, and of acts."""
        stretch = Stretch(self.prepared, cases, self.around.as_of_us)
        found = Collected(stretch, self.plans, everything=self.everything)
        for per, readies in self.by_scope.items():
            frame = framed(stretch, per)
            for ready in readies:
                for piece in ready.judge(frame):
                    found.add(ready.number, frame, piece)
        self.stream.add(found.table(self.around))
        return found.counts, stretch.rows


def elsewhere(
    prepared: Prepared, plans: list[Plan], around: Around, stream: Stream, results: FastResults, only: Only,
    cases: Iterable[str] | None,
) -> None:
    """Run plans on DuckDB and add their rows; for some cases only, everything is run and theirs is kept."""
    from zhunsheng.norms.compile.run_duckdb import run_duckdb

    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as name:
        path = Path(name) / "rows.parquet"
        found = run_duckdb(
            prepared.log, plans, calendar=around.calendar, as_of_us=around.as_of_us, closed=around.closed,
            only="all" if cases is not None else only, into=path,
        )
        if cases is None:
            for plan in plans:
                note(results, plan, found.counts.get((plan.norm_id, plan.version), {}))
        for batch in found.batches():
            table = pa.table(batch)
            if cases is not None:
                table = of_cases(table, cases, plans, results, only)
            stream.add(table)


def of_cases(
    table: pa.Table, cases: Iterable[str], plans: list[Plan], results: FastResults, only: Only
) -> pa.Table:
    """The rows of some cases, counted, and of those what was asked for."""
    table = table.filter(pc.is_in(table["case_id"], pa.array(list(cases), pa.string())))
    by_status = table.group_by(["norm_id", "version", "status"]).aggregate([([], "count_all")]).to_pylist()
    for plan in plans:
        own = [r for r in by_status if (r["norm_id"], r["version"]) == (plan.norm_id, plan.version)]
        note(results, plan, {r["status"]: r["count_all"] for r in own})
    return table if only == "all" else table.filter(pc.is_in(table["status"], pa.array(FINDINGS)))
