"""Using the embedded server from several processes: the first starts it, the last stops it, and a crash is mended meanwhile."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.layout import Layout
from zhunsheng.base.postgres.server import Server, alone
from zhunsheng.base.postgres.state import status

LOOK_EVERY_S = 0.5


@dataclass
class Use:
    """One process's use of a server; its place among the users ends with the process, however that ends."""

    server: Server
    handle: IO[str] | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    started: bool = False

    def begin(self) -> None:
        """Start the server unless it runs, and be counted."""
        with alone(self.server.layout):
            self.handle = users_file(self.server.layout).open("a", encoding="ascii")
            self.started = self.server.start_alone()
            fcntl.flock(self.handle, fcntl.LOCK_SH)

    def end(self) -> bool:
        """Leave; True when this was the last user and the server was stopped, which `db start` may have asked not to do."""
        self.ended.set()
        assert self.handle is not None
        with alone(self.server.layout), self.handle:
            kept = keep_file(self.server.layout).exists()
            return nobody_else(self.handle) and not kept and self.server.stop_alone()

    def watch(self) -> None:
        """In a thread, until the end: start a server again that was killed. One that was stopped in order stays stopped."""
        threading.Thread(target=self.mend, name="postgres", daemon=True).start()

    def mend(self) -> None:
        """What `watch` does. Killed again as it starts, no room left: it tries on, as a watch that ends helps nobody."""
        layout = self.server.layout
        while not self.ended.wait(LOOK_EVERY_S):
            with suppress(Exception):
                if status(layout).state == "crashed":
                    with alone(layout):
                        if not self.ended.is_set() and status(layout).state == "crashed":
                            self.server.start_alone()


@contextmanager
def in_use(server: Server) -> Iterator[Use]:
    """Within the block the server runs, and is started again when it is killed."""
    use = Use(server)
    use.begin()
    try:
        use.watch()
        yield use
    finally:
        use.end()


def keep_running(server: Server) -> bool:
    """Start the server and keep it after its last user has gone; True when it was started now."""
    with alone(server.layout):
        started = server.start_alone()
        keep_file(server.layout).touch()
        return started


def stop_unused(server: Server, *, force: bool = False) -> bool:
    """Stop the server; True when it ran. InputError while others use it, unless forced."""
    with unused(server, force=force):
        keep_file(server.layout).unlink(missing_ok=True)
        return server.stop_alone()


@contextmanager
def unused(server: Server, *, force: bool = False) -> Iterator[None]:
    """Hold the server's lock with nobody else using it. InputError while others do, unless forced."""
    with alone(server.layout), users_file(server.layout).open("a", encoding="ascii") as handle:
        if not nobody_else(handle) and not force:
            raise InputError(
                zh="数据库正被 zhunsheng serve 或 worker 使用",
                en="the database is in use by zhunsheng serve or worker",
                where=str(server.layout.data),
                remedy_zh="先停止它们",
                remedy_en="stop those first",
            )
        yield


def users_file(layout: Layout) -> Path:
    """The file on which every user holds a shared lock."""
    return layout.top / "users"


def keep_file(layout: Layout) -> Path:
    """The mark that the server was started to stay."""
    return layout.top / "keep"


def nobody_else(handle: IO[str]) -> bool:
    """Whether no other process uses the server; a lock held here already becomes exclusive."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
