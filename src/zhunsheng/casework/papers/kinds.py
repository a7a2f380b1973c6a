"""The catalogue of papers: what each is, when it may be made, what it must state, and its text by version. Read from `forms/`.

A text names facts as `{{ person_name }}`; every name is one of `words_of_case`. PDF, DOCX and the screen are made from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhunsheng.base.errors import InputError
from zhunsheng.norms.yaml_source import read_yaml

FORMS = Path(__file__).with_name("forms")


class Strict(BaseModel):
    """Data of the catalogue: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Strict):
    """A wording in both languages."""

    zh: str
    en: str


class Span(Strict):
    """Days in force, both included; open where nothing is said."""

    first: dt.date | None = Field(None, alias="from")
    last: dt.date | None = Field(None, alias="to")

    def holds(self, day: dt.date) -> bool:
        """Whether the day lies within."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Basis(Strict):
    """The article that asks for the paper; `law` as in rulebook/laws.yaml."""

    law: str
    cite: str


class Row(Strict):
    """A row of a form: labels and values in turn; the last value fills what is left. `lines` makes it taller."""

    cells: tuple[str, ...]
    lines: int = 1


class ListOf(Strict):
    """A list with a row for each thing; `rows` is how many rows it has at least."""

    of: str
    columns: dict[str, str]
    rows: int = 3


class Block(Strict):
    """One piece of a paper, exactly one of these."""

    p: str | None = None
    to: str | None = None
    h: str | None = None
    table: tuple[Row | tuple[str, ...], ...] | None = None
    listed: ListOf | None = Field(None, alias="list")
    record: str | None = None
    write: str | None = None
    """A place to write by hand, with its label; three ruled lines."""
    sign: tuple[str, ...] | None = None
    seal: str | None = None
    """The issuing organ, above the date; the seal is put over both."""
    note: str | None = None

    def texts(self) -> Iterator[str]:
        """Every text in it that may name facts."""
        yield from filter(None, (self.p, self.to, self.h, self.seal, self.note, self.write))
        yield from self.sign or ()
        for row in self.table or ():
            yield from row.cells if isinstance(row, Row) else row
        if self.record:
            yield f"{{{{ {self.record} }}}}"


class Needed(Strict):
    """A fact the law says the paper must state."""

    fact: str
    cite: str


class Version(Strict):
    """The text of a form for a time."""

    name: str
    in_force: Span = Span()
    title: str | None = None
    basis: tuple[Basis, ...]
    needs: tuple[Needed, ...] = ()
    articles: dict[str, str] = {}
    """What this version cites where the text says `art_…`, so that one text serves several versions of a law."""
    body: tuple[Block, ...]
    source: Literal["official", "unverified"] = "unverified"


class Origin(Strict):
    """An act the paper comes from, and what the act must state for it."""

    act: str
    when: dict[str, tuple[str | bool, ...]] = {}


class Kind(Strict):
    """A kind of paper. `code` is the `template` an act names, and the `document` that norms know unless `counts_as` says so."""

    code: str
    counts_as: str = ""
    """The `document` that norms know it by, where that is not its own code."""
    title: Words
    form: str = ""
    """Number of the ministry's form of 2024, where it has one."""
    group: str
    series: str | None = None
    """The word of its numbers, as 行罚决字; none for papers that bear no number."""
    per: Literal["case", "person"]
    origins: tuple[Origin, ...] = Field(alias="from")
    asks: tuple[str, ...] = ()
    """Fields of `document.made` that may be entered for this paper alone."""
    due_by: tuple[str, ...] = ()
    """Norms whose due time, for the act the paper comes from, is the last day that the paper states."""
    service: tuple[Literal["party", "victim", "reporter", "other"], ...] = Field((), alias="serve")
    signs: Literal["none", "officers", "parties"] = "officers"
    issues: str | None = None
    """A further act that the signing of this paper is."""
    served_as: str | None = None
    """A further act that the service of this paper is."""
    versions: tuple[Version, ...]

    @property
    def document(self) -> str:
        """What acts and norms call it."""
        return self.counts_as or self.code

    def version_on(self, day: dt.date) -> Version | None:
        """The text in force on a day; None before the first and after the last."""
        return next((v for v in self.versions if v.in_force.holds(day)), None)


class Group(Strict):
    """A file of the catalogue."""

    group: Words
    shared: Any = None
    papers: tuple[dict[str, Any], ...]


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of paper by code, in the order of a case; InputError names the file that cannot be read."""
    found: dict[str, Kind] = {}
    for path in sorted(FORMS.glob("*.yaml")):
        for kind in kinds_in(path):
            if kind.code in found:
                raise unreadable(path, f"{kind.code} 重复", f"{kind.code} stands there twice")
            found[kind.code] = kind
    return found


@cache
def groups() -> dict[str, Words]:
    """The groups of the catalogue, in order."""
    return {path.stem: Group.model_validate(read_yaml(path)).group for path in sorted(FORMS.glob("*.yaml"))}


def kinds_in(path: Path) -> Iterator[Kind]:
    """The kinds of one file."""
    try:
        group = Group.model_validate(read_yaml(path))
        for paper in group.papers:
            yield Kind.model_validate({**paper, "group": path.stem})
    except ValidationError as error:
        raise unreadable(path, str(error), str(error)) from None


def unreadable(path: Path, zh: str, en: str) -> InputError:
    """The error for a file of the catalogue."""
    return InputError(zh=zh, en=en, where=path.name, remedy_zh="改正该文件", remedy_en="mend the file")
