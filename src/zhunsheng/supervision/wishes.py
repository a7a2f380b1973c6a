"""What is wished of the rulebook: proposals of norms, from whatever capability they come, listed where norms are changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held, units_under
from zhunsheng.supervision.models import HandDown

READS = frozenset((Role.LEGAL_REVIEWER, Role.APPROVER, Role.SUPERVISOR))
"""Who reads the rulebook's page."""
SHOWN = 200


@dataclass(frozen=True)
class Wish:
    """One proposal: its text, what it came from, since when, and where it is answered; nobody is named."""

    text: str
    source: str
    at: dt.datetime
    url: str = ""
    """Empty where it is answered by the reply to the paper it came with."""
    reads: frozenset[Role] = READS
    """Who may follow the address."""


Source = Callable[[frozenset[str]], Iterable[Wish]]
_sources: dict[str, Source] = {}


def wishes_register(name: str, source: Source) -> None:
    """Add a source, asked for the proposals of units that nobody has answered yet. ValueError when the name is taken."""
    if _sources.setdefault(name, source) is not source:
        msg = f"two sources of proposals are called {name}"
        raise ValueError(msg)


def wishes(by: Officer) -> list[Wish]:
    """What is still to be answered, of the units a person has a say in, the oldest first."""
    held = [one for one in roles_held(by) if one.role in READS]
    units = frozenset(units_under(*(one.unit_code for one in held)))
    found = [wish for source in _sources.values() for wish in source(units)]
    return sorted(found, key=lambda wish: wish.at)[:SHOWN]


def hand_downs_wished(units: frozenset[str]) -> list[Wish]:
    """The proposals that came with papers handed down and not replied to yet."""
    rows = HandDown.objects.unfenced("of the units named").filter(unit_id__in=units, replied_at=None)
    return [
        Wish(row.proposal, f"{row.organ} {row.number}", row.received_at)
        for row in rows.exclude(proposal="").order_by("received_at")[:SHOWN]
    ]
