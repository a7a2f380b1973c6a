"""How one person's penalty is weighed, as the acts of the dossier tell it: conduct, circumstances, law, band, decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from zhunsheng.casework.discretion.bands import Band
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Proposal
from zhunsheng.casework.discretion.switch import Switch, lighter_law
from zhunsheng.casework.discretion.tables import Tables, Violation
from zhunsheng.casework.facts import CaseAct, CaseFacts, PartyFacts

CHARACTERISED, PROPOSED, NOTICE = "case.characterised", "penalty.proposed", "notice.given"
DECIDED = ("penalty.decided", "penalty.decided-on-the-spot")
HEARD = ("defence.heard", "hearing.held")
PENALTY_TOLD = "penalty-proposed"


@dataclass(frozen=True)
class Weighing:
    """One person's conduct and penalty. Without a violation of the catalogue there is no band."""

    person: PartyFacts
    characterised: CaseAct | None
    proposed: CaseAct | None
    decided: CaseAct | None
    stated: str
    """The violation as an act states it: a code, or words."""
    violation: Violation | None
    chosen: tuple[str, ...]
    conduct_on: dt.date
    decided_on: dt.date
    switch: Switch | None
    notified: Proposal | None
    """What the person was told of before speaking in their defence or at a hearing."""

    @property
    def band(self) -> Band | None:
        return None if self.switch is None else self.switch.band

    @property
    def facts(self) -> str:
        """The facts of the violation, as last stated."""
        return str(self.characterised.fields.get("facts") or "") if self.characterised else ""


def weighing_of(
    facts: CaseFacts, person: PartyFacts, *, today: dt.date, tables: Tables | None = None
) -> Weighing:
    """The weighing of one suspect as the dossier stands on a day."""
    tables = tables or shipped()
    key = person.key
    characterised = about(facts, (CHARACTERISED,), key)
    proposed, decided = about(facts, (PROPOSED,), key), about(facts, DECIDED, key)
    acts = [a for a in (decided, proposed, characterised) if a is not None and a.fields.get("violation")]
    source = max(acts, key=lambda a: a.position, default=None)
    stated = "" if source is None else str(source.fields["violation"])
    violation = tables.violations.get(stated)
    conduct = conduct_day(facts, characterised)
    decided_on = decided.at.date() if decided is not None else today
    chosen = known(codes(source), violation, tables)
    switch = None if violation is None else lighter_law(violation, conduct, decided_on, chosen, tables)
    return Weighing(
        person,
        characterised,
        proposed,
        decided,
        stated,
        violation,
        chosen,
        conduct,
        decided_on,
        switch,
        notified(facts, key),
    )


def about(facts: CaseFacts, types: tuple[str, ...], key: str) -> CaseAct | None:
    """The last act of these types that is about the person by name."""
    return next((a for a in reversed(facts.all(*types, person=key)) if key in a.persons), None)


def codes(act: CaseAct | None) -> tuple[str, ...]:
    """The circumstances an act names."""
    text = "" if act is None else str(act.fields.get("circumstances") or "")
    return tuple(dict.fromkeys(c for c in (part.strip() for part in text.split(",")) if c))


def known(given: Iterable[str], violation: Violation | None, tables: Tables) -> tuple[str, ...]:
    """The codes among them that the tables have for the violation; an older act may name others."""
    own = set() if violation is None else {f.code for f in tables.benchmarks[violation.code].factors}
    return tuple(c for c in given if c in own or c in tables.circumstances)


def conduct_day(facts: CaseFacts, characterised: CaseAct | None) -> dt.date:
    """The day of the conduct: as characterised for the person, else of the case, else the day it was opened."""
    own = None if characterised is None else characterised.fields.get("conduct_on")
    return own or facts.conduct_on or facts.opened_at.date()


def proposal_of(act: CaseAct | None) -> Proposal | None:
    """The penalty an act states."""
    return None if act is None or not act.fields.get("decision") else proposal_from(act.fields)


def proposal_from(fields: Mapping[str, Any]) -> Proposal:
    """A penalty from the fields of an act."""
    return Proposal(str(fields["decision"]), number(fields.get("amount")), number(fields.get("days")))


def number(value: Any) -> Decimal | None:
    """A number; nothing for nothing."""
    return None if value in (None, "") else Decimal(value)


def notified(facts: CaseFacts, key: str) -> Proposal | None:
    """The penalty told to the person before they spoke, unless new facts came up since."""
    told = next(
        (a for a in reversed(facts.all(NOTICE, person=key)) if a.fields.get("notice") == PENALTY_TOLD), None
    )
    if told is None:
        return None
    since = [a for a in facts.all(*HEARD, person=key) if a.position > told.position]
    fresh = any(a.fields.get("new_facts") is True for a in facts.since(told))
    before = [a for a in facts.all(PROPOSED, person=key) if a.position < told.position and key in a.persons]
    return proposal_of(before[-1]) if since and before and not fresh else None
