"""Data move to a newer major version whole, keep their old folder, and survive an interruption at the last step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded import of_major, prepared, reachable_folder
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.copies import connect, embedded_place, tables_in
from zhunsheng.base.postgres.layout import Layout, layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.upgrade import newest, upgrade

AT = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
OLD = 16


@pytest.fixture(scope="module")
def written_by_old() -> Iterator[Layout]:
    """The place of a stopped server whose data an older version wrote."""
    with reachable_folder() as folder:
        server = Server(layout_in(folder), of_major(OLD).folder)
        server.start()
        with connect(embedded_place(server.layout, of_major(OLD)).settings) as connection:
            connection.execute("CREATE TABLE act (n int); INSERT INTO act SELECT generate_series(1, 700)")
        server.stop()
        yield server.layout


@pytest.fixture
def old(home: Path, written_by_old: Layout) -> Server:
    """A copy of it."""
    return prepared(home, written_by_old)


def test_every_row_moves_and_the_old_data_stay(old: Server) -> None:
    done = upgrade(old, at=AT)
    assert done is not None
    assert (done.before, done.rows) == (OLD, 700)
    assert old.layout.major == newest(None).major > OLD
    assert (done.kept / "PG_VERSION").read_text(encoding="ascii") == f"{OLD}\n"
    old.start()
    assert tables_in(embedded_place(old.layout, newest(None))) == {"act": 700}
    assert upgrade(old, at=AT) is None


def test_an_upgrade_interrupted_in_its_last_step_is_finished_not_started_over(old: Server) -> None:
    upgrade(old, at=AT)
    old.layout.data.rename(old.layout.waiting)
    with pytest.raises(InputError, match="db upgrade"):
        old.start()
    assert upgrade(old, at=AT) is None
    old.start()
    assert tables_in(embedded_place(old.layout, newest(None))) == {"act": 700}


def test_data_of_another_version_are_run_by_programs_of_their_own(old: Server) -> None:
    old.start()
    assert old.layout.major == OLD


def test_named_programs_of_another_version_are_refused_in_words(old: Server) -> None:
    with pytest.raises(InputError, match=f"written by PostgreSQL {OLD}"):
        Server(old.layout, newest(None).folder).start()
