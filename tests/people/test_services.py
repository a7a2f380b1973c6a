"""Units, officers and their terms: who may do what, and that what was done stays told."""

from __future__ import annotations

import datetime as dt

import pytest

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.access import Denied
from zhunsheng.people.codes import OfficerKind, QualificationKind, Rank, UnitKind
from zhunsheng.people.demo import CITY, COUNTY, LEGAL, OTHER_COUNTY, OTHER_STATION, STATION, Bureau
from zhunsheng.people.models import AccountEvent, Officer, Post, RoleAssignment, Unit
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import Standing, roles_held, standing_of, units_under

HOUR = dt.timedelta(hours=1)


def newcomer(
    bureau: Bureau, number: str = "新1", unit: str = STATION, kind: str = OfficerKind.OFFICER
) -> Officer:
    return services.officer_create(number, "新来的", unit=unit, kind=kind, by=bureau.founder)


# ---------------------------------------------------------------- units


def test_a_unit_is_made_below_one_that_its_maker_administers(bureau: Bureau) -> None:
    services.unit_create(
        "990101020000", "甲分局第二派出所", kind=UnitKind.STATION, parent=COUNTY, by=bureau.administrator
    )
    assert "990101020000" in units_under(COUNTY)
    with pytest.raises(Denied):
        services.unit_create("9", "别处", kind=UnitKind.STATION, parent=OTHER_COUNTY, by=bureau.administrator)


def test_nobody_but_an_administrator_manages_people(bureau: Bureau) -> None:
    for role, by in bureau.by_role().items():
        if role is not Role.ADMINISTRATOR:
            refused_to(by, role, bureau)


def refused_to(by: Officer, role: Role, bureau: Bureau) -> None:
    row = RoleAssignment.objects.get(officer=bureau.window)
    post = Post.objects.filter(officer=bureau.handler).first()
    for attempt in (
        lambda: services.unit_create("9", "新", kind=UnitKind.STATION, parent=COUNTY, by=by),
        lambda: services.officer_create("9", "新", unit=COUNTY, by=by),
        lambda: services.officer_suspend(bureau.second_handler, by=by, reason="-"),
        lambda: services.officer_move(bureau.second_handler, by=by, unit=COUNTY),
        lambda: services.role_grant(bureau.second_handler, Role.WINDOW, STATION, by=by, reason="-"),
        lambda: services.post_grant(
            bureau.second_handler, "-", rank=Rank.CHIEF, unit=STATION, by=by, reason="-"
        ),
        lambda: services.post_end(post, by=by, reason="-"),
        lambda: services.qualification_grant(
            bureau.second_handler, QualificationKind.LEGAL_PROFESSION, by=by, reason="-"
        ),
    ):
        with pytest.raises(Denied):
            attempt()
    if role is not Role.WINDOW:
        with pytest.raises(Denied):
            services.role_end(row, by=by, reason="-")


