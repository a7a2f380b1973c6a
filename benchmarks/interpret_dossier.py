"""How long the interpreter takes for one dossier of about sixty acts under the whole rulebook, beside reading it only.

Run `python -m benchmarks.interpret_dossier` (add `--profile` for where the time goes). The dossiers are the demo's, made up
and deterministic. "Bare" is a pass over the same acts that reads each of their facts and builds the case's own view, once.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from zhunsheng.norms.dossiers import Act, Dossier
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.read_dossiers import read_dossiers
from zhunsheng.norms.run_interpret import plan_columns
from zhunsheng.supervision.checking import Checking, prepare_check
from zhunsheng.supervision.demo import generate, write_demo

ACTS = range(55, 66)
ROUNDS = 3


def dossiers(folder: Path, cases: int) -> tuple[Checking, list[Dossier]]:
    """The demo's log made ready, and its dossiers of about sixty acts."""
    made = generate(cases=cases)
    write_demo(made.cases, folder / "log.csv", folder / "mapping.yaml")
    ready = prepare_check(folder / "log.csv", mapping=folder / "mapping.yaml")
    found = [d for d in read_dossiers(ready.log, plan_columns(ready.plans)) if len(d.acts) in ACTS]
    return ready, found


def bare(dossier: Dossier) -> int:
    """Read every fact and build the case's view."""
    acts = [Act(a.seq, a.type, a.at_us, a.day, dict(a.facts), a.officers, a.subjects) for a in dossier.acts]
    return len(Dossier(dossier.case_id, acts).views(())[0].by_type)


def milliseconds(run: Callable[[Dossier], object], among: list[Dossier]) -> list[float]:
    """The best of some rounds for each dossier, so that a neighbour on the machine is not measured."""
    taken = []
    for dossier in among:
        best = float("inf")
        for _ in range(ROUNDS):
            start = time.process_time_ns()
            run(dossier)
            best = min(best, (time.process_time_ns() - start) / 1e6)
        taken.append(best)
    return taken


def told(name: str, taken: list[float]) -> float:
    """Print the middle and the slow end; the middle."""
    cuts = statistics.quantiles(taken, n=20)
    print(f"{name:12} p50 {cuts[9]:7.3f} ms   p95 {cuts[18]:7.3f} ms   ({len(taken)} dossiers)")
    return cuts[9]


def main() -> None:
    """Measure, or profile."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--cases", type=int, default=600)
    wanted.add_argument("--profile", action="store_true")
    args = wanted.parse_args()
    with tempfile.TemporaryDirectory() as name:
        ready, found = dossiers(Path(name), args.cases)
        interpreter = Interpreter(ready.plans, calendar=ready.calendar, zone=ready.log.zone)

        def judge(dossier: Dossier) -> int:
            return len(interpreter.judge(dossier, as_of_us=ready.as_of_us))

        for dossier in found:
            judge(dossier)
        gc.collect()
        gc.freeze()
        if args.profile:
            with cProfile.Profile() as profile:
                for dossier in found:
                    judge(dossier)
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)
            return
        duties = statistics.mean(judge(d) for d in found)
        print(f"{len(ready.plans)} norm versions, {duties:.0f} duties a dossier")
        middle = told("interpret", milliseconds(judge, found))
        print(f"ratio to bare {middle / told('bare', milliseconds(bare, found)):.0f}")


if __name__ == "__main__":
    main()
