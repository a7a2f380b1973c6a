"""What the terminal says about a checked log: a table a person can read, and the explanations of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from zhunsheng.exchange import notes_of
from zhunsheng.norms.calendar_days import Language
from zhunsheng.norms.language import Norm
from zhunsheng.norms.period_instants import local_time
from zhunsheng.norms.periods import end_of_day_us, local_day
from zhunsheng.norms.plans import BREACHES
from zhunsheng.norms.results_table import Results
from zhunsheng.supervision.checking import Checking
from zhunsheng.supervision.explaining import case_results, explain_result

WEIGHT = {"blocking": 0, "serious": 1, "minor": 2, "advisory": 3}
SEVERITY_WORDS = {
    "blocking": ("禁止", "blocking"),
    "serious": ("严重", "serious"),
    "minor": ("一般", "minor"),
    "advisory": ("提示", "advisory"),
}
HEADS = {
    True: ("违反", "违反率", "义务", "无法判断", "未到期", "已履行", "规范"),
    False: ("broken", "rate", "duties", "unknown", "pending", "met", "norm"),
}
NUMBERS = 6
NAMED = 8
"""How many names a remark gives before it breaks off."""


def print_summary(console: Console, ready: Checking, results: Results, lang: str) -> None:
    """Totals, then a line per norm: how often it asked, and what came of it."""
    chinese = lang != "en"
    totals: Counter[str] = Counter()
    by_norm: dict[str, Counter[str]] = {}
    for (norm_id, _), counts in results.counts.items():
        by_norm.setdefault(norm_id, Counter()).update(counts)
        totals.update(counts)
    print_heading(console, ready, totals, chinese)
    busy = [n for n in ready.norms.norms if sum(by_norm.get(n.id, Counter()).values())]
    if busy:
        print_table(console, sorted(busy, key=lambda n: rank(n, by_norm)), by_norm, chinese)
    print_notes(console, ready, chinese)


def print_table(console: Console, norms: list[Norm], by_norm: dict[str, Counter[str]], chinese: bool) -> None:
    """Numbers first, so that they stand in line however long a norm's title is; one block for each severity."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for head in HEADS[chinese][:NUMBERS]:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column(HEADS[chinese][-1], overflow="fold")
    severity = ""
    for norm in norms:
        if norm.severity != severity:
            severity = norm.severity
            table.add_row(*[""] * NUMBERS, f"[bold]— {SEVERITY_WORDS[severity][not chinese]} —[/bold]")
        table.add_row(*cells(norm, by_norm[norm.id], chinese))
    console.print(table)


def rank(norm: Norm, by_norm: dict[str, Counter[str]]) -> tuple[int, int, str]:
    """Most severe first, then most often broken."""
    return WEIGHT[norm.severity], -breaches(by_norm.get(norm.id, Counter())), norm.id


def breaches(counts: Counter[str]) -> int:
    """How many of these statuses are breaches."""
    return sum(counts[s] for s in BREACHES)


def cells(norm: Norm, counts: Counter[str], chinese: bool) -> list[str | Text]:
    """One norm's line."""
    duties, broken = sum(counts.values()), breaches(counts)
    judged = duties - counts["unknown"] - counts["pending"] - counts["void"]
    title = Text(norm.title.zh if chinese else norm.title.en).append(f"\n{norm.id}", style="dim")
    return [
        Text(f"{broken:,}", style="bold red" if broken else "dim"),
        percent(broken, judged),
        f"{duties:,}",
        Text(f"{counts['unknown']:,}", style="yellow" if counts["unknown"] else ""),
        f"{counts['pending']:,}",
        f"{counts['met']:,}",
        title,
    ]


def percent(part: int, whole: int) -> str:
    """A share with one decimal; what is not all never reads 100%, what is not nothing never 0.0%."""
    if not whole:
        return "—"
    tenths = round(1000 * part / whole)
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths // 10}.{tenths % 10}%"


