"""Ages the law tells people apart by, from `rulebook/ages.yaml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.norms.yaml_source import read_yaml


@cache
def ages() -> Mapping[str, int]:
    """Key → the age in full years that a person is still under."""
    return {entry["key"]: int(entry["under"]) for entry in read_yaml(rulebook_folder() / "ages.yaml")}


def age_on(born: dt.date, day: dt.date) -> int:
    """Full years on a day; a year is full from the day after the birthday (法释〔2006〕1号第2条, for crimes)."""
    reached = (day.month, day.day) > (born.month, born.day)
    return day.year - born.year - (0 if reached else 1)


def under(key: str, age: int | None) -> bool | None:
    """Whether somebody of that age is under the limit; None where the age is not known."""
    return None if age is None else age < ages()[key]
