"""What a witness remembers of each log: its newest cosigned checkpoint, on disk before any answer leaves, and evidence of forks.

One folder for each log, named by the SHA-256 of its origin: `checkpoint`, `lock`, `evidence/`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.notes import Note


class Held:
    """The state of one log while its lock is held."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "checkpoint"
        self.note = Note.parse(self._file.read_bytes()) if self._file.exists() else None
        self.checkpoint = Checkpoint.parse(self.note.text) if self.note else None

    @property
    def size(self) -> int:
        """Leaves of the newest cosigned checkpoint, 0 when there is none."""
        return self.checkpoint.size if self.checkpoint else 0

    def keep(self, note: Note) -> None:
        """Replace the checkpoint; when this returns, it is on the disk and survives a loss of power."""
        write_durably(self._file, note.encode())
        self.note, self.checkpoint = note, Checkpoint.parse(note.text)

    def accuse(self, request: bytes) -> Path:
        """Keep a request the log signed and should not have, beside the checkpoint it contradicts."""
        folder = self._folder / "evidence"
        folder.mkdir(exist_ok=True)
        name = hashlib.sha256(request).hexdigest()[:32]
        kept = self.note.encode() if self.note else b""
        write_durably(folder / f"{name}.kept", kept)
        write_durably(folder / f"{name}.request", request)
        return folder / f"{name}.request"


class WitnessState:
    """The folder of a witness; safe for threads and processes side by side."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self, origin: str) -> Iterator[Held]:
        """The state of one log, for no one else until it is left."""
        folder = self._of(origin)
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield _read(folder, origin)
        finally:
            os.close(handle)

    def checkpoints(self) -> Iterator[tuple[Checkpoint, Note, int]]:
        """Every log's newest checkpoint with its note and how many pieces of evidence against the log there are."""
        for folder in sorted(path for path in self.folder.iterdir() if path.is_dir()):
            held = Held(folder)
            if held.checkpoint and held.note:
                yield held.checkpoint, held.note, len(list(folder.glob("evidence/*.request")))

    def _of(self, origin: str) -> Path:
        return self.folder / hashlib.sha256(origin.encode()).hexdigest()


def _read(folder: Path, origin: str) -> Held:
    """The state in a folder; InputError when someone put another log's there, or the file is damaged."""
    held = Held(folder)
    if held.checkpoint and held.checkpoint.origin != origin:
        raise InputError(
            zh="见证记录与来源不符",
            en="the kept checkpoint is of another log",
            where=str(folder),
        )
    return held


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a restart at any moment, finds the old content or the new, never a part."""
    part = path.with_name(path.name + ".new")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
