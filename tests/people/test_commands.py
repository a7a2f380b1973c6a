"""What whoever stands at the server can do: found, help in, demonstrate."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from zhunsheng.people.demo import Bureau
from zhunsheng.people.enrolment import enrolment_use
from zhunsheng.people.models import AccountEvent, Officer, RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held

PASSWORD = "牛头山的松树下有三块石头"


def said(*arguments: str, **options: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def code_in(text: str) -> str:
    return re.search(r"(?:[A-Z2-7]{5}-){3}[A-Z2-7]{5}", text)[0]


def test_the_first_administrator_is_founded_and_enrols(db: None) -> None:
    code = code_in(
        said(
            "found_administrator",
            "000001",
            "张三",
            unit="420000000000",
            unit_name="某省公安厅",
            unit_kind="province",
        )
    )
    officer = enrolment_use("000001", code, PASSWORD)
    assert [(held.role, held.unit_code) for held in roles_held(officer)] == [
        (Role.ADMINISTRATOR, "420000000000")
    ]
    assert RoleAssignment.objects.get().granted_by is None


def test_a_second_founding_is_refused_and_leaves_nothing(bureau: Bureau) -> None:
    with pytest.raises(CommandError, match="已有在任"):
        said("found_administrator", "000001", "张三", unit="420000000000", unit_name="某省公安厅")
    assert not Officer.objects.filter(number="000001").exists()


def test_a_founder_needs_a_unit_with_a_name(db: None) -> None:
    with pytest.raises(CommandError, match="不完整"):
        said("found_administrator", "000001", "张三", unit="420000000000")


def test_a_code_issued_at_the_server_is_marked_as_such(bureau: Bureau) -> None:
    code = code_in(said("enrolment_code", bureau.founder.number, reason="唯一管理员忘记密码"))
    enrolment_use(bureau.founder.number, code, PASSWORD)
    line = AccountEvent.objects.get(event="enrolment-issued")
    assert (line.by, line.detail) == (None, "唯一管理员忘记密码")
    for number in ("没有", bureau.machine.number):
        with pytest.raises(CommandError, match="没有这个账号"):
            said("enrolment_code", number, reason="-")


def test_the_made_up_bureau_says_who_is_who(db: None) -> None:
    text = said("demo_bureau", password=PASSWORD)
    for role in Role:
        assert str(role.label) in text
    with pytest.raises(CommandError):
        said("demo_bureau", password=PASSWORD)
