"""Starting, stopping and looking after the embedded server. One process at a time does so; the server outlives them all."""

from __future__ import annotations

import fcntl
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import foreign, server_account
from zhunsheng.base.postgres.binaries import Binaries, binaries_for, reachable
from zhunsheng.base.postgres.cluster import initialise, make_reachable, prepare_folders, write_settings
from zhunsheng.base.postgres.layout import DATABASE, PORT, Layout
from zhunsheng.base.postgres.roles import ensure_database, ensure_roles, refuses

PATIENCE_S = 120
"""How long pg_ctl waits for the server to be ready, or to end."""
LOCK_PATIENCE_S = 180
ANSWER_PATIENCE_S = 10
SHOWN_LINES = 12
ORPHANS_PATIENCE_S = 30
"""How long the children of a server that was killed may still hold its memory."""


@dataclass(frozen=True)
class Status:
    """What is known of a server without asking it: `absent`, `stopped`, `starting`, `running` or `stopping`."""

    state: str
    pid: int | None
    major: int | None


def status(layout: Layout) -> Status:
    """How the server stands, from its process and its own note of it."""
    if layout.major is None:
        return Status("absent", None, None)
    note = postmaster_note(layout)
    if note is None or not serves(note.pid, layout.data):
        return Status("stopped", None, layout.major)
    return Status(note.state, note.pid, layout.major)


def start(
    layout: Layout,
    named: Path | None = None,
    *,
    extra: Mapping[str, str] | None = None,
    database: str | None = DATABASE,
) -> bool:
    """Make sure that the server runs and holds the roles and the database; True when it was started now.

    `named` is the folder of programs asked for, `extra` adds settings. InputError where it cannot be done.
    """
    with alone(layout):
        started = False
        while not answering(layout):
            launch(layout, binaries_for(layout, named), extra or {})
            started = True
        ensure_roles(layout)
        if database:
            ensure_database(layout, database)
        return started


def stop(layout: Layout, named: Path | None = None) -> bool:
    """End the server, letting transactions under way roll back; True when it ran."""
    with alone(layout):
        if status(layout).state in ("absent", "stopped"):
            return False
        halt(layout, binaries_for(layout, named))
        return True


def launch(layout: Layout, binaries: Binaries, extra: Mapping[str, str]) -> None:
    """Start a server under the lock; its data are made first where there are none."""
    account = server_account(layout.data)
    prepare_folders(layout, account)
    programs = reachable(binaries, account, layout)
    if layout.major is None:
        initialise(layout, programs, account)
    write_settings(layout, account, extra)
    log = layout.logs / "start.log"
    options = f"-c config_file={shlex.quote(str(layout.settings))}"
    command = [
        programs.program("pg_ctl"),
        "start",
        "-w",
        "-t",
        str(PATIENCE_S),
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
        marks = {log: size(log) for log in layout.logs.glob("*.log")}
        done = account.run(command)
        if done.returncode == 0 or settled(layout).state == "running":
            return
        said = said_since(layout, marks) or done.stderr.strip()
        if "shared memory block" not in said or time.monotonic() > until:
            raise InputError(
                zh=f"PostgreSQL 未能启动：\n{said}",
                en=f"PostgreSQL did not start:\n{said}",
                where=str(layout.logs),
            )
        time.sleep(0.5)


def halt(layout: Layout, binaries: Binaries) -> None:
    """End the running server and wait for it."""
    account = server_account(layout.data)
    programs = reachable(binaries, account, layout)
    done = account.run(
        [programs.program("pg_ctl"), "stop", "-m", "fast", "-w", "-t", str(PATIENCE_S), "-D", layout.data]
    )
    if done.returncode != 0 and status(layout).state != "stopped":
        said = done.stderr.strip() or done.stdout.strip()
        raise InputError(
            zh=f"PostgreSQL 未能停止：{said}", en=f"PostgreSQL did not stop: {said}", where=str(layout.data)
        )


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
            raise InputError(
                zh=f"PostgreSQL 在运行但不接受连接：{refusal}",
                en=f"PostgreSQL runs and refuses connections: {refusal}",
                where=str(layout.data),
            )
        time.sleep(0.1)
    return False


def settled(layout: Layout) -> Status:
    """The server's status once it is neither starting nor stopping: recovery takes as long as it takes."""
    while (now := status(layout)).state in ("starting", "stopping"):
        time.sleep(0.1)
    return now


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


@dataclass(frozen=True)
class Note:
    """What a server writes about itself in postmaster.pid."""

    pid: int
    state: str


def postmaster_note(layout: Layout) -> Note | None:
    """The server's note, None where there is none; it may be stale. InputError where the data are another's."""
    try:
        lines = (layout.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    except PermissionError:
        raise foreign(layout.data) from None
    if not lines or not lines[0].strip().isdigit():
        return None
    word = lines[7].strip() if len(lines) > 7 else "starting"
    return Note(int(lines[0]), {"ready": "running", "standby": "running"}.get(word, word))


def serves(pid: int, data: Path) -> bool:
    """Whether this process is a server of these data; numbers of dead servers are given to other processes."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S607
        return b"postgres" in shown.stdout and bytes(data) in shown.stdout
    return words[0].rpartition(b"/")[2] == b"postgres" and bytes(data) in words


def clear_stale_notes(layout: Layout) -> None:
    """Remove what a killed server left, the note in its data and the one beside its socket.

    PostgreSQL believes them whenever the number belongs to a process again, or to one that nobody has buried yet.
    """
    for note in (layout.data / "postmaster.pid", layout.sockets / f".s.PGSQL.{PORT}.lock"):
        if note.exists() and not serves(int(first_line(note)), layout.data):
            note.unlink(missing_ok=True)


def first_line(note: Path) -> str:
    """The number that opens a note, 0 where it was cut short."""
    opening = note.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
    return opening if opening.isdigit() else "0"


def size(path: Path) -> int:
    """Bytes in a file, 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def said_since(layout: Layout, marks: Mapping[Path, int]) -> str:
    """The last lines the server wrote to its logs after these sizes."""
    lines: list[str] = []
    for path in sorted(layout.logs.glob("*.log")):
        with path.open("rb") as log:
            log.seek(marks.get(path, 0))
            lines += log.read().decode("utf-8", errors="replace").strip().splitlines()[-SHOWN_LINES:]
    return "\n".join(lines)
