"""Alive and ready: what each asks, and that any doubt is a no."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from tests.config.serving import Served, environment_of, serving, until
from tests.database import QUICK
from zhunsheng.base import measures
from zhunsheng.base.measures import Answer, Readiness
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.config.health import SILENCE

GOOD = Answer(ok=True, zh="好", en="good")


@pytest.fixture
def only_need(monkeypatch: pytest.MonkeyPatch) -> dict[str, Readiness]:
    """No needs but those the test puts in."""
    kept: dict[str, Readiness] = {}
    monkeypatch.setattr(measures, "_readiness", kept)
    return kept


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    # Without the `db` fixture a statement would fail the test.
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_every_need_is_met(client: Client, only_need: dict[str, Readiness]) -> None:
    only_need["fine"] = Readiness("fine", lambda: GOOD)
    answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["checks"]["fine"] == {"ok": True, "zh": "好", "en": "good"}


def raising(error: Exception) -> Readiness:
    def test() -> Answer:
        raise error

    return Readiness("doubtful", test)


@pytest.mark.parametrize(
    "error", [RuntimeError("secret pin 1234"), DatabaseError("password secret"), OSError("secret")]
)
@pytest.mark.django_db
def test_a_test_that_fails_is_a_no_and_says_nothing_of_why(
    client: Client, only_need: dict[str, Readiness], error: Exception
) -> None:
    only_need["doubtful"] = raising(error)
    only_need["fine"] = Readiness("fine", lambda: GOOD)
    answer = client.get("/ready")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert (checks["doubtful"]["ok"], checks["fine"]["ok"]) == (False, True)
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_a_test_that_hangs_in_the_database_is_cut_off(
    client: Client, only_need: dict[str, Readiness], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow() -> Answer:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        return GOOD

    monkeypatch.setattr("zhunsheng.config.health.LONGEST_STATEMENT_MS", 50)
    only_need["slow"] = Readiness("slow", slow)
    assert client.get("/ready").json()["checks"]["slow"]["ok"] is False


@pytest.mark.django_db
def test_what_a_test_writes_is_undone(client: Client, only_need: dict[str, Readiness]) -> None:
    def writes() -> Answer:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO auth_group (name) VALUES ('left behind')")
        return GOOD

    only_need["writes"] = Readiness("writes", writes)
    assert client.get("/ready").status_code == 503
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_group")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO auth_group (name) VALUES ('afterwards')")


@pytest.mark.django_db
def test_a_migration_the_database_lacks_is_seen(client: Client) -> None:
    assert client.get("/ready").json()["checks"]["migrations"]["ok"] is True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('django_migrations') IS NOT NULL, has_table_privilege('django_migrations', 'DELETE')"
        )
        exists, may_delete = cursor.fetchone()
    assert exists
    assert may_delete
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
    answer = client.get("/ready").json()["checks"]["migrations"]
    assert answer["ok"] is False
    assert "1" in answer["en"]


@pytest.mark.parametrize(("silence", "ok"), [(None, False), (SILENCE - 5, True), (SILENCE + 5, False)])
@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_missed(client: Client, silence: int | None, ok: bool) -> None:
    if silence is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
                [silence],
            )
    assert client.get("/ready").json()["checks"]["worker"]["ok"] is ok


@pytest.fixture
def database_server() -> Iterator[Server]:
    """A database server of this test's own, which it may stop; its data folder is two levels up."""
    home = Path(tempfile.mkdtemp(prefix="zhunsheng-ready-"))
    home.chmod(0o711)
    server = Server(layout_in(home), extra=QUICK)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(home)


def program(env: Mapping[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "-m", "django", *words], env=dict(env), check=True, capture_output=True)


def unmet(served: Served) -> set[str]:
    return {name for name, check in served.get("/ready").json()["checks"].items() if not check["ok"]}


def test_ready_follows_the_database_down_and_up_again(
    database_server: Server, tmp_path: Path, root: Path
) -> None:
    home = database_server.layout.top.parent
    env = environment_of(home, "", PYTHONPATH=str(root), DJANGO_SETTINGS_MODULE="zhunsheng.config.settings")
    with serving(env, tmp_path / "log") as served:
        assert "migrations" in unmet(served)
        program(env, "migrate", "-v0")
        assert not {"database", "migrations"} & unmet(served)

        database_server.stop()
        down = served.get("/ready")
        assert down.status == 503
        assert {check["ok"] for check in down.json()["checks"].values()} == {False}
        assert [served.get(path).status for path in ("/health", "/metrics")] == [200, 200]

        database_server.start()
        until(lambda: not {"database", "migrations"} & unmet(served))
        lines = served.lines()
    assert [line for line in lines if line["level"] in {"error", "critical"}] == []
