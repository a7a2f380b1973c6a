"""What every test relies on: no network, repeatable property tests, and clear words when a machine lacks something."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests.database import TestServer
from tests.embedded import reachable_folder

ROOT = Path(__file__).parent.parent
JAVA_NEEDED = 17
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Shrinking over whole dossiers is slow on a busy machine, which says nothing about the code: no deadlines.
settings.register_profile("fast", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("ci", max_examples=300, deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "thorough",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def _local_only(event: str, args: tuple[Any, ...]) -> None:
    """Refuse connections that leave the machine; Unix sockets and loopback stay open for Spark and browsers."""
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = str(args[1][0])
        if not (host in {"localhost", "::1"} or host.startswith("127.")):
            msg = f"a test tried to reach {host}: tests use no network"
            raise RuntimeError(msg)


sys.addaudithook(_local_only)


@cache
def java_version() -> int:
    """Major version of the Java on this machine, 0 when there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else 0


@cache
def chromium_path() -> str | None:
    """The Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


SYSTEM = (
    "tests/api/test_fuzz.py",
    "tests/casework/discretion/test_engines.py",
    "tests/casework/review/test_engines.py",
    "tests/base/postgres/",
    "tests/cli/test_database_command.py",
    "tests/cli/test_doctor.py",
    "tests/cli/test_ledger_commands.py",
    "tests/cli/test_serve.py",
    "tests/cli/test_worker.py",
    "tests/concurrency/",
    "tests/config/test_health.py",
    "tests/config/test_metrics.py",
    "tests/config/test_migrate.py",
    "tests/config/test_nginx.py",
    "tests/config/test_requests.py",
    "tests/config/test_security.py",
    "tests/engines/",
    "tests/fast/",
    "tests/faults/",
    "tests/ledger/test_audit_tamper.py",
    "tests/ledger/test_tamper.py",
    "tests/ledger/test_witness_service.py",
    "tests/procedure/test_several.py",
    "tests/real/",
    "tests/supervision/loop/test_property.py",
    "tests/supervision/test_evaluation.py",
    "tests/supervision/test_partitions.py",
    "tests/supervision/test_recording.py",
    "tests/supervision/test_year.py",
)
"""What starts servers and programs of its own, or tries the whole on several engines or with many cases: minutes, not seconds."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what belongs to `make test-outside` by where it stands, before marks select."""
    for item in items:
        if item.path.relative_to(ROOT).as_posix().startswith(SYSTEM):
            item.add_marker("system")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Pass over, in words, what this machine cannot run."""
    if item.get_closest_marker("spark"):
        pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'zhunsheng[spark]'")
        if java_version() < JAVA_NEEDED:
            pytest.skip(
                f"Spark needs Java {JAVA_NEEDED} or newer; found {java_version() or 'none'}: apt install default-jre-headless"
            )
    if item.get_closest_marker("browser") and chromium_path() is None:
        pytest.skip("no Chromium on this machine: apt install chromium")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public logs and law texts beside the repository; they are not ours to publish, so it may be absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with public logs and law texts is not on this machine")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium to hand to playwright as `executable_path`."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    return path


@pytest.fixture(scope="session")
def test_server() -> Iterator[TestServer]:
    """The embedded PostgreSQL of the tests, running."""
    server = TestServer()
    server.open()
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated(test_server: TestServer, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database with every migration applied, for copying only."""
    with django_db_blocker.unblock():
        return test_server.template()


@pytest.fixture(scope="session")
def django_db_setup(test_server: TestServer, migrated: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's database, for its `db`, `transactional_db` and `django_db`: a copy of the migrated one.

    Tests connect as the application does, not as the owner of the tables. After a test with real transactions the copy is
    made again: emptying tables, as Django would, is refused where they are append-only.
    """
    from django.db import connection

    name = test_server.fresh(migrated)
    connection.settings_dict["NAME"] = name

    def empty(_operations: Any, _statements: Sequence[str]) -> None:
        connection.close()
        test_server.copy(migrated, name)

    # On the class: each thread and each event loop (Playwright's is one) has a connection of its own.
    type(connection.ops).execute_sql_flush = empty
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture
def own_database(test_server: TestServer, migrated: str) -> str:
    """The address of a migrated database for this test alone, for programs it starts; use no `db` fixture beside it."""
    return test_server.url(test_server.fresh(migrated))


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder for an embedded server of the test's own."""
    with reachable_folder() as folder:
        yield folder
