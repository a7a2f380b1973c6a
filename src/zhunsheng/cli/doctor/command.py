"""The command: asks every doctor and prints what they found, for people or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from zhunsheng.base.environment import environment
from zhunsheng.cli.doctor.database import database
from zhunsheng.cli.doctor.finding import GOOD, NEEDED, NOTE, Finding
from zhunsheng.cli.doctor.folder import folder
from zhunsheng.cli.doctor.machine import machine
from zhunsheng.cli.doctor.papers import papers

SIGNS = {GOOD: "✓", NOTE: "·", NEEDED: "✗"}


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON (as JSON)")] = False,
    port: Annotated[int, typer.Option(help="serve 要用的端口 (the port serve is to use)")] = 8000,
) -> None:
    """检查本机缺什么、怎样补上；缺少必需的则退出码为 1。 Say what is missing and how to mend it; exit code 1 if needed."""
    findings = list(everything(port))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(told(finding))
    raise typer.Exit(1 if any(finding.level == NEEDED for finding in findings) else 0)


def everything(port: int) -> Iterator[Finding]:
    """All findings, the machine first, the database only where its driver is installed."""
    env = environment()
    lacking = False
    for finding in machine(env, port):
        lacking |= finding.name == "packages" and finding.level == NEEDED
        yield finding
    yield from papers()
    yield from folder(env)
    if not lacking:
        yield from database(env)


def told(finding: Finding) -> str:
    """A finding in both languages, with its cure below."""
    lines = [f"{SIGNS[finding.level]} {finding.zh}"]
    if finding.en != finding.zh:
        lines.append(f"  {finding.en}")
    if finding.cure_zh:
        lines.append(f"  → {finding.cure_zh}")
    if finding.cure_en != finding.cure_zh:
        lines.append(f"  → {finding.cure_en}")
    return "\n".join(lines)
