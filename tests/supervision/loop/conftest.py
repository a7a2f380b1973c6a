"""The made-up bureau and a dossier to write in."""

from __future__ import annotations

from tests.procedure.conftest import bureau, governed, home, living, scene

__all__ = ["bureau", "governed", "home", "living", "scene"]
