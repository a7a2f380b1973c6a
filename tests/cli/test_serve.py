"""`zhunsheng serve` with nothing installed: it comes up, mends itself, ends in order, and leaves nothing when it is killed."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import begin, environment_for, zhunsheng
from tests.config.serving import free_port
from tests.config.serving import until as until_within
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.state import status

PATIENCE_S = 120


def until(true: Callable[[], bool]) -> None:
    """Wait as long as a busy machine may need."""
    until_within(true, PATIENCE_S)


def answer(port: int, path: str) -> tuple[int, bytes]:
    """Status and body; 0 when nobody listens."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        wire.request("GET", path)
        found = wire.getresponse()
        return found.status, found.read()
    except OSError:
        return 0, b""
    finally:
        wire.close()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes it started and that live."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def test_from_nothing_to_a_page_through_kills_to_an_orderly_end(home: Path) -> None:
    env, port, layout = environment_for(home), free_port(), layout_in(home)
    served = begin(env, home / "out", "serve", "--port", str(port))
    try:
        until(lambda: answer(port, "/health")[0] == 200)
        assert b'"database": {"ok": true' in answer(port, "/ready")[1]
        assert b'"migrations": {"ok": true' in answer(port, "/ready")[1]
        collected = next(p for p in (home / "static").rglob("*.css") if p.stat().st_size)
        path = f"/static/{collected.relative_to(home / 'static')}"
        assert answer(port, path) == (200, collected.read_bytes())

        again = zhunsheng(env, "serve", "--port", str(port))
        assert (again.returncode, "--port" in again.stderr) == (2, True)

        database = status(layout).pid
        assert database is not None
        os.kill(database, signal.SIGKILL)
        until(lambda: status(layout).state == "running" and status(layout).pid != database)
        until(lambda: b'"database": {"ok": true' in answer(port, "/ready")[1])
    finally:
        served.send_signal(signal.SIGTERM)
        code = served.wait(PATIENCE_S)
    assert code == 0, (home / "out").read_text(encoding="utf-8")
    assert status(layout).state == "stopped"
    assert "Traceback" not in (home / "out").read_text(encoding="utf-8")


@pytest.mark.slow
def test_its_workers_end_when_it_is_killed_and_the_next_one_starts(home: Path) -> None:
    env, port = environment_for(home), free_port()
    first = begin(env, home / "first", "serve", "--port", str(port), "--workers", "1")
    until(lambda: answer(port, "/health")[0] == 200)
    web = children(first)
    first.kill()
    first.wait()
    until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in web))
    second = begin(env, home / "second", "serve", "--port", str(port), "--workers", "1")
    try:
        until(lambda: answer(port, "/health")[0] == 200)
    finally:
        second.send_signal(signal.SIGINT)
        assert second.wait(PATIENCE_S) == 0, (home / "second").read_text(encoding="utf-8")
    assert status(layout_in(home)).state == "stopped"
