"""The rules of looking, from `rulebook/inspections.yaml`: themes, what is asked of people, what must be read, and how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from zhunsheng.acts.surroundings import rulebook_folder
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.inspections.codes import Kind
from zhunsheng.inspections.places import Placed
from zhunsheng.inspections.query import Element, Query, query_read
from zhunsheng.norms.language import Basis, Identifier, InForce, Part, Text
from zhunsheng.norms.yaml_source import place, read_yaml, validated
from zhunsheng.people.codes import UnitKind

FILE = "inspections.yaml"
Every = Literal["week", "month", "quarter"]


class Theme(Part):
    """What a patrol or campaign is about: which cases, and which norms and questions its checklists ask."""

    code: Identifier
    title: Text
    about: Text
    source: tuple[str, ...] = ()
    query: Mapping[str, Any] = {}
    units: tuple[Placed, ...] = ()
    """Kinds of unit to be visited; empty: it is about cases."""
    norms: tuple[str, ...] = ()
    questions: tuple[Identifier, ...] = ()

    @property
    def asked(self) -> Query:
        """Its query; of a theme about cases."""
        return query_read(self.query)


class Question(Part):
    """What only a person can judge."""

    code: Identifier
    element: Element
    title: Text
    look: Text
    """What to look at."""
    on_site: bool = False
    """Asked where a place is visited, and only there."""
    basis: tuple[Basis, ...] = ()


class Mandatory(Part):
    """A kind of case that is read whatever was drawn."""

    code: Identifier
    title: Text
    query: dict[str, Any]

    @property
    def asked(self) -> Query:
        """Its query."""
        return query_read(self.query)


class Cadence(Part):
    """How often units of a level look at a theme."""

    code: Identifier
    title: Text
    in_force: InForce
    every: Every
    level: tuple[Annotated[str, Field(pattern=f"^({'|'.join(UnitKind.values)})$")], ...]
    kind: Annotated[str, Field(pattern=f"^({'|'.join(Kind.values)})$")]
    theme: Identifier
    of: Literal["opened", "closed", "any"] = "any"
    """Whether the cases are those opened or closed in the period."""
    size: Annotated[int, Field(ge=0)]
    stratified: bool = False
    double: Annotated[int, Field(ge=0, le=100)] = 0
    within_days: Annotated[int, Field(ge=1)]
    """It is to be closed so many days after the period has ended."""


class Inspecting(Part):
    """The rules of one time."""

    in_force: InForce
    small_number: Annotated[int, Field(ge=1)]
    most_read: Annotated[int, Field(ge=1)]
    """No more cases than this are drawn at once."""
    term_days: Annotated[int, Field(ge=1)]
    """How long somebody has to put right what an inspector found."""
    mandatory_days: Annotated[int, Field(ge=1)]
    """How far back what must be read is looked for."""


class InspectionsFile(Part):
    """The whole file."""

    versions: Annotated[tuple[Inspecting, ...], Field(min_length=1)]
    themes: Annotated[tuple[Theme, ...], Field(min_length=1)]
    questions: tuple[Question, ...]
    mandatory: tuple[Mandatory, ...]
    cadences: tuple[Cadence, ...]

    def themes_of(self, *, visits: bool) -> list[Theme]:
        """The themes about places, or those about cases."""
        return [one for one in self.themes if bool(one.units) == visits]

    def theme(self, code: str) -> Theme | None:
        """The theme of that code."""
        return next((one for one in self.themes if one.code == code), None)


@cache
def inspections_file(path: Path | None = None) -> InspectionsFile:
    """The file, checked, its queries too; InputError names line, column and remedy."""
    source = path or rulebook_folder() / FILE
    node = read_yaml(source)
    read = validated(source, node, InspectionsFile)
    for wrong, zh, en in faults(read):
        name, n, key = wrong
        raise InputError(
            zh=zh,
            en=en,
            where=place(source, node[name][n], key),
            remedy_zh="改正这一项",
            remedy_en="put this entry right",
        )
    for n, theme in enumerate(read.themes):
        query_checked(theme.query, theme.code, place(source, node["themes"][n], "query"))
    for n, kind in enumerate(read.mandatory):
        query_checked(kind.query, kind.code, place(source, node["mandatory"][n], "query"))
    return read


def faults(read: InspectionsFile) -> Iterator[tuple[tuple[str, int, str], str, str]]:
    """Codes used twice, and names of what does not exist: list, place in it, entry; and the words for it."""
    for name in ("themes", "questions", "mandatory", "cadences"):
        seen: set[str] = set()
        for n, one in enumerate(getattr(read, name)):
            if one.code in seen:
                yield (name, n, "code"), f"{name}：编号重复：{one.code}", f"{name}: {one.code} is used twice"
            seen.add(one.code)
    questions = {one.code for one in read.questions}
    for n, theme in enumerate(read.themes):
        if left := sorted(set(theme.questions) - questions):
            yield ("themes", n, "questions"), f"没有这个问题：{left[0]}", f"there is no question {left[0]}"
    themes = {one.code: one for one in read.themes}
    for n, cadence in enumerate(read.cadences):
        visits = cadence.theme in themes and bool(themes[cadence.theme].units)
        if visits and (cadence.of != "any" or cadence.double):
            yield (
                ("cadences", n, "theme"),
                "查单位的周期不分受理、结案，也不作双人评查",
                "visits are neither of cases opened or closed nor read twice",
            )
        if cadence.theme not in themes:
            yield ("cadences", n, "theme"), f"没有专题：{cadence.theme}", f"there is no theme {cadence.theme}"


def query_checked(query: Mapping[str, Any], whose: str, where: str) -> None:
    """InputError, at its line, for a query that is none."""
    try:
        query_read(query)
    except InputError as fault:
        raise InputError(
            zh=f"{whose}：{fault.zh}",
            en=f"{whose}: {fault.en}",
            where=where,
            remedy_zh=fault.remedy_zh,
            remedy_en=fault.remedy_en,
        ) from fault


def inspecting(at: dt.datetime | None = None) -> Inspecting:
    """The rules in force at an instant, now when not said; before the first version the oldest."""
    day = (at or clock.now()).astimezone(clock.LOCAL).date()
    versions = inspections_file().versions
    fitting = (
        v for v in versions if v.in_force.from_ <= day and (v.in_force.to is None or day <= v.in_force.to)
    )
    return next(fitting, versions[-1])
