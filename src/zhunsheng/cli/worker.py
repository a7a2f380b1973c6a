"""`zhunsheng worker`: runs background jobs until told to stop, through restarts of the database."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress
from typing import Annotated, Any

import typer

from zhunsheng.base.errors import InputError
from zhunsheng.cli.platform import database, django

CONCURRENCY = 4
STATEMENT_TIMEOUT_S = "600"
"""Jobs read whole ledgers; what a page may not take, a job may."""
RETRY_S = 1.0
POOL_WAIT_S = 5.0
"""How long a connection is waited for before the database counts as gone: sealing and the clock stand still meanwhile."""
STOP_AFTER_S = 30.0
"""How long running jobs may take to end when the worker is asked to stop; those cut off run again later."""


def worker_command(
    concurrency: Annotated[
        int, typer.Option(min=1, help="同时执行的任务数 (jobs at the same time)")
    ] = CONCURRENCY,
    queues: Annotated[
        str, typer.Option(help="只执行这些队列，逗号分隔；缺省为全部 (only these, comma-separated)")
    ] = "",
    name: Annotated[str, typer.Option(help="显示在日志中的名称 (its name in logs)")] = "worker",
    wait: Annotated[
        bool, typer.Option(help="等待新任务；--no-wait 做完即止 (wait for more; --no-wait ends when done)")
    ] = True,
) -> None:
    """执行后台任务：期限时钟、账本定序等。 Run background jobs: the clock of deadlines, the ledger's sequencer, and others."""
    os.environ.setdefault("ZHUNSHENG_STATEMENT_TIMEOUT", STATEMENT_TIMEOUT_S)
    chosen = [queue.strip() for queue in queues.split(",") if queue.strip()]
    with database():
        django("worker")
        await_migrations(wait=wait)
        asyncio.run(work(concurrency=concurrency, queues=chosen or None, name=name, wait=wait))


async def work(*, wait: bool, **options: Any) -> None:
    """Work until a signal, or until nothing is left; when the database goes away, wait for it and go on."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    asked = asyncio.create_task(stop.wait())
    while True:
        session = asyncio.create_task(one_session(wait=wait, **options))
        await asyncio.wait({session, asked}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            session.cancel()
            with suppress(asyncio.CancelledError, *database_gone()):
                await session
            return
        try:
            await session
        except database_gone():
            if not wait:
                raise
        if not wait:
            asked.cancel()
            return
        print(
            "与数据库的连接中断，稍后重试。\nThe connection to the database was lost; trying again.",
            flush=True,
        )
        await asyncio.sleep(RETRY_S)


async def one_session(*, wait: bool, **options: Any) -> None:
    """Work for as long as the connection to the database holds; procrastinate's worker ends in order when it does not."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    parameters = connector_params()
    await database_answers(parameters, wait=wait)
    with app.replace_connector(PsycopgConnector(kwargs=parameters, timeout=POOL_WAIT_S)):
        async with app.open_async():
            await app.run_worker_async(
                delete_jobs="successful",  # Some run every few seconds; failed ones stay until somebody has looked at them.
                shutdown_graceful_timeout=STOP_AFTER_S,
                install_signal_handlers=False,
                wait=wait,
                **options,
            )


async def database_answers(parameters: dict[str, Any], *, wait: bool) -> None:
    """Return once the database takes connections. A pool would ask ever more seldom while it does not."""
    import psycopg

    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(**parameters)
        except psycopg.OperationalError:
            if not wait:
                raise
            await asyncio.sleep(RETRY_S)
        else:
            await connection.close()
            return


def database_gone() -> tuple[type[Exception], ...]:
    """The exceptions that say that the database cannot be reached at the moment."""
    import django.db
    import psycopg
    import psycopg_pool
    from procrastinate.exceptions import ConnectorException

    return (
        ConnectorException,
        psycopg.OperationalError,
        psycopg_pool.PoolTimeout,
        django.db.OperationalError,
    )


def await_migrations(*, wait: bool) -> None:
    """Return once the tables are what this version expects. InputError where they are not and nobody is to wait.

    A database that does not answer yet is waited for like one whose tables are behind, and as much.
    """
    told = ""
    while reason := not_ready(wait=wait):
        if reason != told:
            print(reason, flush=True)
            told = reason
        time.sleep(RETRY_S)


def not_ready(*, wait: bool) -> str:
    """Why there is no working yet, empty when there is; raised where nobody is to wait."""
    try:
        pending = migrations_pending()
    except database_gone():
        if not wait:
            raise
        return "等待数据库。\nWaiting for the database."
    if pending and not wait:
        raise InputError(
            zh=f"数据库结构落后 {pending} 步",
            en=f"the database's tables are {pending} steps behind",
            remedy_zh="运行 zhunsheng manage migrate",
            remedy_en="run zhunsheng manage migrate",
        )
    return (
        "等待数据库结构更新。\nWaiting for the database's tables to be brought up to date." if pending else ""
    )


def migrations_pending() -> int:
    """How many migrations have not been applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    finally:
        connection.close()
