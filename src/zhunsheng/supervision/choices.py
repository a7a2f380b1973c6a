"""Who may be named as the owner of a line of the ledger, for forms to offer; what is sent is checked where it is done."""

from __future__ import annotations

from zhunsheng.base import clock
from zhunsheng.people.codes import OfficerKind
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import holds_over, units_as_one, units_under

OFFERED = 300
"""Officers offered at most; anybody else's number may be typed."""
OWNING = (OfficerKind.OFFICER, OfficerKind.AUXILIARY)


def owners_offered(unit: str, *, by: Officer) -> list[tuple[str, str]]:
    """Number and name of the people of a unit, then of those below it. Nobody for one who does not supervise the unit."""
    if not holds_over(by, [Role.SUPERVISOR], unit, clock.now()):
        return []
    active = Officer.objects.filter(is_active=True, kind__in=OWNING).order_by("number")
    whole = units_as_one(unit)
    own = list(active.filter(unit__code__in=whole).values_list("number", "name")[:OFFERED])
    below = active.filter(unit__code__in=units_under(*whole)).exclude(unit__code__in=whole)
    return own + list(below.values_list("number", "name")[: OFFERED - len(own)])
