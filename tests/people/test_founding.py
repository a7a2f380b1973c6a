"""How an installation without people gets its first, real or made up."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from tests.people.commands import code_in, said
from zhunsheng.people.enrolment import enrolment_use
from zhunsheng.people.models import RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.selectors import roles_held

PASSWORD = "牛头山的松树下有三块石头"


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


def test_a_second_founder_is_refused_in_one_plain_sentence(db: None) -> None:
    place = {"unit": "420000000000", "unit_name": "某省公安厅", "unit_kind": "province"}
    said("found_administrator", "000001", "张三", **place)
    with pytest.raises(CommandError, match="已有在任的系统管理员") as refused:
        said("found_administrator", "000002", "李四", **place)
    assert str(refused.value).splitlines()[0].count("：") == 1


def test_a_founder_needs_a_unit_with_a_name(db: None) -> None:
    with pytest.raises(CommandError, match="不完整"):
        said("found_administrator", "000001", "张三", unit="420000000000")


def test_the_made_up_bureau_says_who_is_who(db: None) -> None:
    text = said("demo_bureau", password=PASSWORD)
    for role in Role:
        assert str(role.label) in text
    with pytest.raises(CommandError):
        said("demo_bureau", password=PASSWORD)
