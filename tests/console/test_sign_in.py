"""Signing in with number, password and second factor: who gets how far, and what the log says of it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import get_hasher
from django.test import Client

from tests.console.signing_in import (
    PASSWORD,
    at_one_instant,
    code_now,
    events,
    give_factor,
    show_code,
    sign_in,
    signed_in,
)
from zhunsheng.people.demo import Bureau
from zhunsheng.people.models import AccountEvent, Officer

WRONG = "警号或密码不正确。"


def test_a_handler_signs_in_with_number_and_password(bureau: Bureau) -> None:
    client = Client()
    response = sign_in(client, bureau.handler, follow=True)
    assert response.redirect_chain[-1][0] == "/"
    page = response.content.decode()
    assert "办案甲" in page
    assert "我的工作台" in page
    assert events(bureau.handler) == ["signed-in"]


def test_nothing_opens_to_somebody_who_has_not_signed_in(bureau: Bureau) -> None:
    for path in ("/", "/account/", "/account/password/", "/unlock/"):
        assert Client().get(path).url == f"/sign-in/?next={path}"


def test_a_privileged_person_gets_no_further_than_the_call_for_a_second_factor(bureau: Bureau) -> None:
    client = Client()
    sign_in(client, bureau.approver)
    for path in ("/", "/account/", "/account/password/"):
        assert client.get(path).url.startswith("/sign-in/second-factor/")
    assert "现在启用" in client.get("/sign-in/second-factor/").content.decode()


@pytest.mark.parametrize(
    "role",
    [
        "legal_reviewer",
        "approver",
        "property_keeper",
        "custody_keeper",
        "recording_keeper",
        "supervisor",
        "assessor",
        "outside_observer",
        "auditor",
        "administrator",
    ],
)
def test_every_privileged_role_is_asked_for_a_second_factor(bureau: Bureau, role: str) -> None:
    client = Client()
    sign_in(client, getattr(bureau, role))
    assert client.get("/").url.startswith("/sign-in/second-factor/")


@pytest.mark.parametrize("role", ["handler", "window"])
def test_the_others_are_not(bureau: Bureau, role: str) -> None:
    client = Client()
    sign_in(client, getattr(bureau, role))
    assert client.get("/").status_code == 200


def test_a_second_factor_opens_the_house(bureau: Bureau) -> None:
    give_factor(bureau.approver)
    client = signed_in(bureau.approver)
    assert client.get("/").status_code == 200
    assert AccountEvent.objects.get(officer=bureau.approver).method == "password+totp"


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor(bureau: Bureau) -> None:
    give_factor(bureau.handler)
    client = Client()
    sign_in(client, bureau.handler)
    assert client.get("/").url.startswith("/sign-in/")
    assert "_auth_user_id" not in client.session


def test_a_code_opens_once(bureau: Bureau) -> None:
    give_factor(bureau.approver)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, bureau.approver)
    with at_one_instant():
        assert show_code(first).status_code == 302
        refused = show_code(second)
    assert "验证码不正确或者已经用过" in refused.content.decode()
    assert events(bureau.approver)[-1] == "refused"


def test_a_recovery_code_opens_once(bureau: Bureau) -> None:
    code = give_factor(bureau.approver)[0]
    for expected in (302, 200):
        client = Client()
        sign_in(client, bureau.approver)
        assert client.post("/sign-in/code/", {"code": code}).status_code == expected


@pytest.mark.parametrize("wrong", ["000000", "", "abcdef", "123 45"])
def test_a_wrong_code_does_not_open(bureau: Bureau, wrong: str) -> None:
    give_factor(bureau.approver)
    client = Client()
    sign_in(client, bureau.approver)
    if wrong == code_now():
        wrong = "000001"
    assert client.post("/sign-in/code/", {"code": wrong}).status_code == 200
    assert client.get("/").status_code == 302


# ---------------------------------------------------------------- what a stranger learns


def shown(number: str, password: str) -> tuple[int, str]:
    """Status and page after an attempt, without what differs in every page."""
    response = Client().post("/sign-in/", {"login": number, "password": password})
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, page.replace(number, "N")


def test_the_answer_is_the_same_for_a_wrong_password_a_wrong_number_and_a_shut_account(
    bureau: Bureau,
) -> None:
    Officer.objects.filter(pk=bureau.second_handler.pk).update(is_active=False)
    answers = [
        shown(bureau.handler.number, "不是这个密码的另外一句话"),
        shown("没有这个警号", PASSWORD),
        shown(bureau.second_handler.number, PASSWORD),
        shown(bureau.machine.number, PASSWORD),
    ]
    assert WRONG in answers[0][1]
    assert all(answer == answers[0] for answer in answers[1:])


def test_an_unknown_number_costs_as_much_hashing_as_a_wrong_password(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = type(get_hasher())
    count = {"hash": 0}
    for name in ("encode", "verify"):
        real = getattr(hasher, name)

        def counted(self, *args, _real=real, **kwargs):
            count["hash"] += 1
            return _real(self, *args, **kwargs)

        monkeypatch.setattr(hasher, name, counted)
    costs = []
    for number in (bureau.handler.number, "没有这个警号"):
        count["hash"] = 0
        shown(number, "不是这个密码的另外一句话")
        costs.append(count["hash"])
    assert costs == [1, 1]


def test_a_number_that_belongs_to_nobody_is_not_written_into_the_log(bureau: Bureau) -> None:
    sign_in(Client(), Officer(number="其实这是密码不小心输错了栏"))
    line = AccountEvent.objects.get(officer=None)
    assert "密码" not in f"{line.method}{line.detail}{line.agent}"
    assert line.event == "refused"


# ---------------------------------------------------------------- guessing


def test_after_ten_wrong_passwords_even_the_right_one_waits(bureau: Bureau) -> None:
    for _ in range(10):
        sign_in(Client(), bureau.handler, "不是这个密码的另外一句话")
    response = sign_in(Client(), bureau.handler)
    assert "尝试次数过多" in response.content.decode()
    assert events(bureau.handler) == ["refused"] * 11
    # Somebody else is not held up.
    assert sign_in(Client(), bureau.second_handler).status_code == 302


def test_codes_cannot_be_guessed_either(bureau: Bureau) -> None:
    give_factor(bureau.approver)
    client = Client()
    sign_in(client, bureau.approver)
    for n in range(10):
        client.post("/sign-in/code/", {"code": f"{n:06d}"})
    assert show_code(client, later_s=30).status_code == 200
    assert client.get("/").status_code == 302


def test_attempts_are_counted_by_all_workers_together(bureau: Bureau) -> None:
    from django.core.cache import cache
    from django.db import connection

    sign_in(Client(), bureau.handler, "不是这个密码的另外一句话")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_cache")
        assert cursor.fetchone()[0] > 0
    assert type(cache._connections[cache._alias]).__name__ == "DatabaseCache"


# ---------------------------------------------------------------- leaving


def test_signing_out_ends_the_session_and_is_in_the_log(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    assert client.get("/sign-out/").status_code == 200
    assert client.get("/").status_code == 200, "asking for the page signs nobody out"
    client.post("/sign-out/")
    assert client.get("/").status_code == 302
    assert events(bureau.handler) == ["signed-in", "signed-out"]


def test_the_key_of_the_session_changes_at_sign_in(bureau: Bureau) -> None:
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["zhunsheng-session"] = session.session_key
    sign_in(client, bureau.handler)
    assert client.cookies["zhunsheng-session"].value != session.session_key


def test_suspending_an_account_ends_its_sessions_at_once(bureau: Bureau) -> None:
    from zhunsheng.people.services import officer_suspend

    client = signed_in(bureau.handler)
    officer_suspend(bureau.handler, by=bureau.administrator, reason="调查")
    assert client.get("/").status_code == 302
    assert "_auth_user_id" not in client.session or client.get("/account/").status_code == 302


def test_a_new_password_ends_every_other_session(bureau: Bureau) -> None:
    here, elsewhere = signed_in(bureau.handler), signed_in(bureau.handler)
    new = "松树下面其实只有两块石头了"
    response = here.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert response.status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert events(bureau.handler)[-1] == "password-set"


# ---------------------------------------------------------------- what does not exist


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/signup/", "/sign-in/signup/", "/account/email/", "/password/reset/"]
)
def test_nobody_signs_up_or_resets_by_mail(bureau: Bureau, path: str) -> None:
    assert Client().get(path).status_code == 404
