"""The life of a session: an idle screen locks and the session stays, an old session ends, and nothing shows behind the lock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.console.signing_in import (
    PASSWORD,
    events,
    give_factor,
    show_code,
    sign_in,
    signed_in,
)
from zhunsheng.api.problems import KINDS, URN
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services
from zhunsheng.people.access import Denied
from zhunsheng.people.demo import COUNTY, Bureau
from zhunsheng.people.models import RoleAssignment
from zhunsheng.people.roles import Role
from zhunsheng.people.sign_in.recovery import factors_remove, sessions_end

SECOND = dt.timedelta(seconds=1)
IDLE = settings.SESSION_IDLE_S * SECOND
LIFETIME = settings.SESSION_LIFETIME_S * SECOND


def after(client: Client, wait: dt.timedelta, path: str = "/", **more: Any):
    """What a page answers so much later."""
    with clock.holding(clock.now() + wait):
        return client.get(path, **more)


def test_an_idle_screen_locks_to_the_second(bureau: Bureau) -> None:
    client, moment = signed_in(bureau.handler), clock.now()
    client.session["session-seen"]
    with clock.holding(moment + IDLE - 5 * SECOND):
        assert client.get("/").status_code == 200
    with clock.holding(moment + 2 * IDLE - 5 * SECOND):
        assert client.get("/account/?a=1").url == "/unlock/?next=%2Faccount%2F%3Fa%3D1"
    assert events(bureau.handler) == ["signed-in", "locked"]


def test_a_locked_screen_shows_who_is_signed_in_and_nothing_else(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    client.post("/lock/", {"next": "/account/"})
    page = client.get("/unlock/?next=/account/").content.decode()
    assert "办案甲" in page
    assert "甲分局第一派出所" not in page
    assert "主导航" not in page
    for path in ("/", "/account/", "/account/password/", "/sign-in/second-factor/"):
        assert client.get(path).url.startswith("/unlock/")


def test_the_password_unlocks_and_leads_back(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    key = client.session.session_key
    client.post("/lock/", {"next": "/account/"})
    assert client.post("/unlock/", {"secret": PASSWORD, "next": "/account/"}).url == "/account/"
    assert client.get("/account/").status_code == 200
    assert client.session.session_key != key
    assert events(bureau.handler) == ["signed-in", "locked", "unlocked"]


def test_a_code_unlocks_too(bureau: Bureau) -> None:
    give_factor(bureau.handler)
    client = signed_in(bureau.handler)
    client.post("/lock/")
    assert show_code(client, "/unlock/", "secret", later_s=30).url == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("secret", ["", " ", "000000", "不是这个密码的另外一句话", PASSWORD + " "])
def test_anything_else_does_not(bureau: Bureau, secret: str) -> None:
    client = signed_in(bureau.handler)
    client.post("/lock/")
    assert client.post("/unlock/", {"secret": secret}).status_code == 422
    assert client.get("/").url.startswith("/unlock/")


def test_unlocking_cannot_be_guessed(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    client.post("/lock/")
    for n in range(10):
        client.post("/unlock/", {"secret": f"猜第{n}次的一句随便什么话"})
    page = client.post("/unlock/", {"secret": PASSWORD}).content.decode()
    assert "过于频繁" in page or "不正确" in page
    assert client.get("/").url.startswith("/unlock/")
    assert events(bureau.handler).count("unlock-refused") >= 9


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example"],
)
def test_nobody_is_led_elsewhere(bureau: Bureau, address: str) -> None:
    client = signed_in(bureau.handler)
    client.post("/lock/")
    assert client.post("/unlock/", {"secret": PASSWORD, "next": address}).url == "/"
    out = Client()
    response = out.post("/sign-in/", {"login": bureau.handler.number, "password": PASSWORD, "next": address})
    assert response.url == "/"


def test_a_locked_screen_answers_fragments_and_programmes_in_their_way(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    client.post("/lock/")
    fragment = client.get("/account/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, "/unlock/")
    programme = client.get("/api/v1/whatever")
    assert programme.status_code == 401
    assert programme["Content-Type"] == "application/problem+json"
    kind, told = KINDS["unauthenticated"], programme.json()
    assert (told["type"], told["title"], told["status"]) == (URN + kind.code, kind.zh, kind.status)
    assert "锁定" in told["detail"]
    told = client.get("/api/v1/whatever", headers={"Accept-Language": "en"}).json()
    assert (told["title"], "locked" in told["detail"]) == (kind.en, True)
    privileged = signed_in(bureau.approver)
    assert "双重验证" in privileged.get("/api/v1/me").json()["detail"]


def test_signing_out_works_while_locked(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    client.post("/lock/")
    client.post("/sign-out/")
    assert client.get("/").url == "/sign-in/?next=/"


def test_requests_a_page_makes_by_itself_keep_no_screen_open(bureau: Bureau) -> None:
    client, moment = signed_in(bureau.handler), clock.now()
    with clock.holding(moment + IDLE / 2):
        assert client.get("/", headers={"X-Zhunsheng-Background": "1"}).status_code == 200
    with clock.holding(moment + IDLE + SECOND):
        assert client.get("/").url.startswith("/unlock/")


def test_somebody_typing_keeps_it_open(bureau: Bureau) -> None:
    client, moment = signed_in(bureau.handler), clock.now()
    with clock.holding(moment + IDLE / 2):
        assert client.head("/still-here/").status_code == 204
    with clock.holding(moment + IDLE + SECOND):
        assert client.get("/").status_code == 200


def test_a_session_ends_after_a_shift_however_busy(bureau: Bureau) -> None:
    client, start = signed_in(bureau.handler), clock.now()
    for step in range(1, int(LIFETIME / IDLE) * 2):
        with clock.holding(start + step * IDLE / 2 - SECOND):
            assert client.get("/").status_code == 200
    with clock.holding(start + LIFETIME):
        assert client.get("/account/").url == "/sign-in/?next=%2Faccount%2F"
    assert client.session.is_empty()
    assert events(bureau.handler) == ["signed-in", "expired"]


def test_a_session_that_does_not_say_when_it_began_is_over(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    session = client.session
    del session["session-began"]
    session.save()
    assert client.get("/").url.startswith("/sign-in/")


def test_a_role_granted_meanwhile_asks_for_the_second_factor_at_the_next_page(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    assert client.get("/").status_code == 200
    services.role_end(RoleAssignment.objects.get(officer=bureau.handler), by=bureau.founder, reason="轮岗")
    services.role_grant(bureau.handler, Role.SUPERVISOR, COUNTY, by=bureau.founder, reason="轮岗")
    assert client.get("/").url.startswith("/sign-in/second-factor/")


def test_a_factor_shown_by_one_person_does_not_count_for_another_in_the_same_browser(bureau: Bureau) -> None:
    client = Client()
    session = client.session
    session["second-factor"] = bureau.supervisor.number
    session.save()
    client.cookies["zhunsheng-session"] = session.session_key
    sign_in(client, bureau.approver)
    assert client.session["second-factor"] == bureau.supervisor.number, "the session went on"
    assert client.get("/").url.startswith("/sign-in/second-factor/")


def test_privileged_people_keep_their_second_factor_and_others_may_drop_it(bureau: Bureau) -> None:
    for officer, gone in ((bureau.supervisor, False), (bureau.handler, True)):
        give_factor(officer)
        client = signed_in(officer)
        client.post("/account/again/", {"password": PASSWORD})
        page = client.get("/account/second-factor/remove/").content.decode()
        client.post("/account/second-factor/remove/")
        assert ("不能停用" in page) is not gone
        assert officer.authenticator_set.exists() is not gone


def test_a_lost_second_factor_is_taken_off_by_an_administrator_who_is_somebody_else(bureau: Bureau) -> None:
    for officer in (bureau.supervisor, bureau.administrator):
        give_factor(officer)
    for officer, by in ((bureau.supervisor, bureau.approver), (bureau.administrator, bureau.administrator)):
        with pytest.raises(Denied):
            factors_remove(officer, by=by, reason="-")
    factors_remove(bureau.supervisor, by=bureau.administrator, reason="手机丢失，当面核对")
    client = Client()
    sign_in(client, bureau.supervisor)
    assert "现在启用" in client.get("/", follow=True).content.decode()
    assert events(bureau.supervisor) == ["factor-removed", "signed-in"]


def test_a_person_ends_every_other_session_after_the_password_again(bureau: Bureau) -> None:
    here, elsewhere = signed_in(bureau.handler), signed_in(bureau.handler)
    again = here.post("/account/end-others/")
    assert again.url.startswith("/account/again/")
    assert elsewhere.get("/").status_code == 200
    here.post("/account/again/", {"password": PASSWORD})
    assert here.post("/account/end-others/").url == "/account/"
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert events(bureau.handler)[-1] == "sessions-ended"


def test_an_administrator_ends_every_session_of_somebody_and_says_why(bureau: Bureau) -> None:
    client = signed_in(bureau.handler)
    with pytest.raises(Denied):
        sessions_end(bureau.handler, by=bureau.approver, reason="-")
    with pytest.raises(InputError):
        sessions_end(bureau.handler, by=bureau.administrator)
    sessions_end(bureau.handler, by=bureau.administrator, reason="手机遗失")
    assert client.get("/").status_code == 302
    assert sign_in(client, bureau.handler).url == "/"


def test_new_recovery_codes_make_the_old_ones_worthless(bureau: Bureau) -> None:
    old = give_factor(bureau.supervisor)[0]
    client = signed_in(bureau.supervisor)
    assert client.get("/account/recovery-codes/new/").url.startswith("/account/again/"), "the password first"
    client.post("/account/again/", {"password": PASSWORD})
    client.post("/account/recovery-codes/new/")
    assert old not in client.get("/account/recovery-codes/").content.decode()
    other = Client()
    sign_in(other, bureau.supervisor)
    assert other.post("/sign-in/code/", {"code": old}).status_code == 200
