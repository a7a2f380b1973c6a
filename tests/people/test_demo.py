"""The made-up bureau comes about through the services, once, with somebody for every role."""

from __future__ import annotations

import datetime as dt

import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.people.demo import COUNTY, OTHER_STATION, STATION, demo_bureau
from zhunsheng.people.models import Officer, RoleAssignment, Unit
from zhunsheng.people.selectors import roles_held, units_under

pytestmark = pytest.mark.django_db


def test_every_role_has_an_officer_who_holds_it() -> None:
    bureau = demo_bureau()
    for role, officer in bureau.by_role().items():
        assert [held.role for held in roles_held(officer)] == [role]


def test_everybody_is_there_from_the_instant_named_and_not_before() -> None:
    at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    bureau = demo_bureau(at=at)
    before = at - dt.timedelta(microseconds=1)
    assert all(roles_held(officer, at) for officer in bureau.everyone())
    assert not any(roles_held(officer, before) for officer in bureau.everyone())


def test_the_tree_runs_from_the_ministry_to_the_station() -> None:
    demo_bureau()
    station, names = Unit.objects.get(code=STATION), []
    while station:
        names.append(station.kind)
        station = station.parent
    assert names == ["station", "county", "city", "province", "ministry"]
    assert STATION in units_under(COUNTY)
    assert OTHER_STATION not in units_under(COUNTY)


def test_a_second_bureau_is_refused_and_leaves_nothing_behind() -> None:
    demo_bureau()
    counts = [model.objects.count() for model in (Unit, Officer, RoleAssignment)]
    with pytest.raises(InputError, match="已有在任的系统管理员"):
        demo_bureau()
    assert [model.objects.count() for model in (Unit, Officer, RoleAssignment)] == counts


def test_a_password_lets_everybody_in() -> None:
    bureau = demo_bureau(password="演示口令四个字不够长")
    assert bureau.handler.check_password("演示口令四个字不够长")
    assert len({officer.password for officer in bureau.everyone()}) == 1
