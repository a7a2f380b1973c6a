"""One dossier as its acts tell it: typed, without queries. Papers, review, discretion and pages all read this."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from zhunsheng.acts.columns import effective
from zhunsheng.acts.models import Act
from zhunsheng.acts.record_types import WITHDRAWN
from zhunsheng.acts.upcasters import fields_now
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base.clock import LOCAL
from zhunsheng.casework.ages import age_on, under

IDENTIFIED = "person.identified"
HANDLING_ROLES = ("handler", "recorder")
OLDEST = 150
"""Years. Nobody is older: a greater age, or one below nothing, comes from a slip in a date."""


@dataclass(frozen=True)
class CaseAct:
    """An act that counts. `fields` are typed: numbers as Decimal, dates and times as such; times are local."""

    id: uuid.UUID
    position: int
    place: int
    """Where it stands in the order that counts: a correction stands where the first record of the act stood."""
    type: str
    at: dt.datetime
    ended: dt.datetime | None
    recorded_at: dt.datetime
    recorded_by: str
    unit: str
    officers: tuple[Mapping[str, str], ...]
    persons: tuple[str, ...]
    subjects: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Any]
    documents: tuple[Mapping[str, Any], ...]
    recordings: tuple[Mapping[str, Any], ...]
    corrects: uuid.UUID | None = None

    @property
    def person(self) -> str:
        """The first person it is about, empty where it is about none."""
        return next(iter(self.persons), "")

    @property
    def items(self) -> tuple[str, ...]:
        return self.subjects.get("item", ())

    def by_role(self, *roles: str) -> list[str]:
        """The numbers of the officers who stood in one of the roles, in order."""
        return [one["officer"] for one in self.officers if one.get("role") in roles]


@dataclass(frozen=True)
class PartyFacts:
    """A person of the dossier, as identified so far."""

    key: str
    roles: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    age: int | None = None
    """In full years on the day of the conduct, or the day the dossier began where that is not known."""

    @property
    def name(self) -> str:
        return str(self.fields.get("name") or "")

    @property
    def shown(self) -> str:
        """The name, or the key of somebody whose name is not known."""
        return self.name or self.key

    @property
    def juvenile(self) -> bool | None:
        """None where the age is not known, or the party is a company."""
        return None if self.fields.get("party_kind") == "organization" else under("juvenile", self.age)


@dataclass(frozen=True)
class CaseFacts:
    """A dossier's acts that count, in their order, and what follows from them."""

    number: str
    unit: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    acts: tuple[CaseAct, ...]
    withdrawn: tuple[CaseAct, ...] = ()
    """What was withdrawn, at the place of its withdrawal (`position`); `place` is where it had stood."""

    def all(self, *types: str, person: str | None = None) -> list[CaseAct]:
        """Acts of these types in order; with a person, those about that person or about nobody in particular."""
        return [
            act
            for act in self.acts
            if act.type in types and (person is None or not act.persons or person in act.persons)
        ]

    def last(self, *types: str, person: str | None = None) -> CaseAct | None:
        """The last of them."""
        found = self.all(*types, person=person)
        return found[-1] if found else None

    def has(self, *types: str, person: str | None = None) -> bool:
        """Whether there is one."""
        return self.last(*types, person=person) is not None

    def since(self, act: CaseAct) -> Iterator[CaseAct]:
        """The acts that were recorded after an act."""
        return (other for other in self.acts if other.position > act.position)

    @cached_property
    def conduct_on(self) -> dt.date | None:
        """The day of the conduct, where an act states it."""
        stated = [a.fields["conduct_on"] for a in self.acts if "conduct_on" in a.fields]
        ended = [a.at.date() for a in self.acts if a.type == "conduct.ended"]
        return (stated or ended or [None])[-1]

    @cached_property
    def parties(self) -> Mapping[str, PartyFacts]:
        """Everybody named, by key, in the order they came up."""
        day = self.conduct_on or self.opened_at.date()
        found: dict[str, tuple[dict[str, None], dict[str, Any]]] = {}
        for act in self.acts:
            for key in act.persons:
                roles, known = found.setdefault(key, ({}, {}))
                if role := act.fields.get("person_role"):
                    roles[role] = None
                if act.type == IDENTIFIED:
                    known |= act.fields
        return {key: party(key, tuple(roles), known, day) for key, (roles, known) in found.items()}

    @cached_property
    def suspects(self) -> list[PartyFacts]:
        """The suspects: those called so, and whoever a measure or decision is about that only a suspect meets."""
        about = {key for act in self.acts if act.type in SUSPECT_ACTS for key in act.persons}
        return [p for p in self.parties.values() if "suspect" in p.roles or p.key in about]

    def in_role(self, role: str) -> list[PartyFacts]:
        """The people with that part in the case."""
        return [p for p in self.parties.values() if role in p.roles]

    @cached_property
    def handlers(self) -> list[str]:
        """Officers who handled, the one the case was given to first."""
        order = [*self.all("case.opened"), *self.acts]
        return list(dict.fromkeys(number for act in order for number in act.by_role(*HANDLING_ROLES)))

    @cached_property
    def summary(self) -> str:
        """The last summary an act states."""
        return next((str(a.fields["summary"]) for a in reversed(self.acts) if a.fields.get("summary")), "")

    @cached_property
    def complex(self) -> bool:
        """Whether the case was said to be complex, difficult or major."""
        return any(a.fields.get("complex") is True for a in self.acts)


