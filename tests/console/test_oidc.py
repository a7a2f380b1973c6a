"""Signing in through a bureau's own identity provider, played by a small server on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from tests.console.signing_in import events, give_factor, show_code
from zhunsheng.config.security import content_security_policy
from zhunsheng.config.sign_in import sign_in_settings
from zhunsheng.people import services
from zhunsheng.people.demo import Bureau
from zhunsheng.people.models import AccountEvent, Officer

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """What it says of whoever comes, and what it was told."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": "zhunsheng",
            "sub": "u-1",
            "iat": now,
            "exp": now + 60,
            **self.claims,
        }
        return {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": jwt.encode(claims, KEY, "RS256", {"kid": "k"}),
        }


@pytest.fixture
def provider(tmp_path: Path, settings: Any) -> Iterator[Provider]:
    played = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            played.told = {name: values[0] for name, values in parse_qs(body).items()}
            self.reply()

        def reply(self) -> None:
            body = json.dumps(played.answer(urlsplit(self.path).path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    played.address = f"http://127.0.0.1:{server.server_port}"
    file = tmp_path / "oidc.json"
    given = {
        "id": "bureau",
        "name": "市局统一认证",
        "issuer": played.address,
        "client_id": "zhunsheng",
        "client_secret": "geheim",
    }
    file.write_text(json.dumps({"providers": [{**given, "second_factor": ["otp", "hwk"]}]}), encoding="utf-8")
    for name in ("OIDC_ISSUERS", "SOCIALACCOUNT_PROVIDERS"):
        setattr(settings, name, sign_in_settings(file)[name])
    settings.CONTENT_SECURITY_POLICY = content_security_policy(elsewhere=True)
    yield played
    server.shutdown()
    server.server_close()
    thread.join()


def come_back(client: Client, *, follow: bool = False, **query: str):
    """Go to the provider, and come back with its code."""
    away = client.post("/sign-in/with/bureau/")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(away.url).query).items()}
    client.asked = asked
    return client.get(
        "/sign-in/with/bureau/back/", {"code": "c", "state": asked["state"], **query}, follow=follow
    )


def in_session(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_an_officer_we_know_comes_in_by_the_providers_claim(bureau: Bureau, provider: Provider) -> None:
    provider.claims = {"officer_number": bureau.handler.number}
    client = Client()
    assert "用市局统一认证登录" in client.get("/sign-in/").content.decode()
    assert come_back(client, follow=True).redirect_chain[-1][0] == "/"
    assert "办案甲" in client.get("/").content.decode()
    line = AccountEvent.objects.get(officer=bureau.handler)
    assert (line.event, line.method) == ("signed-in", "bureau")


def test_the_exchange_is_bound_to_this_browser_and_to_the_secret(bureau: Bureau, provider: Provider) -> None:
    provider.claims = {"officer_number": bureau.handler.number}
    client = Client()
    come_back(client)
    assert client.asked["code_challenge_method"] == "S256"
    verifier = hashlib.sha256(provider.told["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == client.asked["code_challenge"]
    assert provider.told["client_secret"] == "geheim"
    other = Client()
    other.get("/sign-in/with/bureau/back/", {"code": "c", "state": client.asked["state"]})
    assert not in_session(other)


@pytest.mark.parametrize(
    "claims",
    [
        {"officer_number": "没有这个警号"},
        {},
        {"officer_number": ""},
        {"officer_number": ["演1002"]},
        {"preferred_username": "演1002", "email": "演1002@example.org"},
    ],
)
def test_nobody_else_comes_in_and_nobody_is_made(
    bureau: Bureau, provider: Provider, claims: dict[str, Any]
) -> None:
    before = Officer.objects.count()
    provider.claims = claims
    client = Client()
    response = come_back(client)
    assert response.url == "/sign-in/refused/"
    assert client.get(response.url).status_code == 403
    assert not in_session(client)
    assert Officer.objects.count() == before
    assert AccountEvent.objects.get().event == "refused"


@pytest.mark.parametrize("change", [{"aud": "elsewhere"}, {"iss": "https://other.example"}, {"exp": 1}])
def test_an_identity_meant_for_others_or_for_yesterday_is_refused(
    bureau: Bureau, provider: Provider, change: dict[str, Any]
) -> None:
    provider.claims = {"officer_number": bureau.handler.number, **change}
    client = Client()
    come_back(client)
    assert not in_session(client)


def test_a_shut_account_and_a_programme_stay_outside(bureau: Bureau, provider: Provider) -> None:
    services.officer_suspend(bureau.handler, by=bureau.administrator, reason="-")
    for officer in (bureau.handler, bureau.machine):
        provider.claims = {"officer_number": officer.number}
        client = Client()
        assert come_back(client).url == "/sign-in/refused/"
        assert not in_session(client)


def test_a_number_given_to_somebody_else_opens_nothing_old(bureau: Bureau, provider: Provider) -> None:
    # The same person at the provider, another number: each time the claim decides, and no link is kept.
    for officer in (bureau.handler, bureau.second_handler):
        provider.claims = {"officer_number": officer.number}
        client = Client()
        come_back(client)
        assert client.session["_auth_user_id"] == str(officer.pk)
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()


@pytest.mark.parametrize(
    ("methods", "enough"),
    [(["pwd", "otp"], True), (["hwk"], True), (["pwd"], False), ([], False), ("otp", False), (None, False)],
)
def test_the_providers_second_factor_counts_when_it_is_one_we_named(
    bureau: Bureau, provider: Provider, methods: Any, enough: bool
) -> None:
    provider.claims = {
        "officer_number": bureau.approver.number,
        **({"amr": methods} if methods is not None else {}),
    }
    client = Client()
    come_back(client)
    assert (client.get("/").status_code == 200) is enough


def test_who_has_a_second_factor_here_is_asked_for_it_after_the_provider(
    bureau: Bureau, provider: Provider
) -> None:
    give_factor(bureau.approver)
    provider.claims = {"officer_number": bureau.approver.number}
    client = Client()
    assert come_back(client).url == "/sign-in/code/"
    assert not in_session(client)
    show_code(client)
    assert client.get("/").status_code == 200
    assert AccountEvent.objects.get(officer=bureau.approver).method == "bureau+totp"


def test_a_refusal_by_the_provider_is_told_and_logged(bureau: Bureau, provider: Provider) -> None:
    client = Client()
    away = client.post("/sign-in/with/bureau/")
    state = parse_qs(urlsplit(away.url).query)["state"][0]
    response = client.get("/sign-in/with/bureau/back/", {"error": "server_error", "state": state})
    assert response.url == "/sign-in/refused/"
    assert events() == ["refused"]


def test_an_account_is_not_joined_to_an_identity_by_somebody_signed_in(
    bureau: Bureau, provider: Provider
) -> None:
    provider.claims = {"officer_number": bureau.handler.number}
    client = Client()
    away = client.post("/sign-in/with/bureau/?process=connect")
    state = parse_qs(urlsplit(away.url).query)["state"][0]
    assert client.get("/sign-in/with/bureau/back/", {"code": "c", "state": state}).url == "/sign-in/refused/"
    assert not SocialAccount.objects.exists()


def test_setting_out_needs_a_click_and_the_policy_lets_it_happen(bureau: Bureau, provider: Provider) -> None:
    page = Client().get("/sign-in/")
    assert "form-action 'self' https:" in page["Content-Security-Policy"]
    shown = Client().get("/sign-in/with/bureau/")
    assert shown.status_code == 200, "a link alone sends nobody away"
    assert Client().get("/sign-in/with/nobody/").status_code == 404
