"""A rulebook of a few norms in a folder of its own, and the door, the clock and the invariants made to judge by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zhunsheng.procedure import door, invariants, selectors, watch
from zhunsheng.procedure.rulebook import Rulebook, rulebook

JUDGING: tuple[Any, ...] = (door, invariants, selectors, watch)
Govern = Callable[..., Rulebook]

DECIDED = "deadline: {when: case.opened, then: penalty.decided, within: {days: 3}, warn_before: {days: 1}}"
STOPPED = (
    "deadline: {when: case.opened, then: penalty.decided, within: {hours: 24}, void: [case.terminated], "
    "stop: [{from: appraisal.commissioned, to: appraisal.received}]}"
)
DOUBTFUL = (
    "deadline: {when: person.arrived, then: person.released, within: {hours: 8}, "
    "instead: [{if: act.may_be_detained, within: {hours: 24}}]}"
)
KEPT_HOURS = "deadline: {when: person.arrived, then: person.released, within: {hours: 8}}"
PRIOR = "requires: {act: penalty.decided, after: notice.given}"


def norm(
    name: str,
    duty: str,
    *,
    severity: str = "serious",
    per: str = "case",
    bearer: str = "handler",
    since: str = "2020-01-01",
) -> str:
    """One norm as text."""
    return f"""
  - id: test.{name}
    title: {{zh: 规范{name}, en: Norm {name}}}
    says: {{zh: 应当如此。, en: So it shall be.}}
    cure: {{zh: 补做。, en: Do it still.}}
    bearer: {bearer}
    per: [{per}]
    severity: {severity}
    versions:
      - in_force: {{from: {since}}}
        basis: {{law: some-law, article: 7}}
        {duty}
    examples:
      met: [{{acts: [[2026-01-01, case.opened]]}}]
      broken: [{{acts: [[2026-01-01, case.opened]]}}]
"""


@pytest.fixture
def governed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Govern:
    """Called with the texts of norms, it puts a new edition of the rulebook into force."""
    editions = iter(range(1_000))

    def use(*norms: str) -> Rulebook:
        folder = tmp_path / f"rulebook-{next(editions)}"
        folder.mkdir()
        (folder / "norms.yaml").write_text("norms:" + "".join(norms), encoding="utf-8")
        book = rulebook(folder)
        for module in JUDGING:
            monkeypatch.setattr(module, "rulebook", lambda: book)
        return book

    return use
