"""A case of the made-up bureau that has come to its decision, and the papers it gives rise to."""

from __future__ import annotations

import pytest

from tests.casework.papers.decided_case import Decided
from tests.procedure.conftest import bureau, governed, home, living, scene
from tests.procedure.dossiers import Scene

__all__ = ["bureau", "decided", "governed", "home", "living", "scene"]


@pytest.fixture
def decided(scene: Scene) -> Decided:
    """Reported, opened, questioned, characterised; papers can be made."""
    return Decided(scene).written()
