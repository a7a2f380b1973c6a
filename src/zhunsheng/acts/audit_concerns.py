"""Whom and what a dossier is about, against what its acts name: a subject left out would not learn who read about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from zhunsheng.ledger.faults import Fault

Subject = tuple[str, str]
"""Kind and name."""


def subjects_in(stated: Mapping[str, Any]) -> Iterator[Subject]:
    """The subjects an act's content names."""
    for path, value in stated.items():
        if path.startswith("subjects."):
            yield path.split(".", 2)[1], str(value)


def concern_faults(number: str, named: Collection[Subject], kept: Collection[Subject]) -> Iterator[Fault]:
    """Where the subjects kept of a dossier are not those its acts name; kinds and how many are told, no names."""
    for kind, count in sorted(Counter(kind for kind, _ in set(named) - set(kept)).items()):
        yield Fault(
            "concern-removed",
            f"{number} subjects.{kind}",
            f"行为所涉的{count}个对象不在案卷的涉及对象中",
            f"{count} that acts name are not among those the dossier is about",
        )
    for kind, count in sorted(Counter(kind for kind, _ in set(kept) - set(named)).items()):
        yield Fault(
            "concern-added",
            f"{number} subjects.{kind}",
            f"案卷的涉及对象中有{count}个没有任何行为提到",
            f"{count} that no act names are among those the dossier is about",
        )
