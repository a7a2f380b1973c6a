"""Embedded servers for the tests of this folder: made once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.embedded import prepared, reachable_folder
from zhunsheng.base.postgres.layout import Layout, layout_in
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.use import stop_unused


@pytest.fixture(scope="session")
def made_once() -> Iterator[Layout]:
    """The place of a stopped server with roles and database."""
    with reachable_folder() as folder:
        layout = layout_in(folder)
        server = Server(layout)
        server.start()
        server.stop()
        yield layout


@pytest.fixture(scope="module")
def module_server(made_once: Layout) -> Iterator[Server]:
    """A copy of it for the tests of one module."""
    with reachable_folder() as folder:
        yield prepared(folder, made_once)


@pytest.fixture
def server(module_server: Server) -> Iterator[Server]:
    """A server that is not running before the test nor after it; what earlier tests left in its database is still there."""
    yield module_server
    stop_unused(module_server, force=True)
