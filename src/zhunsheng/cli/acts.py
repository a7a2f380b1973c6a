"""`zhunsheng acts`: the vocabulary of act types and their fields."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from zhunsheng.acts.registry import ActType, Vocabulary
from zhunsheng.acts.vocabulary import vocabulary


def acts_command(
    search: Annotated[str, typer.Argument(help="名称或中文、英文中含有的字 (part of a name)")] = "",
) -> None:
    """列出执法行为及其字段。 List act types and their fields."""
    words = vocabulary()
    table = Table("行为 act", "名称 name", "字段 fields", "要素 subjects")
    found = [t for t in words.types.values() if search in f"{t.name} {t.zh} {t.en}"]
    for act in sorted(found, key=lambda t: t.name):
        table.add_row(act.name, f"{act.zh}\n{act.en}", "\n".join(fields(act, words)), "、".join(act.subjects))
    console = Console()
    console.print(table)
    console.print(
        f"{len(found)} 种行为，词表共 {len(words.types)} 种、{len(words.fields)} 个字段", highlight=False
    )


def fields(act: ActType, words: Vocabulary) -> list[str]:
    """Each field with its type, its Chinese name and, where the list is closed, its codes."""
    told = []
    for name in act.fields:
        f = words.fields[name]
        codes = f"（{'、'.join(f.values)}）" if f.values else ""
        told.append(f"{name} {f.type} {f.zh}{codes}")
    return told
