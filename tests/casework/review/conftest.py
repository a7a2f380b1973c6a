"""The made-up bureau, and a case ready to be reviewed."""

from __future__ import annotations

import pytest

from tests.casework.review.cases import ReviewScene
from tests.casework.review.local_rules import local_list
from tests.procedure.conftest import bureau, home
from zhunsheng.people.demo import Bureau

__all__ = ["bureau", "home", "local_list", "proposed"]


@pytest.fixture
def proposed(bureau: Bureau) -> ReviewScene:
    """A suspect identified, a fine proposed."""
    return ReviewScene(bureau).proposed()
