"""A bureau's own calendar file: days the State Council or a local government moved, and years the library lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from zhunsheng.base.errors import InputError
from zhunsheng.norms.calendar_days import Words, date_of, number_of
from zhunsheng.norms.yaml_source import place, read_yaml, validated

Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(_Part):
    """What a day is called, in Chinese and English."""

    zh: Line
    en: Line


class DayEntry(_Part):
    """One day, or an unbroken run of days, that is or is not worked, and who said so."""

    date: dt.date | None = None
    from_: dt.date | None = Field(None, alias="from")
    to: dt.date | None = None
    workday: bool
    name: Name
    source: Line

    @model_validator(mode="after")
    def one_day_or_a_run(self) -> DayEntry:
        """`date` alone, or `from` with `to` no earlier."""
        run = self.from_ is not None and self.to is not None
        if (self.date is None) != run or (self.date is not None and (self.from_ or self.to)):
            msg = "写 date，或同时写 from 和 to / give `date`, or both `from` and `to`"
            raise ValueError(msg)
        if self.from_ and self.to and self.to < self.from_:
            msg = "to 早于 from / `to` is earlier than `from`"
            raise ValueError(msg)
        return self

    def days(self) -> range:
        """The day numbers meant."""
        first, last = (self.date, self.date) if self.date else (self.from_, self.to)
        assert first is not None
        assert last is not None
        return range(number_of(first), number_of(last) + 1)


class Coverage(_Part):
    """Days for which the bureau vouches that every departure from Monday-to-Friday is listed."""

    from_: dt.date = Field(alias="from")
    to: dt.date

    @model_validator(mode="after")
    def forwards(self) -> Coverage:
        """`to` is no earlier than `from`."""
        if self.to < self.from_:
            msg = "to 早于 from / `to` is earlier than `from`"
            raise ValueError(msg)
        return self


class CoversEntry(_Part):
    """The list item that declares coverage."""

    covers: Coverage


@dataclass
class Overrides:
    """What a file says: working or not by day, names by day, stretches covered, and the place of each statement."""

    working: dict[int, bool] = field(default_factory=dict)
    names: dict[int, Words] = field(default_factory=dict)
    covers: list[tuple[int, int, str]] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)


def read_overrides(path: Path) -> Overrides:
    """Read a calendar file: a list of days (and `covers` items), or a mapping `{covers: …, days: […]}`.

    Raises InputError with file and line for a wrong entry and for a day stated twice with different meanings.
    """
    overrides = Overrides()
    for node, parent, key in _items(path, read_yaml(path)):
        if isinstance(node, dict) and "covers" in node:
            span = validated(path, node, CoversEntry, parent, key).covers
            overrides.covers.append((number_of(span.from_), number_of(span.to), place(path, node, "covers")))
            continue
        entry = validated(path, node, DayEntry, parent, key)
        for day in entry.days():
            _state(overrides, day, entry, place(path, parent, key))
    return overrides


def _items(path: Path, document: Any) -> Iterator[tuple[Any, Any, str | int]]:
    """Each entry with the node that holds it; a mapping's `covers` first."""
    if (
        isinstance(document, dict)
        and set(document) <= {"covers", "days"}
        and isinstance(document.get("days", []), list)
    ):
        if "covers" in document:
            spans = document["covers"]
            for span in spans if isinstance(spans, list) else [spans]:
                yield {"covers": span}, document, "covers"
        document = document.get("days", [])
    if not isinstance(document, list):
        raise InputError(
            zh="日历文件应为日期清单",
            en="a calendar file is a list of days",
            where=place(path, document),
            remedy_zh="写成 “- {date: 2027-02-05, workday: false, name: {zh: 春节, en: Spring Festival}, source: 通知文号}”",
            remedy_en="write “- {date: 2027-02-05, workday: false, name: {zh: 春节, en: Spring Festival}, source: notice}”",
        )
    for index, node in enumerate(document):
        yield node, document, index


def _state(overrides: Overrides, day: int, entry: DayEntry, where: str) -> None:
    if overrides.working.get(day, entry.workday) != entry.workday:
        date = date_of(day)
        raise InputError(
            zh=f"{date} 同时写成了上班和放假（另一处：{overrides.places[day]}）",
            en=f"{date} is stated both as a workday and as a day off (also at {overrides.places[day]})",
            where=where,
            remedy_zh="依放假通知保留其中一条",
            remedy_en="keep the one the holiday notice says",
        )
    overrides.working[day], overrides.places[day] = entry.workday, where
    overrides.names[day] = {"zh": entry.name.zh, "en": entry.name.en}
