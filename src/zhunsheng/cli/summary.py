"""What the terminal says about a checked log: a table a person can read, and the explanations of a case."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table

from zhunsheng.exchange import notes_of
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.language import Norm
from zhunsheng.norms.periods import end_of_day_us, local_day
from zhunsheng.norms.period_instants import local_time
from zhunsheng.norms.plans import BREACHES
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.checking import Checking
from zhunsheng.supervision.explaining import case_results, explain_result

WEIGHT = {"blocking": 0, "serious": 1, "minor": 2, "advisory": 3}
SEVERITY_WORDS = {"blocking": ("禁止", "blocking"), "serious": ("严重", "serious"), "minor": ("一般", "minor"), "advisory": ("提示", "advisory")}


def print_summary(console: Console, ready: Checking, results: Results, lang: str) -> None:
    """Totals, then a line per norm: how often it asked, and what came of it."""
    chinese = lang != "en"
    totals: Counter[str] = Counter()
    by_norm: dict[str, Counter[str]] = {}
    for (norm_id, _), counts in results.counts.items():
        by_norm.setdefault(norm_id, Counter()).update(counts)
        totals.update(counts)
    print_heading(console, ready, totals, chinese)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, justify in zip(HEADS[chinese], ("left", "left", *["right"] * 6), strict=True):
        table.add_column(head, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for norm in sorted(ready.norms.norms, key=lambda n: rank(n, by_norm)):
        if sum(by_norm.get(norm.id, Counter()).values()):
            table.add_row(*cells(norm, by_norm[norm.id], chinese))
    console.print(table)
    print_notes(console, ready, chinese)


HEADS = {
    True: ("规范", "轻重", "义务", "违反", "违反率", "无法判断", "未到期", "已履行"),
    False: ("norm", "severity", "duties", "breaches", "rate", "unknown", "pending", "met"),
}


def rank(norm: Norm, by_norm: dict[str, Counter[str]]) -> tuple[int, int, str]:
    """Most severe first, then most often broken."""
    return WEIGHT[norm.severity], -breaches(by_norm.get(norm.id, Counter())), norm.id


def breaches(counts: Counter[str]) -> int:
    """How many of these statuses are breaches."""
    return sum(counts[s] for s in BREACHES)


def cells(norm: Norm, counts: Counter[str], chinese: bool) -> list[str]:
    """One norm's line."""
    duties, broken = sum(counts.values()), breaches(counts)
    judged = duties - counts["unknown"] - counts["pending"] - counts["void"]
    rate = f"{broken / judged:.1%}" if judged else "—"
    title = (norm.title.zh if chinese else norm.title.en) + f"\n[dim]{norm.id}[/dim]"
    style = "bold red" if broken else "dim"
    return [title, SEVERITY_WORDS[norm.severity][not chinese], f"{duties:,}", f"[{style}]{broken:,}[/{style}]", rate,
            f"[yellow]{counts['unknown']:,}[/yellow]" if counts["unknown"] else "0", f"{counts['pending']:,}", f"{counts['met']:,}"]


def print_heading(console: Console, ready: Checking, totals: Counter[str], chinese: bool) -> None:
    """What was looked at, until when, and the sum of it."""
    day_end = end_of_day_us(local_day(ready.as_of_us, ready.log.zone), ready.log.zone) == ready.as_of_us
    as_of = f"{local_time(ready.as_of_us, ready.log.zone):%Y-%m-%d}" if day_end else f"{local_time(ready.as_of_us, ready.log.zone):%Y-%m-%d %H:%M}"
    duties, broken = sum(totals.values()), breaches(totals)
    if chinese:
        closed = "，日志已完结" if ready.closed else ""
        console.print(f"[bold]{ready.log.rows:,}[/bold] 个执法行为，[bold]{len(ready.norms.norms)}[/bold] 条规范，截至 {as_of}（{ready.log.zone}）{closed}", highlight=False)
        console.print(f"[bold]{duties:,}[/bold] 项义务：违反 [bold red]{broken:,}[/bold red]，无法判断 [yellow]{totals['unknown']:,}[/yellow]，"
                      f"未到期 {totals['pending']:,}，不再需要 {totals['void']:,}，已履行 {totals['met']:,}\n", highlight=False)
    else:
        closed = ", the log is closed" if ready.closed else ""
        console.print(f"[bold]{ready.log.rows:,}[/bold] acts, [bold]{len(ready.norms.norms)}[/bold] norms, as of {as_of} ({ready.log.zone}){closed}", highlight=False)
        console.print(f"[bold]{duties:,}[/bold] duties: [bold red]{broken:,}[/bold red] breached, [yellow]{totals['unknown']:,}[/yellow] unknown, "
                      f"{totals['pending']:,} pending, {totals['void']:,} void, {totals['met']:,} met\n", highlight=False)


def print_notes(console: Console, ready: Checking, chinese: bool) -> None:
    """What was not checked, and what the reader remarked."""
    if ready.idle:
        names = "、".join(ready.idle[:8]) + ("……" if len(ready.idle) > 8 else "")
        console.print(f"\n[yellow]{len(ready.idle)}[/yellow] " + (f"条规范在日志里没有可检查的行为（未检查不等于没有问题）：{names}" if chinese
                      else f"norms found nothing to check in this log (not checked is not the same as no fault): {names}"), highlight=False)
    for note in notes_of(ready.log):
        console.print(f"[dim]· {note['zh' if chinese else 'en']}[/dim]", highlight=False)


def print_explanations(console: Console, ready: Checking, case_id: str, lang: str) -> None:
    """Every result of a case told in full, what needs attention first; what was met in a line each."""
    language: Language = "en" if lang == "en" else "zh"
    rows = case_results(ready, case_id)
    attention = [r for r in rows if r.status not in ("met", "void")]
    console.print(f"案件 {case_id}：{len(rows)} 项义务，{len(attention)} 项需要注意" if language == "zh"
                  else f"case {case_id}: {len(rows)} duties, {len(attention)} need attention", style="bold", highlight=False)
    for row in rows:
        told = explain_result(ready, row, language)
        console.print(f"\n[{told.status}] ", style="bold red" if row.breach else "bold", end="", markup=False, highlight=False)
        lines = told.lines(language)
        console.print("\n".join(lines if row in attention else lines[:1]), markup=False, highlight=False, soft_wrap=True)
