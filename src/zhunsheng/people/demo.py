"""A made-up bureau for demonstrations and tests: the whole tree from the ministry to a station, somebody for every role.

Everything goes through the services, as it would in a real one; nobody here is or was anybody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.people import services
from zhunsheng.people.codes import EnforcementLevel, OfficerKind, QualificationKind, Rank, UnitKind
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role

REASON = "演示数据"
OBSERVED_FOR = dt.timedelta(days=90)

MINISTRY, PROVINCE, CITY = "000000000000", "990000000000", "990100000000"
COUNTY, STATION, LEGAL, KEEPING, DISCIPLINE = (
    "990101000000",
    "990101010000",
    "990101900100",
    "990101900200",
    "990101900300",
)
OTHER_COUNTY, OTHER_STATION, PROCURATORATE = "990102000000", "990102010000", "990100990000"

UNITS: tuple[tuple[str, str, str, UnitKind, str], ...] = (
    (PROVINCE, "演示省公安厅", "Demo Province Public Security Department", UnitKind.PROVINCE, MINISTRY),
    (CITY, "演示市公安局", "Demo City Public Security Bureau", UnitKind.CITY, PROVINCE),
    (COUNTY, "演示市公安局甲分局", "Branch A", UnitKind.COUNTY, CITY),
    (STATION, "甲分局第一派出所", "Branch A, Station 1", UnitKind.STATION, COUNTY),
    (LEGAL, "甲分局法制大队", "Branch A, Legal Department", UnitKind.DEPARTMENT, COUNTY),
    (KEEPING, "甲分局涉案财物管理中心", "Branch A, Property Centre", UnitKind.DEPARTMENT, COUNTY),
    (DISCIPLINE, "甲分局督察大队", "Branch A, Inspectors", UnitKind.DEPARTMENT, COUNTY),
    (OTHER_COUNTY, "演示市公安局乙分局", "Branch B", UnitKind.COUNTY, CITY),
    (OTHER_STATION, "乙分局第一派出所", "Branch B, Station 1", UnitKind.STATION, OTHER_COUNTY),
    (PROCURATORATE, "演示市人民检察院", "Demo City Procuratorate", UnitKind.OUTSIDE, CITY),
)


@dataclass(frozen=True)
class Bureau:
    """The officers by what they are; their numbers are 演1001 and so on."""

    founder: Officer
    """Administrator for the whole tree."""
    administrator: Officer
    handler: Officer
    second_handler: Officer
    legal_reviewer: Officer
    approver: Officer
    property_keeper: Officer
    custody_keeper: Officer
    recording_keeper: Officer
    supervisor: Officer
    assessor: Officer
    window: Officer
    outside_observer: Officer
    """Granted nothing yet: `services.observer_grant` does that, by the supervisor."""
    auditor: Officer
    auxiliary: Officer
    machine: Officer
    other_handler: Officer
    """Of another station under another branch, as `other_approver` is of that branch."""
    other_approver: Officer

    def by_role(self) -> dict[Role, Officer]:
        """One officer for each of the twelve roles."""
        return {role: getattr(self, role.value.replace("-", "_")) for role in Role}

    def everyone(self) -> list[Officer]:
        """All of them."""
        return [getattr(self, name) for name in self.__dataclass_fields__]


@dataclass(frozen=True)
class _Person:
    """How one officer of the bureau comes about."""

    name: str
    unit: str
    role: Role | None
    role_unit: str = ""
    kind: OfficerKind = OfficerKind.OFFICER
    rank: Rank = Rank.OFFICER
    title: str = "民警"
    level: EnforcementLevel | None = EnforcementLevel.BASIC
    legal: bool = False


PEOPLE: dict[str, _Person] = {
    "administrator": _Person("管理甲", COUNTY, Role.ADMINISTRATOR, COUNTY, level=None),
    "handler": _Person("办案甲", STATION, Role.HANDLER),
    "second_handler": _Person("办案乙", STATION, Role.HANDLER),
    "legal_reviewer": _Person(
        "审核甲", LEGAL, Role.LEGAL_REVIEWER, COUNTY, level=EnforcementLevel.ADVANCED, legal=True
    ),
    "approver": _Person(
        "审批甲", COUNTY, Role.APPROVER, rank=Rank.CHIEF, title="分局局长", level=EnforcementLevel.ADVANCED
    ),
    "property_keeper": _Person("保管甲", KEEPING, Role.PROPERTY_KEEPER, COUNTY),
    "custody_keeper": _Person("看护甲", STATION, Role.CUSTODY_KEEPER),
    "recording_keeper": _Person("记录甲", STATION, Role.RECORDING_KEEPER),
    "supervisor": _Person(
        "监督甲", DISCIPLINE, Role.SUPERVISOR, COUNTY, rank=Rank.DEPUTY, title="督察大队副大队长"
    ),
    "assessor": _Person("考评甲", LEGAL, Role.ASSESSOR, COUNTY, level=EnforcementLevel.MIDDLE),
    "window": _Person("窗口甲", STATION, Role.WINDOW),
    "outside_observer": _Person(
        "检察甲", PROCURATORATE, Role.OUTSIDE_OBSERVER, CITY, kind=OfficerKind.OBSERVER, level=None, title=""
    ),
    "auditor": _Person("审计甲", CITY, Role.AUDITOR, level=None),
    "auxiliary": _Person(
        "辅警甲", STATION, Role.RECORDING_KEEPER, kind=OfficerKind.AUXILIARY, level=None, title=""
    ),
    "machine": _Person(
        "执法记录仪采集站", STATION, Role.RECORDING_KEEPER, kind=OfficerKind.MACHINE, level=None, title=""
    ),
    "other_handler": _Person("办案丙", OTHER_STATION, Role.HANDLER),
    "other_approver": _Person(
        "审批乙",
        OTHER_COUNTY,
        Role.APPROVER,
        rank=Rank.CHIEF,
        title="分局局长",
        level=EnforcementLevel.ADVANCED,
    ),
}


@transaction.atomic
def demo_bureau(*, at: dt.datetime | None = None, password: str | None = None) -> Bureau:
    """Make the bureau, all of it from `at` (now when not said); everybody gets the password where one is given.

    InputError where the tree or an administrator is there already.
    """
    with clock.holding(at or clock.now()):
        founder = services.administrator_found(
            "演1000", "创始管理员", unit_code=MINISTRY, unit_name="演示公安部", kind=UnitKind.MINISTRY
        )
        for code, zh, en, kind, parent in UNITS:
            services.unit_create(code, zh, name_en=en, kind=kind, parent=parent, by=founder)
        made = {
            name: _person(f"演{1001 + n}", person, founder) for n, (name, person) in enumerate(PEOPLE.items())
        }
    bureau = Bureau(founder=founder, **made)
    if password is not None:
        # Hashed once: it is one password anyway, and hashing is slow on purpose.
        kept = make_password(password)
        for officer in bureau.everyone():
            officer.password = kept
            officer.save(update_fields=["password"])
    return bureau


def _person(number: str, person: _Person, founder: Officer) -> Officer:
    """One officer with post, qualifications and role."""
    officer = services.officer_create(number, person.name, unit=person.unit, kind=person.kind, by=founder)
    if person.title:
        services.post_grant(
            officer, person.title, rank=person.rank, unit=person.unit, by=founder, reason=REASON
        )
    if person.level:
        services.qualification_grant(
            officer,
            QualificationKind.ENFORCEMENT,
            level=person.level,
            number=f"执{number}",
            by=founder,
            reason=REASON,
        )
    if person.legal:
        services.qualification_grant(
            officer, QualificationKind.LEGAL_PROFESSION, number=f"法{number}", by=founder, reason=REASON
        )
    if person.kind == OfficerKind.AUXILIARY:
        services.qualification_grant(officer, QualificationKind.AUXILIARY, by=founder, reason=REASON)
    if person.role:
        services.role_grant(officer, person.role, person.role_unit or person.unit, by=founder, reason=REASON)
    return officer
