"""`zhunsheng norms …`: check, try, list and show norm files."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from zhunsheng.acts.surroundings import rulebook_folder, surroundings
from zhunsheng.base.errors import InputError
from zhunsheng.norms.binding import bind
from zhunsheng.norms.calendar import Calendar
from zhunsheng.norms.coverage import coverage_page
from zhunsheng.norms.examples import Outcome, test_examples
from zhunsheng.norms.interpret import Interpreter
from zhunsheng.norms.json_schema import norm_file_schema
from zhunsheng.norms.lint import lint
from zhunsheng.norms.loading import NormSet, load_norms

app = typer.Typer(
    no_args_is_help=True, help="规范：检查、试行、列出、查看。 Lint, test, list and show norms."
)
console = Console()
Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="规范文件或文件夹；缺省为自带规则库 (norm files or folders; default: the rulebook)"),
]


def loaded(paths: list[Path] | None) -> NormSet:
    """The named norm files, or the shipped rulebook."""
    return load_norms(paths or [rulebook_folder()])


def calendar_of(norms: NormSet) -> Calendar:
    """The calendar the norm files ask for."""
    if norms.calendar == "china":
        return Calendar.china()
    return Calendar.none() if norms.calendar == "none" else Calendar.weekdays(1970, 2100)


@app.command("lint")
def lint_command(paths: Paths = None) -> None:
    """检查规范文件：引用、版本、行为种类、永不触发的条件、约束对象。 Check norm files."""
    norms = loaded(paths)
    known = {norm.id for norm in norms.norms}
    if any(norm.widens and norm.widens not in known for norm in norms.norms):
        norms = load_norms([rulebook_folder(), *(paths or ())])
    faults = lint(norms, surroundings(norms))
    for fault in faults:
        console.print(fault.text("zh"), markup=False, highlight=False, soft_wrap=True)
        console.print(fault.text("en"), style="dim", markup=False, highlight=False, soft_wrap=True)
    count = len(norms.norms)
    console.print(f"{count} 条规范，{len(faults)} 处问题 ({count} norms, {len(faults)} faults)")
    raise typer.Exit(1 if faults else 0)


@app.command("test")
def try_command(paths: Paths = None, zone: str = "Asia/Shanghai") -> None:
    """试行例子：每条规范的例子是否如其所说。 Judge the worked examples."""
    norms = loaded(paths)
    around = surroundings(norms)
    interpreter = Interpreter(bind(norms, around), calendar=calendar_of(norms), zone=zone)
    outcomes = list(test_examples(norms, interpreter, around.fields))
    failed = [o for o in outcomes if not o.agrees]
    for outcome in failed:
        console.print(story(outcome), markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"{len(outcomes)} 个例子，{len(failed)} 个不符 ({len(outcomes)} examples, {len(failed)} disagree)"
    )
    raise typer.Exit(1 if failed else 0)


def story(outcome: Outcome) -> str:
    """What an example promised and what came out."""
    rows = ", ".join(f"{r.opened.type}→{r.status}" for r in outcome.rows) or "没有结果 (no row)"
    return f"{outcome.where}：规范“{outcome.norm_id}”的 {outcome.expected} 例子 {outcome.number} 得到 {rows}"


@app.command("list")
def list_command(paths: Paths = None, procedure: str = "") -> None:
    """列出规范。 List norms."""
    table = Table("编号 id", "名称 title", "种类 kind", "程序 procedure", "版本 versions", "轻重 severity")
    for norm in loaded(paths).norms:
        if procedure in ("", norm.procedure):
            versions = " ".join(v.in_force.from_.isoformat() for v in norm.versions)
            table.add_row(
                norm.id, norm.title.zh, norm.versions[-1].kind, norm.procedure, versions, norm.severity
            )
    console.print(table)


@app.command("show")
def show_command(
    norm_id: str,
    paths: Paths = None,
    at: Annotated[
        str, typer.Option("--at", help="在哪一天施行的版本 (the version in force on this day)")
    ] = "",
) -> None:
    """查看一条规范在某日施行的版本。 Show one norm as in force on a day."""
    norms = loaded(paths)
    norm = next((n for n in norms.norms if n.id == norm_id), None)
    if norm is None:
        raise InputError(
            zh=f"没有规范“{norm_id}”",
            en=f"there is no norm {norm_id}",
            remedy_zh="用 zhunsheng norms list 查看编号",
            remedy_en="see `zhunsheng norms list`",
        )
    try:
        day = dt.date.fromisoformat(at) if at else dt.datetime.now().astimezone().date()
    except ValueError:
        raise InputError(
            zh=f"看不懂的日期：{at}",
            en=f"not a date: {at}",
            remedy_zh="写成 2026-01-01",
            remedy_en="write 2026-01-01",
        ) from None
    found = [
        v
        for v in norm.versions
        if v.in_force.from_ <= day and (v.in_force.to is None or day <= v.in_force.to)
    ]
    if not found:
        raise InputError(
            zh=f"规范“{norm_id}”在 {day} 没有施行的版本",
            en=f"norm {norm_id} has no version in force on {day}",
        )
    console.print(f"[bold]{norm.title.zh}[/bold]  {norm.title.en}")
    if norm.says:
        console.print(norm.says.zh, norm.says.en, sep="\n")
    console.print_json(found[0].model_dump_json(by_alias=True, exclude_none=True))


@app.command("schema")
def schema_command() -> None:
    """打印规范文件的 JSON Schema，供编辑器补全和检查。 Print the JSON Schema of norm files."""
    print(json.dumps(norm_file_schema(), ensure_ascii=False, indent=1))


@app.command("coverage")
def coverage_command(paths: Paths = None) -> None:
    """打印规则库覆盖情况（Markdown）。 Print the coverage page of a rulebook."""
    print(coverage_page(loaded(paths)), end="")
