"""The same constraints on the same real log by Zhunsheng, pm4py and Declare4Py, in one run: counts compared, speeds, ratios.

The road-traffic-fines log is read once and copied under new case ids to millions of acts. Each tool checks the size it can
manage; speed is norm x acts / second, preparation and reading left out (Zhunsheng's preparation is told apart). Processor time is
told beside wall time, for it suffers less from what else the machine does. The peers live in an environment of their own
(benchmarks/.venv-peers, or the Python that ZHUNSHENG_PEERS names), made when it is not there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from zhunsheng.exchange import read_log
from zhunsheng.norms.fast import prepare, run_fast
from zhunsheng.norms.log import Log
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.checking import prepare_check

HERE = Path(__file__).parent
SCRIPTS = HERE / "peers"
SAMPLES = Path(os.environ.get("ZHUNSHENG_SAMPLES", HERE.parent.parent / "shared" / "data"))
LOG = SAMPLES / "road-traffic-fines-first-10000.xes.gz"
MAPPING = HERE.parent / "examples" / "road-traffic-fines" / "mapping.yaml"
GROUPS = {
    "declare": ("precedence", "response.notified", "response.collected", "not-coexistence"),
    "timed": ("timed.response", "timed.precedence"),
    "profile": ("timed.pair", "timed.precedence"),
}
"""What each group asks: four untimed constraints, two within 90 x 24 hours, and the same band as a temporal profile."""

Counts = dict[str, int]


@dataclass(frozen=True)
class Speed:
    """One tool on one group of constraints at one size."""

    tool: str
    group: str
    acts: int
    seconds: float
    processor: float
    """Seconds of all threads together."""
    violating: Counts

    @property
    def rate(self) -> float:
        """Norm x acts per second."""
        return len(GROUPS[self.group]) * self.acts / self.seconds

    @property
    def line(self) -> str:
        seconds = f"{self.seconds:>9.3f} {self.processor:>9.3f}"
        return f"{self.group:8} {self.tool:22} {self.acts:>10,} {seconds} {self.rate / 1e6:>10.2f} M"


def peers() -> Path:
    """The Python that has the peers; made, or completed, on first use."""
    given = os.environ.get("ZHUNSHENG_PEERS")
    if given:
        return Path(given)
    python = HERE / ".venv-peers" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
    asked = [str(python), "-c", "import pm4py, Declare4Py, pyarrow"]
    if subprocess.run(asked, check=False, capture_output=True).returncode:
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(SCRIPTS / "requirements.txt")], check=True)
    return python


def peer(python: Path, script: str, log: Path, group: str, copies: int, rounds: int) -> Speed:
    """One peer, in a process of its own."""
    command = [str(python), str(SCRIPTS / script), str(log), group, str(copies), str(rounds)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    told = json.loads(done.stdout.splitlines()[-1])
    return Speed(told["tool"], group, told["events"], told["seconds"], told["processor"], told["violating"])


def copied(log: Log, copies: int, folder: Path) -> Log:
    """The log so many times over, each copy of a case under a name of its own."""
    folder.mkdir(parents=True)
    big = replace(log, folder=folder, rows=log.rows * copies)
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (
                SELECT * REPLACE (
                    k * {log.rows} + seq AS seq, (k * {log.rows} + seq)::VARCHAR AS act_id, k || '-' || case_id AS case_id)
                FROM (SELECT unnest(range({copies})) AS k) CROSS JOIN '{log.acts}' ORDER BY k, seq
            ) TO '{big.acts}' (FORMAT parquet, COMPRESSION zstd)"""
        )
        connection.execute(f"COPY (FROM '{log.subjects}') TO '{big.subjects}' (FORMAT parquet)")
    big.write_meta()
    return big


def best(call: Callable[[], Results], rounds: int) -> tuple[Results, float, float]:
    """The results, and the least wall and processor seconds of some rounds."""
    found, seconds, processor = None, float("inf"), float("inf")
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.process_time()
        found = call()
        seconds, processor = min(seconds, time.perf_counter() - begun), min(processor, time.process_time() - used)
    assert found is not None
    return found, seconds, processor


def violating(results: Results) -> Counts:
    """Cases with a breach, by norm."""
    with duckdb.connect() as connection:
        connection.register("findings", results.table())
        rows = connection.execute("SELECT norm_id, count(DISTINCT case_id) FROM findings WHERE breach GROUP BY 1").fetchall()
    return dict(rows)


