"""Making an empty cluster and writing its settings: UTF-8, order by code point, checksums, a private socket and no network."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import Account, foreign
from zhunsheng.base.postgres.binaries import Binaries
from zhunsheng.base.postgres.layout import APPLICATION, OWNER, PORT, SUPERUSER, Layout

# The first major version with locales of its own, the same on every machine.
BUILTIN_LOCALES = 17

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "cluster_name": "zhunsheng",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "server-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
    "log_lock_waits": "on",
    "log_min_duration_statement": "2s",
}


def prepare_folders(layout: Layout, account: Account) -> None:
    """Make what is missing of the folders. InputError where the account cannot reach them or they belong to others.

    The top folder stays ours and the account owns only folders inside it, so that nothing written here by root can be
    led astray by the account. Folders that were there before keep their modes.
    """
    make_reachable(layout.top, ours=account.ours)
    if not account.reaches(layout.top):
        raise InputError(
            zh=f"账户 {account.name} 到不了这个文件夹（PostgreSQL 不能以 root 运行）",
            en=f"account {account.name} cannot reach this folder (PostgreSQL does not run as root)",
            where=str(layout.top),
            remedy_zh="用 ZHUNSHENG_HOME 指定别处，如 /var/lib/zhunsheng；或以普通用户运行",
            remedy_en="name another place with ZHUNSHENG_HOME, such as /var/lib/zhunsheng; or run as an ordinary user",
        )
    for folder in (layout.sockets, layout.logs):
        private_folder(folder, account)


def make_reachable(folder: Path, *, ours: bool) -> None:
    """Make a folder and its missing parents; another account may pass through those made here, not list them."""
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    for made in reversed(missing):
        try:
            made.mkdir(exist_ok=True)
            made.chmod(0o700 if ours else 0o711)
        except OSError as error:
            raise InputError(
                zh=f"不能在此建立数据文件夹：{error.strerror}",
                en=f"the data folder cannot be made here: {error.strerror}",
                where=str(made),
                remedy_zh="用 ZHUNSHENG_HOME 指定可写的位置",
                remedy_en="name a place you may write to with ZHUNSHENG_HOME",
            ) from None


def private_folder(folder: Path, account: Account) -> None:
    """A folder that only the account may enter, made here or owned by it already."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise foreign(folder) from None
    else:
        if not account.ours:
            os.chown(folder, account.uid, account.gid)


def initialise(layout: Layout, binaries: Binaries, account: Account) -> None:
    """Make an empty cluster; an interrupted attempt leaves nothing behind that counts as one.

    InputError where an upgrade was interrupted as it put the new data in the place of the old.
    """
    if layout.waiting.exists() and layout.data != layout.waiting:
        raise InputError(
            zh="上次升级在最后一步中断，数据完好",
            en="an upgrade was interrupted in its last step; the data are whole",
            where=str(layout.waiting),
            remedy_zh="运行 zhunsheng db upgrade 完成它",
            remedy_en="run zhunsheng db upgrade to finish it",
        )
    # A name of our own: initdb may still be at work for a process that was killed.
    making = layout.top / f"{layout.data_name}.making-{os.getpid()}"
    for leftover in layout.top.glob(f"{layout.data_name}.making-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    said = ""
    for locale in locale_choices(binaries.major):
        private_folder(making, account)
        done = account.run([binaries.program("initdb"), f"--pgdata={making}", *INITDB_OPTIONS, *locale])
        if done.returncode == 0:
            break
        said = done.stderr.strip()
        shutil.rmtree(making, ignore_errors=True)
    else:
        raise InputError(
            zh=f"PostgreSQL 未能建立数据文件夹：{said}",
            en=f"PostgreSQL could not make its data folder: {said}",
            where=str(layout.data),
        )
    making.rename(layout.data)


INITDB_OPTIONS = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--data-checksums",
    "--auth-local=peer",
    "--auth-host=scram-sha-256",
    "--no-instructions",
)


def locale_choices(major: int) -> list[list[str]]:
    """The words for initdb that mean sorting by code point and Unicode letters; the last choice works on every machine."""
    plain = ["--locale=C"]
    if major >= BUILTIN_LOCALES:
        return [[*plain, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [[*plain, "--lc-ctype=C.UTF-8"], plain]


def write_settings(layout: Layout, account: Account, extra: Mapping[str, str]) -> None:
    """Write who may connect and every setting of ours; what initdb found out about the machine is read first.

    Peer authentication only: the kernel says which account is calling, so there is no password to keep.
    """
    callers = sorted({account.name, "root"})
    write(
        layout.top / "ident.conf",
        "".join(
            f'zhunsheng "{caller}" {role}\n' for caller in callers for role in (SUPERUSER, OWNER, APPLICATION)
        ),
    )
    write(layout.top / "hba.conf", "local all all peer map=zhunsheng\n")
    wanted = {
        **SETTINGS,
        "unix_socket_directories": f'"{layout.sockets}"',
        "hba_file": str(layout.top / "hba.conf"),
        "ident_file": str(layout.top / "ident.conf"),
        "log_directory": str(layout.logs),
        **extra,
    }
    lines = [f"include {quoted(str(layout.data / 'postgresql.conf'))}\n"]
    lines += [f"{name} = {quoted(value)}\n" for name, value in wanted.items()]
    write(layout.settings, "".join(lines))


def quoted(value: str) -> str:
    """A value as the server's settings files write it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def write(path: Path, text: str) -> None:
    """Replace a settings file whole, readable by the server's account."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o644)
    new.replace(path)
