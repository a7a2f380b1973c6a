"""Copies of a database in one file, made and put back with PostgreSQL's own programs."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.account import plain_environment
from zhunsheng.base.postgres.binaries import Binaries
from zhunsheng.base.postgres.layout import APPLICATION, DATABASE, OWNER, SUPERUSER, Layout
from zhunsheng.base.postgres.roles import driver, ensure_database, grants, superuser

# libpq's name, in the environment, for each of Django's settings; a password on a command line would show in `ps`.
VARIABLES = {
    "NAME": "PGDATABASE",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "HOST": "PGHOST",
    "PORT": "PGPORT",
}
OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "channel_binding": "PGCHANNELBINDING",
}


@dataclass(frozen=True)
class Place:
    """A database as Django's settings describe it, and the programs that copy it."""

    settings: dict[str, Any]
    binaries: Binaries

    def run(self, program: str, *words: str | Path) -> None:
        """Run one of PostgreSQL's programs on this database. InputError in its own words when it fails."""
        done = subprocess.run(
            [self.binaries.program(program), *words],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            env=plain_environment() | variables(self.settings),
        )
        if done.returncode != 0:
            said = done.stderr.strip()
            raise InputError(
                zh=f"{program} 未成功：{said}", en=f"{program} failed: {said}", where=self.settings["NAME"]
            )


def connect(settings: dict[str, Any]) -> Any:
    """A connection that commits each statement, to a database as Django's settings describe it."""
    given = {k: v for k, v in settings["OPTIONS"].items() if isinstance(v, str)}
    return driver().connect(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        autocommit=True,
        **{"application_name": "zhunsheng db", **given},
    )


def served_major(settings: dict[str, Any]) -> int:
    """The major version of the server a database is on. InputError when it does not answer."""
    try:
        with connect(settings) as connection:
            return int(connection.info.server_version) // 10000
    except driver().OperationalError as error:
        raise InputError(
            zh=f"数据库不答复：{error}",
            en=f"the database does not answer: {error}",
            where="DATABASE_URL",
            remedy_zh="检查地址、网络与口令",
            remedy_en="check the address, the network and the password",
        ) from None


def variables(settings: dict[str, Any]) -> dict[str, str]:
    """A database's address as libpq reads it from the environment."""
    plain = {VARIABLES[name]: str(settings[name]) for name in VARIABLES if settings.get(name)}
    return plain | {OPTIONS[name]: str(v) for name, v in settings["OPTIONS"].items() if name in OPTIONS}


def dump(place: Place, target: Path) -> None:
    """Write a whole database to a new file that only this account may read; the file appears when it is complete.

    One snapshot, so that acts, ledger and jobs agree. InputError where the file exists or the programs fail.
    """
    if target.exists():
        raise InputError(
            zh="文件已存在，不会覆盖",
            en="the file exists and is not overwritten",
            where=str(target),
            remedy_zh="换一个文件名",
            remedy_en="choose another name",
        )
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        place.run("pg_dump", "--format=custom", "--lock-wait-timeout=60s", f"--file={part}")
        place.run("pg_restore", "--list", f"--file={os.devnull}", part)
        part.replace(target)
    except OSError as error:
        raise InputError(
            zh=f"不能写入：{error.strerror}", en=f"cannot be written: {error.strerror}", where=str(target)
        ) from None
    finally:
        part.unlink(missing_ok=True)


def put_back(place: Place, source: Path, *, owner: str | None = None) -> None:
    """Fill an empty database from a copy, all or nothing. InputError where it is not empty or the copy is damaged."""
    tables = tables_in(place)
    if tables:
        raise InputError(
            zh=f"这个数据库里已有 {len(tables)} 张表，只能恢复到空的数据库",
            en=f"this database holds {len(tables)} tables; a copy is only put back into an empty one",
            where=place.settings["NAME"],
            remedy_zh="新建一个空的数据库（createdb），让 DATABASE_URL 指向它",
            remedy_en="make an empty one (createdb) and point DATABASE_URL at it",
        )
    as_owner = [f"--role={owner}"] if owner else []
    place.run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", *as_owner,
        f"--dbname={place.settings['NAME']}", source,
    )  # fmt: skip


def tables_in(place: Place) -> dict[str, int]:
    """How many rows each table of the database holds, by exact count."""
    with connect(place.settings) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
                " ORDER BY 1"
            )
        ]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608 - the server's own quoting


def settle(place: Place, owner: str, application: str) -> None:
    """After a copy was put back: the application's rights, which copies leave out, and the planner's statistics."""
    with connect(place.settings) as connection:
        for statement in grants(owner, application) if owner != application else []:
            connection.execute(statement)
        connection.execute("ANALYZE")


def embedded_place(layout: Layout, binaries: Binaries, *, name: str = DATABASE, role: str = OWNER) -> Place:
    """A database of the running embedded server."""
    address = {"NAME": name, "USER": role, "PASSWORD": "", "HOST": str(layout.sockets), "PORT": ""}
    return Place({**address, "OPTIONS": {}}, binaries)


def replace_embedded(layout: Layout, binaries: Binaries, source: Path, *, at: dt.datetime) -> str | None:
    """Put a copy in the place of the embedded server's database, which nobody may be using.

    The copy is read in beside it first; the old database stays under the name returned, None where it held no tables.
    """
    coming = f"{DATABASE}_coming"
    with superuser(layout) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {coming} WITH (FORCE)")
    ensure_database(layout, coming)
    place = embedded_place(layout, binaries, name=coming, role=SUPERUSER)
    put_back(place, source, owner=OWNER)
    settle(place, OWNER, APPLICATION)
    empty = not tables_in(embedded_place(layout, binaries))
    kept = f"{DATABASE}_until_{at:%Y%m%d_%H%M%S}"
    with superuser(layout) as connection, connection.transaction():
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        connection.execute(others, [DATABASE])
        connection.execute(f"ALTER DATABASE {DATABASE} RENAME TO {kept}")
        connection.execute(f"ALTER DATABASE {coming} RENAME TO {DATABASE}")
    if empty:
        with superuser(layout) as connection:
            connection.execute(f"DROP DATABASE {kept}")
    return None if empty else kept
