"""A bureau to work with, and a cache that remembers no attempts of other tests."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from zhunsheng.people.demo import Bureau, demo_bureau


@pytest.fixture
def bureau(db: None) -> Bureau:
    cache.clear()
    return demo_bureau()
