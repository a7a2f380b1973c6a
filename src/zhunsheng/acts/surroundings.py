"""The product's own vocabulary and rulebook as what norms are bound against."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base.environment import environment
from zhunsheng.norms.loading import NormSet
from zhunsheng.norms.periods import Counting, countings
from zhunsheng.norms.surroundings import Surroundings


def rulebook_folder() -> Path:
    """The shipped rulebook: inside the installed package, or the repository's own folder in development."""
    packaged = Path(str(files("zhunsheng"))) / "rulebook"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "rulebook"


def rulebook_paths() -> tuple[Path, ...]:
    """What is in force in this installation: the shipped rulebook, and the bureau's own norms where it has some."""
    local = environment().local_rules
    return (rulebook_folder(),) if local is None else (rulebook_folder(), local)


@cache
def shipped_countings() -> Mapping[str, Counting]:
    """The countings of the rulebook."""
    return countings(rulebook_folder() / "countings.yaml")


def surroundings(norms: NormSet) -> Surroundings:
    """The vocabulary the norm files declare themselves, else the product's own."""
    if norms.acts:
        return Surroundings.declared(norms, shipped_countings())
    words = vocabulary()
    return Surroundings(
        fields=words.field_types(),
        countings=shipped_countings(),
        types=frozenset(words.types),
        fields_of={name: frozenset(t.fields) for name, t in words.types.items()},
        values={name: frozenset(f.values) for name, f in words.fields.items() if f.values},
    )
