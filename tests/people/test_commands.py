"""What whoever stands at the server can do: found, help in, demonstrate."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from tests.people.commands import code_in, said
from zhunsheng.people.demo import Bureau
from zhunsheng.people.enrolment import enrolment_use
from zhunsheng.people.models import AccountEvent, Officer

PASSWORD = "牛头山的松树下有三块石头"


def test_a_second_founding_is_refused_and_leaves_nothing(bureau: Bureau) -> None:
    with pytest.raises(CommandError, match="已有在任"):
        said("found_administrator", "000001", "张三", unit="420000000000", unit_name="某省公安厅")
    assert not Officer.objects.filter(number="000001").exists()


def test_a_code_issued_at_the_server_is_marked_as_such(bureau: Bureau) -> None:
    code = code_in(said("enrolment_code", bureau.founder.number, reason="唯一管理员忘记密码"))
    enrolment_use(bureau.founder.number, code, PASSWORD)
    line = AccountEvent.objects.get(event="enrolment-issued")
    assert (line.by, line.detail) == (None, "唯一管理员忘记密码")
    for number in ("没有", bureau.machine.number):
        with pytest.raises(CommandError, match="没有这个账号"):
            said("enrolment_code", number, reason="-")
