"""The roles and the database inside a cluster: an owner for migrations, and an application that only reads and writes rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.layout import APPLICATION, DATABASE, OWNER, PORT, SUPERUSER, Layout

if TYPE_CHECKING:
    import psycopg


@contextmanager
def superuser(layout: Layout, database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A connection that commits each statement, as the cluster's superuser. InputError without psycopg."""
    with driver().connect(
        host=str(layout.sockets),
        port=PORT,
        user=SUPERUSER,
        dbname=database,
        application_name="zhunsheng db",
        autocommit=True,
    ) as connection:
        yield connection


def refuses(layout: Layout) -> str | None:
    """Why the running server takes no connection of ours, None where it does. InputError without psycopg."""
    psycopg = driver()
    try:
        with superuser(layout):
            return None
    except psycopg.OperationalError as error:
        return str(error)


def driver() -> ModuleType:
    """The driver, imported where it is used. InputError where the packages of the platform are not installed."""
    try:
        import psycopg
    except ImportError:
        raise server_extra_missing() from None
    return psycopg


def server_extra_missing() -> InputError:
    """The error for an installation without the packages of the platform itself."""
    return InputError(
        zh="这条命令需要平台部分的软件包，本机只装了检查日志的部分",
        en="this command needs the packages of the platform; only the part that checks logs is installed",
        remedy_zh="pip install 'zhunsheng[server,embedded]'",
        remedy_en="pip install 'zhunsheng[server,embedded]'",
    )


def ensure_roles(layout: Layout) -> None:
    """Make the two roles where they are missing."""
    with superuser(layout) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APPLICATION):
            if role not in there:
                connection.execute(f"CREATE ROLE {role} LOGIN")


def ensure_database(layout: Layout, name: str = DATABASE) -> bool:
    """Make the database and its rights where missing; True when it was made now."""
    with superuser(layout) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE template0')
    with superuser(layout, name) as connection:
        for statement in grants():
            connection.execute(statement)
    return found is None


def grants(owner: str = OWNER, application: str = APPLICATION) -> list[str]:
    """The rights of the application in the owner's database, for rows of tables there now and later.

    No TRUNCATE, no TRIGGER, no ownership: what keeps acts append-only is out of its reach.
    """
    rows, numbers = "SELECT, INSERT, UPDATE, DELETE ON", "USAGE, SELECT ON"
    later = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    return [
        f"GRANT USAGE ON SCHEMA public TO {application}",
        f"GRANT {rows} ALL TABLES IN SCHEMA public TO {application}",
        f"GRANT {numbers} ALL SEQUENCES IN SCHEMA public TO {application}",
        f"{later} GRANT {rows} TABLES TO {application}",
        f"{later} GRANT {numbers} SEQUENCES TO {application}",
    ]
