"""Two grants to one person at the same moment: the second waits for the first, and then sees it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.demo import COUNTY, demo_bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held

ROUNDS = 10
PAIR = (Role.HANDLER, Role.APPROVER)


@pytest.mark.django_db(transaction=True)
def test_of_two_roles_that_exclude_each_other_one_is_granted_whoever_comes_first(
    transactional_db: None,
) -> None:
    founder = demo_bureau().founder
    for n in range(ROUNDS):
        officer = services.officer_create(f"同{n}", "同时", unit=COUNTY, by=founder)
        said = grant_at_once(officer, founder, PAIR if n % 2 else PAIR[::-1])
        assert sorted(said) == ["granted", "refused"], said
        assert len(roles_held(officer)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_grant_waits_for_the_first_to_be_settled(transactional_db: None) -> None:
    founder = demo_bureau().founder
    for outcome in ("kept", "undone"):
        officer = services.officer_create(f"同{outcome}", "同时", unit=COUNTY, by=founder)
        said: list[str] = []
        second = threading.Thread(target=grant, args=(officer, founder, Role.APPROVER, said))
        with transaction.atomic():
            services.role_grant(officer, Role.HANDLER, COUNTY, by=founder, reason="先")
            second.start()
            second.join(timeout=1)
            assert second.is_alive(), "it did not wait"
            if outcome == "undone":
                transaction.set_rollback(True)
        second.join(timeout=20)
        assert said == (["refused"] if outcome == "kept" else ["granted"])


def grant(
    officer: Officer, by: Officer, role: Role, said: list[str], start: threading.Barrier | None = None
) -> None:
    """Grant and say how it went; in a thread of its own, with its own connection."""
    try:
        if start:
            start.wait()
        services.role_grant(officer, role, COUNTY, by=by, reason="同时")
        said.append("granted")
    except InputError:
        said.append("refused")
    finally:
        connection.close()


def grant_at_once(officer: Officer, by: Officer, roles: tuple[Role, ...]) -> list[str]:
    """Grant several roles at the same moment."""
    said: list[str] = []
    start = threading.Barrier(len(roles))
    threads = [threading.Thread(target=grant, args=(officer, by, role, said, start)) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
