"""`zhunsheng discretion …`: check, list and show the tables of discretion; print the ceilings the gate holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.base.errors import InputError
from zhunsheng.casework.discretion.bands import Band, band_for
from zhunsheng.casework.discretion.ceilings import ceiling_condition
from zhunsheng.casework.discretion.loading import FOLDER, load_tables
from zhunsheng.casework.discretion.tables import Tables

app = typer.Typer(no_args_is_help=True, help="裁量基准：检查、列出、查看、试算。 Tables of discretion.")
console = Console()
Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="裁量基准文件夹；缺省为自带规则库 (default: the rulebook's own)"),
]
Day = Annotated[str, typer.Option("--on", help="哪一天施行的法律，如 2026-01-01 (the law of this day)")]
Circumstances = Annotated[
    list[str] | None, typer.Option("--with", help="选定的情节代码，可重复 (a circumstance; repeatable)")
]


def loaded(folder: Path | None) -> Tables:
    """The tables of a folder, or the shipped ones."""
    return load_tables(folder or rulebook_folder() / FOLDER)


@app.command("check")
def check_command(folder: Folder = None) -> None:
    """检查裁量基准文件：格式、引用、重复、期间、申辩不得为情节。 Check the files."""
    tables = loaded(folder)
    versions = sum(len(v.versions) for v in tables.violations.values())
    doubtful = sum(b.status == "unverified" for b in tables.benchmarks.values())
    console.print(
        f"{len(tables.violations)} 种违法行为、{versions} 个版本、{len(tables.circumstances)} 种一般情节，没有问题；"
        f"{doubtful} 张基准表未核实",
        f"{len(tables.violations)} violations, {versions} versions, {len(tables.circumstances)} general circumstances, "
        f"no faults; {doubtful} benchmarks unverified",
        sep="\n",
        highlight=False,
        soft_wrap=True,
    )


@app.command("list")
def list_command(folder: Folder = None) -> None:
    """列出违法行为目录。 List the catalogue."""
    tables = loaded(folder)
    table = Table("代码 code", "违法行为 violation", "条文 articles", "基准 benchmark")
    for code, violation in tables.violations.items():
        cites = "；".join(tables.cited(v.basis).zh for v in violation.versions)
        table.add_row(
            code, f"{violation.title.zh}\n{violation.title.en}", cites, tables.benchmarks[code].status
        )
    console.print(table)


@app.command("show")
def show_command(code: str, folder: Folder = None, on: Day = "", given: Circumstances = None) -> None:
    """查看一种违法行为在某日的法定幅度、可选情节，并按选定情节试算。 Show a violation, and its band."""
    tables = loaded(folder)
    band = band_for(code, given or [], day_of(on), tables)
    violation, mark = tables.violations[code], tables.benchmarks[code]
    console.print(f"[bold]{violation.title.zh}[/bold]  {violation.title.en}")
    steps(band)
    console.print("情节 circumstances:", style="dim")
    for factor in mark.factors:
        console.print(
            f"  {factor.code}  {factor.title.zh}  {factor.title.en}  → {factor.band}", highlight=False
        )
    for circumstance in tables.circumstances.values():
        console.print(
            f"  {circumstance.code}  {circumstance.title.zh}  {circumstance.title.en}", highlight=False
        )
    console.print(f"来源 source: {mark.source.zh}\n{mark.source.en}", style="dim", soft_wrap=True)


def steps(band: Band) -> None:
    """How the band came about, in both languages."""
    for step in band.steps:
        console.print(f"  {step.zh}", markup=False, highlight=False, soft_wrap=True)
        console.print(f"  {step.en}", style="dim", markup=False, highlight=False, soft_wrap=True)


def day_of(text: str) -> dt.date:
    """A day, today where none is named."""
    try:
        return dt.date.fromisoformat(text) if text else dt.datetime.now().astimezone().date()
    except ValueError:
        raise InputError(
            zh=f"看不懂的日期：{text}",
            en=f"not a date: {text}",
            remedy_zh="写成 2026-01-01",
            remedy_en="write 2026-01-01",
        ) from None


@app.command("ceilings")
def ceilings_command(law: str = "public-order-law-2025", folder: Folder = None) -> None:
    """打印一部法律的法定上限条件，供 rulebook/admin/discretion.yaml。 Print the ceilings as a condition."""
    print(ceiling_condition(loaded(folder), law))
