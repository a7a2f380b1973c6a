"""The demo bureau's own list switched on for a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.procedure.rulebook import rulebook


@pytest.fixture
def local_list(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every ordinary penalty is reviewed, every case with a hearing deliberated."""
    monkeypatch.setenv("ZHUNSHENG_LOCAL_RULES", str(rulebook_folder() / "local" / "demo-bureau"))
    rulebook.cache_clear()
    yield
    rulebook.cache_clear()
