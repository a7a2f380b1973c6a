"""What a paper is filled from: the facts of the dossier, the act it comes from, the person, and the names out of the register."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhunsheng.base.clock import LOCAL
from zhunsheng.casework.facts import CaseAct, CaseFacts, PartyFacts
from zhunsheng.people.codes import UnitKind
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.selectors import unit_now
from zhunsheng.procedure.models import Obligation

ORGANS = (UnitKind.MINISTRY, UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY)
"""Kinds of unit that act in their own name; a station or a department acts in that of the bureau above."""
NUMERALS = re.compile(r"第?([一二三四五六七八九十百]+|\d+)")


@dataclass(frozen=True)
class Issuer:
    """A unit with the bureau it belongs to."""

    code: str
    name: str
    bureau: str
    bureau_code: str

    @property
    def short(self) -> str:
        """How numbers of papers name it: 甲分局第一派出所 of 演示市公安局甲分局 → 甲公（一）."""
        head = bureau_short(self.bureau)
        return head if self.code == self.bureau_code else f"{head}（{part_short(self.name, self.bureau)}）"


@dataclass(frozen=True)
class Register:
    """Names that papers show, as of now: officers by number, units by code."""

    officers: Mapping[str, str] = field(default_factory=dict)
    issuers: Mapping[str, Issuer] = field(default_factory=dict)
    dues: Mapping[tuple[str, str], dt.date] = field(default_factory=dict)
    """Norm and the act that opened its obligation → the day it is due."""

    def named(self, numbers: Iterable[str]) -> str:
        """Their names, one after the other; a number nobody has stays."""
        return "、".join(self.officers.get(n, n) for n in dict.fromkeys(numbers))


@dataclass(frozen=True)
class PaperView:
    """Everything one paper is filled from."""

    facts: CaseFacts
    register: Register
    base: CaseAct
    """The act the paper comes from."""
    person: str = ""
    entries: Mapping[str, Any] = field(default_factory=dict)
    """What was entered for this paper alone."""
    number: str = ""
    """Empty until it is signed."""
    signed_at: dt.datetime | None = None
    due_by: tuple[str, ...] = ()
    """Norms whose due time the paper states."""

    @property
    def party(self) -> PartyFacts:
        """The person the paper is about; nobody in particular has no facts."""
        return self.facts.parties.get(self.person, PartyFacts(self.person))

    @property
    def issuer(self) -> Issuer:
        """The unit of the act."""
        return self.register.issuers.get(self.base.unit) or Issuer(self.base.unit, "", "", "")

    @property
    def day(self) -> dt.date:
        """The day that picks the version: that of the act the paper comes from."""
        return self.base.at.date()

    @property
    def due_on(self) -> dt.date | None:
        """The last day that the law or the act itself sets."""
        stated: dt.date | None = self.base.fields.get("supply_by")
        found = (self.register.dues.get((norm, str(self.base.id))) for norm in self.due_by)
        return stated or next((day for day in found if day is not None), None)

    def last(self, *types: str) -> CaseAct | None:
        """The last such act about this person, or in the case where the paper is about nobody."""
        return self.facts.last(*types, person=self.person or None)

    def all(self, *types: str) -> list[CaseAct]:
        """All such acts about this person, or in the case."""
        return self.facts.all(*types, person=self.person or None)

    def stated_by(self, name: str, *types: str) -> CaseAct | None:
        """The act that states a field: the one the paper comes from, else the last of these that does."""
        return next(
            (a for a in (self.base, *reversed(self.all(*types))) if a.fields.get(name) not in (None, "")),
            None,
        )

    def stated(self, name: str, *types: str) -> Any:
        """What it states."""
        act = self.stated_by(name, *types)
        return None if act is None else act.fields[name]


def register_of(facts: CaseFacts, dossier: uuid.UUID | None = None) -> Register:
    """The names of everybody who acted and of the units they acted for, and what is due when in the dossier; three queries."""
    numbers = {one["officer"] for act in facts.acts for one in act.officers}
    numbers |= {act.recorded_by for act in facts.acts}
    codes = {facts.unit, *(act.unit for act in facts.acts)}
    units = Unit.objects.select_related("parent__parent__parent").filter(code__in=codes)
    return Register(
        dict(Officer.objects.filter(number__in=numbers).values_list("number", "name")),
        {unit.code: issuer_of(unit) for unit in units},
        {} if dossier is None else dues_of(dossier),
    )


def dues_of(dossier: uuid.UUID) -> dict[tuple[str, str], dt.date]:
    """The days on which obligations of a dossier are due, by norm and opening act."""
    rows = Obligation.objects.unfenced("access to the dossier was given").filter(
        dossier=dossier, withdrawn_at=None
    )
    found = rows.exclude(due_at=None).values_list("norm_id", "opened_by_id", "due_at")
    return {(norm, str(act)): due.astimezone(LOCAL).date() for norm, act, due in found}


def issuer_of(unit: Unit) -> Issuer:
    """A unit and the bureau that acts for it; for one that was merged, its successor and the bureau that acts for that."""
    unit = unit_now(unit)
    above: Unit = unit
    while above.kind not in ORGANS and above.parent is not None:
        above = above.parent
    return Issuer(unit.code, unit.name_zh, above.name_zh, above.code)


def bureau_short(name: str) -> str:
    """演示市公安局甲分局 → 甲公; 演示市公安局 → 演示公."""
    if found := re.fullmatch(r".*公安局(.+?)分局", name):
        return f"{found[1]}公"
    place = re.sub(r"公安[局厅部].*$", "", name)
    return f"{re.sub('[省市县区旗州盟]$', '', place) or name}公"


def part_short(name: str, bureau: str) -> str:
    """第一派出所 → 一; 城关派出所 → 城关; 法制大队 → 法制."""
    own = name.removeprefix(bureau)
    own = re.sub(r"^.*(分局|公安局)", "", own) or own
    own = re.sub(r"(派出所|支队|大队|中队|队|处|科|室|中心)$", "", own)
    numeral = NUMERALS.fullmatch(own)
    return numeral[1] if numeral else own