def print_heading(console: Console, ready: Checking, totals: Counter[str], chinese: bool) -> None:
    """What was looked at, until when, and the sum of it."""
    zone, as_of_us = ready.log.zone, ready.as_of_us
    day_end = end_of_day_us(local_day(as_of_us, zone), zone) == as_of_us
    as_of = f"{local_time(as_of_us, zone):{'%Y-%m-%d' if day_end else '%Y-%m-%d %H:%M'}}"
    acts, norms = f"[bold]{ready.log.rows:,}[/bold]", f"[bold]{len(ready.norms.norms)}[/bold]"
    broken, unknown = f"[bold red]{breaches(totals):,}[/bold red]", f"[yellow]{totals['unknown']:,}[/yellow]"
    duties = f"[bold]{sum(totals.values()):,}[/bold]"
    pending, void, met = (f"{totals[s]:,}" for s in ("pending", "void", "met"))
    if chinese:
        closed = "，日志已完结" if ready.closed else ""
        lines = (
            f"{acts} 个执法行为，{norms} 条规范，截至 {as_of}（{zone}）{closed}",
            f"{duties} 项义务：违反 {broken}，无法判断 {unknown}，未到期 {pending}，不再需要 {void}，已履行 {met}\n",
        )
    else:
        closed = ", the log is closed" if ready.closed else ""
        lines = (
            f"{acts} acts, {norms} norms, as of {as_of} ({zone}){closed}",
            f"{duties} duties: {broken} broken, {unknown} unknown, {pending} pending, {void} void, {met} met\n",
        )
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)


def print_notes(console: Console, ready: Checking, chinese: bool) -> None:
    """What was not checked and why that may be, and what the reader remarked."""
    for zh, en in remarks(ready):
        console.print(f"[yellow]![/yellow] {escape(zh if chinese else en)}", highlight=False, soft_wrap=True)
    for note in notes_of(ready.log):
        told, count = str(note["zh" if chinese else "en"]), f"{note['count']:,}"
        counted = "" if note["count"] == 1 or count in told else f"（{count}）" if chinese else f" ({count})"
        console.print(f"[dim]· {escape(told + counted)}[/dim]", highlight=False, soft_wrap=True)


def remarks(ready: Checking) -> Iterator[tuple[str, str]]:
    """Signs that log, mapping and norms do not fit each other, in both languages."""
    seen, fit = ready.seen, ready.fit
    if seen.later:
        yield (
            f"截止日期之后还有 {seen.later:,} 个行为，没有计入",
            f"{seen.later:,} acts after the as-of date are not looked at",
        )
    if seen.untimed:
        yield (
            f"{seen.untimed:,} 个行为没有时间，分不出先后",
            f"{seen.untimed:,} acts have no time and no place in the order",
        )
    if ready.idle:
        count = len(ready.idle)
        yield (
            f"{count} 条规范在日志里没有可检查的行为（未检查不等于没有问题）：{several(ready.idle, '、')}",
            f"{count} norms found nothing to check in this log (not checked is not the same as no fault): "
            + several(ready.idle, ", "),
        )
    if len(ready.idle) == len(ready.norms.norms):
        types = sorted(seen.types)
        yield (
            f"没有一条规范合用于这个日志；日志里的行为是：{several(types, '、')}。请核对规范文件，或在映射文件里用 types: 改名",
            f"no norm fits this log, whose acts are: {several(types, ', ')}; check the norm files, or rename by `types:`",
        )
    for name, near in fit.slips:
        yield (
            f"规范所说的“{name}”日志里没有，相近的有“{near}”",
            f"the norms name {name!r}, which the log lacks; it has {near!r}",
        )
    if fit.fields:
        zh = several([f"{name}（相近：{near}）" if near else name for name, near in fit.fields], "、")
        en = several([f"{name} (nearest: {near})" if near else name for name, near in fit.fields], ", ")
        yield (
            f"规范要看而日志没有的字段，靠它判断的都是“无法判断”：{zh}",
            f"fields the norms read and the log lacks; what depends on them is unknown: {en}",
        )


def several(names: Sequence[str], comma: str) -> str:
    """The first few of many names."""
    return comma.join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def print_explanations(console: Console, ready: Checking, case_id: str, lang: str) -> None:
    """Every result of a case told in full, what needs attention first; what was met in a line each."""
    language: Language = "en" if lang == "en" else "zh"
    rows = case_results(ready, case_id)
    attention = [r for r in rows if r.status not in ("met", "void")]
    heading = (
        f"案件 {case_id}：{len(rows)} 项义务，{len(attention)} 项需要注意"
        if language == "zh"
        else f"case {case_id}: {len(rows)} duties, {len(attention)} need attention"
    )
    console.print(heading, style="bold", markup=False, highlight=False)
    for row in rows:
        told = explain_result(ready, row, language)
        console.print(
            f"\n[{told.status}] ",
            style="bold red" if row.breach else "bold",
            end="",
            markup=False,
            highlight=False,
        )
        lines = told.lines(language)
        console.print(
            "\n".join(lines if row in attention else lines[:1]), markup=False, highlight=False, soft_wrap=True
        )
