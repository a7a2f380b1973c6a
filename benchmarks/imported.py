"""From a file of another system in the drop folder to the alerts of its breaches, and once more with nothing new.

Run `python -m benchmarks.imported [--rows 10000]`. The database is the embedded one with fsync on; the rows are those of the
made-up bureau's cases with planted breaches, cut after so many; the whole rulebook judges them.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import time
from pathlib import Path

import yaml

from benchmarks.platform_under_test import FOUNDED, platform


def main() -> None:
    """Write the file, read it, and what came of it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rows", type=int, default=10_000)
    asked = given.parse_args()
    with platform() as home:
        written(home, asked.rows)
        timed("the first reading")
        timed("nothing new")
        shutil.copy(home / "drop" / "a.csv", home / "drop" / "b.csv")
        timed("the same rows once more")


def written(home: Path, rows: int) -> None:
    """The bureau, its rows as a file, and the feed."""
    from zhunsheng.people.demo import COUNTY
    from zhunsheng.people.models import Unit
    from zhunsheng.supervision.demo import generate
    from zhunsheng.supervision.demo.living import LivingBureau
    from zhunsheng.supervision.demo.log_writing import write_demo

    made = generate(seed=5, cases=max(100, rows // 40))
    LivingBureau(made.bureau).found(FOUNDED)
    drop, feeds = home / "drop", home / "feeds"
    drop.mkdir()
    feeds.mkdir()
    write_demo(made.cases, drop / "whole", feeds / "city.mapping.yaml")
    with (
        (drop / "whole").open(encoding="utf-8-sig", newline="") as whole,
        (drop / "a.csv").open("w", encoding="utf-8-sig", newline="") as cut,
    ):
        lines = csv.reader(whole)
        writer = csv.writer(cut)
        writer.writerows(line for line, _ in zip(lines, range(rows + 1), strict=False))
    unit = (
        COUNTY if Unit.objects.filter(code=COUNTY).exists() else Unit.objects.filter(parent=None).first().code
    )  # type: ignore[union-attr] # there is one
    told = {
        "name": "city",
        "title": {"zh": "市局平台", "en": "City platform"},
        "unit": unit,
        "source": {"kind": "folder", "path": str(drop), "pattern": "*.csv", "settled": 0},
        "mapping": "city.mapping.yaml",
    }
    (feeds / "city.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


def timed(what: str) -> None:
    """One reading, and how long until the last alert was there."""
    from zhunsheng.feeds.models import Case, Event, Obligation
    from zhunsheng.feeds.services import feed_run
    from zhunsheng.supervision.models import Alert, Finding

    began, cpu = time.perf_counter(), time.process_time()
    run = feed_run("city")
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    read = (run.ended_at - run.begun_at).total_seconds() if run.ended_at else 0.0
    house = "a benchmark"
    counts = [
        ("rows", run.read),
        ("new", run.new),
        ("quarantined", run.quarantined),
        ("events", Event.objects.unfenced(house).count()),
        ("cases", Case.objects.unfenced(house).count()),
        ("obligations", Obligation.objects.unfenced(house).count()),
        ("findings", Finding.objects.unfenced(house).count()),
        ("alerts", Alert.objects.count()),
    ]
    print(f"{what}: {run.state} {run.fault_en}")
    print("  " + ", ".join(f"{name} {number:,}" for name, number in counts))
    print(
        f"  read in {read:.1f} s; all alerts there after {took:.1f} s ({cpu:.1f} s of this process on a processor)",
        flush=True,
    )


if __name__ == "__main__":
    main()
