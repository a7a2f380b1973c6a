"""`zhunsheng db …`: the embedded PostgreSQL by hand, and copies of any database."""

from __future__ import annotations

from typing import Annotated

import typer

from zhunsheng.base.environment import environment
from zhunsheng.base.postgres.address import database_settings, owner_settings, to_url
from zhunsheng.base.postgres.state import status
from zhunsheng.base.postgres.use import keep_running, stop_unused
from zhunsheng.cli.platform import embedded_server

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


STATES = {
    "absent": "尚未建立",
    "stopped": "已停止",
    "crashed": "被中断",
    "starting": "正在启动",
    "running": "运行中",
    "stopping": "正在停止",
}
