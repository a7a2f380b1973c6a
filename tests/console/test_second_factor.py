"""Adding a second factor, with real transactions: allauth says so only once it is committed."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from tests.console.signing_in import PASSWORD, events, show_code, sign_in
from zhunsheng.people.demo import demo_bureau


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_is_added_after_the_password_again_and_opens_the_house(
    transactional_db: None,
) -> None:
    cache.clear()
    bureau = demo_bureau(password=PASSWORD)
    client = Client()
    sign_in(client, bureau.approver)
    again = client.get("/account/second-factor/")
    assert again.url.startswith("/account/again/")
    client.post(again.url, {"password": PASSWORD})
    page = client.get("/account/second-factor/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    done = show_code(client, "/account/second-factor/", secret=secret)
    codes = re.findall(r"<code>(\d{12})</code>", client.get(done.url).content.decode())
    assert len(codes) == 10
    assert client.get("/").status_code == 200
    stored = Authenticator.objects.get(user=bureau.approver, type="totp").data["secret"]
    assert secret not in stored
    assert events(bureau.approver) == ["signed-in", "factor-added", "factor-added"]
