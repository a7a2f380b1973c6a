"""The made-up bureau, a dossier to write in, and ledgers already written."""

from __future__ import annotations

from tests.procedure.conftest import bureau, governed, home, living, scene
from tests.procedure.sealed import sealed

__all__ = ["bureau", "governed", "home", "living", "scene", "sealed"]
