"""Opening the demo's bureau: at a terminal it is served until Ctrl+C, elsewhere every role signs in once and the server ends."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

from rich.console import Console

from zhunsheng.base.environment import DEMO_ACCOUNTS
from zhunsheng.base.errors import InputError

console = Console(highlight=False)
FIRST_PORT = 8000
START_S = 120
ANSWER_S = 30
PAGES = ("/", "/desk/")
ZHUNSHENG = (sys.executable, "-c", "from zhunsheng.cli.app import main; main()")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def open_bureau(home: Path) -> None:
    """Serve the bureau of a data folder, and say how to do it again."""
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    port = free_port()
    with running("serve", "--port", str(port), home=home) as server:
        address = f"http://127.0.0.1:{port}/"
        wait_until_ready(server, address)
        if at_terminal:
            stay(server, address, home)
        else:
            check_every_role(home, address)
    console.print(
        f"\n[bold]打开平台 open it[/bold]  ZHUNSHENG_HOME={home} ZHUNSHENG_DEMO=1 zhunsheng serve   "
        f"[dim]→ http://127.0.0.1:{FIRST_PORT}/  账户和密码在登录页 accounts and password on the sign-in page[/dim]",
        soft_wrap=True,
    )


@contextmanager
def running(*command: str, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours in demo mode on a data folder; it ends with the block."""
    env = {**os.environ, "ZHUNSHENG_HOME": str(home), "ZHUNSHENG_DEMO": "1"}
    env.pop("DATABASE_URL", None)
    with (home / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen([*ZHUNSHENG, *command], env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def stay(server: subprocess.Popen[bytes], address: str, home: Path) -> None:
    """Show the address, open it, keep the clock and the ledger going, and wait for Ctrl+C."""
    with running("worker", home=home):
        console.print(
            f"\n[bold]演示市公安局已开门 the bureau is open[/bold]  {address}   [dim]Ctrl+C 停止 to stop[/dim]"
        )
        webbrowser.open(address)
        try:
            server.wait()
        except KeyboardInterrupt:
            console.print("已停止。 Stopped.")


def free_port() -> int:
    """The usual port, or any that is free."""
    for port in (FIRST_PORT, 0):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = tried.getsockname()[1]
            return found
    raise InputError(zh="没有可用的端口", en="no port is free")


def wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    """Until the server answers; InputError when it ends or is silent."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}health", timeout=ANSWER_S):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    raise InputError(
        zh="演示的服务没有启动",
        en="the demo's server did not start",
        where=address,
        remedy_zh="查看演示数据目录里的 serve.log",
        remedy_en="look into serve.log in the demo's data folder",
    )


def check_every_role(home: Path, address: str) -> None:
    """Sign in as everybody on the sign-in page and ask for the first pages; InputError where one fails."""
    shown = json.loads((home / DEMO_ACCOUNTS).read_text(encoding="utf-8"))
    seen = []
    for account in shown["accounts"]:
        statuses = signed_in(address, account["number"], shown["password"])
        seen.append(f"{account['role_zh']} {'/'.join(str(s) for s in statuses)}")
        if any(status >= 500 for status in statuses) or statuses[0] != 200:
            raise InputError(
                zh=f"{account['role_zh']}（{account['number']}）登录后打不开页面：{statuses}",
                en=f"signed in as {account['role_en']} ({account['number']}), pages failed: {statuses}",
                where=address,
            )
    console.print(
        f"\n[bold]自检 self-check[/bold]  {len(seen)} 个账户登录并打开首页和工作台  "
        f"[dim]every account signed in and asked for {' and '.join(PAGES)}: {'；'.join(seen)}[/dim]",
        soft_wrap=True,
    )


def signed_in(address: str, number: str, password: str) -> list[int]:
    """The status of each page for somebody signed in."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    door = f"{address}sign-in/"
    with browser.open(door, timeout=ANSWER_S) as page:
        token = TOKEN.search(page.read().decode())
    assert token is not None
    typed = {"login": number, "password": password, "csrfmiddlewaretoken": token[1]}
    request = urllib.request.Request(  # noqa: S310 - our own server
        door, urllib.parse.urlencode(typed).encode(), {"Referer": door}
    )
    with browser.open(request, timeout=ANSWER_S) as answer:
        if answer.geturl().startswith(door):
            return [401]
    return [status_of(browser, address.rstrip("/") + path) for path in PAGES]


def status_of(browser: urllib.request.OpenerDirector, url: str) -> int:
    """The status of one page."""
    try:
        with browser.open(url, timeout=ANSWER_S) as answer:
            found: int = answer.status
            return found
    except urllib.error.HTTPError as error:
        return error.code
