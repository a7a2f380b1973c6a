"""One case while it is being made up: its people, its clock, and the acts recorded so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from zhunsheng.norms.calendar import Calendar
from zhunsheng.supervision.demo.bureau import Branch, Officer, Station

if TYPE_CHECKING:
    from zhunsheng.supervision.demo.conduct import Conduct

Value = str | bool | int | float | dt.date
Acting = tuple[Officer, str]
"""An officer and the part played in the act."""

STEMS = "甲乙丙丁戊己庚辛壬癸"
EPOCH = dt.date(1970, 1, 1)
NOTHING: Mapping[str, Value] = {}


@dataclass(slots=True)
class DemoAct:
    """One row of the log to be; mutable, so that a breach can be planted in it."""

    type: str
    at: dt.datetime
    unit: str
    officers: tuple[Acting, ...] = ()
    ended: dt.datetime | None = None
    subjects: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fields: dict[str, Value] = field(default_factory=dict)

    def about(self, kind: str) -> str:
        """The one subject of that kind, empty when there is none."""
        return next(iter(self.subjects.get(kind, ())), "")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a case is about: a stem and the case number, never a name."""

    name: str
    age: int
    sex: str


class CaseFile:
    """A case of one station, written act by act; the clock moves on with every act."""

    def __init__(
        self, case_id: str, shape: str, station: Station, branch: Branch, start: dt.datetime, rng: Random
    ) -> None:
        self.case_id, self.shape, self.station, self.branch = case_id, shape, station, branch
        self.now, self.rng = start, rng
        self.acts: list[DemoAct] = []
        self.lawful: list[DemoAct] = []
        """The acts as they were before a breach was planted; empty where none was."""
        self.kind = "public-order"
        self.people: list[Person] = []
        self.conducts: dict[str, Conduct] = {}
        """What each suspect did, by name; empty outside the catalogue of violations."""
        first, second, third = rng.sample(station.handlers, 3)
        self.first, self.second, self.third = first, second, third
        self._numbers: dict[str, int] = {}

    @property
    def pair(self) -> tuple[Acting, ...]:
        """The two officers who handle the case."""
        return ((self.first, "handler"), (self.second, "handler"))

    @property
    def one(self) -> tuple[Acting, ...]:
        """The first of them."""
        return ((self.first, "handler"),)

    @property
    def keeper(self) -> tuple[Acting, ...]:
        """The station's keeper of property."""
        return ((self.station.keeper, "property-keeper"),)

    @property
    def reviewer(self) -> tuple[Acting, ...]:
        """The branch's legal reviewer of this case."""
        return ((self.branch.reviewers[0], "legal-reviewer"),)

    def at_level(self, level: str) -> tuple[Acting, ...]:
        """Who approves or decides at a level."""
        chiefs = {
            "station": self.station.head,
            "department-head": self.station.deputy,
            "county-duty-head": self.branch.duty_head,
        }
        return ((chiefs.get(level, self.branch.head), "approver"),)

    def number(self, prefix: str) -> str:
        """The next number of a thing, a recording or an appraisal of this case."""
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}{self.case_id[-8:]}-{self._numbers[prefix]}"

    def person(self, ages: tuple[int, int] = (19, 66)) -> Person:
        """Another person of the case."""
        name = f"某{STEMS[len(self.people) % len(STEMS)]}{self.case_id[-4:]}"
        made = Person(name, self.rng.randint(*ages), self.rng.choice(("male", "male", "female")))
        self.people.append(made)
        return made

    def wait(self, low: int, high: int | None = None) -> None:
        """Let some minutes pass."""
        self.now += dt.timedelta(minutes=self.rng.randint(low, high or low))

    def to_morning(self, days: int = 1, *, working: bool = True) -> None:
        """Go on to the morning some days later, or of the next working day after that."""
        day = self.now.date() + dt.timedelta(days=days)
        if working:
            rolled = Calendar.china().roll((day - EPOCH).days)
            day = EPOCH + dt.timedelta(days=rolled) if rolled is not None else day
        morning = dt.datetime.combine(day, dt.time(8, 30)) + dt.timedelta(minutes=self.rng.randint(5, 80))
        if morning > self.now:
            self.now = morning
        else:
            self.to_morning(1, working=working)

    def after_workdays(self, count: int) -> None:
        """Go on to the morning of the n-th working day after today."""
        found = Calendar.china().workday_after((self.now.date() - EPOCH).days, count)
        days = count * 2 if found is None else (EPOCH + dt.timedelta(days=found) - self.now.date()).days
        self.to_morning(days)

    def by_day(self, latest: int = 14) -> None:
        """Unless it is still early enough in the day, go on to the next morning."""
        if not 8 <= self.now.hour < latest:
            self.to_morning(0, working=False)

    def act(
        self,
        name: str,
        by: Iterable[Acting] = (),
        *,
        lasts: int | None = None,
        person: Person | Iterable[Person] | None = None,
        item: str | None = None,
        recording: str | None = None,
        room: str | None = None,
        appraisal: str | None = None,
        facts: Mapping[str, Value] = NOTHING,
        **fields: Value,
    ) -> DemoAct:
        """Record an act now; the clock goes to its end, or on by a few minutes."""
        people = () if person is None else (person,) if isinstance(person, Person) else tuple(person)
        named = {"item": item, "recording": recording, "room": room, "appraisal": appraisal}
        subjects: dict[str, tuple[str, ...]] = {
            kind: (text,) for kind, text in named.items() if text is not None
        }
        if people:
            subjects["person"] = tuple(p.name for p in people)
        made = DemoAct(name, self.now, self.station.name, tuple(by), None, subjects, {**facts, **fields})
        self.acts.append(made)
        if lasts is not None:
            made.ended = self.now + dt.timedelta(minutes=lasts)
            self.now = made.ended
        self.wait(1, 4)
        return made

    def approve(
        self, measure: str, level: str, *, person: Person | None = None, item: str | None = None
    ) -> None:
        """An approval, and its trace in the case system."""
        self.act(
            "approval.given", self.at_level(level), person=person, item=item, measure=measure, level=level
        )
        self.act("system.entered", (), person=person, item=item, entered="approval")

    def recorded(
        self,
        name: str,
        by: tuple[Acting, ...],
        *,
        lasts: int,
        camera: str = "body-camera",
        person: Person | Iterable[Person] | None = None,
        item: str | None = None,
        keep_lasts: bool = True,
        facts: Mapping[str, Value] = NOTHING,
        **fields: Value,
    ) -> DemoAct:
        """An act under a recording that begins before it and ends after it."""
        who = person if person is None or isinstance(person, Person) else tuple(person)
        film = self.act(
            "recording.made",
            by[:1],
            lasts=lasts + 8,
            person=who,
            item=item,
            recording=self.number("录"),
            method=camera,
        )
        assert film.ended is not None
        self.now = film.at + dt.timedelta(minutes=2)
        made = self.act(
            name, by, lasts=lasts if keep_lasts else None, person=who, item=item, facts={**facts, **fields}
        )
        self.now = film.ended + dt.timedelta(minutes=1)
        return made
