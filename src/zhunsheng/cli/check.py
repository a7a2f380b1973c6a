"""`zhunsheng check`: a log against norms, a summary in the terminal, findings and a report in files."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from zhunsheng.base.errors import InputError
from zhunsheng.cli.progress import progress_bar
from zhunsheng.cli.summary import print_explanations, print_summary
from zhunsheng.norms.language import Severity
from zhunsheng.norms.plans import BREACHES
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.checking import Checking, prepare_check
from zhunsheng.supervision.findings import write_findings, writer_for

console = Console()
SEVERITIES: tuple[Severity, ...] = ("advisory", "minor", "serious", "blocking")


class EngineName(StrEnum):
    """Where the norms are executed; the results are the same."""

    AUTO = "auto"
    DUCKDB = "duckdb"
    SPARK = "spark"
    FAST = "fast"
    INTERPRET = "interpret"


class OnlyName(StrEnum):
    """Which rows the findings file holds."""

    ALL = "all"
    FINDINGS = "findings"


class Threshold(StrEnum):
    """From which severity on a breach makes the command fail."""

    ADVISORY = "advisory"
    MINOR = "minor"
    SERIOUS = "serious"
    BLOCKING = "blocking"


class LanguageName(StrEnum):
    """The language of what is printed and of the report."""

    ZH = "zh"
    EN = "en"


def check_command(
    log: Annotated[
        Path, typer.Argument(help="事件日志：XES、OCEL 2.0、CSV、Excel、Parquet 或整理好的文件夹 (event log)")
    ],
    norms: Annotated[
        list[Path] | None, typer.Option("--norms", help="规范文件或文件夹，可重复；缺省为自带规则库 (norms)")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="映射文件：哪一列是什么 (mapping file)")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="截止日期、时刻或 now；缺省为日志最后一日 (as-of date)")
    ] = None,
    closed: Annotated[
        bool, typer.Option("--closed", help="日志已完结，不会再有记录 (nothing more will be recorded)")
    ] = False,
    engine: Annotated[EngineName, typer.Option(help="执行方式，结果相同 (execution)")] = EngineName.AUTO,
    only: Annotated[OnlyName, typer.Option(help="结果文件只留问题，或全部 (rows to keep)")] = OnlyName.ALL,
    out: Annotated[Path | None, typer.Option(help="结果文件 .parquet .csv .json (findings file)")] = None,
    html: Annotated[Path | None, typer.Option(help="网页报告 (HTML report)")] = None,
    explain: Annotated[
        str | None, typer.Option(help="逐条说明一个案件的结果，不印总表 (explain one case)")
    ] = None,
    fail_on: Annotated[
        Threshold | None, typer.Option(help="有此轻重以上的问题时以 1 退出 (exit 1 from this severity on)")
    ] = None,
    holidays: Annotated[Path | None, typer.Option(help="本地节假日文件 (own holiday file)")] = None,
    counting: Annotated[Path | None, typer.Option(help="本地期间计算文件 (own counting file)")] = None,
    lang: Annotated[LanguageName, typer.Option(help="语言 (language)")] = LanguageName.ZH,
) -> None:
    """以规范检查事件日志，逐案说明法律要求什么、做了什么、何时到期、哪里出了问题。 Check an event log against norms."""
    check_targets(out, html, [log, mapping, holidays, counting, *(norms or [])])
    with progress_bar("读取日志 reading") as reading:
        ready = prepare_check(
            log,
            list(norms) if norms else None,
            mapping=mapping,
            as_of=as_of,
            closed=closed,
            holidays=holidays,
            counting=counting,
            progress=reading,
        )
    if explain is not None:
        print_explanations(console, ready, explain, lang.value)
        if out is None and html is None and fail_on is None:
            return
    with tempfile.TemporaryDirectory(prefix="zhunsheng-") as folder:
        found = Path(folder) / "findings.parquet"
        with progress_bar("检查规范 checking") as checking:
            results = ready.run(engine.value, only=only.value, into=found, progress=checking)
        if explain is None:
            print_summary(console, ready, results, lang.value)
        if out is not None:
            write_findings(results, out)
            console.print(f"结果 findings: {out}", highlight=False, soft_wrap=True)
        if html is not None:
            write_report(ready, results, html, lang.value)
            console.print(f"报告 report: {html}", highlight=False, soft_wrap=True)
        if fail_on is not None and judged_worse(ready, results, fail_on.value):
            raise typer.Exit(1)


def check_targets(out: Path | None, html: Path | None, read: list[Path | None]) -> None:
    """Before anything is read: no input may be written over, a target's folder must exist and its format be known."""
    sources = {path.resolve() for path in read if path is not None}
    for target in (out, html):
        if target is None:
            continue
        if target.resolve() in sources:
            raise InputError(
                zh="输出文件就是要读的文件",
                en="the output is one of the files to read",
                where=str(target),
                remedy_zh="换一个文件名",
                remedy_en="choose another name",
            )
        target_check(target)
    if out is not None:
        writer_for(out)
    if html is not None and html.suffix.lower() not in (".html", ".htm"):
        raise InputError(
            zh=f"网页报告的文件名不对：{html.name}",
            en=f"not a name for an HTML report: {html.name}",
            where=str(html),
            remedy_zh="文件名以 .html 结尾",
            remedy_en="end the name in .html",
        )


def target_check(target: Path) -> None:
    """InputError where no file can be written: its folder is not there, or a folder has its name."""
    if not target.absolute().parent.is_dir():
        raise InputError(
            zh="输出文件夹不存在",
            en="the folder to write to does not exist",
            where=str(target.parent),
            remedy_zh="先建立文件夹",
            remedy_en="create it first",
        )
    if target.is_dir():
        raise InputError(
            zh="输出的位置是一个文件夹",
            en="the output is a folder",
            where=str(target),
            remedy_zh="写出文件名",
            remedy_en="name a file in it",
        )


def judged_worse(ready: Checking, results: Results, threshold: str) -> bool:
    """Whether some breach is at least so severe; InputError where nothing could be checked, for that is no pass."""
    if all(status == "unknown" for counts in results.counts.values() for status in counts.elements()):
        raise InputError(
            zh="这些规范对这个日志一项也没有判断出来，不能当作通过",
            en="these norms could judge nothing in this log; that is not a pass",
            where=ready.log.source,
            remedy_zh="核对规范文件、映射文件和截止日期",
            remedy_en="compare the norm files, the mapping and the as-of date with the log",
        )
    return worst_reaches(ready, results, threshold)


def write_report(ready: Checking, results: Results, target: Path, lang: str) -> None:
    """The report, written beside its place and then moved there, so that a failure leaves nothing half-written."""
    from zhunsheng.supervision.report import report_html

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", suffix=".html", dir=target.resolve().parent, delete=False
    ) as file:
        temporary = Path(file.name)
        try:
            file.write(report_html(ready, results, language="en" if lang == "en" else "zh"))
        except BaseException:
            temporary.unlink()
            raise
    temporary.chmod(0o644)
    shutil.move(temporary, target)


def worst_reaches(ready: Checking, results: Results, threshold: str) -> bool:
    """Whether some breach is at least so severe."""
    severity = {(p.norm_id, p.version): p.severity for p in ready.plans}
    wanted = SEVERITIES[SEVERITIES.index(threshold) :]
    return any(
        severity[key] in wanted and sum(Counter(counts)[s] for s in BREACHES)
        for key, counts in results.counts.items()
    )
