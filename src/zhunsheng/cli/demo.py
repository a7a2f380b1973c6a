"""`zhunsheng demo`: a made-up log, written to files, read back through the real door, and checked against the rulebook."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow.compute as pc
import typer
from rich.console import Console

from zhunsheng.cli.check import write_report
from zhunsheng.cli.demo_city import CASES as CITY
from zhunsheng.cli.demo_city import city_demo
from zhunsheng.cli.demo_platform import CASES, city_home, platform_demo
from zhunsheng.cli.progress import progress_bar
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.results_table import FINDINGS, Results
from zhunsheng.supervision.checking import Checking, Engine, prepare_check
from zhunsheng.supervision.demo import Demo, Score, breached_pairs, generate, score, write_demo, write_ledger
from zhunsheng.supervision.explaining import case_results, explain_result
from zhunsheng.supervision.findings import write_findings


class Size(StrEnum):
    """How large a bureau."""

    SMALL = "small"
    CITY = "city"


console = Console(highlight=False)
ENGINE: Engine = "interpret"
SHOWN = "inquiry.duration-public-order"
"""The norm whose breach is told in full, when one was planted."""


def demo_command(
    seed: Annotated[int, typer.Option(help="随机种子：同一种子得同一日志 (random seed)")] = 1,
    cases: Annotated[int, typer.Option(help="案件数 (number of cases)", min=1, max=100_000)] = 400,
    out: Annotated[Path, typer.Option(help="输出文件夹 (folder to write)")] = Path("demo-output"),
    lang: Annotated[
        str, typer.Option(help="zh 或 en：报告和示例的语言 (language of report and example)")
    ] = "zh",
    platform: Annotated[
        bool, typer.Option(help="也演示平台：一年的案件过门、评分、封存、开门 (the platform's part too)")
    ] = True,
    year: Annotated[
        int | None,
        typer.Option(
            help="平台一年的警情和案件数，缺省 3000，大城市 110000 (matters in the platform's year)", min=150
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option(help="重新生成平台的一年 (make the platform's year anew)")] = False,
    serve: Annotated[
        bool, typer.Option(help="最后开门：终端里一直服务，否则自检 (open the bureau at the end)")
    ] = True,
    size: Annotated[
        Size,
        typer.Option(help="city：直接批量装入一座大城市的一年，供性能测量 (load a big city's year in bulk)"),
    ] = Size.SMALL,
) -> None:
    """演示：检查编造的执法日志，再让一个公安局的一年过门，然后开门。 Check a made-up log, then open a living bureau."""
    if size is Size.CITY:
        city_demo(city_home(out), seed=seed, cases=year or CITY)
        return
    clock = Steps()
    out.mkdir(parents=True, exist_ok=True)
    log, mapping = out / "bureau-log.csv", out / "mapping.yaml"
    made = generate(seed=seed, cases=cases)
    acts = write_demo(made.cases, log, mapping)
    write_ledger(made.planted, out / "planted.csv")
    clock.done(
        f"编造日志 {acts:,} 个执法行为、{len(made.cases):,} 个案件，埋下 {len(made.planted)} 处违法",
        f"made up {acts:,} acts in {len(made.cases):,} cases, {len(made.planted)} breaches planted",
    )
    with progress_bar("读取日志 reading") as reading:
        ready = prepare_check(log, mapping=mapping, progress=reading)
    clock.done(
        f"读回日志，装入 {len(ready.norms.norms)} 条规范",
        f"read the log back, loaded {len(ready.norms.norms)} norms",
    )
    with progress_bar("检查规范 checking") as checking:
        results = ready.run(ENGINE, into=out / "findings.parquet", progress=checking)
    duties = sum(sum(c.values()) for c in results.counts.values())
    clock.done(f"检查 {duties:,} 项义务", f"judged {duties:,} duties")
    write_findings(problems(results), out / "findings.csv")
    write_report(ready, results, out / "report.html", lang)
    clock.done("写出结果和报告", "wrote findings and report")
    show(made, ready, results, out, lang, log, mapping)
    if platform:
        console.print("\n[bold]平台 the platform[/bold]  同一部规则库，守在登记执法行为的唯一入口")
        platform_demo(out, clock.done, seed=seed, cases=year or CASES, fresh=fresh, serve=serve)


def show(
    made: Demo, ready: Checking, results: Results, out: Path, lang: str, log: Path, mapping: Path
) -> None:
    """The score, what there is to see, and how to do the same by hand; the demo ends here where the score is not perfect."""
    told = score(made.planted, breached_pairs(results))
    print_score(told)
    print_what_to_see(made, results, out)
    print_example(ready, told, lang, log, mapping)
    print_by_hand(log, mapping, out)
    if not told.perfect:
        raise typer.Exit(1)


class Steps:
    """The steps done, each with its seconds."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def done(self, zh: str, en: str) -> None:
        """One more."""
        console.print(f"[dim]{time.monotonic() - self.started:5.1f} s[/dim]  {zh}  [dim]{en}[/dim]")


