"""Starting and stopping the embedded server: one process at a time does so, and the server outlives them all."""

from __future__ import annotations

import fcntl
import shlex
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import Account, foreign, server_account
from zhunsheng.base.postgres.binaries import Binaries, binaries_for, reachable
from zhunsheng.base.postgres.cluster import initialise, make_reachable, prepare_folders, write_settings
from zhunsheng.base.postgres.layout import DATABASE, Layout
from zhunsheng.base.postgres.roles import ensure_database, ensure_roles, refuses
from zhunsheng.base.postgres.state import clear_stale_notes, log_sizes, said_since, settled

PATIENCE_S = 120
"""How long pg_ctl waits for the server to be ready, or to end."""
LOCK_PATIENCE_S = 300
ORPHANS_PATIENCE_S = 30
"""How long what a killed server or launcher left may stand in the way."""
PASSING = ("shared memory block", "already exists", "is empty")
"""PostgreSQL's words for that: children that still hold the memory, a note that another start is writing."""
ANSWER_PATIENCE_S = 10


@dataclass(frozen=True)
class Server:
    """One embedded server: its place, the folder of programs asked for, further settings, and its database."""

    layout: Layout
    named: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    database: str | None = DATABASE

    def start(self) -> bool:
        """Make sure that the server runs and holds the roles and the database; True when it was started now."""
        with alone(self.layout):
            return self.start_alone()

    def start_alone(self) -> bool:
        """As `start`, for a caller that holds the lock."""
        started = False
        while not answering(self.layout):
            launch(self.layout, binaries_for(self.layout, self.named), self.extra)
            started = True
        ensure_roles(self.layout)
        if self.database:
            ensure_database(self.layout, self.database)
        return started

    def stop(self) -> bool:
        """End the server, letting transactions under way roll back; True when it ran."""
        with alone(self.layout):
            return self.stop_alone()

    def stop_alone(self) -> bool:
        """As `stop`, for a caller that holds the lock."""
        if not settled(self.layout).alive:
            return False
        halt(self.layout, binaries_for(self.layout, self.named))
        return True


def launch(
    layout: Layout, binaries: Binaries, extra: Mapping[str, str], account: Account | None = None
) -> None:
    """Start a server under the lock, as the data's account or the one given; data are made first where there are none."""
    account = account or server_account(layout.data)
    prepare_folders(layout, account)
    programs = reachable(binaries, account, layout)
    if layout.major is None:
        initialise(layout, programs, account)
    write_settings(layout, account, extra)
    options = f"-c config_file={shlex.quote(str(layout.settings))}"
    wait = ("start", "-w", "-t", str(PATIENCE_S))
    log = layout.logs / "start.log"
    command: list[str | Path] = [
        programs.program("pg_ctl"),
        *wait,
        "-D",
        layout.data,
        "-l",
        log,
        "-o",
        options,
    ]
    until = time.monotonic() + ORPHANS_PATIENCE_S
    while True:
        clear_stale_notes(layout)
        marks = log_sizes(layout)
        done = account.run(command)
        if done.returncode == 0 or settled(layout).state == "running":
            return
        said = said_since(layout, marks) or done.stderr.strip()
        if not any(word in said for word in PASSING) or time.monotonic() > until:
            raise failure("PostgreSQL 未能启动", "PostgreSQL did not start", said, layout.logs)
        time.sleep(0.5)


def halt(layout: Layout, binaries: Binaries) -> None:
    """End the running server and wait for it."""
    account = server_account(layout.data)
    programs = reachable(binaries, account, layout)
    wait = ("stop", "-m", "fast", "-w", "-t", str(PATIENCE_S))
    done = account.run([programs.program("pg_ctl"), *wait, "-D", layout.data])
    if done.returncode != 0 and settled(layout).alive:
        said = done.stderr.strip() or done.stdout.strip()
        raise failure("PostgreSQL 未能停止", "PostgreSQL did not stop", said, layout.data)


def answering(layout: Layout) -> bool:
    """Whether the server runs and takes connections; one that was killed a moment ago may still look alive.

    InputError where it runs and goes on refusing.
    """
    until = time.monotonic() + ANSWER_PATIENCE_S
    while settled(layout).state == "running":
        refusal = refuses(layout)
        if refusal is None:
            return True
        if time.monotonic() > until:
            raise failure(
                "PostgreSQL 在运行但不接受连接",
                "PostgreSQL runs and refuses connections",
                refusal,
                layout.data,
            )
        time.sleep(0.1)
    return False


@contextmanager
def alone(layout: Layout) -> Iterator[None]:
    """Hold the lock of this place; InputError when another process holds it for minutes or the place is another's."""
    make_reachable(layout.top, ours=server_account(layout.data).ours)
    try:
        handle = layout.lock.open("a", encoding="ascii")
    except PermissionError:
        raise foreign(layout.top) from None
    with handle:
        wait_for(handle.fileno(), layout)
        yield


def wait_for(descriptor: int, layout: Layout) -> None:
    """Take the lock, which the kernel gives back when its holder dies, however it dies."""
    until = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise InputError(
                    zh="另一个进程一直在启动或停止这个数据库",
                    en="another process has been starting or stopping this database for minutes",
                    where=str(layout.lock),
                ) from None
            time.sleep(0.05)
        else:
            return


def failure(zh: str, en: str, said: str, where: Path) -> InputError:
    """The error for what PostgreSQL would not do, in its own words."""
    return InputError(zh=f"{zh}：{said}", en=f"{en}: {said}", where=str(where))
