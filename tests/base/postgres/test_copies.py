"""Backups bring back the same rows, and neither a backup nor a restore destroys what is there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import psycopg
import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.binaries import binaries_for
from zhunsheng.base.postgres.copies import (
    Place,
    connect,
    dump,
    embedded_place,
    put_back,
    replace_embedded,
    tables_in,
    variables,
)
from zhunsheng.base.postgres.layout import APPLICATION
from zhunsheng.base.postgres.server import Server

AT = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
TABLES = """
DROP TABLE IF EXISTS act, unit;
DROP FUNCTION IF EXISTS refuse;
CREATE TABLE unit (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE act (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unit text REFERENCES unit, body jsonb);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'only ever added to'; END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON act FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE act ENABLE ALWAYS TRIGGER kept;
INSERT INTO unit VALUES ('330100', '杭州市公安局');
INSERT INTO act (unit, body) SELECT '330100', jsonb_build_object('n', g, '字', '准绳') FROM generate_series(1, 500) g;
"""
EVERYTHING = "SELECT (SELECT string_agg(t::text, '|' ORDER BY code) FROM unit t), (SELECT string_agg(t::text, '|' ORDER BY id) FROM act t)"


@pytest.fixture
def place(server: Server) -> Place:
    """The running server's database with acts in it, as its owner."""
    server.start()
    place = embedded_place(server.layout, binaries_for(server.layout, None))
    with connect(place.settings) as connection:
        connection.execute(TABLES)
    return place


def everything(place: Place, role: str | None = None) -> tuple[str, str]:
    with connect(place.settings | ({"USER": role} if role else {})) as connection:
        return connection.execute(EVERYTHING).fetchone()


def test_a_wiped_database_has_the_same_rows_after_restoring(server: Server, place: Place, home: Path) -> None:
    before, counts = everything(place), tables_in(place)
    dump(place, home / "copy")
    with connect(place.settings) as connection:
        connection.execute("DROP TABLE act, unit; DROP FUNCTION refuse")
    assert replace_embedded(server.layout, place.binaries, home / "copy", at=AT) is None
    assert everything(place) == before
    assert tables_in(place) == counts == {"act": 500, "unit": 1}
    assert everything(place, APPLICATION) == before
    with connect(place.settings | {"USER": APPLICATION}) as connection:
        connection.execute("INSERT INTO act (unit) VALUES ('330100')")
        with pytest.raises(psycopg.errors.RaiseException, match="only ever added to"):
            connection.execute("DELETE FROM act")


def test_what_was_there_stays_under_another_name(server: Server, place: Place, home: Path) -> None:
    dump(place, home / "copy")
    with connect(place.settings) as connection:
        connection.execute("INSERT INTO unit VALUES ('330200', '宁波市公安局')")
    kept = replace_embedded(server.layout, place.binaries, home / "copy", at=AT)
    assert kept == "zhunsheng_until_20260102_030405"
    assert tables_in(place)["unit"] == 1
    assert tables_in(embedded_place(server.layout, place.binaries, name=kept))["unit"] == 2


def test_a_damaged_copy_changes_nothing(server: Server, place: Place, home: Path) -> None:
    before = everything(place)
    dump(place, home / "copy")
    whole = (home / "copy").read_bytes()
    (home / "copy").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="pg_restore"):
        replace_embedded(server.layout, place.binaries, home / "copy", at=AT)
    assert everything(place) == before


def test_a_copy_is_private_and_never_written_over(place: Place, home: Path) -> None:
    target = home / "copy"
    dump(place, target)
    assert target.stat().st_mode & 0o777 == 0o600
    written = target.read_bytes()
    with pytest.raises(InputError, match="exists"):
        dump(place, target)
    assert target.read_bytes() == written
    assert [p.name for p in home.iterdir() if p.name.startswith("copy")] == ["copy"]


def test_a_copy_is_put_into_an_empty_database_only(place: Place, home: Path) -> None:
    dump(place, home / "copy")
    with pytest.raises(InputError, match="empty"):
        put_back(place, home / "copy")


def test_a_copy_that_cannot_be_written_is_told(place: Place, home: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        dump(place, home / "no such folder" / "copy")


def test_the_password_goes_through_the_environment() -> None:
    settings = {
        "NAME": "n",
        "USER": "u",
        "PASSWORD": "p",
        "HOST": "h",
        "PORT": "5",
        "OPTIONS": {"sslmode": "require"},
    }
    assert variables(settings) == {
        "PGDATABASE": "n",
        "PGUSER": "u",
        "PGPASSWORD": "p",
        "PGHOST": "h",
        "PGPORT": "5",
        "PGSSLMODE": "require",
    }
