"""A ledger already written, and an empty one, each in a database of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.database import TestServer
from tests.procedure.sealed import key_kept, sealed
from tests.procedure.traffic import living
from tests.soundness import connected_to

__all__ = ["empty", "home", "living", "sealed"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the ledger's key in it."""
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path))
    key_kept(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def empty(
    test_server: TestServer, migrated: str, django_db_blocker: DjangoDbBlocker, home: Path
) -> Iterator[str]:
    """The name of a database in which nothing is written yet and transactions really commit."""
    name = test_server.fresh(migrated)
    with django_db_blocker.unblock(), connected_to(NAME=name):
        yield name
    test_server.drop(name)
