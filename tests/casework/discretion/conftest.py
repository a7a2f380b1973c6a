"""The made-up bureau, and a dossier to write in."""

from __future__ import annotations

from tests.procedure.conftest import bureau, home, scene

__all__ = ["bureau", "home", "scene"]
