"""The operating-system account the server runs as, and running commands as it: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.errors import InputError

UNPRIVILEGED = ("postgres", "nobody")
"""Accounts taken, in this order, when the program itself runs as root."""


@dataclass(frozen=True)
class Account:
    """An account by name and numbers."""

    name: str
    uid: int
    gid: int

    @property
    def ours(self) -> bool:
        """Whether this process already runs as this account."""
        return self.uid == os.geteuid()

    def run(
        self, command: Sequence[str | Path], given: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end as this account, in the root folder, without PG… variables, private files, English words."""
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=plain_environment() | dict(given or {}),
            umask=0o077,
            user=None if self.ours else self.uid,
            group=None if self.ours else self.gid,
            extra_groups=None if self.ours else [],
        )

    def reaches(self, path: Path) -> bool:
        """Whether this account can enter a folder, as the kernel sees it."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", path]).returncode == 0

    def may_run(self, program: Path) -> bool:
        """Whether this account can start a program."""
        return self.run(["/bin/sh", "-c", 'test -x "$1"', "sh", program]).returncode == 0


def plain_environment() -> dict[str, str]:
    """This process's environment without what would steer PostgreSQL's programs, and with untranslated messages."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def server_account(data: Path) -> Account:
    """Who runs the server of these data: ourselves, or, when we are root, the data's owner or an unprivileged account.

    InputError when the data belong to somebody else, or when the account has no name.
    """
    owner = data.stat().st_uid if data.exists() else None
    us = os.geteuid()
    if us != 0:
        if owner not in (None, us):
            raise foreign(data)
        return named(us)
    if owner:
        return named(owner)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise InputError(
        zh="以 root 运行，而本机没有可供 PostgreSQL 使用的普通账户（postgres 或 nobody）",
        en="running as root, and this machine has no ordinary account for PostgreSQL (postgres or nobody)",
        remedy_zh="建立一个：useradd --system postgres，或以普通用户运行",
        remedy_en="make one: useradd --system postgres, or run as an ordinary user",
    )


def named(uid: int) -> Account:
    """The account with this number; InputError where the machine has no name for it."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise InputError(
            zh=f"本机没有编号为 {uid} 的账户名，PostgreSQL 因此不能启动",
            en=f"this machine has no name for account {uid}, and PostgreSQL does not start without one",
            remedy_zh="在 /etc/passwd 中为它加一行，或用 DATABASE_URL 指向已有的数据库",
            remedy_en="give it a line in /etc/passwd, or point DATABASE_URL at a database that runs already",
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def foreign(path: Path) -> InputError:
    """The error for a folder of somebody else's."""
    return InputError(
        zh="这个数据文件夹属于另一个账户",
        en="this data folder belongs to another account",
        where=str(path),
        remedy_zh="用那个账户运行，或用 ZHUNSHENG_HOME 指定自己的文件夹",
        remedy_en="run as that account, or name a folder of your own with ZHUNSHENG_HOME",
    )
