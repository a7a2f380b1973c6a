"""The PostgreSQL of the tests: one embedded server for all workers and runs of an account, one database for each worker.

The server starts when the first test asks for a database and stops when the last process that used it ends. Migrations run
once for each state of the migration files, into a template; a worker's database is a copy of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import IO

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres import roles, server
from zhunsheng.base.postgres.layout import APPLICATION, OWNER, Layout, layout_in

STALE_AFTER_S = 7 * 24 * 3600
TEMPLATES_KEPT = 4
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "logging_collector": "off",
    "max_connections": "400",
    "autovacuum": "off",
    "log_min_duration_statement": "-1",
}


def test_home() -> Path:
    """A folder of this account that an unprivileged one can reach too, another one for other PostgreSQL programs."""
    asked = os.environ.get("ZHUNSHENG_PG_BIN", "")
    mark = f"-{hashlib.sha256(asked.encode()).hexdigest()[:6]}" if asked else ""
    base = Path(tempfile.gettempdir()) if os.geteuid() else Path("/tmp")
    return base.resolve() / f"zhunsheng-tests-{os.geteuid()}{mark}"


TEST_HOME = test_home()


@contextmanager
def gate() -> Iterator[None]:
    """One test process at a time."""
    with locked(TEST_HOME / "gate", fcntl.LOCK_EX):
        yield


@contextmanager
def locked(path: Path, kind: int) -> Iterator[IO[str]]:
    """Hold a lock that ends with the process, however it ends."""
    with path.open("a", encoding="ascii") as handle:
        fcntl.flock(handle, kind)
        yield handle


@dataclass
class TestServer:
    """The server as one test process uses it."""

    __test__ = False

    layout: Layout = field(default_factory=lambda: layout_in(TEST_HOME))
    named: Path | None = None
    users: IO[str] | None = None
    made: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Start the server unless it runs, and be counted among its users."""
        TEST_HOME.mkdir(mode=0o711, exist_ok=True)
        asked = os.environ.get("ZHUNSHENG_PG_BIN")
        self.named = Path(asked) if asked else None
        with gate():
            self.users = (TEST_HOME / "users").open("a", encoding="ascii")
            if self.is_last():
                self.remove_stale()
            self.start()
            fcntl.flock(self.users, fcntl.LOCK_SH)
            self.drop_orphans()

    def start(self) -> None:
        """Start; data that a crash of the machine has damaged are worth nothing and are made again."""
        try:
            server.start(self.layout, self.named, extra=QUICK, database=None)
        except InputError:
            shutil.rmtree(self.layout.top, ignore_errors=True)
            server.start(self.layout, self.named, extra=QUICK, database=None)

    def is_last(self) -> bool:
        """Whether no other process uses the server; call it behind the gate."""
        assert self.users is not None
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def remove_stale(self) -> None:
        """Data of a week ago are made again: templates of old migrations take room."""
        made = self.layout.data / "PG_VERSION"
        if made.exists() and time.time() - made.stat().st_mtime > STALE_AFTER_S:
            server.stop(self.layout, self.named)
            shutil.rmtree(self.layout.top)

    def close(self) -> None:
        """Drop what this process made and stop the server when it was the last user."""
        assert self.users is not None
        with gate():
            for name in self.made:
                self.drop(name)
            if self.is_last():
                server.stop(self.layout, self.named)
            self.users.close()

    def template(self) -> str:
        """The name of a database with every migration applied; made when the migrations have changed."""
        name = f"template_{migrations_mark()}"
        with gate():
            if not self.exists(name):
                making = f"{name}_making"
                self.drop(making)
                roles.ensure_database(self.layout, making)
                migrate(making)
                self.execute(f"ALTER DATABASE {making} RENAME TO {name}")
                self.drop_old_templates()
        return name

    def fresh(self, template: str) -> str:
        """A database of this process's own, a copy of a template."""
        name = f"test_{os.getpid()}_{len(self.made)}"
        self.made.append(name)
        self.copy(template, name)
        return name

    def copy(self, template: str, name: str) -> None:
        """Make a database anew as a copy of another."""
        self.drop(name)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def exists(self, name: str) -> bool:
        return name in self.databases()

    def databases(self) -> list[str]:
        """Names of all databases, oldest first."""
        with roles.superuser(self.layout) as connection:
            return [name for (name,) in connection.execute("SELECT datname FROM pg_database ORDER BY oid")]

    def drop_orphans(self) -> None:
        """Drop the databases of test processes that are gone."""
        for name in self.databases():
            kind, _, rest = name.partition("_")
            if kind == "test" and not Path(f"/proc/{rest.partition('_')[0]}").exists():
                self.drop(name)

    def drop_old_templates(self) -> None:
        """Keep the newest few."""
        templates = [name for name in self.databases() if name.startswith("template_")]
        for name in templates[:-TEMPLATES_KEPT]:
            self.drop(name)

    def execute(self, statement: str) -> None:
        with roles.superuser(self.layout) as connection:
            connection.execute(statement)

    def url(self, name: str, role: str = APPLICATION) -> str:
        """The address of a database here, as DATABASE_URL takes it."""
        return f"postgresql://{role}@/{name}?host={self.layout.sockets}"


def migrations_mark() -> str:
    """A name for the state of every migration of every installed app."""
    from django.apps import apps

    mark = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda a: a.label):
        for path in sorted((Path(app.path) / "migrations").rglob("*.*")):
            if path.suffix in {".py", ".sql"}:
                mark.update(f"{app.label}/{path.name}\0".encode() + path.read_bytes())
    return mark.hexdigest()[:12]


def migrate(name: str) -> None:
    """Apply every migration to a database, as its owner, as `zhunsheng manage migrate` does."""
    from django.core.management import call_command
    from django.db import connection

    kept = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False, stdout=StringIO(), statement_timeout=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept
