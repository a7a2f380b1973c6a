"""Embedded servers for the tests of this folder: made once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded import prepared, reachable_folder
from zhunsheng.base.postgres.layout import Layout, layout_in
from zhunsheng.base.postgres.server import Server


@pytest.fixture(scope="session")
def made_once() -> Iterator[Layout]:
    """The place of a stopped server with roles and database."""
    with reachable_folder() as folder:
        layout = layout_in(folder)
        server = Server(layout)
        server.start()
        server.stop()
        yield layout


@pytest.fixture
def server(home: Path, made_once: Layout) -> Server:
    """A server of the test's own, not running."""
    return prepared(home, made_once)
