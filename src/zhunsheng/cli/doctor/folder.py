"""The data folder: room, rights, and the keys that must be private."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from zhunsheng.base.environment import Environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import server_account
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.cli.doctor.finding import NEEDED, NOTE, Finding, good
from zhunsheng.ledger.keeping import statement_file

LEAST_FREE = 1 << 30
"""Bytes below which the database may stop at any moment."""
SESSION_KEY, LEDGER_KEY = "secret-key", "ledger/key"
"""Private files the platform keeps in its data folder; see base.environment and ledger.keeping."""


def folder(env: Environment) -> Iterator[Finding]:
    """Everything about the data folder; reads only."""
    yield rights(env)
    yield room(env)
    if not env.database_url:
        yield reach(env)
        yield socket_path(env)
    if not env.secret_key:
        yield private("session-key", env.home / SESSION_KEY)
    yield from ledger_key(env)


def ledger_key(env: Environment) -> Iterator[Finding]:
    """The keys this account is meant to have: that of the ledger, or the one that only seals exports; and the public history.

    Only with the embedded database is a key made by itself.
    """
    if env.export_key is not None:
        yield private("export-key", env.export_key, wanted=True)
        yield public("export-delegation", statement_file(env.export_key))
    if env.ledger_keys is not None:
        yield public("ledger-history", env.ledger_keys)
    if env.ledger_key is None and env.export_key is not None:
        return
    if env.ledger_key is None:
        yield private("ledger-key", env.home / LEDGER_KEY, wanted=env.database_url is not None)
    elif env.ledger_key.startswith("pkcs11:"):
        yield good("ledger-key", "账本密钥在密码机中", "the ledger's key is in a hardware module")
    else:
        yield private("ledger-key", Path(env.ledger_key), wanted=True)


def standing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(p for p in (path, *path.parents) if p.exists())


def rights(env: Environment) -> Finding:
    """Whether this account may write there."""
    there = standing(env.home)
    if os.access(there, os.W_OK | os.X_OK):
        return good("home", f"数据文件夹 {env.home}", f"data folder {env.home}")
    return Finding(
        "home",
        NEEDED,
        f"不能写入数据文件夹 {env.home}",
        f"the data folder {env.home} cannot be written to",
        "改正其权限，或用 ZHUNSHENG_HOME 指定别处",
        "mend its rights, or name another with ZHUNSHENG_HOME",
    )


def room(env: Environment) -> Finding:
    """Free space where the data live."""
    free = shutil.disk_usage(standing(env.home)).free
    said = f"{free / (1 << 30):.1f} GiB"
    if free >= LEAST_FREE:
        return good("disk", f"磁盘剩余 {said}", f"{said} of disk free")
    return Finding("disk", NEEDED, f"磁盘只剩 {said}", f"only {said} of disk free", "腾出空间", "make room")


def reach(env: Environment) -> Finding:
    """Whether the embedded server's account can get to its data."""
    layout = layout_in(env.home)
    try:
        account = server_account(layout.data)
    except InputError as error:
        return Finding("account", NEEDED, error.zh, error.en, error.remedy_zh, error.remedy_en)
    there = standing(layout.top)
    if account.reaches(there):
        return good(
            "account",
            f"内嵌 PostgreSQL 以账户 {account.name} 运行，到得了数据文件夹",
            f"the embedded PostgreSQL runs as account {account.name}, which reaches the data folder",
        )
    return Finding(
        "account",
        NEEDED,
        f"账户 {account.name} 到不了 {there}（PostgreSQL 不能以 root 运行）",
        f"account {account.name} cannot reach {there} (PostgreSQL does not run as root)",
        "用 ZHUNSHENG_HOME 指定别处，如 /var/lib/zhunsheng",
        "name another place with ZHUNSHENG_HOME, such as /var/lib/zhunsheng",
    )


def socket_path(env: Environment) -> Finding:
    """Where the embedded server listens."""
    layout = layout_in(env.home)
    if layout.sockets.is_relative_to(layout.top):
        return good("socket", "数据库套接字在数据文件夹内", "the database's socket is in the data folder")
    return Finding(
        "socket",
        NOTE,
        f"数据文件夹的路径太长，套接字改在 {layout.sockets}",
        f"the data folder's path is too long for a socket, which is in {layout.sockets}",
        "用较短的 ZHUNSHENG_HOME",
        "use a shorter ZHUNSHENG_HOME",
    )


def public(name: str, path: Path) -> Finding:
    """Whether a file that tells no secret is there and can be read."""
    if os.access(path, os.R_OK):
        return good(name, f"{name} 可读", f"{name} can be read")
    return Finding(
        name,
        NEEDED,
        f"没有这个文件，或不能读取：{path}",
        f"no such file, or it cannot be read: {path}",
        "按 docs/operations/key-ceremony.md 生成",
        "make it as docs/operations/key-ceremony.md says",
    )


def private(name: str, path: Path, *, wanted: bool = False) -> Finding:
    """Whether a key exists where it must, and only its owner can read it."""
    if not os.access(path.parent, os.X_OK) or not path.exists():
        if wanted:
            return Finding(
                name,
                NEEDED,
                f"没有这个密钥文件，或不能读取：{path}",
                f"no such key file, or it cannot be read: {path}",
                "按 docs/operations/key-ceremony.md 生成",
                "make one as docs/operations/key-ceremony.md says",
            )
        return good(name, f"{name} 尚无，首次启动时生成", f"{name}: none yet, made at the first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        cure = f"chmod 600 {path}"
        return Finding(
            name,
            NEEDED,
            f"密钥可被他人读取（{mode:04o}）：{path}",
            f"others can read this key ({mode:04o}): {path}",
            cure,
            cure,
        )
    return good(name, f"{name} 只有本账户可读", f"{name} is private")
