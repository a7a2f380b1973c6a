"""Where the embedded server keeps its data, its settings and its socket inside an installation's data folder."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

DATABASE = "zhunsheng"
OWNER = "zhunsheng_owner"
"""The role that owns the tables; migrations run as it."""
APPLICATION = "zhunsheng"
"""The role that serves requests and jobs; it can neither drop nor switch off the triggers of the owner's tables."""
SUPERUSER = "postgres"
PORT = 5432

# A socket's whole path holds 107 bytes on Linux and 103 on macOS.
SOCKET_BYTES = 103
SHORT_FOLDERS = Path("/tmp")  # noqa: S108 - the folder made in it is private and its owner is checked


@dataclass(frozen=True)
class Layout:
    """The folders and files of one embedded server; `top` is absolute and free of symbolic links."""

    top: Path
    data_name: str = "data"

    @property
    def data(self) -> Path:
        return self.top / self.data_name

    @property
    def logs(self) -> Path:
        return self.top / "log"

    @property
    def lock(self) -> Path:
        return self.top / "lock"

    @property
    def binaries(self) -> Path:
        return self.top / "binaries"

    @property
    def settings(self) -> Path:
        return self.top / "server.conf"

    @property
    def sockets(self) -> Path:
        """The socket's folder: inside the data folder, or a short one named after it where that path is too long."""
        inside = self.top / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= SOCKET_BYTES:
            return inside
        return SHORT_FOLDERS / f"zhunsheng-{hashlib.sha256(os.fsencode(self.top)).hexdigest()[:16]}"

    @property
    def major(self) -> int | None:
        """The major version that wrote the data; None where there is none yet."""
        try:
            return int((self.data / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    @property
    def waiting(self) -> Path:
        """Data of a new version, while an upgrade fills them."""
        return self.top / "data.new"

    @property
    def coming(self) -> Layout:
        """The same server on the data of the new version."""
        return replace(self, data_name=self.waiting.name)


def layout_in(home: Path) -> Layout:
    """The embedded server's place in the data folder `home`."""
    return Layout(home.resolve() / "postgres")
