"""What is known when a form is opened: the case, its people and things, who is at hand, who asks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhunsheng.acts.models import Dossier
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.casework.facts import CaseAct, CaseFacts, PartyFacts, case_facts
from zhunsheng.people.models import Officer, RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import units_over

if TYPE_CHECKING:
    from zhunsheng.casework.access import CaseView

AT_HAND = frozenset(
    (
        Role.HANDLER,
        Role.PROPERTY_KEEPER,
        Role.CUSTODY_KEEPER,
        Role.RECORDING_KEEPER,
        Role.WINDOW,
        Role.LEGAL_REVIEWER,
    )
)
"""Whose holders a form offers as officers at an act. The legal department holds hearings."""


@dataclass(frozen=True)
class AtHand:
    """An officer a form offers."""

    number: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Known:
    """The case as a form needs it."""

    dossier: uuid.UUID
    kind: str
    position: int
    facts: CaseFacts
    by: Officer
    officers: Mapping[str, AtHand] = field(default_factory=dict)
    now: dt.datetime = field(default_factory=lambda: clock.now().astimezone(LOCAL))

    @property
    def handlers(self) -> tuple[str, ...]:
        """Who handles the case: the one who asks first, where they handle, then the one most lately beside them."""
        mine = self.by.number
        order = [mine] if self.by_handles else []
        order += [number for number in reversed(self.facts.handlers) if number != mine]
        return tuple(number for number in order if number in self.officers)[:2]

    @property
    def by_handles(self) -> bool:
        """Whether whoever asks is a handling officer here."""
        found = self.officers.get(self.by.number)
        return found is not None and Role.HANDLER in found.roles

    def people(self, roles: Iterable[str] = ()) -> list[PartyFacts]:
        """The people of the case, those in one of the roles first."""
        wanted = tuple(roles)
        order = {role: n for n, role in enumerate(wanted)}
        return sorted(
            self.facts.parties.values(),
            key=lambda p: min((order[r] for r in p.roles if r in order), default=len(order)),
        )

    def in_roles(self, roles: Iterable[str]) -> list[PartyFacts]:
        """The people in one of these roles; suspects are those the facts call so."""
        wanted = set(roles)
        suspects = {p.key for p in self.facts.suspects}
        return [
            p
            for p in self.facts.parties.values()
            if wanted & set(p.roles) or ("suspect" in wanted and p.key in suspects)
        ]

    def named(self, kind: str) -> list[str]:
        """The things of a kind that acts of the case name, in the order they came up."""
        return list(dict.fromkeys(name for act in self.facts.acts for name in act.subjects.get(kind, ())))

    def next_name(self, kind: str, stem: str) -> str:
        """The next short name of a thing of a kind: 录1, 录2 and so on."""
        taken = set(self.named(kind))
        return next(f"{stem}{n}" for n in range(1, len(taken) + 2) if f"{stem}{n}" not in taken)

    def last(
        self, types: Iterable[str], person: str | None, item: str | None, holding: str
    ) -> CaseAct | None:
        """The last act of these types that states a field, about that person or thing or about nobody in particular."""
        wanted = set(types)
        for act in reversed(self.facts.acts):
            if act.type not in wanted or holding not in act.fields:
                continue
            if person and act.persons and person not in act.persons:
                continue
            if item and act.items and item not in act.items:
                continue
            return act
        return None


def known_of(view: CaseView, by: Officer, *, seen: int | None = None) -> Known:
    """What a form of a case starts from: the case as it is, or as it was when so many acts of it were seen.

    A form that comes back states what was seen when it was shown; sent twice, it then states the same.
    """
    dossier = view.dossier
    if seen is None or seen >= dossier.position:
        return known_dossier(dossier, view.facts, by, dossier.position)
    acts = [act for act in view.acts if act.position <= seen]
    facts = case_facts(dossier.number, acts, unit=dossier.unit_id, opened_at=dossier.opened_at)
    return known_dossier(dossier, facts, by, seen)


def known_dossier(dossier: Dossier, facts: CaseFacts, by: Officer, position: int) -> Known:
    """The same from a dossier and its facts."""
    numbers = {one["officer"] for act in facts.acts for one in act.officers}
    return Known(
        dossier.id,
        dossier.kind,
        position,
        facts,
        by,
        officers_at_hand(dossier.unit_id, numbers | {by.number}),
    )


def officers_at_hand(unit: str, also: Iterable[str] = ()) -> dict[str, AtHand]:
    """Officers who may stand at an act of a unit, by number: holders of a handling or keeping role over it, and those named."""
    roles: dict[str, set[str]] = {number: set() for number in also}
    held = RoleAssignment.objects.filter(
        unit__code__in=units_over(unit), role__in=[r.value for r in AT_HAND], officer__is_active=True
    ).at(clock.now())
    for number, role in held.values_list("officer__number", "role"):
        roles.setdefault(number, set()).add(role)
    names = dict(Officer.objects.filter(number__in=roles).values_list("number", "name"))
    return {
        number: AtHand(number, names[number], frozenset(roles[number]))
        for number in sorted(roles)
        if number in names
    }
