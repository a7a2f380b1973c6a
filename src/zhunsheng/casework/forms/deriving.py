"""What a form does not ask, because the case answers it: who the person is, what was proposed, decided or approved before.

Each answer says where it comes from, so that the form can show it and the officer can see it is right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhunsheng.acts.vocabulary.core import CASE_KINDS
from zhunsheng.acts.words import label
from zhunsheng.casework.facts import PartyFacts
from zhunsheng.casework.forms.known import Known
from zhunsheng.people.bilingual import both


@dataclass(frozen=True)
class Derived:
    """A value nobody has to type, and where it comes from in words."""

    value: Any
    source: object


@dataclass(frozen=True)
class About:
    """Whom and what an act is about, and when, as far as the form says."""

    persons: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    at: dt.datetime | None = None

    @property
    def person(self) -> str | None:
        return self.persons[0] if len(self.persons) == 1 else None

    @property
    def item(self) -> str | None:
        return self.items[0] if len(self.items) == 1 else None


CARRIED: Mapping[str, tuple[str, ...]] = {
    "approval.given": ("approval.requested",),
    "approval.refused": ("approval.requested",),
    "appraisal.received": ("appraisal.commissioned", "reappraisal.commissioned"),
    "appraisal.declined": ("appraisal.commissioned",),
    "reappraisal.requested": ("appraisal.commissioned",),
    "reappraisal.refused": ("reappraisal.requested",),
    "reappraisal.commissioned": ("appraisal.commissioned",),
    "evidence.excluded": ("evidence.found-illegal", "evidence.defect-found"),
    "evidence.defect-cured": ("evidence.defect-found",),
    "recusal.decided": ("recusal.requested",),
    "report.registered": ("report.received",),
    "case.opened": ("report.registered", "report.received"),
    "penalty.proposed": ("case.characterised",),
    "penalty.decided-on-the-spot": ("case.characterised",),
    "case.characterised": ("case.characterised",),
    "penalty.decided": ("penalty.proposed", "approval.given", "case.characterised"),
    "fine.collected": ("penalty.decided", "penalty.decided-on-the-spot"),
    "fine.turned-in": ("fine.collected",),
    "fine.banked": ("fine.turned-in", "fine.collected"),
    "detention.started": ("penalty.decided", "detention.started"),
    "bond.banked": ("bond.received",),
    "bond.refunded": ("bond.received",),
    "bond.forfeited": ("bond.received",),
    "bail-bond.refunded": ("bail.decided",),
    "bail-bond.forfeited": ("bail.decided",),
    "property.seized": ("item.identified",),
    "property.preregistered": ("item.identified",),
    "property.sealed": ("item.identified",),
    "property.frozen": ("item.identified",),
    "property.collected": ("property.seized", "item.identified"),
    "property.sold": ("property.appraised",),
    "hearing.accepted": ("case.reviewed",),
    "fast-track.started": ("case.reviewed",),
    "monitor-record.reviewed": ("monitor-record.captured",),
}
"""Type of act → earlier types whose answers hold for it too, the likelier first."""

AS_BEFORE = frozenset(
    [
        "deaf",
        "needs_interpreter",
        "pregnant",
        "nursing",
        "infant_under_one",
        "deputy",
        "official_to_sanction",
        "impairment",
        "first_violation",
        "repeated_within_year",
        "earlier_sanction",
        "may_be_detained",
        "party_kind",
        "hearing_ground",
        "confession_only",
        "several_violations",
        "public_interest",
        "several_legal_relations",
        "item_kind",
    ]
)
"""Facts about a person or thing that stay what some act said last."""


def derived(act_type: str, field: str, known: Known, about: About) -> Derived | None:
    """The value of a field at an act of a type that follows from the case; None where somebody has to say it."""
    if act_type == "person.identified":
        return None
    rule = RULES.get(field)
    found = rule(known, about) if rule is not None else None
    return found or carried(act_type, field, known, about)


def carried(act_type: str, field: str, known: Known, about: About) -> Derived | None:
    """What an earlier act said of the same person or thing."""
    for earlier in CARRIED.get(act_type, ()):
        act = known.last((earlier,), about.person, about.item, field)
        if act is not None:
            return Derived(act.fields[field], from_act(act.type, act.at))
    if field in AS_BEFORE:
        act = known.last({a.type for a in known.facts.acts}, about.person, about.item, field)
        if act is not None:
            return Derived(act.fields[field], from_act(act.type, act.at))
    return None


def from_act(act_type: str, at: dt.datetime) -> object:
    """Where a carried value comes from."""
    return both(f"{at.month}月{at.day}日“{label(act_type)}”", f"{label(act_type, 'en')}, {at:%Y-%m-%d}")


def of_person(field: str) -> Callable[[Known, About], Derived | None]:
    """A rule that reads a fact of the one person an act is about."""

    def rule(known: Known, about: About) -> Derived | None:
        party = known.facts.parties.get(about.person or "")
        value = None if party is None else fact_of(party, field)
        return None if value is None else Derived(value, both("人员信息", "what is known of the person"))

    return rule


def fact_of(party: PartyFacts, field: str) -> Any:
    """A fact of a party in the form an act states it."""
    if field == "age":
        return party.age
    if field == "person_role":
        return party.roles[-1] if party.roles else None
    if field == "party_kind":
        return party.fields.get("party_kind") or (
            "individual" if party.fields.get("id_kind") != "credit-code" else "organization"
        )
    return party.fields.get(field)


def case_kind(known: Known, _about: About) -> Derived | None:
    """The kind of the dossier."""
    return Derived(known.kind, both("案卷类别", "kind of the case")) if known.kind in CASE_KINDS else None


def conduct_on(known: Known, _about: About) -> Derived | None:
    """The day of the conduct, once some act has said it."""
    day = known.facts.conduct_on
    return None if day is None else Derived(day, both("已登记的行为", "recorded before"))


def is_complex(known: Known, _about: About) -> Derived | None:
    """Whether the case is complex, once some act has said that it is."""
    return Derived(True, both("已登记的行为", "recorded before")) if known.facts.complex else None


def has_victim(known: Known, _about: About) -> Derived | None:
    """Whether somebody of the case is a victim."""
    return Derived(bool(known.in_roles(("victim",))), both("人员信息", "the people of the case"))


def addressee(known: Known, about: About) -> Derived | None:
    """To whom: the part of the one person an act is about."""
    party = known.facts.parties.get(about.person or "")
    if party is None:
        return None
    roles = [r for r in ("suspect", "victim", "guardian", "third-party", "reporter") if r in party.roles]
    if not roles and party in known.facts.suspects:
        roles = ["suspect"]
    return Derived(roles[0], both("人员信息", "what is known of the person")) if roles else None


def last_day(known: Known, about: About) -> Derived | None:
    """The last day of a detention that starts with the act: as many days on as were decided."""
    decided = known.last(("penalty.decided",), about.person, None, "days")
    if decided is None or about.at is None:
        return None
    day = about.at.date() + dt.timedelta(days=int(decided.fields["days"]))
    return Derived(day, both("开始日加拘留天数", "the first day and the days decided"))


RULES: Mapping[str, Callable[[Known, About], Derived | None]] = {
    "case_kind": case_kind,
    "conduct_on": conduct_on,
    "complex": is_complex,
    "has_victim": has_victim,
    "recipient": addressee,
    "detained_until": last_day,
    **{
        name: of_person(name)
        for name in ("age", "sex", "identity_known", "person_role", "party_kind", "nationality")
    },
}


def derived_all(
    types: Iterable[str], fields: Mapping[str, Sequence[str]], known: Known, about: About
) -> dict[str, Derived]:
    """For several acts about the same: field → what follows from the case, the first type that knows it speaking."""
    found: dict[str, Derived] = {}
    for act_type in types:
        for name in fields[act_type]:
            if name not in found and (value := derived(act_type, name, known, about)) is not None:
                found[name] = value
    return found
