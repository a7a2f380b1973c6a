"""A dossier in which a person was held too long, penalised on review and approval; and supervisors with no hand in it."""

from __future__ import annotations

import pytest

from tests.accountability.acting import Bench, benched
from tests.procedure.dossiers import Scene
from tests.supervision.loop.conftest import (
    Ruled,
    bureau,
    governed,
    held,
    home,
    living,
    ruled,
    scene,
)
from zhunsheng.accountability import externals

__all__ = ["bureau", "governed", "held", "home", "living", "ruled", "scene"]


@pytest.fixture
def bench(ruled: Ruled, held: Scene, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The dossier with the finding that a person was held too long, seen by supervisors."""
    from zhunsheng.supervision import rectifying

    monkeypatch.setattr(externals, "rulebook", rectifying.rulebook)
    return benched(held)
