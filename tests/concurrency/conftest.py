"""A made-up bureau in a database where transactions really commit, copied for each test from one made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.database import TestServer
from tests.soundness import connected_to
from zhunsheng.base import clock
from zhunsheng.people.demo import PEOPLE, Bureau, demo_bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.tokens import token_issue

FOUNDED = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Platform:
    """A database with a bureau in it, and its address for other processes."""

    bureau: Bureau
    database: str
    url: str


@pytest.fixture(scope="session")
def peopled(test_server: TestServer, migrated: str, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database that holds the bureau and nothing else, for copying only."""
    name = test_server.fresh(migrated)
    with django_db_blocker.unblock(), connected_to(NAME=name):
        demo_bureau(at=FOUNDED)
    return name


@pytest.fixture
def platform(
    test_server: TestServer,
    peopled: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Platform]:
    """A bureau of this test's own, in the database that Django is connected to in every thread."""
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "home"))
    name = test_server.fresh(peopled)
    with django_db_blocker.unblock():
        with connected_to(NAME=name):
            people = Officer.objects.in_bulk(field_name="number")
            named = {person: people[f"演{1001 + n}"] for n, person in enumerate(PEOPLE)}
            yield Platform(Bureau(founder=people["演1000"], **named), name, test_server.url(name))
        test_server.drop(name)


@pytest.fixture
def authority(platform: Platform) -> dict[str, str]:
    """A handler's token."""
    by = platform.bureau.handler
    end = clock.now() + dt.timedelta(days=1)
    secret, _ = token_issue(by, "handling", label="load", expires_at=end, by=by)
    return {"Authorization": f"Bearer {secret}"}
