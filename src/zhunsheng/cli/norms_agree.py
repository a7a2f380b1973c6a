"""`zhunsheng norms agree`: every act judged anew, every norm, and compared with the stored obligations and findings."""

from __future__ import annotations

import resource
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from zhunsheng.cli.progress import progress_bar

if TYPE_CHECKING:
    from zhunsheng.supervision.evaluation import Evaluated

console = Console(highlight=False)


class Anew(StrEnum):
    """An engine that judges what the door has judged."""

    FAST = "fast"
    DUCKDB = "duckdb"
    INTERPRET = "interpret"


def register(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("agree")(agree_command)


def agree_command(
    engine: Annotated[
        Anew | None,
        typer.Option(help="用哪个引擎重判；缺省 fast，没有 numba 则 duckdb (which engine judges anew)"),
    ] = None,
    processes: Annotated[int, typer.Option(help="几个进程 (processes)", min=1, max=64)] = 2,
    part: Annotated[int, typer.Option(help="每次读入多少件案卷 (dossiers at a time)", min=1)] = 4_000,
) -> None:
    """全部行为重判一遍，与逐项行为登记的义务和问题逐项比对；有不同则退出码 1。 Judge everything anew and compare."""
    from zhunsheng.cli.platform import database, django

    chosen = engine or (Anew.FAST if find_spec("numba") is not None else Anew.DUCKDB)
    django("norms")
    with database():
        from zhunsheng.supervision.evaluation import evaluate_all

        with progress_bar("重判 judging anew") as bar:
            found = evaluate_all(chosen.value, part=part, processes=processes, told=bar)
    print_evaluated(found, chosen, processes)
    if found.found.differences:
        raise typer.Exit(1)


def print_evaluated(found: Evaluated, engine: Anew, processes: int) -> None:
    """What was compared, what differs, and what it took."""
    for one in found.found.examples:
        console.print(
            f"[yellow]不同 {one.kind}[/yellow] {one.dossier} {one.norm} {one.detail}", soft_wrap=True
        )
    for kind, times in sorted(found.found.differences.items()):
        console.print(f"[yellow]{kind}[/yellow] {times:,}")
    differ = found.found.differences.total()
    say(
        f"{engine.value}：{found.dossiers:,} 件案卷、{found.acts:,} 个行为全部重判；"
        f"{found.found.obligations:,} 项义务、{found.found.findings:,} 个问题逐项比对，{differ:,} 处不同",
        f"{found.dossiers:,} dossiers, {found.acts:,} acts judged anew; {found.found.obligations:,} obligations and "
        f"{found.found.findings:,} findings compared, {differ:,} differ",
    )
    if found.left_out:
        say(
            f"另有 {found.left_out:,} 件正在变动，或者还没有按现行规则库重判过，留待下次",
            f"{found.left_out:,} more changed meanwhile or await the rulebook's edition; they are left to the next run",
        )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(
        f"用时 {found.wall:.0f} 秒，{processes} 个进程；各进程合计：读取 {found.reading:.0f} 秒，重判 {found.judging:.0f} 秒，"
        f"比对 {found.comparing:.0f} 秒",
        f"{found.wall:.0f} s by {processes} processes; together reading {found.reading:.0f} s, judging {found.judging:.0f} s, "
        f"comparing {found.comparing:.0f} s",
    )
    say(
        f"内存峰值：一个进程 {found.memory:.0f} MB，主进程 {own:.0f} MB；数据库一个后端 {found.backend:.0f} MB（含共享缓冲）",
        f"peak memory: {found.memory:.0f} MB a process, {own:.0f} MB the main one; {found.backend:.0f} MB a database backend, "
        "shared buffers among it",
    )


def say(zh: str, en: str) -> None:
    """One thing in both languages."""
    console.print(f"{zh}。 [dim]{en}.[/dim]", soft_wrap=True)
