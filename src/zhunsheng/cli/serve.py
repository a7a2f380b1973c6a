"""`zhunsheng serve`: the whole platform on this machine, database included."""

from __future__ import annotations

import errno
import ipaddress
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.cli.platform import database, django

WORKERS = 2
"""Measured best on two processors."""
THREADS = 1
"""In each process. More only add waiting; and granian ends threads that idle, but for the last, without a chance for Django to
close their connections to the database, which would add up until there are none left."""
WHOLE = ".whole"
"""The mark that static files have been collected to the last."""
KILL_AFTER_S = 30
"""How long a worker may take over its last requests when asked to stop."""


def serve_command(
    host: Annotated[str, typer.Option(help="监听的地址 (address to listen on)")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="监听的端口 (port to listen on)")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="进程数 (processes)")] = WORKERS,
    migrate: Annotated[
        bool, typer.Option(help="先更新数据库结构 (bring the database's tables up to date first)")
    ] = True,
) -> None:
    """启动平台；没有 DATABASE_URL 时连同内嵌数据库。 Run the platform, with the embedded database unless DATABASE_URL is set."""
    refuse_taken(host, port)
    with database():
        django("web")
        prepare(migrate=migrate)
        print(f"准绳：http://{shown(host)}:{port}/  （Ctrl+C 停止 · to stop）", flush=True)
        if not is_loopback(host) and not environment().proxies:
            print(
                "注意：连接不加密，请置于代理之后。\nNote: connections are not encrypted; put a proxy in front.",
                flush=True,
            )
        run(host, port, workers)
    print("已停止。 Stopped.")


def refuse_taken(host: str, port: int) -> None:
    """InputError when somebody listens there already, or the address is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise InputError(
                zh="端口已被占用" if taken else f"不能在此地址监听：{error.strerror}",
                en="the port is taken" if taken else f"this address cannot be listened on: {error.strerror}",
                where=f"{host}:{port}",
                remedy_zh="用 --port 换一个端口" if taken else "用 --host 换一个地址",
                remedy_en="choose another with --port" if taken else "choose another with --host",
            ) from None


def prepare(*, migrate: bool) -> None:
    """Bring the tables and the static files up to date."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    if migrate:
        call_command("migrate", interactive=False, verbosity=0)
    # A file half copied when somebody was killed looks newer than its source, and would never be copied again.
    whole = Path(settings.STATIC_ROOT) / WHOLE
    clear = not whole.exists()
    whole.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=clear)
    whole.touch()
    connections.close_all()


def run(host: str, port: int, workers: int) -> None:
    """Serve until a signal; requests under way are finished, a worker that dies is replaced."""
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.server import Server

    # A forked worker would inherit the lock on the embedded database and whatever its watching thread was about to do.
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "zhunsheng.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=KILL_AFTER_S,
        log_dictconfig=settings.LOGGING,
    )
    server.serve(target_loader=load_in_worker)


def load_in_worker(target: str) -> Callable[..., Any]:
    """The application, in a worker that ends when the process that started it is killed."""
    from granian._internal import load_target

    threading.Thread(target=follow_parent, name="follow-parent", daemon=True).start()
    application: Callable[..., Any] = load_target(target)
    return application


def follow_parent() -> None:
    """Wait for the parent's end and ask this process to stop."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def shown(host: str) -> str:
    """The address as a browser takes it."""
    return f"[{host}]" if ":" in host else host
