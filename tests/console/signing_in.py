"""What tests of signing in share: a password, a telephone that shows codes, and a browser at the door."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from zhunsheng.people.models import AccountEvent, Officer

PASSWORD = "牛头山的松树下有三块石头"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now(secret: str = SECRET) -> str:
    """What an authenticator shows (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@contextmanager
def at_one_instant(later_s: int = 0) -> Iterator[None]:
    """Hold the machine's time, which allauth reads itself: a code is made and tried within its thirty seconds."""
    with mock.patch("time.time", return_value=time.time() + later_s):
        yield


def show_code(
    client: Client, path: str = "/sign-in/code/", field: str = "code", secret: str = SECRET, later_s: int = 0
):
    """Type the code that the authenticator shows, or will show so much later."""
    with at_one_instant(later_s):
        return client.post(path, {field: code_now(secret)})


def give_factor(officer: Officer) -> list[str]:
    """An authenticator with SECRET and its recovery codes."""
    TOTP.activate(officer, SECRET)
    return RecoveryCodes.activate(officer).generate_codes()


def sign_in(client: Client, officer: Officer, password: str = PASSWORD, *, follow: bool = False):
    """Number and password at the door."""
    return client.post("/sign-in/", {"login": officer.number, "password": password}, follow=follow)


def signed_in(officer: Officer) -> Client:
    """A browser past the door, with the second factor where the officer has one."""
    client = Client()
    response = sign_in(client, officer)
    if Authenticator.objects.filter(user=officer).exists():
        assert response.url == "/sign-in/code/"
        response = show_code(client)
    assert response.status_code == 302, response.content.decode()
    return client


def events(officer: Officer | None = None) -> list[str]:
    """The sign-in log of an account, oldest first; of nobody in particular without one."""
    return [e.event for e in AccountEvent.objects.filter(officer=officer).order_by("id")]
