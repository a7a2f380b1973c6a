"""The one-time code: it works once, for its account, in time; what is wrong with it is not told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import Bureau
from zhunsheng.people.enrolment import GOOD_FOR, enrolment_issue, enrolment_use
from zhunsheng.people.models import AccountEvent, Enrolment, Officer
from zhunsheng.people.secrets_kept import digest_of

PASSWORD = "牛头山的松树下有三块石头"


def issue(bureau: Bureau, officer: Officer | None = None) -> str:
    return enrolment_issue(officer or bureau.handler, by=bureau.administrator, reason="新调入")


def refused(number: str, code: str) -> str:
    with pytest.raises(InputError) as caught:
        enrolment_use(number, code, PASSWORD)
    return caught.value.zh


def test_the_code_sets_the_password_once(bureau: Bureau) -> None:
    code = issue(bureau)
    assert enrolment_use(bureau.handler.number, code, PASSWORD) == bureau.handler
    assert Officer.objects.get(pk=bureau.handler.pk).check_password(PASSWORD)
    assert refused(bureau.handler.number, code)
    assert list(AccountEvent.objects.order_by("id").values_list("event", flat=True)) == [
        "enrolment-issued",
        "password-set",
        "enrolment-refused",
    ]


def test_only_its_digest_is_kept(bureau: Bureau) -> None:
    code = issue(bureau)
    row = Enrolment.objects.get()
    assert bytes(row.digest) == digest_of(code)
    kept = " ".join(str(v) for v in vars(row).values()) + " ".join(
        AccountEvent.objects.values_list("detail", flat=True)
    )
    assert code not in kept


@pytest.mark.parametrize(
    "typed", [str.lower, lambda c: c.replace("-", ""), lambda c: f"  {c.replace('-', ' ')} "]
)
def test_the_code_may_be_typed_as_people_type(bureau: Bureau, typed) -> None:
    assert enrolment_use(f" {bureau.handler.number} ", typed(issue(bureau)), PASSWORD) == bureau.handler


def test_every_fault_of_a_code_sounds_the_same(bureau: Bureau) -> None:
    older = issue(bureau)
    code = issue(bureau)
    said = {
        refused(bureau.handler.number, "AAAAA-AAAAA-AAAAA-AAAAA"),
        refused(bureau.second_handler.number, code),
        refused("没有这个警号", code),
        refused(bureau.handler.number, older),
        refused(bureau.handler.number, ""),
    }
    with clock.holding(clock.now() + GOOD_FOR):
        said.add(refused(bureau.handler.number, code))
    with clock.holding(clock.now() + GOOD_FOR - dt.timedelta(seconds=1)):
        assert enrolment_use(bureau.handler.number, code, PASSWORD)
    said.add(refused(bureau.handler.number, code))
    assert len(said) == 1


def test_a_weak_password_is_refused_and_the_code_stays_good(bureau: Bureau) -> None:
    code = issue(bureau)
    with pytest.raises(ValidationError):
        enrolment_use(bureau.handler.number, code, "短")
    assert enrolment_use(bureau.handler.number, code, PASSWORD)


def test_a_code_is_issued_by_the_administrator_of_the_unit_to_somebody_else(bureau: Bureau) -> None:
    for officer, by in (
        (bureau.other_handler, bureau.administrator),
        (bureau.handler, bureau.approver),
        (bureau.administrator, bureau.administrator),
        (bureau.machine, bureau.founder),
    ):
        with pytest.raises(Denied):
            enrolment_issue(officer, by=by, reason="-")
    with pytest.raises(InputError, match="理由"):
        enrolment_issue(bureau.handler, by=bureau.administrator, reason=" ")


def test_a_suspended_account_is_not_opened_by_a_code(bureau: Bureau) -> None:
    code = issue(bureau)
    services.officer_suspend(bureau.handler, by=bureau.administrator, reason="-")
    assert refused(bureau.handler.number, code)
    with pytest.raises(Denied):
        issue(bureau, Officer.objects.get(pk=bureau.handler.pk))
