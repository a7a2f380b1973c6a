"""The platform of the tests of many at once serves here too."""

from __future__ import annotations

from tests.concurrency.conftest import authority, peopled, platform

__all__ = ["authority", "peopled", "platform"]
