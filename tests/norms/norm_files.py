"""A minimal norm file as text, to be broken in one place at a time."""

from __future__ import annotations

from pathlib import Path

from zhunsheng.acts.surroundings import surroundings
from zhunsheng.base.errors import InputError
from zhunsheng.norms.lint import lint
from zhunsheng.norms.loading import NormSet, load_norms

GOOD = """\
acts:
  case.opened: {kind: text, amount: number}
  case.closed: {}
norms:
  - id: case.closed-in-time
    title: {zh: 三十日内结案, en: Closed in 30 days}
    bearer: handler
    versions:
      - in_force: {from: 2026-01-01}
        basis: {law: some-law, article: 1}
        deadline: {when: case.opened, then: case.closed, within: {days: 30}}
    examples:
      met:
        - acts: [[2026-01-01, case.opened], [2026-01-31, case.closed]]
      broken:
        - acts: [[2026-01-01, case.opened], [2026-02-01, case.closed]]
"""


def load(folder: Path, text: str) -> NormSet:
    """The norms of a file with this text."""
    path = folder / "norms.yaml"
    path.write_text(text, encoding="utf-8")
    return load_norms(path)


def faults(folder: Path, text: str) -> list[InputError]:
    """What lint says of a file with this text."""
    norms = load(folder, text)
    return lint(norms, surroundings(norms))
