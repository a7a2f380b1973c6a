"""Embedded servers for tests that start and stop their own: a folder that an unprivileged account reaches, gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhunsheng.base.postgres.account import server_account
from zhunsheng.base.postgres.binaries import Binaries, found
from zhunsheng.base.postgres.cluster import make_reachable
from zhunsheng.base.postgres.layout import Layout, layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.use import stop_unused


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A short path, as sockets need it; any server in it is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="zs-", dir="/tmp")).resolve()
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for top in {lock.parent for lock in folder.rglob("postgres/lock")}:
            stop_unused(Server(layout_in(top.parent)), force=True)
            shutil.rmtree(layout_in(top.parent).sockets, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def prepared(folder: Path, source: Layout) -> Server:
    """A server in a folder, on a copy of the stopped one's data: quicker than making them."""
    layout = layout_in(folder)
    account = server_account(source.data)
    make_reachable(layout.top, ours=account.ours)
    shutil.copytree(source.data, layout.data)
    for path in (layout.data, *layout.data.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)
        if not account.ours:
            os.chown(path, account.uid, account.gid)
    return Server(layout)


def of_major(major: int) -> Binaries:
    """Programs of one version; the wheel that development installs brings 16 and 18."""
    return next(b for b in found(None) if b.major == major)
