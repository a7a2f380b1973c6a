"""A real server for tests: granian with its workers in a process of its own, its log lines at hand."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_S = 60
PRODUCTION = {
    "ZHUNSHENG_LOG": "json",
    "ZHUNSHENG_HOSTS": "zhifa.example.gov.cn",
    "ZHUNSHENG_PROXIES": "127.0.0.1,::1",
    "ZHUNSHENG_LEDGER_ORIGIN": "zhifa.example.gov.cn/ledger",
    "ZHUNSHENG_SECRET_KEY": "only-for-tests-but-long-enough-and-varied-0123456789-abcdefghij",
}


def environment_of(home: Path, url: str, **more: str) -> dict[str, str]:
    """The environment of a production-like process that sees nothing of the developer's own settings."""
    clean = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("ZHUNSHENG_", "DATABASE_", "PROMETHEUS_", "DJANGO_"))
    }
    return {**clean, **PRODUCTION, "DATABASE_URL": url, "ZHUNSHENG_HOME": str(home), **more}


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def until(true: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait for something to become true; AssertionError when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"still not so after {seconds} s"
        time.sleep(0.05)


@dataclass
class Answer:
    """An answer of the server, with names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    output: Path
    host: str = field(default="127.0.0.1")

    def get(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Answer:
        """Ask once, on a connection of its own."""
        wire = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        try:
            wire.request(method, path, body=body, headers=dict(headers or {}))
            found = wire.getresponse()
            return Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, found.read())
        finally:
            wire.close()

    def answers(self) -> bool:
        """Whether it listens by now."""
        assert self.process.poll() is None, self.output.read_text(encoding="utf-8")
        try:
            return self.get("/health").status == 200
        except OSError:
            return False

    def text(self) -> str:
        """Everything written to standard error so far."""
        return self.output.read_text(encoding="utf-8")

    def lines(self, event: str | None = None) -> list[dict[str, Any]]:
        """The finished log lines so far, of one event where named; anything that is no JSON object fails."""
        written = self.text()
        every = [json.loads(line) for line in written[: written.rfind("\n") + 1].splitlines()]
        return [line for line in every if event is None or line["event"] == event]


@contextmanager
def serving(env: Mapping[str, str], output: Path, workers: int = 1) -> Iterator[Served]:
    """The application as its unit starts it, until the block ends; `output` takes its log lines."""
    port = free_port()
    program = Path(sys.executable).with_name("zhunsheng")
    command = [program, "serve", "--no-migrate", "--port", str(port), "--workers", str(workers)]
    with (
        output.open("wb") as log,
        subprocess.Popen(
            command, env=dict(env), stdout=subprocess.DEVNULL, stderr=log, start_new_session=True
        ) as process,
    ):
        served = Served(port, process, output)
        try:
            until(served.answers)
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
