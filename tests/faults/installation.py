"""An installation as it runs: `zhunsheng serve` and `zhunsheng worker` on an embedded, durable database, started again when they end."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import psycopg

from tests.cli.running import begin, environment_for, zhunsheng
from tests.config.serving import free_port
from zhunsheng.base.postgres.layout import APPLICATION, DATABASE, layout_in
from zhunsheng.base.postgres.state import status

RESTART_S = 0.5
"""What a supervisor waits before it starts again what ended; systemd's units say RestartSec."""


@dataclass
class Supervised:
    """A program that is started again whenever it ends, as systemd would."""

    name: str
    words: list[str]
    env: Mapping[str, str]
    logs: Path
    process: subprocess.Popen[bytes] | None = None
    codes: list[int] = field(default_factory=list)
    wanted: threading.Event = field(default_factory=threading.Event)
    keeper: threading.Thread | None = None

    def start(self) -> None:
        """Start it, and keep it running."""
        self.wanted.set()
        self.keeper = threading.Thread(target=self.keep, name=f"keep {self.name}", daemon=True)
        self.keeper.start()

    def keep(self) -> None:
        while self.wanted.is_set():
            self.process = begin(
                dict(self.env), self.logs / f"{self.name}-{len(self.codes)}.log", *self.words
            )
            self.codes.append(self.process.wait())
            if self.wanted.is_set():
                time.sleep(RESTART_S)

    def stop(self, patience_s: float = 90) -> int:
        """Ask it to end in order; its exit code."""
        self.wanted.clear()
        assert self.process is not None
        assert self.keeper is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        self.keeper.join(patience_s)
        if self.keeper.is_alive():
            self.process.kill()
            self.keeper.join()
            return -1
        return self.codes[-1]

    @property
    def pid(self) -> int | None:
        """The running process; None between an end and the next start."""
        process = self.process
        return process.pid if process is not None and process.poll() is None else None


class Installation:
    """Everything that runs, and how to reach it."""

    def __init__(self, home: Path, **more: str) -> None:
        self.home, self.layout = home, layout_in(home)
        self.logs = home / "output"
        self.logs.mkdir()
        self.env = environment_for(home, **more)
        self.port = free_port()
        self.web = Supervised("serve", ["serve", "--port", str(self.port)], self.env, self.logs)
        self.worker = Supervised("worker", ["worker"], self.env, self.logs)

    def prepare(self) -> None:
        """Make the database and keep it running; its settings are the durable ones."""
        done = zhunsheng(self.env, "db", "start")
        assert done.returncode == 0, done.stderr
        done = zhunsheng(self.env, "manage", "migrate", "-v0")
        assert done.returncode == 0, done.stderr
        with self.connect() as wire:
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                assert wire.execute(f"SHOW {name}").fetchone() == ("on",)

    def connect(self, role: str = APPLICATION) -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(
            host=str(self.layout.sockets), dbname=DATABASE, user=role, autocommit=True, connect_timeout=5
        )

    def answers(self) -> bool:
        """Whether the web application answers, and the worker runs."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            wire.request("GET", "/health")
            return self.worker.pid is not None and wire.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            wire.close()

    def postmaster(self) -> int | None:
        """The database's first process."""
        return status(self.layout).pid

    def output(self) -> str:
        """The last of what every run of the two programs said."""
        parts = []
        for log in sorted(self.logs.glob("*.log"), key=lambda p: p.stat().st_mtime)[-4:]:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            parts.append("\n".join([f"--- {log.name}", *lines[-40:]]))
        return "\n".join(parts)


def children(pid: int) -> list[int]:
    """The processes a process started and that live."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in listed.split()]


def command_of(pid: int) -> str:
    """A process's command line; empty once it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill(*pids: int, number: int = signal.SIGKILL) -> int:
    """Kill without warning, or send another signal; how many were there to be killed."""
    killed = 0
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            killed += 1
    return killed


@contextmanager
def running(installation: Installation) -> Iterator[Installation]:
    """Both programs run within the block and have ended after it, whatever happens."""
    installation.web.start()
    installation.worker.start()
    try:
        yield installation
    finally:
        for program in (installation.worker, installation.web):
            if program.keeper is not None and program.keeper.is_alive():
                program.stop()
