"""Two stations of two branches become one: short words for the tests of mergers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.accountability.acting import numbering_set
from tests.procedure.dossiers import SUSPECT, Scene, at
from zhunsheng.base import clock
from zhunsheng.people import services as people
from zhunsheng.people.demo import OTHER_COUNTY, OTHER_STATION, STATION, Bureau
from zhunsheng.people.merging import Merger, unit_merge
from zhunsheng.people.models import Officer, Unit
from zhunsheng.people.roles import Role

WHY = "机构改革方案第3号"


def merged(
    bureau: Bureau, minutes: float, *, gone: str = STATION, into: str = OTHER_STATION, **more: Any
) -> Merger:
    """The first station of the one branch becomes part of that of the other."""
    with clock.holding(at(minutes)):
        return unit_merge(Unit.objects.get(code=gone), into=into, by=bureau.founder, reason=WHY, **more)


def overseer(
    bureau: Bureau, number: str = "演4001", over: str = OTHER_COUNTY, role: str = Role.SUPERVISOR
) -> Officer:
    """Somebody who supervises a branch since the start."""
    numbering_set()
    with clock.holding(at(0)):
        officer = people.officer_create(number, "监督丁", unit=over, by=bureau.founder)
        people.role_grant(officer, role, over, by=bureau.founder, reason="任命")
    return officer


def as_of_now(bureau: Bureau) -> Bureau:
    """The same people, as the tables have them."""
    fresh = {officer.pk: officer for officer in Officer.objects.all()}
    return replace(bureau, **{name: fresh[getattr(bureau, name).pk] for name in bureau.__dataclass_fields__})


def another(scene: Scene, minutes: float) -> Scene:
    """One more dossier in which a person is kept too long."""
    other = Scene(scene.bureau)
    other.do("report.received", minutes, fields={"case_kind": "public-order"}, subjects={"person": ("某甲",)})
    other.do("person.arrived", minutes + 10, fields={"identity_known": True}, subjects=SUSPECT)
    return other
