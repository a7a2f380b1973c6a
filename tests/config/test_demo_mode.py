"""Demo mode shows its accounts on the sign-in page, and starts nowhere else than in the demo's own data folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from tests.config.serving import environment_of
from zhunsheng.base.environment import DEMO_ACCOUNTS, environment
from zhunsheng.base.errors import InputError
from zhunsheng.config.demo import demo_settings
from zhunsheng.people.demo import demo_bureau
from zhunsheng.people.sign_in.adapter import needs_second_factor

SHOWN = {
    "password": "so-that-everybody-may-try",
    "accounts": [
        {"number": "演1005", "name": "演示·某", "unit": "甲分局", "role_zh": "审批人", "role_en": "approver"}
    ],
}
REAL = {
    "DATABASE_URL": "postgresql://zhunsheng@/zhunsheng?host=/nowhere",
    "DATABASE_OWNER_URL": "postgresql://owner@/zhunsheng?host=/nowhere",
    "ZHUNSHENG_PROXIES": "127.0.0.1",
    "ZHUNSHENG_HOSTS": "zhifa.example.gov.cn",
    "ZHUNSHENG_LEDGER_KEY": "/etc/zhunsheng/ledger-key",
}


@pytest.fixture
def made(tmp_path: Path) -> dict[str, str]:
    """The variables of a demonstration whose data are there."""
    (tmp_path / DEMO_ACCOUNTS).write_text(json.dumps(SHOWN), encoding="utf-8")
    return {"ZHUNSHENG_HOME": str(tmp_path), "ZHUNSHENG_DEMO": "1"}


def test_it_is_off_unless_it_is_switched_on(made: dict[str, str]) -> None:
    assert demo_settings(environment({**made, "ZHUNSHENG_DEMO": ""})) == {"DEMO": None}
    assert demo_settings(environment(made)) == {"DEMO": SHOWN}


@pytest.mark.parametrize("name", REAL)
def test_nothing_starts_in_it_where_anything_looks_like_a_real_installation(
    made: dict[str, str], name: str
) -> None:
    with pytest.raises(InputError, match=name):
        demo_settings(environment({**made, name: REAL[name]}))


def test_nor_under_a_production_environment_as_a_whole_nor_without_the_demos_data(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        demo_settings(environment({**environment_of(tmp_path, REAL["DATABASE_URL"]), "ZHUNSHENG_DEMO": "1"}))
    with pytest.raises(InputError, match=DEMO_ACCOUNTS):
        demo_settings(environment({"ZHUNSHENG_HOME": str(tmp_path), "ZHUNSHENG_DEMO": "1"}))


@pytest.mark.django_db
def test_the_sign_in_page_shows_accounts_in_demo_mode_only(client: Client, settings) -> None:
    assert SHOWN["password"] not in client.get("/sign-in/").content.decode()
    settings.DEMO = SHOWN
    page = client.get("/sign-in/").content.decode()
    assert SHOWN["password"] in page
    assert "演1005" in page


@pytest.mark.django_db
def test_the_second_factor_is_waived_in_demo_mode_only(client: Client, settings) -> None:
    approver = demo_bureau(password=SHOWN["password"]).approver
    typed = {"login": approver.number, "password": SHOWN["password"]}
    assert needs_second_factor(approver)
    client.post("/sign-in/", typed)
    assert client.get("/account/").headers["location"].startswith("/sign-in/second-factor/")
    client.logout()
    settings.DEMO = SHOWN
    assert not needs_second_factor(approver)
    client.post("/sign-in/", typed)
    assert client.get("/account/").status_code == 200
