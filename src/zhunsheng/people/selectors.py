"""Reads: which roles a person holds, what they are at an act, and which units lie under one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from zhunsheng.base import clock
from zhunsheng.people.codes import NO_QUALIFICATION, OfficerKind, QualificationKind, Rank
from zhunsheng.people.models import Officer, Post, Qualification, RoleAssignment, Unit
from zhunsheng.people.roles import Role


@dataclass(frozen=True)
class Held:
    """A role in force, and the unit it is held for (with everything below)."""

    role: Role
    unit_code: str


@dataclass(frozen=True)
class Standing:
    """What an officer is at an act, in the codes of `acts.roles`."""

    rank: str
    qualification: str


# Which qualifications count for a role, best first; for every other role the enforcement qualification counts.
_COUNTING: dict[str, tuple[QualificationKind, ...]] = {
    Role.LEGAL_REVIEWER: (
        QualificationKind.LEGAL_PROFESSION,
        QualificationKind.REVIEWER_BEFORE_RULE,
        QualificationKind.ENFORCEMENT,
    ),
}
_RANKS = list(Rank)

_SUBTREE = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM people_unit WHERE code = ANY (%s)
    UNION
    SELECT unit.id FROM people_unit unit JOIN below ON unit.parent_id = below.id
) SELECT id FROM below
"""


def units_under(*codes: str) -> QuerySet[Unit, str]:
    """The codes of these units and of every unit below them; a code nobody has adds none."""
    # The recursion starts at the unit, so its cost is that of the subtree, not of the whole country.
    subtree = RawSQL(_SUBTREE, [list(codes)])  # noqa: S611 - the text is ours, the codes are a parameter
    return Unit.objects.filter(pk__in=subtree).order_by("code").values_list("code", flat=True)


def roles_held(officer: Officer, at: dt.datetime | None = None) -> list[Held]:
    """The roles in force at an instant (now when not said), in the order granted; none for an account that is shut."""
    if not officer.is_active:
        return []
    rows = RoleAssignment.objects.filter(officer=officer).at(at or clock.now()).values_list("role", "unit_id")
    return [Held(Role(role), unit) for role, unit in rows]


def standing_of(officer: Officer, act_role: str, at: dt.datetime) -> Standing:
    """The highest rank held at the instant, and the best qualification that counts for the role in the act."""
    ranks = Post.objects.filter(officer=officer).at(at).values_list("rank", flat=True)
    rank = max((Rank(r) for r in ranks), key=_RANKS.index, default=Rank.OFFICER)
    return Standing(rank.value, _qualification(officer, act_role, at))


def _qualification(officer: Officer, act_role: str, at: dt.datetime) -> str:
    """The code an act records; auxiliaries and programmes have none, whatever papers they hold."""
    if officer.kind != OfficerKind.OFFICER:
        return NO_QUALIFICATION
    held = set(Qualification.objects.filter(officer=officer).at(at).values_list("kind", flat=True))
    counting = _COUNTING.get(act_role, (QualificationKind.ENFORCEMENT,))
    return next((kind.value for kind in counting if kind in held), NO_QUALIFICATION)


_ABOVE = """
WITH RECURSIVE above(id, code, parent_id) AS (
    SELECT id, code, parent_id FROM people_unit WHERE code = %s
    UNION ALL
    SELECT unit.id, unit.code, unit.parent_id FROM people_unit unit JOIN above ON unit.id = above.parent_id
) SELECT code FROM above
"""


def units_over(code: str) -> list[str]:
    """The codes of a unit and of every unit above it, from the unit up; empty for a code nobody has."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [code])
        return [row[0] for row in cursor.fetchall()]
