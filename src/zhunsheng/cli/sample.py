"""`zhunsheng sample verify FILE`: whether a sample of cases was drawn as the rules say, by a seed nobody could choose."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from zhunsheng.cli.verify import escaped
from zhunsheng.inspections.sample_file import sample_faults, sample_read
from zhunsheng.ledger.notes import Key

app = typer.Typer(no_args_is_help=True, help="检查的抽样 (samples of inspections)")


@app.callback()
def sample() -> None:
    """检查的抽样。 Samples of inspections."""


@app.command("verify")
def verify(
    file: Annotated[
        Path, typer.Argument(help="检查页面导出的抽样文件 (the file an inspection's page exports)")
    ],
    key: Annotated[
        list[str] | None, typer.Option("--key", help="该机关公布的账本公钥 (the ledger's published key)")
    ] = None,
) -> None:
    """按公开规则重新抽取并对照，不联网。 Draw the sample again by the published rules, without a network.

    退出码 Exit code: 0 一致 the same; 1 不一致 different; 2 无法读取 unreadable; 3 一致但未列密钥 the same, but no key named.
    """
    given = sample_read(file)
    faults = sample_faults(given, [Key.parse(vkey) for vkey in key or []])
    lines = [line for f in faults for line in (f"× {f.where}：{f.zh}", f"  {f.where}: {f.en}")]
    if faults:
        lines += [f"不一致，共 {len(faults)} 处。", f"Different in {len(faults)} places."]
    else:
        lines += [
            f"总体 {len(given.population)} 项，抽取 {len(given.sample)} 项；种子 {given.seed}",
            "一致：样本由公开规则得出，总体在种子产生之前已写入账本。",
            "The same: the rules give this sample, and the population was in the ledger before the seed existed.",
        ]
        if not key:
            lines += [
                "您未列密钥，检查点的签名没有核对。",
                "You named no key: the checkpoint's signature was not checked.",
            ]
    sys.stdout.write("".join(escaped(line) + "\n" for line in lines))
    raise typer.Exit(1 if faults else 0 if key else 3)
