"""How a weighed penalty is stated in the fields of an act, and what an age alone brings with it; pure, without a dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from zhunsheng.casework.discretion.loading import shipped
from zhunsheng.casework.discretion.penalties import Proposal
from zhunsheng.casework.discretion.proposals import weigh_proposal
from zhunsheng.casework.discretion.switch import Switch, lighter_law
from zhunsheng.casework.discretion.tables import Circumstance, Tables


def by_age(age: int | None, tables: Tables | None = None) -> tuple[str, ...]:
    """Circumstances that everybody of an age has."""
    if age is None:
        return ()
    every = (tables or shipped()).circumstances.values()
    return tuple(c.code for c in every if c.ages is not None and c.ages.enough and c.ages.hold(age))


def open_to(age: int | None, tables: Tables | None = None) -> tuple[Circumstance, ...]:
    """The general circumstances somebody of an age can have; all of them where the age is not known."""
    every = (tables or shipped()).circumstances.values()
    return tuple(c for c in every if c.ages is None or age is None or c.ages.hold(age))


def band_fields(switch: Switch, chosen: Iterable[str]) -> dict[str, Any]:
    """How a penalty is weighed, as an act states it."""
    found = {"circumstances": ",".join(chosen), "band": switch.band.code, "applied_law": switch.law}
    return {name: value for name, value in found.items() if value}


def article_fields(switch: Switch, violation: str) -> dict[str, Any]:
    """The article applied."""
    version = shipped().violations[violation].on(switch.band.on)
    if version is None:
        return {}
    return {"law": version.law, "article": version.basis.cite or f"第{version.basis.article}条"}


def weighed_fields(
    violation: str,
    circumstances: Iterable[str],
    proposal: Proposal,
    *,
    conduct_on: dt.date,
    decided_on: dt.date,
    departure_reason: str = "",
) -> dict[str, Any]:
    """Every field of `penalty.proposed` or `penalty.decided` for a penalty under a violation of the catalogue.

    InputError for a code that is not in the tables. A penalty the law does not give is stated all the same; the door refuses it.
    """
    chosen = tuple(circumstances)
    switch = lighter_law(violation, conduct_on, decided_on, chosen)
    departs = weigh_proposal(switch.band, proposal, departure_reason).departs
    stated = {"decision": proposal.decision, "amount": proposal.amount, "days": proposal.days}
    stated["departure_reason"] = departure_reason if departs else None
    given = {name: value for name, value in stated.items() if value}
    return {"violation": violation, **band_fields(switch, chosen), "departs": departs, **given}
