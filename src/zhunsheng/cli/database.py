"""`zhunsheng db …`: the embedded PostgreSQL by hand, and copies of any database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhunsheng.base.clock import now
from zhunsheng.base.environment import Environment, environment
from zhunsheng.base.postgres.address import database_settings, owner_settings, to_url
from zhunsheng.base.postgres.binaries import binaries_for, binaries_like
from zhunsheng.base.postgres.copies import (
    Place,
    dump,
    put_back,
    replace_embedded,
    served_major,
    settle,
    tables_in,
)
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.state import status
from zhunsheng.base.postgres.upgrade import upgrade
from zhunsheng.base.postgres.use import keep_running, stop_unused, unused
from zhunsheng.cli.platform import database, embedded_server

app = typer.Typer(
    no_args_is_help=True,
    help="数据库：启停、升级、备份、恢复。 The database: start, stop, upgrade, backup, restore.",
)


@app.command("start")
def start_command() -> None:
    """启动内嵌数据库，直到 db stop。 Start the embedded database; it stays until db stop."""
    server = embedded_server(environment())
    if keep_running(server):
        print(f"数据库已启动：{server.layout.data}\nThe database is running now.")
    else:
        print(f"数据库已在运行：{server.layout.data}\nThe database was running already.")


@app.command("stop")
def stop_command(
    force: Annotated[
        bool, typer.Option("--force", help="即使有程序在使用 (even while programs use it)")
    ] = False,
) -> None:
    """停止内嵌数据库。 Stop the embedded database."""
    stopped = stop_unused(embedded_server(environment()), force=force)
    print(
        "数据库已停止。\nThe database has stopped."
        if stopped
        else "数据库没有在运行。\nThe database was not running."
    )


@app.command("status")
def status_command() -> None:
    """内嵌数据库的状态；未运行则退出码为 1。 How the embedded database stands; exit code 1 unless it runs."""
    server = embedded_server(environment())
    now = status(server.layout)
    state_zh = STATES[now.state]
    version = f"PostgreSQL {now.major}" if now.major else ""
    print(
        f"{state_zh} {now.state}  {version}  {server.layout.data}" + (f"  pid {now.pid}" if now.pid else "")
    )
    raise typer.Exit(0 if now.state == "running" else 1)


@app.command("url")
def url_command(
    owner: Annotated[
        bool, typer.Option("--owner", help="表的属主，用于迁移 (the owner of the tables)")
    ] = False,
) -> None:
    """数据库地址，可交给 psql。 The database's address, as psql takes it."""
    env = environment()
    print(to_url(owner_settings(env) if owner else database_settings(env)))


@app.command("backup")
def backup_command(
    target: Annotated[Path, typer.Argument(help="新文件 (a new file)")],
) -> None:
    """把整个数据库存为一个文件。 Write the whole database to one file."""
    env = environment()
    with database():
        place = place_of(env)
        dump(place, target)
        rows = sum(tables_in(place).values())
    print(f"已备份 {rows} 行：{target}\nBacked up {rows} rows.")


@app.command("restore")
def restore_command(
    source: Annotated[
        Path, typer.Argument(help="备份文件 (a file that backup wrote)", exists=True, dir_okay=False)
    ],
) -> None:
    """从备份恢复；原数据库改名保留。 Put a backup in the database's place; the old database stays under another name."""
    env = environment()
    if env.database_url:
        place = place_of(env)
        put_back(place, source)
        settle(place, place.settings["USER"], database_settings(env)["USER"])
        print(f"已恢复：{source}\nRestored.")
        return
    server = embedded_server(env)
    with unused(server):
        started = server.start_alone()
        kept = replace_embedded(server.layout, binaries_for(server.layout, server.named), source, at=now())
        if started:
            server.stop_alone()
    print(f"已恢复：{source}\nRestored.")
    if kept:
        print(
            f"原数据库保留为 {kept}，确认无误后可删除。\nThe old database stays as {kept}; drop it when all is well."
        )


@app.command("upgrade")
def upgrade_command() -> None:
    """把内嵌数据库转到本机最新的 PostgreSQL。 Move the embedded database to the newest PostgreSQL found here."""
    done = upgrade(embedded_server(environment()), at=now())
    if done is None:
        print("已是最新。\nNothing to do: the data are of the newest version found.")
        return
    print(f"PostgreSQL {done.before} → {done.after}，共 {done.rows} 行，新旧一致。旧数据保留在 {done.kept}")
    print(f"{done.rows} rows, the same before and after. The old data stay in {done.kept}")


def place_of(env: Environment) -> Place:
    """The database at hand as its owner sees it, with programs that suit its server. InputError where there are none."""
    settings = owner_settings(env)
    if env.database_url:
        return Place(settings, binaries_like(served_major(settings), env.pg_bin))
    return Place(settings, binaries_for(layout_in(env.home), env.pg_bin))


STATES = {
    "absent": "尚未建立",
    "stopped": "已停止",
    "crashed": "被中断",
    "starting": "正在启动",
    "running": "运行中",
    "stopping": "正在停止",
}
