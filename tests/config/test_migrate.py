"""`migrate`: as the owner, one at a time, never queueing the service behind a lock, and undone where it gives up."""

from __future__ import annotations

import time
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.database import TestServer
from zhunsheng.config.management.commands import migrate as migrate_module

ROLE_AND_LIMITS = """
SELECT current_user, current_setting('lock_timeout'), current_setting('statement_timeout'), application_name
FROM pg_stat_activity WHERE pid = pg_backend_pid()
"""


def migrated(*words: str, **options: int) -> str:
    """What the command says."""
    out = StringIO()
    call_command("migrate", *words, stdout=out, verbosity=1, interactive=False, **options)
    return out.getvalue()


def current() -> tuple[str, str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(ROLE_AND_LIMITS)
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_it_runs_as_the_owner_and_gives_the_connection_back(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str, str, str]] = []
    monkeypatch.setattr(
        migrate_module.migrate.Command, "handle", lambda *_args, **_options: seen.append(current())
    )
    call_command("migrate", lock_timeout=5, statement_timeout=60)
    assert [found[:3] for found in seen] == [("zhunsheng_owner", "5s", "1min")]
    assert current()[:3] == ("zhunsheng", "10s", "30s")
    assert current()[3].startswith("zhunsheng")


@pytest.mark.django_db(transaction=True)
def test_a_table_in_use_stops_the_step_not_the_service(own_url: str) -> None:
    with psycopg.connect(own_url) as reader:
        reader.execute("SELECT count(*) FROM django_session")
        began = time.monotonic()
        with pytest.raises(CommandError, match="run it again later"):
            migrated("sessions", "zero", lock_timeout=1)
        assert time.monotonic() - began < 10
    assert "[X] 0001_initial" in shown()
    assert "OK" in migrated("sessions", "zero")
    assert "[ ] 0001_initial" in shown()
    assert "OK" in migrated("sessions")


@pytest.mark.django_db(transaction=True)
def test_two_do_not_migrate_at_once(own_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate_module, "TURN_S", 0)
    with psycopg.connect(own_url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrate_module.TURN_KEY])
        with pytest.raises(CommandError, match="Another process is migrating"):
            migrated()
    assert "No migrations to apply" in migrated()


def shown() -> str:
    out = StringIO()
    call_command("showmigrations", "sessions", stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def own_url(test_server: TestServer) -> str:
    """The address of the database the test uses, for a connection beside its own."""
    return test_server.url(connection.settings_dict["NAME"])