SUSPECT_ACTS = frozenset(
    (
        "person.summoned",
        "person.arrived",
        "penalty.proposed",
        "penalty.decided",
        "penalty.decided-on-the-spot",
        "detention.started",
        "case.characterised",
    )
)
"""Acts that only a suspect meets."""


def party(key: str, roles: tuple[str, ...], known: Mapping[str, Any], day: dt.date) -> PartyFacts:
    """A person with the age on that day: counted from the date of birth, else as stated; one that nobody has is not known."""
    born, stated = known.get("birth_on"), known.get("age")
    age = age_on(born, day) if born is not None else None if stated is None else int(stated)
    return PartyFacts(key, roles, dict(known), age if age is not None and 0 <= age <= OLDEST else None)


def case_facts(
    number: str,
    acts: Iterable[Act],
    *,
    unit: str,
    opened_at: dt.datetime,
    closed_at: dt.datetime | None = None,
) -> CaseFacts:
    """The facts of a dossier from its acts by position; what was corrected or withdrawn does not count."""
    every = list(acts)
    counting = tuple(case_act(place, act) for place, act in effective(every))
    closed = None if closed_at is None else closed_at.astimezone(LOCAL)
    return CaseFacts(number, unit, opened_at.astimezone(LOCAL), closed, counting, withdrawals(every))


def withdrawals(acts: Iterable[Act]) -> tuple[CaseAct, ...]:
    """The acts that were withdrawn, as they last stood."""
    found, earlier = [], list[Act]()
    for act in acts:
        if act.type == WITHDRAWN:
            gone = next(((p, a) for p, a in effective(earlier) if a.id == act.corrects_id), None)
            found += [] if gone is None else [replace(case_act(*gone), position=act.position)]
        earlier.append(act)
    return tuple(found)


def case_act(place: int, act: Act) -> CaseAct:
    """An act, typed."""
    subjects = act.subjects
    return CaseAct(
        act.id,
        act.position,
        place,
        act.type,
        act.occurred_at.astimezone(LOCAL),
        None if act.ended_at is None else act.ended_at.astimezone(LOCAL),
        act.recorded_at.astimezone(LOCAL),
        act.recorded_by_id,
        act.unit_id,
        tuple(act.officers),
        subjects.get("person", ()),
        subjects,
        {name: typed(name, value) for name, value in fields_now(act).items()},
        tuple(act.documents),
        tuple(act.recordings),
        act.corrects_id,
    )


def typed(name: str, value: Any) -> Any:
    """A recorded value in Python's own type."""
    declared = vocabulary().fields.get(name)
    kind = None if declared is None else declared.type
    if kind == "number":
        return Decimal(value)
    if kind == "date":
        return dt.date.fromisoformat(value)
    if kind == "time":
        return dt.datetime.fromisoformat(value).astimezone(LOCAL)
    return value
