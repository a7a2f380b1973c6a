"""Reach: for a purpose, at an instant, the units a role is held for and those below; nothing else, and nothing by default."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.people.rows import observer_grant
from zhunsheng.base import clock
from zhunsheng.people import services
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.demo import CITY, COUNTY, KEEPING, LEGAL, OTHER_COUNTY, OTHER_STATION, STATION, Bureau
from zhunsheng.people.models import RoleAssignment, Unit
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.roles import Role

HOUR = dt.timedelta(hours=1)


def test_a_handler_reaches_their_own_station_and_no_other(bureau: Bureau) -> None:
    found = reach(bureau.handler, "handling")
    assert found.units == {STATION}
    assert found.roles == {Role.HANDLER}
    assert not found.covers(OTHER_STATION)
    assert not found.covers(COUNTY)


def test_a_reviewer_of_a_bureau_reaches_everything_below_it(bureau: Bureau) -> None:
    units = reach(bureau.legal_reviewer, "review").units
    assert {COUNTY, STATION, LEGAL, KEEPING} <= units
    assert not units & {CITY, OTHER_COUNTY, OTHER_STATION}


def test_a_role_opens_exactly_the_purposes_that_name_it(bureau: Bureau) -> None:
    for role, officer in bureau.by_role().items():
        for purpose, known in PURPOSES.items():
            if role in known.roles:
                assert reach(officer, purpose).roles == {role}
            else:
                with pytest.raises(Denied):
                    raise AssertionError((role, reach(officer, purpose)))


def test_a_purpose_that_is_not_on_the_list_opens_nothing(bureau: Bureau) -> None:
    for officer in bureau.everyone():
        for purpose in ("", "HANDLING", "curiosity", "handling "):
            with pytest.raises(Denied):
                reach(officer, purpose)


def test_without_a_role_nothing_opens(bureau: Bureau) -> None:
    somebody = services.officer_create("新1", "新来的", unit=STATION, by=bureau.founder)
    for purpose in PURPOSES:
        with pytest.raises(Denied):
            reach(somebody, purpose)


def test_a_suspended_account_reaches_nothing(bureau: Bureau) -> None:
    services.officer_suspend(bureau.handler, by=bureau.administrator, reason="-")
    with pytest.raises(Denied):
        reach(bureau.handler, "handling")


def test_reach_begins_and_ends_with_the_role(bureau: Bureau) -> None:
    row = RoleAssignment.objects.get(officer=bureau.handler)
    services.role_end(row, by=bureau.founder, reason="-", at=row.valid_from + HOUR)
    assert reach(bureau.handler, "handling", row.valid_from).units == {STATION}
    assert reach(bureau.handler, "handling", row.valid_from + HOUR - clock.MICROSECOND).units == {STATION}
    for at in (row.valid_from - clock.MICROSECOND, row.valid_from + HOUR):
        with pytest.raises(Denied):
            reach(bureau.handler, "handling", at)


def test_the_administrator_and_the_auditor_reach_no_contents(bureau: Bureau) -> None:
    for officer, purpose in ((bureau.administrator, "administration"), (bureau.auditor, "audit")):
        found = reach(officer, purpose)
        assert not found.contents
        assert not Unit.objects.filter(found.within("code")).exists(), (
            "units stand in for any table of contents here"
        )


def test_a_new_station_is_within_reach_of_those_above_it_at_once(bureau: Bureau) -> None:
    services.unit_create("990101020000", "甲分局第二派出所", kind="station", parent=COUNTY, by=bureau.founder)
    assert reach(bureau.legal_reviewer, "review").covers("990101020000")
    assert not reach(bureau.handler, "handling").covers("990101020000")


def test_two_roles_for_one_purpose_add_up(bureau: Bureau) -> None:
    services.role_grant(bureau.handler, Role.HANDLER, LEGAL, by=bureau.founder, reason="专案组")
    assert reach(bureau.handler, "handling").units == {STATION, LEGAL}


# ---------------------------------------------------------------- outside observers


def test_an_outside_observer_sees_nothing_until_it_is_granted(bureau: Bureau) -> None:
    found = reach(bureau.outside_observer, "outside-supervision")
    assert (found.units, found.subjects) == (frozenset(), frozenset())
    assert not Unit.objects.filter(found.within("code")).exists()


def test_an_outside_observer_sees_what_was_granted_for_as_long_as_it_was(bureau: Bureau) -> None:
    until = clock.now() + HOUR
    grant = services.observer_grant(
        bureau.outside_observer,
        entity="dossier",
        subject="d-1",
        unit=STATION,
        basis="检察建议书第1号",
        valid_to=until,
        by=bureau.supervisor,
        reason="专项检查",
    )
    found = reach(bureau.outside_observer, "outside-supervision")
    assert found.units == frozenset()
    assert found.singly("dossier") == ["d-1"]
    assert found.singly("recording") == []
    assert reach(bureau.outside_observer, "outside-supervision", until).subjects == frozenset()
    services.observer_end(grant, by=bureau.supervisor, reason="检查结束")
    assert reach(bureau.outside_observer, "outside-supervision").subjects == frozenset()


def test_a_unit_granted_to_an_observer_comes_with_what_is_below_it(bureau: Bureau) -> None:
    observer_grant(bureau, subject=COUNTY)
    assert STATION in reach(bureau.outside_observer, "outside-supervision").units


@pytest.mark.parametrize(
    "more",
    [
        {"unit": OTHER_STATION},
        {"entity": "unit", "subject": OTHER_COUNTY},
        {"purpose": "supervision"},
    ],
)
def test_a_supervisor_lets_an_observer_in_only_where_they_supervise(
    bureau: Bureau, more: dict[str, str]
) -> None:
    given = {"entity": "dossier", "subject": "d-1", "unit": STATION, **more}
    with pytest.raises(Denied):
        services.observer_grant(
            bureau.outside_observer,
            basis="-",
            valid_to=clock.now() + HOUR,
            by=bureau.supervisor,
            reason="-",
            **given,
        )


def test_nobody_else_lets_observers_in(bureau: Bureau) -> None:
    given = {"entity": "dossier", "subject": "d-1", "unit": STATION, "valid_to": clock.now() + HOUR}
    for role, officer in bureau.by_role().items():
        if role is not Role.SUPERVISOR:
            with pytest.raises(Denied):
                services.observer_grant(bureau.outside_observer, basis="-", by=officer, reason="-", **given)


def test_what_is_denied_and_what_does_not_exist_sound_the_same(bureau: Bureau) -> None:
    with pytest.raises(Denied) as one:
        reach(bureau.handler, "review")
    with pytest.raises(Denied) as other:
        reach(bureau.handler, "nothing")
    assert str(one.value) == str(other.value) == "没有这项内容，或者您无权查看。"
