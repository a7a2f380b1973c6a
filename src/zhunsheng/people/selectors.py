"""Reads: which roles a person holds, what they are at an act, and which units lie under one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from zhunsheng.base import clock
from zhunsheng.people.codes import NO_QUALIFICATION, OfficerKind, QualificationKind, Rank
from zhunsheng.people.models import Officer, RoleAssignment, Unit
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


def unit_now(unit: Unit, at: dt.datetime | None = None) -> Unit:
    """The unit itself, or what it was merged into by that instant (now when not said), through every further merger."""
    while unit.merged_into is not None and (
        at is None or (unit.merged_at is not None and unit.merged_at <= at)
    ):
        unit = unit.merged_into
    return unit


_AS_ONE = """
WITH RECURSIVE whole(id, merged_into_id) AS (
    SELECT id, merged_into_id FROM people_unit WHERE code = %s
    UNION
    SELECT unit.id, unit.merged_into_id FROM people_unit unit
    JOIN whole ON unit.id = whole.merged_into_id OR unit.merged_into_id = whole.id
) SELECT code FROM people_unit JOIN whole USING (id)
"""


def units_as_one(code: str) -> list[str]:
    """The codes of a unit, of what it was merged into and of all that was merged into that; the unit alone where nothing was."""
    with connection.cursor() as cursor:
        cursor.execute(_AS_ONE, [code])
        return sorted(row[0] for row in cursor.fetchall())


def units_succeeded() -> dict[str, str]:
    """Of every unit that was merged what it belongs to now, through every further merger, by code."""
    into = dict(Unit.objects.exclude(merged_into=None).values_list("code", "merged_into__code"))
    found = {}
    for code, last in into.items():
        now = last
        while now in into:
            now = into[now]
        found[code] = now
    return found


def units_living() -> QuerySet[Unit]:
    """The units that may be chosen for something new: those not merged into another."""
    return Unit.objects.filter(merged_into=None)


def units_listed(codes: Iterable[str]) -> QuerySet[Unit]:
    """Units for a list to filter by, merged ones with their successors (`Unit.listed`), in the order of their codes."""
    return Unit.objects.select_related("merged_into").filter(code__in=codes).order_by("code")


def roles_held(officer: Officer, at: dt.datetime | None = None) -> list[Held]:
    """The roles in force at an instant (now when not said), in the order granted; none for an account that is shut."""
    if not officer.is_active:
        return []
    rows = RoleAssignment.objects.filter(officer=officer).at(at or clock.now()).values_list("role", "unit_id")
    return [Held(Role(role), unit) for role, unit in rows]


def standing_of(officer: Officer, act_role: str, at: dt.datetime) -> Standing:
    """The highest rank held at the instant, and the best qualification that counts for the role in the act."""
    return records_at([officer.number], at)[officer.number].standing(act_role)


def _best(kind: str, act_role: str, held: Collection[str]) -> str:
    """The code an act records; auxiliaries and programmes have none, whatever papers they hold."""
    if kind != OfficerKind.OFFICER:
        return NO_QUALIFICATION
    counting = _COUNTING.get(act_role, (QualificationKind.ENFORCEMENT,))
    return next((one.value for one in counting if one in held), NO_QUALIFICATION)


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


_POWER = """
WITH RECURSIVE above(id, code, parent_id) AS (
    SELECT id, code, parent_id FROM people_unit WHERE code = %s
    UNION ALL
    SELECT unit.id, unit.code, unit.parent_id FROM people_unit unit JOIN above ON unit.id = above.parent_id
)
SELECT EXISTS (
    SELECT FROM people_roleassignment held JOIN above ON above.code = held.unit_id
    WHERE held.officer_id = %s AND held.role = ANY(%s) AND held.valid_from <= %s
      AND (held.valid_to IS NULL OR held.valid_to > %s)
)
"""


def holds_over(officer: Officer, roles: Iterable[Role], unit: str, at: dt.datetime) -> bool:
    """Whether the officer holds one of the roles for that unit or one above it; never for an account that is shut."""
    if not officer.is_active:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_POWER, (unit, officer.pk, [role.value for role in roles], at, at))
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class Record:
    """What the register says of somebody at an instant: roles, ranks and qualifications in force, and the kind of account."""

    kind: str
    roles: frozenset[str]
    ranks: frozenset[str]
    qualifications: frozenset[str]

    def standing(self, act_role: str) -> Standing:
        """Highest rank, and the best qualification that counts for the role in the act."""
        rank = max((Rank(r) for r in self.ranks), key=_RANKS.index, default=Rank.OFFICER)
        return Standing(rank.value, _best(self.kind, act_role, self.qualifications))


_RECORDS = """
SELECT officer.number, officer.kind, '' AS what, '' AS code FROM people_officer officer WHERE officer.number = ANY(%(numbers)s)
UNION ALL
SELECT officer.number, officer.kind, term.what, term.code
FROM people_officer officer JOIN (
    SELECT officer_id, 'role' AS what, role AS code, valid_from, valid_to FROM people_roleassignment
    UNION ALL SELECT officer_id, 'rank', rank, valid_from, valid_to FROM people_post
    UNION ALL SELECT officer_id, 'qualification', kind, valid_from, valid_to FROM people_qualification
) AS term ON term.officer_id = officer.id
WHERE officer.number = ANY(%(numbers)s) AND term.valid_from <= %(at)s AND (term.valid_to IS NULL OR term.valid_to > %(at)s)
"""


def records_at(numbers: Iterable[str], at: dt.datetime) -> dict[str, Record]:
    """The register's entries for these officers at an instant, by number; an unknown number is left out.

    The term decides, not whether the account is open today: an act is judged by what its officers were when it happened.
    """
    found: dict[str, dict[str, set[str]]] = {}
    kinds: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, {"numbers": list(numbers), "at": at})
        for number, kind, what, code in cursor.fetchall():
            kinds[number] = kind
            found.setdefault(number, {}).setdefault(what, set()).add(code)
    return {
        number: Record(
            kinds[number],
            *(frozenset(terms.get(what, ())) for what in ("role", "rank", "qualification")),
        )
        for number, terms in found.items()
    }
