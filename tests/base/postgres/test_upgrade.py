"""Data move to a newer major version whole, keep their old folder, and survive an interruption at the last step."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.embedded import of_major
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.copies import connect, embedded_place, tables_in
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.upgrade import newest, upgrade

AT = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
OLD = 16


@pytest.fixture
def old(home: Path) -> Server:
    """A stopped server whose data an older version wrote."""
    server = Server(layout_in(home), of_major(OLD).folder)
    server.start()
    with connect(embedded_place(server.layout, of_major(OLD)).settings) as connection:
        connection.execute("CREATE TABLE act (n int); INSERT INTO act SELECT generate_series(1, 700)")
    server.stop()
    return server


def test_every_row_moves_and_the_old_data_stay(old: Server) -> None:
    server = Server(old.layout)
    done = upgrade(server, at=AT)
    assert done is not None
    assert (done.before, done.rows) == (OLD, 700)
    assert server.layout.major == newest(None).major > OLD
    assert (done.kept / "PG_VERSION").read_text(encoding="ascii") == f"{OLD}\n"
    server.start()
    assert tables_in(embedded_place(server.layout, newest(None))) == {"act": 700}
    assert upgrade(server, at=AT) is None


def test_an_upgrade_interrupted_in_its_last_step_is_finished_not_started_over(old: Server) -> None:
    server = Server(old.layout)
    upgrade(server, at=AT)
    server.layout.data.rename(server.layout.waiting)
    with pytest.raises(InputError, match="db upgrade"):
        server.start()
    assert upgrade(server, at=AT) is None
    server.start()
    assert tables_in(embedded_place(server.layout, newest(None))) == {"act": 700}


def test_data_of_another_version_are_run_by_programs_of_their_own(old: Server) -> None:
    server = Server(old.layout)
    server.start()
    assert server.layout.major == OLD


def test_named_programs_of_another_version_are_refused_in_words(old: Server) -> None:
    newer = next(b for b in [newest(None)] if b.major > OLD)
    with pytest.raises(InputError, match=f"written by PostgreSQL {OLD}"):
        Server(old.layout, newer.folder).start()
