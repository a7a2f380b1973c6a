"""What norms cannot look up in a table: no penalty outside what the law gives, none outside the band without a reason.

Whatever face an act comes from, it is weighed here anew from the tables; what it says of its own band is not relied on.
"""

from __future__ import annotations

from zhunsheng.acts.models import Act
from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Said
from zhunsheng.casework.discretion.proposals import Weighed, weigh_proposal
from zhunsheng.casework.discretion.switch import lighter_law
from zhunsheng.casework.discretion.weighing import (
    CHARACTERISED,
    DECIDED,
    PROPOSED,
    about,
    codes,
    conduct_day,
    known,
    proposal_from,
)
from zhunsheng.casework.facts import CaseFacts, case_act, case_facts
from zhunsheng.procedure.checks import Considered
from zhunsheng.procedure.errors import NotAllowed

WEIGHED = frozenset((PROPOSED, *DECIDED))


def discretion_check(considered: Considered) -> None:
    """NotAllowed for a penalty for a violation of the catalogue the law does not give, or that departs without a reason."""
    act = considered.act
    if act.type not in WEIGHED or act.fields.get("violation") not in shipped().violations:
        return
    dossier = considered.dossier
    facts = case_facts(dossier.number, considered.before, unit=dossier.unit_id, opened_at=dossier.opened_at)
    for person in act.subjects.get("person", ()):
        refuse(weighed(facts, act, person), act)


def weighed(facts: CaseFacts, act: Act, person: str) -> Weighed:
    """The penalty against the band of the circumstances it names, else of those the person was characterised with."""
    tables, stated = shipped(), case_act(0, act)
    violation = tables.violations[str(stated.fields["violation"])]
    characterised = about(facts, (CHARACTERISED,), person)
    same = characterised is not None and characterised.fields.get("violation") == violation.code
    source = stated if stated.fields.get("circumstances") or not same else characterised
    chosen = known(codes(source), violation, tables)
    switch = lighter_law(violation, conduct_day(facts, characterised), stated.at.date(), chosen, tables)
    reason = str(stated.fields.get("departure_reason") or "")
    return weigh_proposal(switch.band, proposal_from({"decision": "", **stated.fields}), reason)


def refuse(found: Weighed, act: Act) -> None:
    """NotAllowed for the first thing that stands against it."""
    for fault in found.faults:
        raise not_allowed(fault.field, fault.said)
    if found.departs and act.fields.get("departs") is False:
        raise not_allowed(
            "departs", Said("偏离裁量基准，却写明没有偏离", "It departs from the band but says it does not")
        )


def not_allowed(field: str, said: Said) -> NotAllowed:
    """The refusal, beside the field it is about."""
    return NotAllowed(
        zh=said.zh,
        en=said.en,
        where=f"fields.{field}",
        remedy_zh="在案件的“决定”页按情节核对幅度后再登记",
        remedy_en="weigh it under “Decision” of the case, then record",
    )
