"""`zhunsheng db …` and `zhunsheng manage …` as an administrator types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import django
import psycopg
import pytest

from tests.database import TestServer
from zhunsheng.base.postgres.layout import OWNER, layout_in
from zhunsheng.base.postgres.roles import ensure_database
from zhunsheng.base.postgres.state import status
from zhunsheng.base.postgres.upgrade import newest

Run = Callable[..., tuple[int, str]]
ELSEWHERE = "postgresql://app:p%40ss@db.example:6432/zhunsheng?sslmode=require"


def test_from_start_to_restore(home: Path, run_here: Run) -> None:
    place = {"ZHUNSHENG_HOME": str(home)}
    assert run_here("db", "status", **place) == (1, f"尚未建立 absent    {home}/postgres/data\n")
    assert "is running now" in run_here("db", "start")[1]
    assert "was running already" in run_here("db", "start")[1]
    assert run_here("db", "status")[0] == 0
    application, owner = (run_here("db", "url", *more)[1].strip() for more in ((), ("--owner",)))
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    assert run_here("db", "backup", home / "copy")[0] == 0
    with psycopg.connect(owner) as connection:
        connection.execute("DELETE FROM kept")
    code, said = run_here("db", "restore", home / "copy")
    assert (code, "zhunsheng_until_" in said) == (0, True)
    with psycopg.connect(application) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
    assert status(layout_in(home)).state == "running", "what was started by hand stays"
    assert "has stopped" in run_here("db", "stop")[1]
    assert "was not running" in run_here("db", "stop")[1]
    assert run_here("db", "upgrade")[0] == 0
    assert layout_in(home).major == newest(None).major


@pytest.mark.parametrize("word", ["start", "stop", "status", "upgrade"])
def test_a_database_of_somebody_elses_is_not_managed(run_here: Run, word: str) -> None:
    code, said = run_here("db", word, DATABASE_URL=ELSEWHERE)
    assert code == 2
    assert "DATABASE_URL" in said


def test_the_address_of_another_database_is_given_back(run_here: Run) -> None:
    assert run_here("db", "url", DATABASE_URL=ELSEWHERE) == (0, ELSEWHERE + "\n")


def test_a_database_that_does_not_answer_is_told_not_raised(run_here: Run, home: Path) -> None:
    code, said = run_here("db", "backup", home / "copy", DATABASE_URL=f"postgresql://app@/n?host={home}")
    assert (code, "does not answer" in said) == (2, True)


def test_backups_of_any_database_go_back_into_an_empty_one(
    run_here: Run, test_server: TestServer, migrated: str, tmp_path: Path
) -> None:
    full = test_server.fresh(migrated)
    empty = f"{full}_empty"
    test_server.made.append(empty)
    ensure_database(test_server.layout, empty)
    copy = tmp_path / "copy"

    def addresses(name: str) -> dict[str, str]:
        return {"DATABASE_URL": test_server.url(name), "DATABASE_OWNER_URL": test_server.url(name, OWNER)}

    assert run_here("db", "backup", copy, **addresses(full))[0] == 0
    code, said = run_here("db", "restore", copy)
    assert (code, "empty" in said) == (2, True)
    assert run_here("db", "restore", copy, **addresses(empty))[0] == 0
    counted = "SELECT count(*) FROM auth_permission"
    with psycopg.connect(test_server.url(full)) as before, psycopg.connect(test_server.url(empty)) as after:
        assert after.execute(counted).fetchone() == before.execute(counted).fetchone() > (0,)


def test_manage_passes_everything_on(run_here: Run) -> None:
    assert run_here("manage", "version", DATABASE_URL=ELSEWHERE) == (0, django.get_version() + "\n")
    assert run_here("manage", "check", "--list-tags")[0] == 0
    code, said = run_here("manage", "no-such-command", "--at", "all")
    assert (code, "no-such-command" in said) == (1, True)
