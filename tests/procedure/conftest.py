"""The made-up bureau, and a dossier to write in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.procedure.dossiers import Scene, bureau_founded
from tests.procedure.rules import governed
from tests.procedure.traffic import living
from zhunsheng.people.demo import Bureau

__all__ = ["bureau", "governed", "home", "living", "scene"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, for the ledger's key."""
    monkeypatch.setenv("ZHUNSHENG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def bureau(db: None) -> Bureau:
    """Somebody for every role, in two branches."""
    return bureau_founded()


@pytest.fixture
def scene(bureau: Bureau) -> Scene:
    """Nothing recorded yet."""
    return Scene(bureau)
