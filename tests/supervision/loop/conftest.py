"""The made-up bureau, a dossier to write in, and a rulebook of a few norms by which findings are made and told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.procedure.conftest import bureau, governed, home, living, scene
from tests.procedure.dossiers import Scene
from tests.procedure.rules import KEPT_HOURS, norm
from zhunsheng.feeds import judging
from zhunsheng.procedure.rulebook import Rulebook
from zhunsheng.supervision import explanations, hand_downs, own, recording, rectifying

__all__ = ["bureau", "governed", "home", "living", "ruled", "scene"]

Ruled = Callable[..., Rulebook]


@pytest.fixture
def ruled(governed: Ruled, monkeypatch: pytest.MonkeyPatch) -> Ruled:
    """As `governed`, for the findings too."""

    def use(*norms: str) -> Rulebook:
        book = governed(*norms)
        for module in (explanations, hand_downs, judging, own, recording, rectifying):
            monkeypatch.setattr(module, "rulebook", lambda: book)
        return book

    return use


@pytest.fixture
def held(ruled: Ruled, scene: Scene) -> Scene:
    """A person came forty minutes after the start, and must leave within eight hours, by the only norm there is."""
    ruled(norm("hours", KEPT_HOURS, per="case, person", severity="serious"))
    return scene.in_custody()
