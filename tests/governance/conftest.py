"""The made-up bureau, a data folder of the test's own, and a draft of a norm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.procedure.conftest import bureau, home, scene
from zhunsheng.procedure.rulebook import rulebook

__all__ = ["bureau", "draft", "home", "scene", "served"]

DRAFT = """
norms:
- id: intake.handler-present
  title: {zh: 立案须由办案人员登记, en: A case is opened by a handling officer}
  says: {zh: 立案由办案人员登记。, en: A handling officer opens the case.}
  cure: {zh: 补登办案人员。, en: Name the handling officer.}
  bearer: handler
  per: [case]
  severity: blocking
  versions:
  - in_force: {from: 2026-01-01}
    basis: {law: admin-procedure-rules, article: 61}
    requires: {act: person.arrived, after: person.identified}
  examples:
    met:
    - acts: [[2026-03-02 09:00, person.identified], [2026-03-02 10:00, person.arrived]]
    broken:
    - acts: [[2026-03-02 09:00, case.opened], [2026-03-02 10:00, person.arrived]]
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A norm the rulebook lacks: nobody arrives before they are identified."""
    path = tmp_path / "identified-first.yaml"
    path.write_text(DRAFT, encoding="utf-8")
    return path


@pytest.fixture
def served(home: Path) -> Iterator[None]:
    """The rulebook is read anew for the test and after it."""
    rulebook.cache_clear()
    yield
    rulebook.cache_clear()
