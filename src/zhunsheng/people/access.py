"""How far a person sees: for one purpose, at one instant, the units and the single things within reach. Nothing else is.

Fails closed: an account that is shut, an unknown purpose, a role that may not give it, or no role at all is `Denied`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from zhunsheng.base import clock
from zhunsheng.people.bilingual import both
from zhunsheng.people.models import ObserverGrant, Officer
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held, units_under

NOT_WITHIN_REACH = both(
    "没有这项内容，或者您无权查看。", "There is no such thing, or it is not yours to see."
)
"""One sentence for what is absent and what is out of reach, so that asking reveals nothing."""


class Denied(PermissionDenied):
    """Not within reach; the same for a thing that does not exist and one that is somebody else's."""

    def __init__(self) -> None:
        super().__init__(str(NOT_WITHIN_REACH))


@dataclass(frozen=True)
class Reach:
    """What one person may see for one purpose at one instant."""

    purpose: str
    roles: frozenset[Role]
    """The roles held that may give the purpose."""
    at: dt.datetime
    contents: bool = True
    """Whether the purpose opens contents at all; logs and accounts only where false."""
    units: frozenset[str] = frozenset()
    """Codes of the units within reach: those the roles are held for, and all below."""
    subjects: frozenset[tuple[str, str]] = field(default=frozenset())
    """Single things granted one by one, as (kind of thing, its id)."""

    def covers(self, unit_code: str) -> bool:
        """Whether that unit lies within reach."""
        return unit_code in self.units

    def singly(self, entity: str) -> list[str]:
        """The ids of the things of a kind that were granted one by one."""
        return sorted(subject for kind, subject in self.subjects if kind == entity)

    def within(self, unit_field: str, *, entity: str = "", id_field: str = "pk") -> Q:
        """The rows of a table whose unit, by code, lies within reach, or which were granted one by one as `entity`."""
        if not self.contents:
            return NOTHING
        singly = self.singly(entity) if entity else []
        return Q(**{f"{unit_field}__in": self.units}) | Q(**{f"{id_field}__in": singly})


NOTHING = Q(pk__in=())
"""No row at all."""


def reach(by: Officer, purpose: str, at: dt.datetime | None = None) -> Reach:
    """How far `by` sees for a purpose of `purposes.PURPOSES`; Denied when not at all."""
    instant = at or clock.now()
    chosen = PURPOSES.get(purpose)
    held = [one for one in roles_held(by, instant) if chosen and one.role in chosen.roles]
    if chosen is None or not held:
        raise Denied
    roles = frozenset(one.role for one in held)
    if chosen.explicit:
        units, subjects = _granted(by, purpose, instant)
    else:
        units, subjects = frozenset(one.unit_code for one in held), frozenset()
    return Reach(purpose, roles, instant, chosen.contents, frozenset(units_under(*units)), subjects)


def _granted(by: Officer, purpose: str, at: dt.datetime) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The units and the single things an observer was granted for that purpose, in force at the instant."""
    rows = ObserverGrant.objects.filter(officer=by, purpose=purpose).at(at).values_list("entity", "subject")
    units = frozenset(subject for entity, subject in rows if entity == ObserverGrant.UNIT)
    return units, frozenset(row for row in rows if row[0] != ObserverGrant.UNIT)
