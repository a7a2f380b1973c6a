"""The made-up bureau with some cases in it, three more inspectors, and the rulebook of one norm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection

from tests.inspections.looking import joined
from tests.procedure.conftest import bureau, governed, home, living, scene
from tests.procedure.dossiers import Scene
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.conftest import ruled
from zhunsheng.inspections import checklists, planning
from zhunsheng.people.demo import DISCIPLINE, Bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.procedure.rulebook import Rulebook

__all__ = ["bureau", "governed", "home", "living", "ruled", "scene"]


def numbers_ahead() -> None:
    """The bureau's rows may have been put back with their numbers, which the database then gives anew."""
    with connection.cursor() as cursor:
        for table in ("people_officer", "people_roleassignment"):
            cursor.execute(
                f"SELECT count(nextval(pg_get_serial_sequence('{table}', 'id'))) FROM generate_series(1, 100)"
            )


@dataclass
class Looked:
    """Cases to look at, and who looks."""

    bureau: Bureau
    scenes: list[Scene]
    supervisor: Officer
    """Plans and closes."""
    inspectors: list[Officer]


@pytest.fixture
def book(ruled: Callable[..., Rulebook], monkeypatch: pytest.MonkeyPatch) -> Rulebook:
    """One norm: who comes leaves within eight hours."""
    found = ruled(norm("hours", KEPT_HOURS, per="case, person", severity="serious"))
    for module in (checklists, planning):
        monkeypatch.setattr(module, "rulebook", lambda: found)
    return found


@pytest.fixture
def looked(book: Rulebook, bureau: Bureau) -> Looked:
    """Six cases of the station, in each of which somebody came; and three inspectors more."""
    numbers_ahead()
    scenes = [Scene(bureau).in_custody() for _ in range(6)]
    inspectors = [joined(bureau, f"演30{n:02}", f"检查{n}", Role.SUPERVISOR, DISCIPLINE) for n in range(1, 4)]
    return Looked(bureau, scenes, bureau.supervisor, inspectors)
