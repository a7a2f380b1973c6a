"""No one can open, review, approve and close one case: over the catalogue, over every combination of roles, in code and database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import combinations, permutations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.codes import OfficerKind
from zhunsheng.people.demo import CITY, COUNTY, PROCURATORATE, Bureau
from zhunsheng.people.models import Officer, RoleAssignment
from zhunsheng.people.roles import EXCLUSIONS, MAY_HOLD, RULES, Hand, Role, conflicts, hands_of
from zhunsheng.people.selectors import roles_held
from zhunsheng.procedure.powers import DESKS, SEPARATE, Desk, desk_of, hands_in, roles_for, types_of

THREE = (frozenset({Hand.OPEN, Hand.CLOSE}), frozenset({Hand.REVIEW}), frozenset({Hand.APPROVE}))
ROLES = sorted(Role)
COMBINATIONS = [frozenset(c) for n in range(len(ROLES) + 1) for c in combinations(ROLES, n)]
ALLOWED = [c for c in COMBINATIONS if not conflicts(c)]


def hands(roles: Iterable[Role]) -> frozenset[Hand]:
    """The hands that a set of roles in one person lends."""
    return frozenset().union(*map(hands_of, roles))


# ---------------------------------------------------------------- the catalogue


def test_the_hands_of_a_role_are_those_of_the_acts_it_may_record() -> None:
    for role in Role:
        by_catalogue = frozenset().union(*(hands_in(name) for name in types_of(role)))
        assert hands_of(role) == by_catalogue, role


def test_every_hand_is_lent_by_some_role_and_some_act() -> None:
    assert hands(Role) == set(Hand)
    for hand in Hand:
        assert any(hand in hands_in(name) for role in Role for name in types_of(role)), hand


def test_who_watches_or_runs_the_system_records_no_act_of_a_case() -> None:
    for role in (Role.ASSESSOR, Role.OUTSIDE_OBSERVER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert types_of(role) == frozenset(), role
    # Supervisors put what they did about a matter into its dossier: no step of the case, and no hand on it.
    assert types_of(Role.SUPERVISOR) == DESKS[Desk.SUPERVISION] | DESKS[Desk.DETERMINATION]
    assert hands({Role.SUPERVISOR}) == frozenset()


# ---------------------------------------------------------------- every combination


def test_there_are_4096_combinations_and_some_are_allowed() -> None:
    assert len(COMBINATIONS) == 4096
    assert 12 < len(ALLOWED) < 100


def test_no_combination_that_one_person_may_hold_lends_all_four_hands() -> None:
    assert [c for c in ALLOWED if hands(c) == set(Hand)] == []


def test_none_even_lends_two_of_handling_review_and_approval() -> None:
    assert [c for c in ALLOWED if sum(bool(hands(c) & hand) for hand in THREE) > 1] == []


def test_without_the_exclusions_one_person_could() -> None:
    # The proof above is worth nothing if the roles could not do it anyway.
    assert hands({Role.HANDLER, Role.LEGAL_REVIEWER, Role.APPROVER}) == set(Hand)


def test_the_administrator_and_the_auditor_hold_nothing_else() -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.OUTSIDE_OBSERVER):
        assert [c for c in ALLOWED if role in c] == [{role}]


def test_every_exclusion_has_its_reason_in_both_languages_once() -> None:
    assert len(RULES) == len(EXCLUSIONS)
    assert all(len(rule.roles) == 2 and rule.zh.endswith("。") and rule.en.endswith(".") for rule in RULES)


# ---------------------------------------------------------------- what the database lets stand


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is undone."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def insert(
    officer: Officer, role: Role, by: Officer, valid_from: dt.datetime, valid_to: dt.datetime | None = None
) -> bool:
    """Whether a bare row goes in, past every service; it stays."""
    unit = PROCURATORATE if officer.kind == OfficerKind.OBSERVER else COUNTY
    try:
        with transaction.atomic():
            RoleAssignment.objects.create(
                officer=officer,
                role=role,
                unit_id=unit,
                granted_by=by,
                granted_at=valid_from,
                valid_from=valid_from,
                valid_to=valid_to,
                reason="-",
            )
    except IntegrityError:
        return False
    return True


def reached(
    officer: Officer, by: Officer, at: dt.datetime, held: frozenset[Role], rest: list[Role]
) -> Iterator[frozenset[Role]]:
    """Every set of roles the database lets the officer hold at once, found by trying; beyond a refusal nothing is tried."""
    yield held
    for n, role in enumerate(rest):
        with undone():
            if insert(officer, role, by, at):
                yield from reached(officer, by, at, held | {role}, rest[n + 1 :])


@pytest.mark.parametrize("kind", OfficerKind.values)
def test_the_database_lets_one_person_hold_exactly_the_combinations_allowed(
    bureau: Bureau, kind: str
) -> None:
    unit = PROCURATORATE if kind == OfficerKind.OBSERVER else COUNTY
    officer = services.officer_create("新1", "新来的", unit=unit, kind=kind, by=bureau.founder)
    found = set(reached(officer, bureau.founder, clock.now(), frozenset(), ROLES))
    assert found == {c for c in ALLOWED if c <= MAY_HOLD[OfficerKind(kind)]}


def test_the_order_of_two_grants_makes_no_difference(bureau: Bureau) -> None:
    officer = services.officer_create("新1", "新来的", unit=COUNTY, by=bureau.founder)
    present = clock.now()
    for first, second in permutations([r for r in ROLES if r is not Role.OUTSIDE_OBSERVER], 2):
        with undone():
            assert insert(officer, first, bureau.founder, present)
            assert insert(officer, second, bureau.founder, present) == (
                frozenset({first, second}) not in EXCLUSIONS
            )


def test_the_services_refuse_what_the_database_refuses_and_say_why(bureau: Bureau) -> None:
    officer = services.officer_create("新1", "新来的", unit=COUNTY, by=bureau.founder)
    for rule in (r for r in RULES if Role.OUTSIDE_OBSERVER not in r.roles):
        for first, second in permutations(rule.roles):
            with undone():
                services.role_grant(officer, first, COUNTY, by=bureau.founder, reason="试")
                with pytest.raises(InputError) as refused:
                    services.role_grant(officer, second, COUNTY, by=bureau.founder, reason="试")
                assert rule.zh in refused.value.zh
                assert rule.en in refused.value.en


def test_the_exclusion_holds_across_units(bureau: Bureau) -> None:
    # A handler of one branch is no approver of another: the two meet when cases move.
    with pytest.raises(InputError):
        services.role_grant(bureau.handler, Role.APPROVER, CITY, by=bureau.founder, reason="试")


# ---------------------------------------------------------------- over time

LATER = dt.datetime(2099, 3, 1, tzinfo=dt.UTC)
terms = st.tuples(st.sampled_from(ROLES), st.integers(0, 8), st.integers(0, 8), st.booleans())


@given(plan=st.lists(terms, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_granted_and_when_no_instant_finds_an_excluded_pair_in_one_person(
    bureau: Bureau, plan: list
) -> None:
    with undone(), clock.holding(LATER):
        by = bureau.founder
        officer = services.officer_create("新1", "新来的", unit=COUNTY, by=by)
        for role, start, length, ending in plan:
            begin = clock.now() + dt.timedelta(hours=start)
            end = begin + dt.timedelta(hours=length) if length else None
            if not insert_later(officer, role, by, begin, end):
                continue
            if ending:
                row = RoleAssignment.objects.filter(officer=officer).latest("id")
                services.role_end(row, by=by, reason="试", at=begin + dt.timedelta(minutes=30))
        for minutes in range(0, 24 * 60, 30):
            held = {one.role for one in roles_held(officer, clock.now() + dt.timedelta(minutes=minutes))}
            assert conflicts(held) == ()


def insert_later(
    officer: Officer, role: Role, by: Officer, begin: dt.datetime, end: dt.datetime | None
) -> bool:
    """As `insert`, granted now for a time to come."""
    try:
        with transaction.atomic():
            RoleAssignment.objects.create(
                officer=officer,
                role=role,
                unit_id=COUNTY,
                granted_by=by,
                granted_at=clock.now(),
                valid_from=begin,
                valid_to=end,
                reason="-",
            )
    except IntegrityError:
        return False
    return True


# ---------------------------------------------------------------- one after the other

SEQUENCES = [(a, b) for a in ALLOWED for b in ALLOWED]


def test_a_person_may_move_from_one_desk_to_another_over_the_years() -> None:
    # Statically nothing stops this, and nothing should: a handler may become a reviewer. What stops it within one dossier is
    # the rule of the door, next.
    assert any(hands(a | b) == set(Hand) for a, b in SEQUENCES) or any(
        hands(a | b | c) == set(Hand) for a, b in SEQUENCES for c in ALLOWED
    )


def test_within_one_dossier_the_rule_of_the_door_leaves_no_sequence_to_one_person() -> None:
    # Whatever roles somebody held one after the other, the door takes their acts at one of the separate desks only.
    for desks in (frozenset(c) for n in range(len(Desk) + 1) for c in combinations(Desk, n)):
        if len(desks & set(SEPARATE)) > 1:
            continue
        taken = frozenset().union(
            *(hands_in(name) for role in Role for name in types_of(role) if desk_of(name) in desks)
        )
        assert taken != set(Hand), desks
        assert sum(bool(taken & hand) for hand in THREE) <= 1, desks


def test_each_of_the_three_hands_lies_at_a_desk_that_is_kept_separate() -> None:
    for role in Role:
        for name in types_of(role):
            if hands_in(name):
                assert desk_of(name) in SEPARATE, name
                assert role in roles_for(name)