def problems(results: Results) -> Results:
    """The rows a person looks at: breaches, and what could not be judged."""
    table = results.table()
    return Results(
        results.zone, None, results.counts, [table.filter(pc.field("status").isin(list(FINDINGS)))]
    )


def print_score(told: Score) -> None:
    """Planted and found."""
    norms = len({p.breach.norm for p in told.planted})
    console.print(
        f"\n[bold]埋下的违法 {len(told.planted)} 处（{norms} 条规范），查出 {told.found} 处"
        f"[/bold]；没有埋而查出的 {len(told.unexpected)} 处，另有 {len(told.neighbours)} 处是同一过错连带违反的相邻规范。"
    )
    console.print(
        f"{told.found} of {len(told.planted)} planted breaches found ({norms} norms), recall {told.recall:.1%}; "
        f"{len(told.unexpected)} found that were not planted, precision {told.precision:.1%}; "
        f"{len(told.neighbours)} more are neighbouring norms that the same fault breaks.",
        style="dim",
    )
    for zh, en, (case_id, norm) in told.faults[:10]:
        console.print(f"  [yellow]{zh} {en}[/yellow] {case_id} {norm}")


def print_what_to_see(made: Demo, results: Results, out: Path) -> None:
    """Where the report is, and three things in it."""
    unknown = sum(c["unknown"] for c in results.counts.values())
    pending = sum(c["pending"] for c in results.counts.values())
    report = (out / "report.html").resolve()
    console.print(f"\n[bold]报告 report[/bold]  {report.as_uri()}", soft_wrap=True)
    for zh, en in (
        (
            "一、“单位”：哪两个派出所问题最多，差在哪条规范",
            "Units: the two stations with most breaches, and in which norms",
        ),
        (
            f"二、“无法判断” {unknown} 项：缺什么事实；无法判断从不当作没有问题",
            f"Unknown ({unknown}): which facts are missing; never shown as fine",
        ),
        (
            f"三、“将到期” {pending} 项：截至 {made.last}，接下来该做什么",
            f"Due next ({pending}): what is to be done after {made.last}",
        ),
    ):
        console.print(f"  {zh}  [dim]{en}[/dim]")


def print_example(ready: Checking, told: Score, lang: str, log: Path, mapping: Path) -> None:
    """One breach explained in full."""
    missed = {id(p) for p in told.missed}
    found = [p for p in told.planted if id(p) not in missed]
    planted = next((p for p in found if p.breach.norm == SHOWN), found[0] if found else None)
    if planted is None:
        return
    row = next(
        r for r in case_results(ready, planted.case_id) if r.breach and r.plan.norm_id == planted.breach.norm
    )
    console.print(
        f"\n[bold]一个例子 an example[/bold]  {planted.case_id}（{planted.breach.zh} · {planted.breach.en}）"
    )
    language: Language = "en" if lang == "en" else "zh"
    for line in explain_result(ready, row, language).lines(language):
        console.print(f"  {line}", markup=False, soft_wrap=True)
    by_hand = f"zhunsheng check {log} --mapping {mapping} --explain {planted.case_id}"
    console.print(f"  [dim]本案全部义务 the whole case:[/dim] {by_hand}", soft_wrap=True)


def print_by_hand(log: Path, mapping: Path, out: Path) -> None:
    """The command that does the same check without the demo."""
    console.print(
        f"\n[bold]自己再查一遍 by hand[/bold]\n"
        f"  zhunsheng check {log} --mapping {mapping} --engine {ENGINE} --html {out / 'again.html'}\n"
        f"[dim]埋下的违法 planted: {out / 'planted.csv'}；违反和无法判断的 findings: {out / 'findings.csv'}；"
        f"全部义务 all duties: {out / 'findings.parquet'}[/dim]",
        soft_wrap=True,
    )