@pytest.mark.parametrize(
    ("code", "kind", "parent", "word"),
    [
        (COUNTY, UnitKind.STATION, COUNTY, "已被使用"),
        ("9", "village", COUNTY, "类别"),
        (" ", UnitKind.STATION, COUNTY, "不完整"),
        ("9", UnitKind.STATION, "没有", "没有这个单位代码"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_in_words(
    bureau: Bureau, code: str, kind: str, parent: str, word: str
) -> None:
    with pytest.raises(InputError, match=word):
        services.unit_create(code, "新单位", kind=kind, parent=parent, by=bureau.founder)


def test_a_unit_moves_with_everything_below_it_and_never_below_itself(bureau: Bureau) -> None:
    station = Unit.objects.get(code=STATION)
    services.unit_move(station, by=bureau.founder, parent=OTHER_COUNTY)
    assert STATION in units_under(OTHER_COUNTY)
    assert STATION not in units_under(COUNTY)
    with pytest.raises(InputError, match="自己之下"):
        services.unit_move(Unit.objects.get(code=CITY), by=bureau.founder, parent=STATION)
    with pytest.raises(Denied):
        services.unit_move(Unit.objects.get(code=LEGAL), by=bureau.administrator, parent=OTHER_COUNTY)


# ---------------------------------------------------------------- officers


def test_a_number_is_given_once(bureau: Bureau) -> None:
    with pytest.raises(InputError, match="警号已被使用"):
        services.officer_create(bureau.handler.number, "重号", unit=COUNTY, by=bureau.founder)


def test_a_new_account_has_no_password(bureau: Bureau) -> None:
    assert not newcomer(bureau).has_usable_password()


def test_who_moves_keeps_their_roles_for_the_old_unit_until_they_are_ended(bureau: Bureau) -> None:
    services.officer_move(bureau.handler, by=bureau.founder, unit=OTHER_STATION)
    assert [held.unit_code for held in roles_held(bureau.handler)] == [STATION]


def test_a_suspended_account_holds_nothing_and_comes_back_as_it_was(bureau: Bureau) -> None:
    services.officer_suspend(bureau.handler, by=bureau.administrator, reason="停职调查")
    assert roles_held(bureau.handler) == []
    services.officer_restore(bureau.handler, by=bureau.administrator, reason="调查结束")
    assert [held.role for held in roles_held(bureau.handler)] == [Role.HANDLER]
    lines = (
        AccountEvent.objects.filter(officer=bureau.handler)
        .order_by("id")
        .values_list("event", "by__number", "detail")
    )
    assert list(lines) == [("suspended", "演1001", "停职调查"), ("restored", "演1001", "调查结束")]


def test_nobody_suspends_themselves(bureau: Bureau) -> None:
    with pytest.raises(Denied):
        services.officer_suspend(bureau.administrator, by=bureau.administrator, reason="-")


# ---------------------------------------------------------------- roles


def test_a_role_holds_from_its_beginning_until_before_its_end(bureau: Bureau) -> None:
    start = clock.now() + HOUR
    officer = newcomer(bureau)
    services.role_grant(
        officer,
        Role.HANDLER,
        STATION,
        by=bureau.founder,
        reason="轮岗",
        valid_from=start,
        valid_to=start + HOUR,
    )
    held = [
        bool(roles_held(officer, at))
        for at in (clock.now(), start, start + HOUR - clock.MICROSECOND, start + HOUR)
    ]
    assert held == [False, True, True, False]


def test_nobody_grants_themselves_a_role_a_post_or_a_qualification(bureau: Bureau) -> None:
    by = bureau.administrator
    for attempt in (
        lambda: services.role_grant(by, Role.WINDOW, COUNTY, by=by, reason="-"),
        lambda: services.post_grant(by, "局长", rank=Rank.CHIEF, unit=COUNTY, by=by, reason="-"),
        lambda: services.qualification_grant(by, QualificationKind.LEGAL_PROFESSION, by=by, reason="-"),
    ):
        with pytest.raises(InputError, match="不能给自己"):
            attempt()


def test_an_administrator_grants_nothing_beyond_their_units_and_to_nobody_beyond_them(bureau: Bureau) -> None:
    for officer, unit in (
        (bureau.second_handler, CITY),
        (bureau.other_handler, STATION),
        (bureau.second_handler, OTHER_STATION),
    ):
        with pytest.raises(Denied):
            services.role_grant(officer, Role.WINDOW, unit, by=bureau.administrator, reason="-")


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (OfficerKind.AUXILIARY, Role.HANDLER),
        (OfficerKind.AUXILIARY, Role.PROPERTY_KEEPER),
        (OfficerKind.MACHINE, Role.APPROVER),
        (OfficerKind.OBSERVER, Role.HANDLER),
        (OfficerKind.OFFICER, Role.OUTSIDE_OBSERVER),
    ],
)
def test_a_kind_of_account_holds_only_what_fits_it(bureau: Bureau, kind: OfficerKind, role: Role) -> None:
    with pytest.raises(InputError, match="不能担任"):
        services.role_grant(newcomer(bureau, kind=kind), role, STATION, by=bureau.founder, reason="-")


def test_a_grant_needs_a_reason_and_is_never_for_the_past(bureau: Bureau) -> None:
    officer = newcomer(bureau)
    with pytest.raises(InputError, match="理由"):
        services.role_grant(officer, Role.HANDLER, STATION, by=bureau.founder, reason="  ")
    with pytest.raises(InputError, match="过去"):
        services.role_grant(
            officer, Role.HANDLER, STATION, by=bureau.founder, reason="-", valid_from=clock.now() - HOUR
        )


def test_the_same_role_is_not_granted_twice_at_a_time_but_again_afterwards(bureau: Bureau) -> None:
    with pytest.raises(InputError, match="已有相同"):
        services.role_grant(bureau.handler, Role.HANDLER, STATION, by=bureau.founder, reason="-")
    services.role_end(RoleAssignment.objects.get(officer=bureau.handler), by=bureau.founder, reason="轮岗")
    services.role_grant(bureau.handler, Role.HANDLER, STATION, by=bureau.founder, reason="回来")
    assert [held.role for held in roles_held(bureau.handler)] == [Role.HANDLER]


def test_an_ended_role_stays_told_with_the_end_foreseen_and_who_ended_it_and_why(bureau: Bureau) -> None:
    officer, until = newcomer(bureau), clock.now() + 10 * HOUR
    row = services.role_grant(
        officer, Role.HANDLER, STATION, by=bureau.founder, reason="借调", valid_to=until
    )
    services.role_end(row, by=bureau.administrator, reason="提前返回")
    kept = RoleAssignment.objects.get(pk=row.pk)
    assert (kept.granted_by, kept.reason, kept.ended_by, kept.end_reason) == (
        bureau.founder,
        "借调",
        bureau.administrator,
        "提前返回",
    )
    assert kept.granted_to == until
    assert kept.valid_to < until
    assert roles_held(officer) == []
    with pytest.raises(InputError, match="已经终止"):
        services.role_end(kept, by=bureau.founder, reason="再来一次")


def test_a_role_cancelled_before_it_begins_never_holds_and_excludes_nothing(bureau: Bureau) -> None:
    officer, start = newcomer(bureau), clock.now() + HOUR
    row = services.role_grant(officer, Role.HANDLER, STATION, by=bureau.founder, reason="-", valid_from=start)
    services.role_end(row, by=bureau.founder, reason="取消")
    assert not roles_held(officer, start)
    services.role_grant(officer, Role.APPROVER, STATION, by=bureau.founder, reason="-")


def test_a_role_may_be_given_up_by_who_holds_it(bureau: Bureau) -> None:
    services.role_end(
        RoleAssignment.objects.get(officer=bureau.handler), by=bureau.handler, reason="申请调离"
    )
    assert roles_held(bureau.handler) == []


def test_roles_that_exclude_each_other_may_follow_one_another(bureau: Bureau) -> None:
    officer, change = newcomer(bureau), clock.now() + HOUR
    services.role_grant(officer, Role.HANDLER, STATION, by=bureau.founder, reason="-", valid_to=change)
    services.role_grant(
        officer, Role.LEGAL_REVIEWER, COUNTY, by=bureau.founder, reason="-", valid_from=change
    )
    assert [h.role for h in roles_held(officer, change - clock.MICROSECOND)] == [Role.HANDLER]
    assert [h.role for h in roles_held(officer, change)] == [Role.LEGAL_REVIEWER]


# ---------------------------------------------------------------- founding


def test_there_is_one_founder_until_the_last_administrator_is_gone(bureau: Bureau) -> None:
    def again(number: str) -> Officer:
        return services.administrator_found(
            number, "再创始", unit_code=COUNTY, unit_name="-", kind=UnitKind.COUNTY
        )

    with pytest.raises(InputError, match="已有在任"):
        again("新9")
    for officer in (bureau.administrator, bureau.founder):
        services.role_end(RoleAssignment.objects.get(officer=officer), by=officer, reason="离任")
    found = again("新9")
    assert [held.role for held in roles_held(found)] == [Role.ADMINISTRATOR]


def test_a_founder_is_not_made_of_somebody_with_another_role(bureau: Bureau) -> None:
    for officer in (bureau.administrator, bureau.founder):
        services.role_end(RoleAssignment.objects.get(officer=officer), by=officer, reason="离任")
    with pytest.raises(InputError, match="互斥"):
        services.administrator_found(
            bureau.handler.number, "-", unit_code=COUNTY, unit_name="-", kind=UnitKind.COUNTY
        )


# ---------------------------------------------------------------- standing


def test_standing_is_the_highest_rank_and_the_qualification_that_counts(bureau: Bureau) -> None:
    present = clock.now()
    assert standing_of(bureau.approver, "approver", present) == Standing("chief", "enforcement")
    assert standing_of(bureau.legal_reviewer, "legal-reviewer", present) == Standing(
        "officer", "legal-profession"
    )
    assert standing_of(bureau.legal_reviewer, "handler", present) == Standing("officer", "enforcement")
    assert standing_of(bureau.auxiliary, "handler", present) == Standing("officer", "none")
    assert standing_of(bureau.administrator, "handler", present) == Standing("officer", "none")


def test_standing_is_that_of_the_instant(bureau: Bureau) -> None:
    start = clock.now() + HOUR
    officer = newcomer(bureau)
    services.post_grant(
        officer,
        "副所长",
        rank=Rank.DEPUTY,
        unit=STATION,
        by=bureau.founder,
        reason="任命",
        valid_from=start,
        valid_to=start + HOUR,
    )
    services.qualification_grant(
        officer,
        QualificationKind.ENFORCEMENT,
        level="basic",
        by=bureau.founder,
        reason="考试",
        valid_from=start + HOUR,
    )
    assert standing_of(officer, "handler", start - clock.MICROSECOND) == Standing("officer", "none")
    assert standing_of(officer, "handler", start) == Standing("deputy", "none")
    assert standing_of(officer, "handler", start + HOUR) == Standing("officer", "enforcement")


def test_a_reviewer_from_before_the_rule_is_marked_as_such_unless_better_qualified(bureau: Bureau) -> None:
    officer = newcomer(bureau, unit=LEGAL)
    services.qualification_grant(
        officer, QualificationKind.REVIEWER_BEFORE_RULE, by=bureau.founder, reason="2020年起任审核"
    )
    assert standing_of(officer, "legal-reviewer", clock.now()).qualification == "reviewer-before-rule"
    services.qualification_grant(
        officer, QualificationKind.LEGAL_PROFESSION, by=bureau.founder, reason="法考"
    )
    assert standing_of(officer, "legal-reviewer", clock.now()).qualification == "legal-profession"


def test_a_qualification_entered_late_keeps_its_own_dates_and_one_withdrawn_ends(bureau: Bureau) -> None:
    long_ago = clock.now() - 9000 * HOUR
    officer = newcomer(bureau)
    row = services.qualification_grant(
        officer, QualificationKind.LEGAL_PROFESSION, by=bureau.founder, reason="补登", valid_from=long_ago
    )
    assert standing_of(officer, "legal-reviewer", long_ago).qualification == "legal-profession"
    services.qualification_end(row, by=bureau.founder, reason="证书撤销", at=clock.now() - HOUR)
    assert standing_of(officer, "legal-reviewer", clock.now()).qualification == "none"


def test_a_level_that_does_not_fit_is_refused_in_words(bureau: Bureau) -> None:
    with pytest.raises(InputError, match="不相符"):
        services.qualification_grant(
            newcomer(bureau), QualificationKind.ENFORCEMENT, by=bureau.founder, reason="-"
        )
