"""A bureau whose officers can sign in, made once for a module and for each test as it was."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.console.signing_in import PASSWORD
from zhunsheng.people.demo import Bureau, demo_bureau


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Bureau]:
    """The bureau, within a transaction that is undone after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo_bureau(password=PASSWORD)
        transaction.set_rollback(True)


@pytest.fixture
def bureau(founded: Bureau, db: None) -> Bureau:
    cache.clear()
    return deepcopy(founded)
