"""Run the benchmarks one after the other, each in a process of its own: `python -m benchmarks [--full] [--list] [name …]`."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Benchmark:
    """One program beside this one, with what it is given for a short look and at the size its figures are stated for."""

    about: str
    quick: tuple[str, ...] = ()
    full: tuple[str, ...] = ()


BENCHMARKS = {
    "interpret_dossier": Benchmark(
        "one dossier of sixty acts under the whole rulebook, interpreted", ("--cases", "200")
    ),
    "hundred_norms": Benchmark(
        "a hundred norms on the fast path, against a plain scan", ("1",), ("10", "100")
    ),
    "xes_read": Benchmark("reading XES, against pm4py", ("--times", "5")),
    "peers": Benchmark(
        "the same constraints, against pm4py and Declare4Py",
        ("--copies", "30", "--pm4py-copies", "3", "--rounds", "2"),
        ("--copies", "144", "--pm4py-copies", "15", "--rounds", "5"),
    ),
    "ledger_verify": Benchmark(
        "sealing and verifying entries, growing the tree, against the bare hash calls",
        ("--entries", "5000", "--leaves", "50000", "--rounds", "2"),
    ),
    "many_bureaus": Benchmark(
        "the logs of many bureaus under one plan on DuckDB, and the same rows on a Spark cluster",
        ("--bureaus", "2", "--cases", "200"),
        ("--bureaus", "10", "--cases", "2000", "--spark"),
    ),
    "manual_fields": Benchmark("fields filled in by hand in an ordinary case, and those the forms fill in"),
    "case_lists": Benchmark(
        "case list, search and desk, beside Open Zaak's published list",
        ("--cases", "20000"),
        ("--cases", "1000000"),
    ),
    "hand_sql": Benchmark(
        "six norms on DuckDB, against SQL written by hand",
        ("--rows", "2000000", "--rounds", "2"),
        ("--rows", "10103000", "--rounds", "5"),
    ),
}


def load() -> str:
    """How busy the machine is; figures taken beside other work are no figures."""
    try:
        busy = Path("/proc/loadavg").read_text(encoding="ascii").split()[0]
    except OSError:
        return "load unknown"
    return f"load {busy}"


def run(name: str, *, full: bool) -> bool:
    """One benchmark; whether it ended well."""
    benchmark = BENCHMARKS[name]
    given = benchmark.full if full else benchmark.quick
    print(
        f"\n== {name}: {benchmark.about}\n   {' '.join((f'benchmarks/{name}.py', *given))}; {load()}",
        flush=True,
    )
    begun = time.perf_counter()
    code = subprocess.run([sys.executable, str(HERE / f"{name}.py"), *given], check=False).returncode
    print(
        f"   {time.perf_counter() - begun:.0f} s; {load()}{'' if code == 0 else f'; FAILED with {code}'}",
        flush=True,
    )
    return code == 0


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure speed; see benchmarks/README.md."
    )
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all when none is named"
    )
    parser.add_argument(
        "--full", action="store_true", help="the sizes that the figures in README.md are stated for"
    )
    parser.add_argument("--list", action="store_true", help="only list them")
    given = parser.parse_args()
    if unknown := set(given.names) - BENCHMARKS.keys():
        parser.error(
            f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}"
        )
    if given.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:18} {benchmark.about}")
        return
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    ended = [run(name, full=given.full) for name in given.names or BENCHMARKS]
    if not all(ended):
        sys.exit(1)


if __name__ == "__main__":
    main()
