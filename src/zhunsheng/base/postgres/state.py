"""How the embedded server stands, read from its own note and from its process, without asking it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.postgres.account import foreign
from zhunsheng.base.postgres.layout import PORT, Layout

STATE_LINE = 7
"""The line of postmaster.pid, counted from 0, that says how far the server has come."""
SHOWN_LINES = 12
FRESH_S = 5


@dataclass(frozen=True)
class Status:
    """What is known of a server: `absent`, `stopped`, `crashed`, `starting`, `running` or `stopping`."""

    state: str
    pid: int | None
    major: int | None

    @property
    def alive(self) -> bool:
        return self.pid is not None


def status(layout: Layout) -> Status:
    """How the server stands now. InputError where its data belong to another account."""
    if layout.major is None:
        return Status("absent", None, None)
    try:
        lines = postmaster_note(layout).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return Status("stopped", None, layout.major)
    except PermissionError:
        raise foreign(layout.data) from None
    pid = number_in(lines)
    if not serves(pid, layout.data):
        return Status("crashed", None, layout.major)
    word = lines[STATE_LINE].strip() if len(lines) > STATE_LINE else "starting"
    return Status({"ready": "running", "standby": "running"}.get(word, word), pid, layout.major)


def settled(layout: Layout) -> Status:
    """The server's status once it is neither starting nor stopping: recovery takes as long as it takes."""
    while (now := status(layout)).state in ("starting", "stopping"):
        time.sleep(0.1)
    return now


def postmaster_note(layout: Layout) -> Path:
    """The file in which a server writes its process number; gone after an orderly stop."""
    return layout.data / "postmaster.pid"


def clear_stale_notes(layout: Layout) -> None:
    """Remove what a killed server left: the note in its data and the one beside its socket.

    PostgreSQL believes them whenever the number belongs to a process again, or to one that nobody has buried yet.
    """
    for note in (postmaster_note(layout), layout.sockets / f".s.PGSQL.{PORT}.lock"):
        try:
            lines = note.read_text(encoding="utf-8", errors="replace").splitlines()
            fresh = time.time() - note.stat().st_mtime < FRESH_S
        except FileNotFoundError:
            continue
        # One that is being written at this moment has no number yet.
        if not serves(number_in(lines), layout.data) and not (fresh and not number_in(lines)):
            note.unlink(missing_ok=True)


def number_in(lines: list[str]) -> int:
    """The process number that opens a note, 0 where it was cut short."""
    opening = lines[0].strip() if lines else ""
    return int(opening) if opening.isdecimal() else 0


def serves(pid: int, data: Path) -> bool:
    """Whether this process is a server of these data; numbers of dead servers are given to other processes."""
    if not pid:
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return False
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S607
        return b"postgres" in shown.stdout and bytes(data) in shown.stdout
    return words[0].rpartition(b"/")[2] == b"postgres" and bytes(data) in words


def log_sizes(layout: Layout) -> dict[Path, int]:
    """How long each log is."""
    return {path: path.stat().st_size for path in layout.logs.glob("*.log")}


def said_since(layout: Layout, marks: Mapping[Path, int]) -> str:
    """The last lines the server wrote to its logs after these sizes."""
    lines: list[str] = []
    for path in sorted(layout.logs.glob("*.log")):
        with path.open("rb") as log:
            log.seek(marks.get(path, 0))
            lines += log.read().decode("utf-8", errors="replace").strip().splitlines()[-SHOWN_LINES:]
    return "\n".join(lines)
