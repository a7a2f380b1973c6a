"""`zhunsheng convert`: an event log from one format into another, through a mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from zhunsheng.base.errors import InputError
from zhunsheng.cli.progress import progress_bar
from zhunsheng.exchange import notes_of, read_log, write_log


def convert_command(
    log: Annotated[Path, typer.Argument(help="事件日志 (event log)")],
    target: Annotated[
        Path, typer.Argument(help="写到 .parquet .csv .jsonocel .xmlocel .sqlite (file to write)")
    ],
    mapping: Annotated[Path | None, typer.Option(help="映射文件 (mapping file)")] = None,
) -> None:
    """把事件日志转成另一种格式，并写出读回它的映射文件。 Convert an event log, with the mapping that reads it back."""
    if target.resolve() == log.resolve():
        raise InputError(
            zh="输出文件就是日志本身",
            en="the output is the log itself",
            where=str(target),
            remedy_zh="换一个文件名",
            remedy_en="choose another name",
        )
    with progress_bar("读取日志 reading") as reading:
        prepared = read_log(log, mapping=mapping, progress=reading)
    write_log(prepared, target)
    console = Console()
    console.print(f"{prepared.rows:,} 个执法行为 acts → {target}", highlight=False)
    for note in notes_of(prepared):
        console.print(f"[dim]· {note['zh']} {note['en']}[/dim]", highlight=False)
