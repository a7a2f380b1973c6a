"""The doctor finds what is missing, says it in both languages with the cure, and fails only for what is needed."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.database import TestServer
from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.cli import platform
from zhunsheng.cli.doctor import database as database_module
from zhunsheng.cli.doctor import folder as folder_module
from zhunsheng.cli.doctor import machine as machine_module
from zhunsheng.cli.doctor.command import told
from zhunsheng.cli.doctor.database import database
from zhunsheng.cli.doctor.finding import GOOD, NEEDED, NOTE, Finding
from zhunsheng.cli.doctor.folder import folder
from zhunsheng.cli.doctor.machine import machine

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    assert len({finding.name for finding in findings}) == len(findings)
    return {finding.name: finding for finding in findings}


def test_a_key_others_can_read_fails_with_its_cure(
    home: Path, run_here: Callable[..., tuple[int, str]]
) -> None:
    key = home / "secret-key"
    key.write_text("x", encoding="ascii")
    key.chmod(0o640)
    code, said = run_here("doctor", ZHUNSHENG_HOME=str(home))
    assert (code, f"chmod 600 {key}" in said) == (1, True)
    key.chmod(0o600)
    code, said = run_here("doctor", "--json")
    assert code == 0, said
    assert {f["name"]: f["level"] for f in json.loads(said)}["session-key"] == GOOD


def test_every_trouble_comes_with_a_cure_in_both_languages(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "PACKAGES", ("django", "no_such_package"))
    monkeypatch.setattr(machine_module, "PACKAGES", ("django", "no_such_package"))
    monkeypatch.setattr(machine_module, "EXTRAS", [machine_module.Extra("fast", ("no_such",), "快", "fast")])
    monkeypatch.setattr(machine_module.shutil, "which", lambda _name: None)
    monkeypatch.setattr(machine_module, "FONT_FOLDERS", ())
    monkeypatch.setattr(machine_module, "TRIED", ((3, 1), (3, 2)))
    monkeypatch.setattr(folder_module, "LEAST_FREE", 1 << 80)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        env = environment({"ZHUNSHENG_HOME": str(home / ("long" * 30)), "ZHUNSHENG_PG_BIN": str(home)})
        found = by_name([*machine(env, taken.getsockname()[1]), *folder(env)])
    levels = {name: finding.level for name, finding in found.items() if finding.level != GOOD}
    assert levels == {
        "python": NOTE,
        "packages": NEEDED,
        "postgresql": NEEDED,
        "port": NOTE,
        "font": NOTE,
        "chromium": NOTE,
        "java": NOTE,
        "extra-fast": NOTE,
        "disk": NEEDED,
        "socket": NOTE,
    }
    for name in levels:
        assert found[name].cure_zh, name
        assert found[name].cure_en, name
        assert CHINESE.search(found[name].zh), name
        assert not CHINESE.search(found[name].en), name
        assert found[name].cure_zh in told(found[name])


def test_without_the_packages_a_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "PACKAGES", ("no_such_package",))
    with pytest.raises(InputError, match=r"pip install 'zhunsheng\[server"):
        platform.need_packages()


def test_a_ledger_key_is_asked_for_where_none_is_made_by_itself(home: Path) -> None:
    given = {"ZHUNSHENG_HOME": str(home), "DATABASE_URL": "postgresql://app@db.example/n"}
    assert by_name(list(folder(environment(given))))["ledger-key"].level == NEEDED
    given["ZHUNSHENG_LEDGER_KEY"] = "pkcs11:token=ledger"
    assert by_name(list(folder(environment(given))))["ledger-key"].level == GOOD


def test_the_pages_need_the_export_key_and_the_public_history_not_the_ledgers_key(home: Path) -> None:
    given = {
        "ZHUNSHENG_HOME": str(home),
        "DATABASE_URL": "postgresql://app@db.example/n",
        "ZHUNSHENG_EXPORT_KEY": str(home / "export"),
        "ZHUNSHENG_LEDGER_KEYS": str(home / "keys.json"),
    }
    wanted = ("export-key", "export-delegation", "ledger-history")
    found = by_name(list(folder(environment(given))))
    assert {name: found[name].level for name in wanted} == dict.fromkeys(wanted, NEEDED)
    for name in ("export", "export.delegation", "keys.json"):
        (home / name).touch(mode=0o600)
    found = by_name(list(folder(environment(given))))
    assert {name: found[name].level for name in wanted} == dict.fromkeys(wanted, GOOD)
    assert "ledger-key" not in found


@pytest.mark.django_db
def test_a_database_in_order_and_out_of_it(
    own_database: str, test_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGAPPNAME", "zhunsheng tests")
    env = environment({"DATABASE_URL": own_database})
    found = by_name(list(database(env)))
    assert {found[name].level for name in ("database", "encoding", "role", "clock", "migrations")} == {GOOD}
    # The tests' server may lose everything at a power cut, and is found out.
    assert {found[name].level for name in ("fsync", "full_page_writes")} == {NEEDED}
    monkeypatch.setattr(database_module, "SKEW_S", -1.0)
    monkeypatch.setattr(database_module, "OLDEST", 99)
    powerful = environment({"DATABASE_URL": own_database.replace("zhunsheng@", "zhunsheng_owner@", 1)})
    found = by_name(list(database(powerful)))
    assert {name: found[name].level for name in ("database", "role", "clock")} == {
        "database": NEEDED,
        "role": NOTE,
        "clock": NEEDED,
    }


def test_a_database_that_does_not_answer_is_told_not_raised(home: Path) -> None:
    gone = environment({"DATABASE_URL": f"postgresql://app@/n?host={home}"})
    assert [finding.level for finding in database(gone)] == [NEEDED]
    assert [f.level for f in database(environment({"ZHUNSHENG_HOME": str(home)}))] == [NOTE]
