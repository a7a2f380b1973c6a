"""The accounts of the living bureau's sign-in page: somebody for each of the twelve roles, all with one password."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from zhunsheng.base import clock
from zhunsheng.people import services
from zhunsheng.people.codes import EnforcementLevel, OfficerKind, QualificationKind, Rank, UnitKind
from zhunsheng.people.models import ObserverGrant, Officer
from zhunsheng.people.roles import Role
from zhunsheng.supervision.demo.living import CITY, REASON, LivingBureau, branch_code, station_code

BRANCH, STATION = branch_code(1), station_code(1, 1)
PROCURATORATE = "990100990000"
OBSERVED_FOR = dt.timedelta(days=366)

BRANCH_SUPERVISOR, CITY_SUPERVISOR = "演2004", "演2008"
MORE: tuple[tuple[Role, str, str], ...] = (
    (Role.CUSTODY_KEEPER, STATION, "演2001"),
    (Role.RECORDING_KEEPER, STATION, "演2002"),
    (Role.WINDOW, STATION, "演2003"),
    (Role.SUPERVISOR, BRANCH, BRANCH_SUPERVISOR),
    (Role.ASSESSOR, BRANCH, "演2005"),
    (Role.AUDITOR, CITY, "演2006"),
    (Role.ADMINISTRATOR, BRANCH, "演2007"),
    (Role.SUPERVISOR, CITY, CITY_SUPERVISOR),
)
"""Roles that the cases of the made-up bureau need nobody for: role, unit, number."""


@dataclass(frozen=True)
class Account:
    """One line of the sign-in page."""

    number: str
    name: str
    role: str
    unit: str


def accounts_open(bureau: LivingBureau, at: dt.datetime, password: str) -> list[Account]:
    """Register who is missing, as of an instant, and give everybody listed the password."""
    with clock.holding(at):
        listed = list(everyone(bureau))
    kept = make_password(password)
    for officer, _, _ in listed:
        officer.password = kept
        officer.save(update_fields=["password"])
    names = {code: name for name, code in bureau.units.items()}
    return [
        Account(officer.number, officer.name, role.value, names.get(unit, unit))
        for officer, role, unit in listed
    ]


def everyone(bureau: LivingBureau) -> Iterator[tuple[Officer, Role, str]]:
    """Who is listed, role by role, those of one station and its branch first."""
    branch = bureau.made.branches[0]
    station = branch.stations[0]
    for one, role, unit in (
        (station.handlers[0], Role.HANDLER, STATION),
        (station.handlers[1], Role.HANDLER, STATION),
        (branch.reviewers[0], Role.LEGAL_REVIEWER, BRANCH),
        (station.head, Role.APPROVER, STATION),
        (branch.head, Role.APPROVER, BRANCH),
        (bureau.made.head, Role.APPROVER, CITY),
        (station.keeper, Role.PROPERTY_KEEPER, STATION),
    ):
        yield bureau.officers[one.number], role, unit
    for role, unit, number in MORE:
        yield somebody(bureau, role, unit, number), role, unit
    yield observer(bureau), Role.OUTSIDE_OBSERVER, PROCURATORATE


def somebody(bureau: LivingBureau, role: Role, unit: str, number: str) -> Officer:
    """An officer with a role."""
    officer = bureau.person(number, unit)
    if role is not Role.ADMINISTRATOR:
        services.qualification_grant(
            officer,
            QualificationKind.ENFORCEMENT,
            level=EnforcementLevel.MIDDLE,
            number=f"执{number}",
            by=bureau.founder,
            reason=REASON,
        )
    services.post_grant(officer, "民警", rank=Rank.OFFICER, unit=unit, by=bureau.founder, reason=REASON)
    services.role_grant(officer, role, unit, by=bureau.founder, reason=REASON)
    bureau.officers[number] = officer
    return officer


def observer(bureau: LivingBureau) -> Officer:
    """Somebody of the procuratorate, who may see the cases of one branch."""
    bureau.unit("演示市人民检察院", PROCURATORATE, UnitKind.OUTSIDE, CITY)
    officer = bureau.person("演2009", PROCURATORATE, kind=OfficerKind.OBSERVER)
    services.role_grant(officer, Role.OUTSIDE_OBSERVER, CITY, by=bureau.founder, reason=REASON)
    services.observer_grant(
        officer,
        entity=ObserverGrant.UNIT,
        subject=BRANCH,
        unit=BRANCH,
        basis="演示：检察监督调阅函",
        valid_to=clock.now() + OBSERVED_FOR,
        by=bureau.officers[BRANCH_SUPERVISOR],
        reason=REASON,
    )
    bureau.officers[officer.number] = officer
    return officer
