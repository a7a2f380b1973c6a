"""The test site, served once for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.serving import Served, environment_of, serving
from tests.database import TestServer

SECRETS = {
    "ZHUNSHENG_METRICS_TOKEN": "token-only-for-tests-0123456789",
    "HTTP_X_ODD": "a variable that looks like a header",
}


@pytest.fixture(scope="session")
def site_environment(
    test_server: TestServer, migrated: str, tmp_path_factory: pytest.TempPathFactory, root: Path
) -> dict[str, str]:
    """The environment of the test site, with a migrated database of its own."""
    url = test_server.url(test_server.fresh(migrated)).replace("@", ":password-of-tests@", 1)
    home = tmp_path_factory.mktemp("home")
    return environment_of(
        home, url, PYTHONPATH=str(root), DJANGO_SETTINGS_MODULE="tests.config.site", **SECRETS
    )


@pytest.fixture(scope="session")
def site(site_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The test site under granian with two workers."""
    with serving(site_environment, tmp_path_factory.mktemp("site") / "log", workers=2) as running:
        yield running
