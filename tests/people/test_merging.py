"""Mergers of units: everything is reached through the successor, nothing new arises in the merged one, nothing is granted silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.codes import OfficerKind, Rank, UnitKind
from zhunsheng.people.demo import (
    CITY,
    COUNTY,
    LEGAL,
    MINISTRY,
    OTHER_COUNTY,
    OTHER_STATION,
    PROCURATORATE,
    STATION,
    Bureau,
)
from zhunsheng.people.merging import Merger, unit_merge
from zhunsheng.people.models import AccountEvent, ObserverGrant, Officer, Post, RoleAssignment, Unit
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import (
    holds_over,
    unit_now,
    units_listed,
    units_living,
    units_over,
    units_under,
)

WHY = "机构改革方案第3号"
HOUR = dt.timedelta(hours=1)


def named(code: str) -> Unit:
    return Unit.objects.select_related("merged_into").get(code=code)


def merged(bureau: Bureau, gone: str = STATION, into: str = OTHER_STATION, **more: Any) -> Merger:
    given: dict[str, Any] = {"by": bureau.founder, "reason": WHY, **more}
    return unit_merge(named(gone), into=into, **given)


def grant(bureau: Bureau, officer: Officer, role: str, unit: str, **more: Any) -> RoleAssignment:
    return services.role_grant(officer, role, unit, by=bureau.founder, reason="-", **more)


# ---------------------------------------------------------------- where everything goes


def test_what_was_below_moves_up_and_the_merged_unit_stands_below_its_successor(bureau: Bureau) -> None:
    merged(bureau, COUNTY, OTHER_COUNTY)
    gone = named(COUNTY)
    assert (gone.merged_into, gone.parent) == (named(OTHER_COUNTY), named(OTHER_COUNTY))
    assert gone.merged_at is not None
    assert {STATION, LEGAL, COUNTY, OTHER_STATION} <= set(units_under(OTHER_COUNTY))
    assert units_over(STATION)[:2] == [STATION, OTHER_COUNTY]
    assert units_over(COUNTY)[:2] == [COUNTY, OTHER_COUNTY]
    assert list(units_under(COUNTY)) == [COUNTY]
    assert not Officer.objects.filter(unit=COUNTY).exists()
    assert Officer.objects.get(number=bureau.approver.number).unit_id == OTHER_COUNTY


def test_whoever_holds_a_role_over_the_successor_reaches_it_and_roles_over_it_go_on(bureau: Bureau) -> None:
    assert STATION not in reach(bureau.other_handler, "handling").units
    merged(bureau)
    assert reach(bureau.other_handler, "handling").units == {OTHER_STATION, STATION}
    assert reach(bureau.handler, "handling").units == {STATION}
    assert holds_over(bureau.other_approver, [Role.APPROVER], STATION, clock.now())
    assert not holds_over(bureau.approver, [Role.APPROVER], STATION, clock.now())


def test_a_merger_is_in_the_log_with_who_and_why(bureau: Bureau) -> None:
    merged(bureau)
    line = AccountEvent.objects.get(event="unit-merged")
    assert (line.officer, line.by) == (None, bureau.founder)
    assert line.detail == f"{STATION} → {OTHER_STATION}：{WHY}"


def test_a_merger_says_what_it_touches(bureau: Bureau) -> None:
    told = merged(bureau, COUNTY, OTHER_COUNTY).concerned
    assert (told.units_moved, told.units_under, told.roles) == (4, 5, 6)
    assert told.officers == 2


def test_a_merger_of_a_merger_leads_to_the_last(bureau: Bureau) -> None:
    before = clock.now()
    with clock.holding(before + HOUR):
        merged(bureau)
    with clock.holding(before + 2 * HOUR):
        merged(bureau, OTHER_STATION, LEGAL)
    assert units_over(STATION)[:4] == [STATION, OTHER_STATION, LEGAL, COUNTY]
    assert unit_now(named(STATION)).code == LEGAL
    for hours, code in ((0, STATION), (1, OTHER_STATION), (1.5, OTHER_STATION), (2, LEGAL)):
        assert unit_now(named(STATION), before + hours * HOUR).code == code
    assert set(units_under(LEGAL)) == {LEGAL, STATION, OTHER_STATION}


def test_a_unit_may_become_part_of_the_one_above(bureau: Bureau) -> None:
    merged(bureau, STATION, COUNTY)
    assert units_over(STATION)[:2] == [STATION, COUNTY]
    assert Officer.objects.get(number=bureau.handler.number).unit_id == COUNTY


def test_lists_name_the_successor_and_offer_only_what_lives(bureau: Bureau) -> None:
    merged(bureau)
    (gone,) = units_listed([STATION])
    assert str(gone.listed) == "甲分局第一派出所（已并入乙分局第一派出所）"
    assert str(units_listed([COUNTY])[0].listed) == "演示市公安局甲分局"
    assert not units_living().filter(code=STATION).exists()
    assert units_living().filter(code=OTHER_STATION).exists()


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("gone", "into", "word"),
    [
        (STATION, STATION, "自己"),
        (COUNTY, STATION, "下级单位"),
        (MINISTRY, CITY, "下级单位"),
        (STATION, PROCURATORATE, "外部监督机关"),
        (PROCURATORATE, COUNTY, "外部监督机关"),
        (STATION, "没有", "没有这个单位代码"),
    ],
)
def test_a_merger_that_cannot_be_is_refused_in_words(bureau: Bureau, gone: str, into: str, word: str) -> None:
    with pytest.raises(InputError, match=word) as refused:
        merged(bureau, gone, into)
    assert refused.value.en
    assert named(gone).merged_into is None


def test_a_merger_needs_a_reason_and_an_administrator_of_both(bureau: Bureau) -> None:
    with pytest.raises(InputError, match="理由"):
        merged(bureau, reason=" ")
    for by in (bureau.administrator, bureau.supervisor, bureau.approver):
        with pytest.raises(Denied):
            merged(bureau, by=by)
    merged(bureau, LEGAL, COUNTY, by=bureau.administrator)


def test_a_unit_is_merged_once_and_nothing_is_merged_into_it(bureau: Bureau) -> None:
    merged(bureau)
    for gone, into in ((STATION, LEGAL), (LEGAL, STATION), (OTHER_STATION, STATION)):
        with pytest.raises(InputError, match="甲分局第一派出所已并入乙分局第一派出所") as refused:
            merged(bureau, gone, into)
        assert OTHER_STATION in refused.value.remedy_zh
        assert OTHER_STATION in refused.value.remedy_en


def test_a_merger_refused_leaves_everything_as_it_was(bureau: Bureau) -> None:
    before = [list(Unit.objects.order_by("pk").values()), list(Officer.objects.order_by("pk").values())]
    with pytest.raises(InputError):
        merged(bureau, COUNTY, STATION, roles=True)
    assert before == [
        list(Unit.objects.order_by("pk").values()),
        list(Officer.objects.order_by("pk").values()),
    ]
    assert not AccountEvent.objects.filter(event="unit-merged").exists()


def test_nothing_new_arises_in_what_was_merged(bureau: Bureau) -> None:
    merged(bureau)
    by, end = bureau.founder, clock.now() + HOUR
    attempts: tuple[Callable[[], object], ...] = (
        lambda: services.unit_create("9", "新", kind=UnitKind.STATION, parent=STATION, by=by),
        lambda: services.unit_move(named(LEGAL), by=by, parent=STATION),
        lambda: services.unit_move(named(STATION), by=by, parent=COUNTY),
        lambda: services.officer_create("9", "新", unit=STATION, by=by),
        lambda: services.officer_move(bureau.other_handler, by=by, unit=STATION),
        lambda: services.role_grant(bureau.other_handler, Role.HANDLER, STATION, by=by, reason="-"),
        lambda: services.post_grant(
            bureau.other_handler, "-", rank=Rank.OFFICER, unit=STATION, by=by, reason="-"
        ),
    )
    for attempt in attempts:
        with pytest.raises(InputError, match="已并入乙分局第一派出所"):
            attempt()
    supervisor = services.officer_create("督9", "督", unit=CITY, by=by)
    grant(bureau, supervisor, Role.SUPERVISOR, CITY)
    with pytest.raises(InputError, match="已并入"):
        services.observer_grant(
            bureau.outside_observer,
            entity="unit",
            subject=STATION,
            unit=STATION,
            basis="函",
            valid_to=end,
            by=supervisor,
            reason="-",
        )
    # One thing of the merged unit may still be shown.
    services.observer_grant(
        bureau.outside_observer,
        entity="dossier",
        subject="1",
        unit=STATION,
        basis="函",
        valid_to=end,
        by=supervisor,
        reason="-",
    )


def test_the_database_refuses_it_too(bureau: Bureau) -> None:
    merged(bureau)
    present, gone = clock.now(), Unit.objects.filter(code=STATION)
    term = {"officer": bureau.other_handler, "unit_id": STATION, "granted_by": bureau.founder, "reason": "-"}
    attempts: tuple[tuple[str, Callable[[], object]], ...] = (
        ("stays where it went", lambda: gone.update(merged_into=None, merged_at=None)),
        ("stays where it went", lambda: gone.update(parent=named(COUNTY))),
        ("stays where it went", lambda: gone.update(merged_at=present)),
        (
            "was merged",
            lambda: Unit.objects.create(code="9", name_zh="新", kind="station", parent=named(STATION)),
        ),
        ("was merged", lambda: Unit.objects.filter(code=LEGAL).update(parent=named(STATION))),
        ("was merged", lambda: Officer.objects.create(number="9", name="新", unit_id=STATION)),
        ("was merged", lambda: Officer.objects.filter(pk=bureau.auditor.pk).update(unit_id=STATION)),
        ("was merged", lambda: Post.objects.create(title="-", rank="officer", **term)),
        (
            "was merged",
            lambda: RoleAssignment.objects.create(
                role=Role.HANDLER, valid_from=present, granted_at=present, **term
            ),
        ),
        (
            "was merged",
            lambda: ObserverGrant.objects.create(
                officer=bureau.outside_observer,
                purpose="outside-supervision",
                entity="unit",
                subject=STATION,
                basis="-",
                valid_to=present + HOUR,
                granted_by=bureau.supervisor,
                reason="-",
            ),
        ),
    )
    for word, attempt in attempts:
        with pytest.raises(Error, match=word), transaction.atomic():
            attempt()


def test_the_database_takes_no_half_merger(bureau: Bureau) -> None:
    other, present = named(OTHER_COUNTY), clock.now()
    for columns in (
        {"merged_into": other, "merged_at": present},
        {"merged_into": other, "parent": other},
        {"merged_at": present},
        {"merged_into": other, "parent": other, "merged_at": present},
    ):
        with pytest.raises(Error), transaction.atomic():
            Unit.objects.filter(code=COUNTY).update(**columns)


# ---------------------------------------------------------------- roles


def test_no_role_is_granted_unless_asked_for(bureau: Bureau) -> None:
    before = RoleAssignment.objects.count()
    done = merged(bureau)
    assert (done.granted, done.left) == ([], [])
    assert RoleAssignment.objects.count() == before
    assert done.concerned.roles == 7


def test_asked_for_every_role_is_granted_as_an_administrator_would(bureau: Bureau) -> None:
    end = clock.now() + 5 * HOUR
    later = clock.now() + HOUR
    newcomer = services.officer_create("新1", "新来的", unit=STATION, by=bureau.founder)
    grant(bureau, newcomer, Role.WINDOW, STATION, valid_from=later, valid_to=end)
    done = merged(bureau, roles=True)
    assert done.left == []
    assert {(one.officer, one.role) for one in done.granted} == {
        (bureau.handler, "handler"),
        (bureau.second_handler, "handler"),
        (bureau.custody_keeper, "custody-keeper"),
        (bureau.recording_keeper, "recording-keeper"),
        (bureau.window, "window"),
        (bureau.auxiliary, "recording-keeper"),
        (bureau.machine, "recording-keeper"),
        (newcomer, "window"),
    }
    assert {(one.unit_id, one.granted_by, one.reason) for one in done.granted} == {
        (OTHER_STATION, bureau.founder, WHY)
    }
    (window,) = (one for one in done.granted if one.officer == newcomer)
    assert (window.valid_from, window.valid_to) == (later, end)
    assert reach(bureau.handler, "handling").units == {STATION, OTHER_STATION}


def test_what_cannot_be_granted_is_told_with_its_reason(bureau: Bureau) -> None:
    services.officer_suspend(bureau.window, by=bureau.founder, reason="停职")
    grant(bureau, bureau.recording_keeper, Role.RECORDING_KEEPER, OTHER_COUNTY)
    services.officer_move(bureau.second_handler, by=bureau.founder, unit=PROCURATORATE)
    local = services.officer_create("管9", "管理乙", unit=COUNTY, by=bureau.founder)
    for unit in (COUNTY, OTHER_COUNTY):
        grant(bureau, local, Role.ADMINISTRATOR, unit)
    done = merged(bureau, by=local, roles=True)
    told = {one.assignment.officer: one for one in done.left}
    assert {officer: one.zh for officer, one in told.items()} == {
        bureau.window: "账号已停用",
        bureau.recording_keeper: "在并入后的单位（或其上级）已有同一角色",
        bureau.second_handler: "办理人不管理此人所在单位",
    }
    assert all(one.en for one in done.left)
    assert len(done.granted) == 4


def test_whoever_merges_gets_no_role_by_it(bureau: Bureau) -> None:
    one, other = (
        services.officer_create(number, "管理", unit=STATION, by=bureau.founder) for number in ("管8", "管9")
    )
    for officer, unit in ((one, STATION), (one, OTHER_COUNTY), (one, COUNTY), (other, STATION)):
        grant(bureau, officer, Role.ADMINISTRATOR, unit)
    done = merged(bureau, LEGAL, COUNTY, by=one, roles=True)
    assert (done.granted, done.left) == ([], [])
    done = merged(bureau, STATION, OTHER_STATION, by=one, roles=True)
    assert [left.assignment.officer for left in done.left] == [one]
    assert other in {granted.officer for granted in done.granted}
    assert not RoleAssignment.objects.filter(officer=one, unit=OTHER_STATION).exists()


# ---------------------------------------------------------------- whatever is merged and moved in whatever order

CODES = ["90", "91", "92", "93", "94", "95", "96"]
PARENTS = st.lists(st.integers(-1, 5), min_size=6, max_size=6)
STEP = st.tuples(st.sampled_from(("merge", "merge", "move")), st.sampled_from(CODES), st.sampled_from(CODES))


@given(parents=PARENTS, steps=st.lists(STEP, max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_tree_stays_a_tree_and_everything_has_one_living_successor(
    bureau: Bureau, parents: list[int], steps: list[tuple[str, str, str]]
) -> None:
    """Against a model in plain Python: who stands below whom, who merged into whom; refusals change nothing."""
    point = transaction.savepoint()
    try:
        by = bureau.founder
        services.unit_create("90", "单位90", kind=UnitKind.DEPARTMENT, parent=CITY, by=by)
        above = {"90": CITY}
        for n, parent in enumerate(parents, start=1):
            over = CODES[min(parent, n - 1)] if parent >= 0 else "90"
            services.unit_create(CODES[n], f"单位{CODES[n]}", kind=UnitKind.DEPARTMENT, parent=over, by=by)
            above[CODES[n]] = over
        people = {
            code: services.officer_create(f"人{code}", "某", unit=code, by=by, kind=OfficerKind.OFFICER)
            for code in CODES
        }
        heirs: dict[str, str] = {}
        for what, one, other in steps:
            fits = one not in heirs and other not in heirs and one not in line(above, other)
            try:
                if what == "merge":
                    unit_merge(named(one), into=other, by=by, reason="-")
                else:
                    services.unit_move(named(one), by=by, parent=other)
            except InputError:
                assert not fits, (what, one, other)
                continue
            assert fits, (what, one, other)
            if what == "merge":
                above |= {code: other for code, over in above.items() if over == one and code not in heirs}
                heirs[one] = other
            above[one] = other
        for code in CODES:
            assert units_over(code)[: len(line(above, code))] == line(above, code)
            assert set(units_under(code)) == {one for one in CODES if code in line(above, one)}
            last = code
            while last in heirs:
                last = heirs[last]
            assert unit_now(named(code)).code == last
            assert Officer.objects.get(pk=people[code].pk).unit_id == last
            assert named(code).merged_into_id == (named(heirs[code]).pk if code in heirs else None)
    finally:
        transaction.savepoint_rollback(point)


def line(above: dict[str, str], code: str) -> list[str]:
    """A unit and those above it, from the unit up, in the model."""
    found = [code]
    while found[-1] in above:
        found.append(above[found[-1]])
    return found
