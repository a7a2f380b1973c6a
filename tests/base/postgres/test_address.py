"""Database addresses go in and out without loss, whatever is in the password."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.address import database_settings, from_url, limited, owner_settings, to_url

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(user=WORDS, password=WORDS, name=WORDS.filter(lambda n: n.strip("/") == n))
def test_an_address_reads_back_as_it_was_written(user: str, password: str, name: str) -> None:
    settings = from_url("postgresql://u@db.example:6432/n?sslmode=require") | {
        "USER": user,
        "PASSWORD": password,
        "NAME": name,
    }
    url = to_url(settings)
    assert from_url(url) == settings
    theirs = conninfo_to_dict(url)
    assert (theirs["user"], theirs["password"], theirs["dbname"]) == (user, password, name)


def test_a_socket_folder_reads_back_and_suits_libpq(tmp_path: Path) -> None:
    settings = database_settings(environment({"ZHUNSHENG_HOME": str(tmp_path)}))
    assert from_url(to_url(settings)) == settings
    assert conninfo_to_dict(to_url(settings))["host"] == settings["HOST"]


@pytest.mark.parametrize(
    "url", ["mysql://u@h/n", "postgresql://u@h", "postgresql://u@h/", "n", "sqlite:///x"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InputError, match="postgresql://user"):
        from_url(url)


def test_migrations_have_the_owners_address_where_one_is_given() -> None:
    both = {"DATABASE_URL": "postgresql://app@h/n", "DATABASE_OWNER_URL": "postgresql://owner@h/n"}
    assert owner_settings(environment(both))["USER"] == "owner"
    assert database_settings(environment(both))["USER"] == "app"
    assert owner_settings(environment({"DATABASE_URL": both["DATABASE_URL"]}))["USER"] == "app"
    assert owner_settings(environment({}))["USER"] == "zhunsheng_owner"


def test_limits_come_before_options_of_the_address_so_that_those_prevail() -> None:
    settings = limited(
        from_url("postgresql://u@h/n?options=-c%20lock_timeout%3D9s"), lock_s=4, statement_s=30
    )
    assert settings["OPTIONS"]["options"] == "-c lock_timeout=4s -c statement_timeout=30s -c lock_timeout=9s"
