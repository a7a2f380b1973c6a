"""`zhunsheng feed …`: events from other systems: list, preview, run, replay, what is in quarantine, what norms say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.cli.check import target_check
from zhunsheng.cli.people import acting
from zhunsheng.cli.platform import database, django
from zhunsheng.norms.plans import BREACHES

if TYPE_CHECKING:
    from zhunsheng.feeds.models import Run

app = typer.Typer(
    no_args_is_help=True,
    help="来源：读入其他系统的执法记录。 Feeds: events from other systems.",
)
console = Console()
Name = Annotated[str, typer.Argument(help="来源名称，即 feeds/ 下文件的名称 (the feed's name)")]
STATES = {
    "well": "正常 well",
    "late": "滞后 late",
    "failed": "失败 failed",
    "running": "读取中 running",
    "never": "尚未读取 never read",
    "unusable": "文件有误 file at fault",
    "removed": "文件已撤下 file taken away",
}


@contextmanager
def ready() -> Iterator[None]:
    """Within the block the database runs."""
    django("feed")
    with database():
        yield


@app.command("list")
def list_command() -> None:
    """列出来源：状态、滞后、事件和隔离的行数。 Every feed: its state, lag, events and rows in quarantine."""
    with ready():
        from zhunsheng.feeds.files import feeds_folder
        from zhunsheng.feeds.selectors import feed_states

        found = feed_states()
        for one in found:
            good = "—" if one.good_at is None else f"{one.good_at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
            say(
                f"{one.name}  {one.zh}  {one.kind}  {STATES[one.state]}  最近读完 last good: {good}  "
                f"事件 events: {one.events}  案件 cases: {one.cases}  隔离 quarantined: {one.quarantined}"
            )
            if one.fault_zh:
                say(f"    {one.fault_zh}", f"    {one.fault_en}")
        if not found:
            say(
                f"没有来源；在 {feeds_folder()} 放来源文件，写法见 docs/feeds.md。 No feeds; see docs/feeds.md."
            )


@app.command("preview")
def preview_command(
    name: Name,
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="看多少行 (how many rows)")] = 20,
) -> None:
    """试读前几行，显示各行变成什么、什么对不上；什么也不写入。 What the first rows become; nothing is written."""
    with ready():
        from zhunsheng.exchange.connect.preview import as_lines
        from zhunsheng.feeds.previewing import strangers
        from zhunsheng.feeds.services import feed_preview

        found = feed_preview(name, rows=rows)
        units, officers = strangers(found)
    for one in found.outcomes:
        say(*as_lines(one))
    for left in found.unreadable:
        say(f"✗ {left.where}  {left.zh}", f"  {left.en}")
    for empty in found.empty:
        say(*nothing_in(empty))
    say(
        f"{found.rows} 行：{sum(found.types.values())} 项行为，{found.rejected} 行不能读入，{found.left_out} 行按映射略去"
    )
    say(
        f"{found.rows} rows: {sum(found.types.values())} acts, {found.rejected} cannot be taken, "
        f"{found.left_out} left out by the mapping"
    )
    if found.unknown_types:
        say(
            f"词表中没有的行为 unknown types: {', '.join(f'{t} ×{n}' for t, n in found.unknown_types.items())}"
        )
    if found.unknown_fields:
        say(f"规范不读的字段 fields no norm reads: {', '.join(found.unknown_fields)}")
    if units:
        say(f"没有对应的单位，归来源所属单位 units nobody here is, taken as the feed's: {', '.join(units)}")
    if officers:
        say(f"没有对应的人员，问题直接通知单位负责人 officers nobody here is: {', '.join(officers)}")
    if found.empty_columns:
        say(f"映射写到、这些行里没有值的列 columns without a value: {', '.join(found.empty_columns)}")


@app.command("run")
def run_command(name: Name) -> None:
    """从上次读到的地方接着读。 Read on from where the last run ended."""
    with ready():
        from zhunsheng.feeds.services import feed_run

        told(feed_run(name))


@app.command("replay")
def replay_command(
    name: Name,
    mark: Annotated[
        str,
        typer.Option(
            "--from", help="从哪里重读：水位值、文件名、游标或 分区:位移；缺省为开头 (from which mark)"
        ),
    ] = "",
) -> None:
    """从某处重读：补上缺的，已有的不变。 Read again from a mark: what is missing is added, the rest stays."""
    with ready():
        from zhunsheng.feeds.services import feed_replay

        told(feed_replay(name, mark))


def told(run: Run) -> None:
    """What came of a run; exit code 1 where it failed."""
    say(
        f"读 {run.read} 行：新 {run.new}，改 {run.changed}，已有 {run.same}，隔离 {run.quarantined}",
        f"{run.read} rows: {run.new} new, {run.changed} changed, {run.same} known, {run.quarantined} quarantined",
    )
    for name in run.empty:
        say(*nothing_in(name))
    if run.state == "failed":
        say(run.fault_zh, run.fault_en)
        raise typer.Exit(1)


def nothing_in(name: str) -> tuple[str, str]:
    """What to do about a file in which there is no row."""
    return (
        f"空文件 {name}：没有数据行，也没有可隔离的内容。没有数据的可移走；应有数据的，请对方重新导出，以同名文件再次投递。",
        f"empty file {name}: no row, and nothing to quarantine. Take it away, or have it exported again under its name.",
    )


@app.command("quarantine")
def quarantine_command(
    name: Name,
    retry: Annotated[
        bool, typer.Option("--retry", help="按现在的映射再读一次 (read them once more)")
    ] = False,
    drop: Annotated[int, typer.Option(help="不再读入这一行，须写 --by 和 --reason (drop a row)")] = 0,
    by: Annotated[str, typer.Option(help="办理人警号 (who decides)")] = "",
    reason: Annotated[str, typer.Option(help="理由 (why)")] = "",
) -> None:
    """隔离的行：位置和原因；改好映射后再读，或写明理由不读。 Rows set aside: place and reason; retry or drop."""
    if drop:
        with acting(by) as actor:
            from zhunsheng.feeds.services import quarantine_drop

            quarantine_drop(drop, by=actor, reason=reason)
            say(f"不再读入 dropped: {drop}")
        return
    with ready():
        from zhunsheng.feeds.keeping import HOUSE
        from zhunsheng.feeds.models import Quarantined
        from zhunsheng.feeds.services import quarantine_retry

        if retry:
            told(quarantine_retry(name))
        for row in Quarantined.objects.unfenced(HOUSE).filter(feed__name=name, ended_at=None):
            say(f"{row.pk}  {row.where}  ×{row.times}", f"    {row.reason_zh}", f"    {row.reason_en}")


@app.command("results")
def results_command(
    name: Name,
    out: Annotated[Path | None, typer.Option(help="结果文件 .parquet (findings file)")] = None,
) -> None:
    """按施行的规范检查该来源的案件。 What the norms in force say of the feed's cases."""
    if out is not None and out.suffix != ".parquet":
        raise InputError(
            zh="结果文件名以 .parquet 结尾",
            en="the file's name must end in .parquet",
            where=str(out),
        )
    if out is not None:
        target_check(out)
    with ready():
        import pyarrow.parquet as pq

        from zhunsheng.feeds.evaluating import imported_results

        found = imported_results(name)
    counts = Counter(found["status"].to_pylist())
    broken = sum(counts[status] for status in BREACHES)
    say(
        f"{len(found)} 项义务，{broken} 项违反，{counts['unknown']} 项事实不足 "
        f"({len(found)} obligations, {broken} broken, {counts['unknown']} unknown)"
    )
    norms = Counter(
        norm
        for norm, status in zip(found["norm_id"].to_pylist(), found["status"].to_pylist(), strict=True)
        if status in BREACHES
    )
    for norm, number in norms.most_common():
        say(f"  {norm}  {number}")
    if out is not None:
        pq.write_table(found, out)
        say(f"结果 findings: {out}")


def say(*lines: str) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
