"""Several processes use one server: the first starts it, the last stops it, a crash is mended, and order is kept."""

from __future__ import annotations

import os
import signal
import time

import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.state import status
from zhunsheng.base.postgres.use import Use, in_use, keep_running, stop_unused

MENDED_WITHIN_S = 20


def test_the_last_user_stops_it(server: Server) -> None:
    first, second = Use(server), Use(server)
    first.begin()
    second.begin()
    assert (first.started, second.started) == (True, False)
    assert not first.end()
    assert status(server.layout).state == "running"
    assert second.end()
    assert status(server.layout).state == "stopped"


def test_one_started_by_hand_stays(server: Server) -> None:
    assert keep_running(server)
    with in_use(server):
        pass
    assert status(server.layout).state == "running"
    assert stop_unused(server)
    with in_use(server):
        pass
    assert status(server.layout).state == "stopped"


def test_it_is_not_stopped_under_its_users(server: Server) -> None:
    with in_use(server):
        with pytest.raises(InputError, match="in use"):
            stop_unused(server)
        assert status(server.layout).state == "running"
        assert stop_unused(server, force=True)
        time.sleep(1.5)
        assert status(server.layout).state == "stopped", "one stopped in order is not started again"


def test_a_crash_is_mended_while_it_is_used(server: Server) -> None:
    with in_use(server):
        before = status(server.layout).pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        until = time.monotonic() + MENDED_WITHIN_S
        while (now := status(server.layout)).state != "running" or now.pid == before:
            assert time.monotonic() < until
            time.sleep(0.05)
