"""The rules and words of accountability, from `rulebook/accountability.yaml`: terms, codes, and where each comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from zhunsheng.accountability import codes
from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.base import clock
from zhunsheng.norms.language import InForce, Part, Text, told
from zhunsheng.norms.yaml_source import read_yaml, validated
from zhunsheng.people.bilingual import both

FILE = "accountability.yaml"
HOUSE = "house"


class Source(Part):
    """Where something comes from; unverified where only an excerpt, or nothing, is at hand."""

    title: Text
    says: Text
    verified: bool
    house: bool = False
    """The house's own rule, and no law."""


class Days(Part):
    """A number of natural days."""

    days: Annotated[int, Field(ge=1)]

    @property
    def delta(self) -> dt.timedelta:
        return dt.timedelta(days=self.days)


class Terms(Part):
    """How long each step may take."""

    review: Days
    attribute: Days
    statement: Days
    decide: Days
    objection: Days
    objection_decide: Days


class Version(Part):
    """The terms of one time."""

    in_force: InForce
    source: str
    terms: Terms


class Code(Part):
    """A code in words, with its source; the house's own where none is named."""

    title: Text
    source: str = HOUSE

    @property
    def words(self) -> object:
        """The words in the reader's language."""
        return both(self.title.zh, self.title.en)


class ExternalKind(Code):
    """A kind of external result; whether it comes from a criminal case."""

    criminal: bool = False


class ConclusionCode(Code):
    """A conclusion of a review, and what it means for the result."""

    effect: codes.Effect


class Rules(Part):
    """The whole file."""

    sources: Mapping[str, Source]
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    external_kinds: Mapping[str, ExternalKind]
    conclusions: Mapping[str, ConclusionCode]
    effects: Mapping[str, Code]
    hands: Mapping[str, Code]
    shares: Mapping[str, Code]
    rules: Mapping[str, Code]
    outcomes: Mapping[str, Code]
    degrees: Mapping[str, Code]
    remedies: Mapping[str, Code]

    @model_validator(mode="after")
    def whole(self) -> Self:
        """Every code that the programme knows has its words, no other has, and every source is one of the file."""
        known: Mapping[str, type[StrEnum]] = {
            "conclusions": codes.Conclusion,
            "effects": codes.Effect,
            "hands": codes.Hand,
            "shares": codes.Share,
            "rules": codes.Rule,
            "outcomes": codes.Outcome,
            "degrees": codes.Degree,
            "remedies": codes.RemedyKind,
        }
        for name, listed in known.items():
            given: Mapping[str, Code] = getattr(self, name)
            if set(given) != {one.value for one in listed}:
                raise ValueError(
                    told(f"{name} 的代码不全或者多出", f"`{name}` must name every code and no other")
                )
        named = [c.source for name in (*known, "external_kinds") for c in getattr(self, name).values()]
        for source in (*named, *(v.source for v in self.versions)):
            if source not in self.sources:
                raise ValueError(told(f"没有来源 {source}", f"there is no source `{source}`"))
        return self

    def source_of(self, code: Code) -> Source:
        """Where a code comes from."""
        return self.sources[code.source]


@cache
def rules(path: Path | None = None) -> Rules:
    """The file, checked; InputError names line, column and remedy."""
    source = path or rulebook_folder() / FILE
    return validated(source, read_yaml(source), Rules)


def version_at(at: dt.datetime | None = None) -> Version:
    """The version in force at an instant, now when not said; before the first the oldest."""
    day = (at or clock.now()).astimezone(clock.LOCAL).date()
    versions = rules().versions
    fitting = (
        v for v in versions if v.in_force.from_ <= day and (v.in_force.to is None or day <= v.in_force.to)
    )
    return next(fitting, versions[-1])


def terms(at: dt.datetime | None = None) -> Terms:
    """The terms in force at an instant."""
    return version_at(at).terms
