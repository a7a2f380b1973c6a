"""Time reading XES against pm4py in the same run: events per second, the ratio, and peak memory of each.

The road-traffic-fines log is replicated into a bigger file in a temporary folder. pm4py (AGPL) lives in its own
environment: ZHUNSHENG_PEERS names its Python, else benchmarks/.venv-peers is used, and made when it is not there.
Each reading runs in a process of its own; start-up and imports are not counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LOG = HERE.parent.parent / "shared" / "data" / "road-traffic-fines-first-10000.xes.gz"

OURS = """
import json, resource, sys, time
from pathlib import Path
from zhunsheng.exchange import LogMapping, read_log
warm, source = map(Path, sys.argv[1:3])
read_log(warm)
begun = time.perf_counter()
log = read_log(source, mapping=LogMapping(zone="Europe/Rome"))
seconds = time.perf_counter() - begun
print(json.dumps([log.rows, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""

PEER = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
import pm4py
warm, source = sys.argv[1:3]
pm4py.read_xes(warm)
begun = time.perf_counter()
frame = pm4py.read_xes(source)
seconds = time.perf_counter() - begun
print(json.dumps([len(frame), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def replicate(source: Path, target: Path, times: int) -> None:
    """Repeat all traces of a log `times` times, with a new name for each copy of a case."""
    content = gzip.decompress(source.read_bytes())
    first, last = content.index(b"<trace>"), content.rindex(b"</trace>") + len(b"</trace>")
    named = b'<trace>\n\t\t<string key="concept:name" value="'
    with target.open("wb") as file:
        file.write(content[:first])
        for k in range(times):
            file.write(content[first:last].replace(named, named + b"%d-" % k))
            file.write(b"\n")
        file.write(content[last:])


def peers() -> Path:
    """The Python that has pm4py; made on first use."""
    given = os.environ.get("ZHUNSHENG_PEERS")
    if given:
        return Path(given)
    home = HERE / ".venv-peers"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "pm4py"], check=True)
    return python


def measure(python: Path, script: str, warm: Path, source: Path) -> tuple[int, float, int]:
    """Run one reading: events, seconds, peak KiB."""
    done = subprocess.run(
        [str(python), "-c", script, str(warm), str(source)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    events, seconds, peak = json.loads(done.stdout.splitlines()[-1])
    return events, seconds, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="copies of the log (34,724 events each)")
    parser.add_argument("--log", type=Path, default=LOG)
    parser.add_argument("--rounds", type=int, default=2, help="readings by each; the best counts")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        big, small = Path(folder) / "big.xes", Path(folder) / "small.xes"
        replicate(given.log, big, given.times)
        replicate(given.log, small, 1)
        print(f"{given.times} x {given.log.name}: {big.stat().st_size / 1e6:,.0f} MB")
        results = {}
        runs = {"zhunsheng": (Path(sys.executable), OURS), "pm4py": (peers(), PEER)}
        for _ in range(given.rounds):
            for name, (python, script) in runs.items():
                read = measure(python, script, small, big)
                results[name] = min(results.get(name, read), read, key=lambda r: r[1])
        for name, (events, seconds, peak) in results.items():
            print(f"{name:10} {events:>9,} events {seconds:7.2f} s {events / seconds:>12,.0f} events/s {peak / 1024:>6,.0f} MiB")
        print(f"ratio      {results['pm4py'][1] / results['zhunsheng'][1]:.1f} x")


if __name__ == "__main__":
    main()
