"""The PostgreSQL of the tests: one embedded server for all workers and runs of an account, one database for each worker.

The server starts when the first test asks for a database and stops when the last process that used it ends. Migrations run
once for each state of the migration files, into a template; a worker's database is a copy of it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres import roles
from zhunsheng.base.postgres.layout import APPLICATION, OWNER, Layout, layout_in
from zhunsheng.base.postgres.server import Server, alone
from zhunsheng.base.postgres.use import Use, stop_unused

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


@dataclass
class TestServer:
    """The server as one test process uses it."""

    __test__ = False

    use: Use = field(default_factory=lambda: Use(quick_server()))
    made: list[str] = field(default_factory=list)

    @property
    def layout(self) -> Layout:
        return self.use.server.layout

    def open(self) -> None:
        """Start the server unless it runs, and be counted among its users."""
        made = self.layout.data / "PG_VERSION"
        if made.exists() and time.time() - made.stat().st_mtime > STALE_AFTER_S:
            self.make_anew()
        try:
            self.use.begin()
        except InputError:
            # Data that a crash of the machine has damaged, without fsync, are worth nothing.
            self.make_anew()
            self.use.begin()
        self.drop_orphans()

    def make_anew(self) -> None:
        """Remove the data unless another process uses them: old templates take room."""
        with suppress(InputError):
            stop_unused(self.use.server)
            shutil.rmtree(self.layout.data, ignore_errors=True)

    def close(self) -> None:
        """Drop what this process made and stop the server when it was the last user."""
        for name in self.made:
            self.drop(name)
        self.use.end()

    def template(self) -> str:
        """The name of a database with every migration applied; made when the migrations have changed."""
        name = f"template_{migrations_mark()}"
        with alone(self.layout):
            if name not in self.databases():
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

    def databases(self) -> list[str]:
        """Names of all databases, oldest first."""
        with roles.superuser(self.layout) as connection:
            return [name for (name,) in connection.execute("SELECT datname FROM pg_database ORDER BY oid")]

    def drop_orphans(self) -> None:
        """Drop the databases of test processes that are gone."""
        for name in self.databases():
            kind, _, rest = name.partition("_")
            if kind == "test" and not lives(int(rest.partition("_")[0])):
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


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def quick_server() -> Server:
    """The server of the tests; what it holds may be lost at any time."""
    asked = os.environ.get("ZHUNSHENG_PG_BIN")
    return Server(layout_in(TEST_HOME), Path(asked) if asked else None, QUICK, database=None)


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
