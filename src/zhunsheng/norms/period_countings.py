"""The countings of `rulebook/countings.yaml`, read and checked; a bureau's own file may replace or add some."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from zhunsheng.base.errors import InputError
from zhunsheng.norms.period_types import Counting, LegalBasis
from zhunsheng.norms.yaml_source import place, read_yaml, validated

Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Part):
    """A text in Chinese and English."""

    zh: Line
    en: Line

    def words(self) -> dict[str, str]:
        """The two texts by language."""
        return {"zh": self.zh, "en": self.en}


class BasisEntry(_Part):
    """A provision, as `LegalBasis`."""

    law: Line
    article: Annotated[str, BeforeValidator(str)]
    cite: Bilingual
    quote: str = ""


class CountingEntry(_Part):
    """A counting as its file states it; every choice is written out, for none is harmless to leave to a default."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Bilingual
    basis: list[BasisEntry]
    hours: Literal["from_moment", "from_next_hour"]
    roll: bool
    days_as: Literal["natural", "working"]
    working_days_up_to: Annotated[int, Field(ge=1)] | None = None
    working_day_numbers: list[Annotated[int, Field(ge=1)]] = Field(default_factory=list)
    note: Bilingual

    def counting(self) -> Counting:
        """The value norms count with."""
        return Counting(
            name=self.id,
            hours=self.hours,
            roll=self.roll,
            days_as=self.days_as,
            working_days_up_to=self.working_days_up_to,
            working_day_numbers=tuple(self.working_day_numbers),
            title=self.title.words(),
            note=self.note.words(),
            basis=tuple(LegalBasis(b.law, b.article, b.cite.words(), b.quote) for b in self.basis),
        )


def countings(path: Path, bureau: Path | None = None) -> Mapping[str, Counting]:
    """The countings by id; those of the bureau's file take the place of built-in ones of the same id.

    Raises InputError with file and line for a wrong entry and for an id used twice in one file.
    """
    return _read(path) | (_read(bureau) if bureau else {})


def _read(path: Path) -> dict[str, Counting]:
    document = read_yaml(path)
    if not isinstance(document, list):
        raise InputError(
            zh="计算方式文件应为清单",
            en="a countings file is a list",
            where=place(path, document),
            remedy_zh="每项以 “- id: …” 开头，写法见 rulebook/countings.yaml",
            remedy_en="begin each entry with “- id: …”, as in rulebook/countings.yaml",
        )
    found: dict[str, Counting] = {}
    for index, node in enumerate(document):
        entry = validated(path, node, CountingEntry, document, index)
        if entry.id in found:
            raise InputError(
                zh=f"计算方式 {entry.id} 写了两次",
                en=f"the counting {entry.id} is given twice",
                where=place(path, node, "id"),
                remedy_zh="保留一处，或换一个 id",
                remedy_en="keep one of them, or choose another id",
            )
        found[entry.id] = entry.counting()
    return found
