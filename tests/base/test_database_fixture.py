"""The database of the tests: the application's role, real transactions, and a fresh copy after each of them."""

from __future__ import annotations

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.db import connection


@pytest.mark.django_db
def test_tests_connect_as_the_application_does() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, pg_catalog.pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'auth_group'"
        )
        assert cursor.fetchone() == ("zhunsheng", "zhunsheng_owner")


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_what_one_test_committed_the_next_does_not_see(round_: int) -> None:
    assert not Group.objects.exists()
    Group.objects.create(name="committed")


def test_a_database_of_ones_own_is_migrated(own_database: str) -> None:
    with psycopg.connect(own_database) as found:
        assert found.execute("SELECT count(*) FROM django_migrations").fetchone() > (0,)
