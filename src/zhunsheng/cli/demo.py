"""`zhunsheng demo`: a made-up log, written to files, read back through the real door, and checked against the rulebook."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from zhunsheng.cli.check import write_report
from zhunsheng.supervision.checking import prepare_check
from zhunsheng.supervision.demo import generate, write_demo
from zhunsheng.supervision.findings import write_findings

console = Console()


def demo_command(
    seed: Annotated[int, typer.Option(help="随机种子：同一种子得同一日志 (random seed)")] = 1,
    cases: Annotated[int, typer.Option(help="案件数 (number of cases)", min=1, max=200_000)] = 600,
    out: Annotated[Path, typer.Option(help="输出文件夹 (folder to write)")] = Path("demo-output"),
    lang: Annotated[str, typer.Option(help="zh 或 en (language of the report)")] = "zh",
) -> None:
    """演示：编造一个公安局一年多的执法日志，用整部规则库检查它。 Check a made-up bureau's log against the whole rulebook."""
    started = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    made = generate(seed=seed, cases=cases)
    rows = write_demo(made.cases, out / "bureau-log.csv", out / "mapping.yaml")
    console.print(f"{rows:,} 个执法行为 acts", highlight=False)
    ready = prepare_check(out / "bureau-log.csv", mapping=out / "mapping.yaml")
    results = ready.run("interpret", into=out / "findings.parquet")
    write_findings(results, out / "findings.csv")
    write_report(ready, results, out / "report.html", lang)
    console.print(f"报告 report: {out / 'report.html'}（{time.monotonic() - started:.0f} s）", highlight=False)
