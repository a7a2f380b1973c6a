"""Administrators at the same time: the tree of units stays a tree, and nobody comes to hold two roles that exclude each other."""

from __future__ import annotations

from tests.concurrency.conftest import Platform
from tests.concurrency.crowds import at_once, of_kind
from zhunsheng.base.errors import InputError
from zhunsheng.people.models import Officer, RoleAssignment, Unit
from zhunsheng.people.selectors import units_over
from zhunsheng.people.services import officer_create, role_grant, unit_move

CITY, COUNTY, OTHER_COUNTY = "990100000000", "990101000000", "990102000000"


def test_of_two_who_move_units_under_each_other_one_is_refused(platform: Platform) -> None:
    """Were there a circle, whoever looks for the units above one would look for ever."""
    founder = platform.bureau.founder
    for _ in range(8):
        one, other = (Unit.objects.get(code=code) for code in (COUNTY, OTHER_COUNTY))
        moves = [(one, OTHER_COUNTY), (other, COUNTY)]
        answers = at_once(2, lambda n, moves=moves: unit_move(moves[n][0], by=founder, parent=moves[n][1]))
        assert (len(of_kind(answers, Unit)), len(of_kind(answers, InputError))) == (1, 1), answers
        assert all(len(units_over(code)) > 2 for code in (COUNTY, OTHER_COUNTY))
        (moved,) = of_kind(answers, Unit)
        unit_move(Unit.objects.get(code=moved.code), by=founder, parent=CITY)


def test_of_roles_that_exclude_each_other_one_is_granted(platform: Platform) -> None:
    bureau = platform.bureau
    roles = ["handler", "legal-reviewer", "approver", "auditor"]
    for n in range(4):
        officer = officer_create(f"演2{n}", "某人", unit=bureau.handler.unit_id, by=bureau.founder)
        answers = at_once(
            len(roles),
            lambda which, officer=officer: role_grant(
                Officer.objects.get(pk=officer.pk),
                roles[which],
                officer.unit_id,
                by=bureau.founder,
                reason="测试",
            ),
        )
        assert (len(of_kind(answers, RoleAssignment)), len(of_kind(answers, InputError))) == (1, 3), answers