class Ours:
    """Zhunsheng on one log: the checking made ready, and each engine on each group."""

    def __init__(self, log: Log, folder: Path) -> None:
        self.ready = prepare_check(log, SCRIPTS / "norms.yaml", closed=True)
        begun = time.perf_counter()
        self.prepared = prepare(log, folder)
        self.preparing = time.perf_counter() - begun

    def speed(self, engine: str, group: str, rounds: int) -> Speed:
        """One engine on one group; findings in memory, the best of some rounds."""
        plans = [p for p in self.ready.plans if p.norm_id in GROUPS[group]]
        about: dict[str, Any] = {
            "calendar": self.ready.calendar, "as_of_us": self.ready.as_of_us, "closed": True, "only": "findings",
        }

        def run() -> Results:
            if engine == "fast":
                return run_fast(self.prepared, plans, **about)
            from zhunsheng.norms.compile.run_duckdb import run_duckdb

            return run_duckdb(self.ready.log, plans, **about)

        results, seconds, processor = best(run, rounds)
        return Speed(f"zhunsheng {engine}", group, self.ready.log.rows, seconds, processor, violating(results))


def agree(one: Counts, other: Counts, times: int = 1) -> bool:
    """Whether two tools found the same number of violating cases, `times` as many for the other."""
    return {name: n * times for name, n in one.items()} == other


def print_counts(found: list[Speed]) -> bool:
    """Violating cases on the sample, by tool; whether all agree."""
    fine = True
    for group, names in GROUPS.items():
        of_group = [speed for speed in found if speed.group == group]
        for name in names:
            numbers = {speed.tool: speed.violating.get(name, 0) for speed in of_group}
            same = len(set(numbers.values())) == 1
            fine &= same
            told = ", ".join(f"{tool} {number:,}" for tool, number in numbers.items())
            print(f"  {group:8} {name:20} {'agree   ' if same else 'DISAGREE'} {told}")
    return fine


def print_ratios(ours: list[Speed], theirs: list[Speed]) -> None:
    """How many times the peers' speed ours is, at the sizes stated."""
    for speed in theirs:
        for own in (o for o in ours if o.group == speed.group):
            against = f"{own.tool} at {own.acts:,} / {speed.tool} at {speed.acts:,}"
            wall, work = own.rate / speed.rate, own.acts / own.processor / (speed.acts / speed.processor)
            print(f"  {speed.group:8} {wall:>8.1f} x (by processor time {work:.1f} x)   {against}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, default=LOG)
    parser.add_argument("--copies", type=int, default=144, help="copies of the log (34,724 acts each) for Zhunsheng")
    parser.add_argument("--pm4py-copies", type=int, default=3, help="copies for pm4py (its temporal profile: one copy)")
    parser.add_argument("--declare4py-copies", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each; the best counts")
    parser.add_argument("--engines", nargs="+", default=["duckdb", "fast"], choices=["duckdb", "fast"])
    given = parser.parse_args()
    if not given.log.exists():
        sys.exit(f"{given.log} is not there: name the log with --log, or its folder with ZHUNSHENG_SAMPLES; see README.md")
    python = peers()
    sizes = {"with_pm4py.py": given.pm4py_copies, "with_declare4py.py": given.declare4py_copies}

    def all_peers(copies: dict[str, int], rounds: int) -> list[Speed]:
        return [
            peer(python, script, given.log, group, 1 if group == "profile" else copies[script], rounds)
            for group in GROUPS
            for script in sizes
            if not (group == "profile" and script == "with_declare4py.py")
        ]

    with tempfile.TemporaryDirectory(prefix="zhunsheng-bench-") as name:
        small_log = read_log(given.log, mapping=MAPPING)
        small = Ours(small_log, Path(name) / "small")
        sample = [small.speed(engine, group, given.rounds) for group in GROUPS for engine in given.engines]
        print(f"cases that violate, in one copy of the log ({small_log.rows:,} acts):")
        fine = print_counts([*sample, *all_peers(dict.fromkeys(sizes, 1), 1)])
        big = Ours(copied(small_log, given.copies, Path(name) / "log"), Path(name) / "columns")
        ours = [big.speed(engine, group, given.rounds) for group in GROUPS for engine in given.engines]
    times = {(s.tool, s.group): s.violating for s in sample}
    fine &= all(agree(times[s.tool, s.group], s.violating, given.copies) for s in ours)
    print(f"each copy adds the same number again, in all {given.copies} copies: {'yes' if fine else 'NO'}")
    theirs = all_peers(sizes, given.rounds)
    print(f"\n{'group':8} {'tool':22} {'acts':>10} {'seconds':>9} {'processor':>9} {'norm x acts/s':>12}")
    for speed in sorted([*sample, *ours, *theirs], key=lambda s: (list(GROUPS).index(s.group), s.tool, s.acts)):
        print(speed.line)
    print(f"preparing {big.ready.log.rows:,} acts for the fast engine, once: {big.preparing:.2f} s")
    print("\nspeed of Zhunsheng as a multiple, at the size each manages:")
    print_ratios(ours, theirs)
    print("the same, all on the one copy, start-up costs and all:")
    print_ratios(sample, [s for s in theirs if s.acts == small_log.rows])
    if not fine:
        sys.exit("the tools do not agree")


if __name__ == "__main__":
    main()
