"""Documents and recordings kept by content: what is stored is found again by the SHA-256 of its bytes, and never changes.

`Storage` is what a store must do; `FolderStorage` does it in a local folder, where `ab/cd/abcd…` holds the bytes of that digest.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.ids import new_id

DIGEST = re.compile(r"[0-9a-f]{64}")
INCOMING = "incoming"
ABANDONED_AFTER_S = 24 * 3600


@dataclass(frozen=True)
class Stored:
    """What was stored: its digest, its size in bytes, and whether it was there before."""

    digest: str
    size: int
    known: bool


class TooLarge(InputError):
    """More bytes than may be stored at once."""


class Storage(Protocol):
    """A store of bytes by their digest, 64 lower-case hex digits of SHA-256. Any other text is found nowhere."""

    def put(self, chunks: Iterable[bytes], *, most: int) -> Stored:
        """Keep the bytes; once this returns they survive a crash. TooLarge beyond `most` bytes, then nothing is kept."""

    def open(self, digest: str) -> BinaryIO | None:
        """The bytes, to be read from the start; None where there are none."""

    def size(self, digest: str) -> int | None:
        """How many bytes; None where there are none."""

    def remove(self, digest: str) -> bool:
        """Drop the bytes, for an erasure; whether there were any."""


class FolderStorage:
    """A store in a local folder; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, chunks: Iterable[bytes], *, most: int) -> Stored:
        incoming = made_private(self.folder / INCOMING)
        remove_abandoned(incoming)
        made = incoming / new_id().hex
        try:
            digest, size = written(made, chunks, most)
            kept = self.path(digest)
            known = kept.exists()
            if not known:
                made_private(kept.parent)
                made.replace(kept)
                for folder in (kept.parent, kept.parent.parent, self.folder):
                    flush(folder)
        finally:
            made.unlink(missing_ok=True)
        return Stored(digest, size, known)

    def open(self, digest: str) -> BinaryIO | None:
        if DIGEST.fullmatch(digest):
            with suppress(FileNotFoundError):
                return self.path(digest).open("rb")
        return None

    def size(self, digest: str) -> int | None:
        if DIGEST.fullmatch(digest):
            with suppress(FileNotFoundError):
                return self.path(digest).stat().st_size
        return None

    def remove(self, digest: str) -> bool:
        if not DIGEST.fullmatch(digest):
            return False
        with suppress(FileNotFoundError):
            self.path(digest).unlink()
            flush(self.path(digest).parent)
            return True
        return False

    def path(self, digest: str) -> Path:
        """Where the bytes of a digest lie."""
        return self.folder / digest[:2] / digest[2:4] / digest


def storage() -> Storage:
    """The store of this installation: `media/` in its data folder."""
    return FolderStorage(environment().home / "media")


def made_private(folder: Path) -> Path:
    """The folder, made for its owner alone with those above it where they are missing."""
    if not folder.exists():
        made_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def written(path: Path, chunks: Iterable[bytes], most: int) -> tuple[str, int]:
    """Write a new private file, on disk before this returns; its digest and size."""
    whole, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise TooLarge(
                    zh=f"文件超过{most}字节",
                    en=f"the file has more than {most} bytes",
                    remedy_zh="分成几个文件，或压缩后再上传",
                    remedy_en="split it, or compress it first",
                )
            whole.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return whole.hexdigest(), size


def flush(folder: Path) -> None:
    """Have a folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_abandoned(incoming: Path) -> None:
    """Remove what writers that died left half written."""
    for path in incoming.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER_S:
                path.unlink()
