"""Programmes: tokens of ours and signed tokens of a provider; whatever does not prove who it is is denied without a reason."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people import services, tokens
from zhunsheng.people.access import Denied, reach
from zhunsheng.people.demo import STATION, Bureau
from zhunsheng.people.issuers import Api, Issuer
from zhunsheng.people.models import AccountEvent, ApiToken
from zhunsheng.people.tokens import bearer_officer, token_issue, token_officer, token_revoke

DAY = dt.timedelta(days=1)
ISSUER = "https://id.example"


def issued(bureau: Bureau, **more: Any) -> tuple[str, ApiToken]:
    given = {"label": "采集站", "expires_at": clock.now() + DAY, "by": bureau.administrator, **more}
    return token_issue(bureau.machine, given.pop("purpose", "keeping"), **given)


# ---------------------------------------------------------------- tokens of ours


def test_a_token_leads_to_its_officer_and_its_purpose(bureau: Bureau) -> None:
    secret, row = issued(bureau)
    found = bearer_officer(f"Bearer {secret}")
    assert (found.officer, found.purposes, found.via) == (bureau.machine, {"keeping"}, row.prefix)
    assert found.may("keeping")
    assert not found.may("handling")
    assert reach(found.officer, "keeping").units == {STATION}


def test_only_the_digest_of_a_token_is_kept(bureau: Bureau) -> None:
    secret, row = issued(bureau)
    row.refresh_from_db()
    assert bytes(row.digest) == hashlib.sha256(secret.encode()).digest()
    assert secret.startswith(row.prefix)
    assert len(secret) - len(row.prefix) > 40
    assert secret not in " ".join(str(v) for v in vars(row).values())
    assert secret not in " ".join(AccountEvent.objects.values_list("detail", flat=True))


def test_a_token_ends_at_its_instant_and_with_its_account(bureau: Bureau) -> None:
    until = clock.now() + DAY
    secret, _ = issued(bureau, expires_at=until)
    with clock.holding(until - clock.MICROSECOND):
        assert token_officer(secret)
    with clock.holding(until), pytest.raises(Denied):
        token_officer(secret)
    services.officer_suspend(bureau.machine, by=bureau.administrator, reason="-")
    with pytest.raises(Denied):
        token_officer(secret)


def test_a_revoked_token_is_worthless_and_revoking_twice_is_once(bureau: Bureau) -> None:
    secret, row = issued(bureau)
    token_revoke(row, by=bureau.administrator)
    token_revoke(row, by=bureau.administrator)
    with pytest.raises(Denied):
        token_officer(secret)
    assert list(AccountEvent.objects.order_by("id").values_list("event", flat=True)) == [
        "token-issued",
        "token-revoked",
    ]


def test_a_programmes_token_is_issued_by_its_administrator_and_a_persons_by_themselves(
    bureau: Bureau,
) -> None:
    token_issue(bureau.handler, "handling", label="脚本", expires_at=clock.now() + DAY, by=bureau.handler)
    for officer, by in (
        (bureau.handler, bureau.administrator),
        (bureau.machine, bureau.handler),
        (bureau.machine, bureau.machine),
    ):
        with pytest.raises(Denied):
            token_issue(officer, "handling", label="-", expires_at=clock.now() + DAY, by=by)


@pytest.mark.parametrize(
    "more",
    [
        {"purpose": "curiosity"},
        {"label": " "},
        {"expires_at": clock.now()},
        {"expires_at": clock.now() + 400 * DAY},
    ],
)
def test_a_token_needs_a_purpose_a_label_and_an_end_within_a_year(
    bureau: Bureau, more: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match="一年以内"):
        issued(bureau, **more)


def test_only_owner_and_administrator_revoke(bureau: Bureau) -> None:
    _, row = issued(bureau)
    with pytest.raises(Denied):
        token_revoke(row, by=bureau.handler)
    token_revoke(row, by=bureau.machine)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "zs_x",
        "Bearer zs_00000000_nothing",
        "Bearer a.b.c",
        "Bearer \x00",
        "Bearer " + "x" * 10_000,
    ],
)
def test_a_header_that_proves_nothing_is_denied(bureau: Bureau, header: str) -> None:
    with pytest.raises(Denied):
        bearer_officer(header)


# ---------------------------------------------------------------- signed tokens

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def jwk(key: Any, kid: str, alg: str) -> dict[str, Any]:
    """The public half as a provider publishes it."""
    algorithm = jwt.algorithms.get_default_algorithms()[alg]
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "alg": alg, "use": "sig"}


KEYS = {"keys": [jwk(RSA, "r1", "RS256"), jwk(EC, "e1", "ES256"), jwk(ED, "d1", "EdDSA")]}


def signed(
    bureau: Bureau,
    key: Any = RSA,
    *,
    alg: str = "RS256",
    kid: str | None = "r1",
    without: str = "",
    **more: Any,
) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": "u-1",
        "aud": "zhunsheng-api",
        "iat": now,
        "exp": now + 300,
        "officer_number": bureau.machine.number,
        "scope": "openid purpose:keeping purpose:curiosity",
        **more,
    }
    claims.pop(without, None)
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": kid} if kid else None)


@pytest.fixture
def trusted(tmp_path: Path, settings: Any) -> Path:
    """A provider whose keys lie in a file."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(KEYS), encoding="utf-8")
    settings.OIDC_ISSUERS = (
        Issuer(id="people-only", name="只供人员登录", issuer="https://people.example", client_id="c"),
        Issuer(id="bureau", name="市局统一认证", issuer=ISSUER, api=Api(audience="zhunsheng-api", keys=path)),
    )
    return path


@pytest.mark.parametrize(
    ("key", "alg", "kid"), [(RSA, "RS256", "r1"), (EC, "ES256", "e1"), (ED, "EdDSA", "d1")]
)
def test_a_providers_signed_token_leads_to_the_officer_it_names(
    bureau: Bureau, trusted: Path, key: Any, alg: str, kid: str
) -> None:
    found = bearer_officer(f"Bearer {signed(bureau, key, alg=alg, kid=kid)}")
    assert (found.officer, found.purposes, found.via) == (bureau.machine, {"keeping"}, "bureau")


def bad_tokens(bureau: Bureau) -> Iterator[tuple[str, str]]:
    """What is wrong with it, and the token."""
    good = signed(bureau)
    head, body, signature = good.split(".")
    now = int(time.time())
    pem = RSA.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    yield "another key", signed(bureau, STRANGER)
    yield "a key id nobody has", signed(bureau, kid="r9")
    yield "no key id", signed(bureau, kid=None)
    yield "another issuer", signed(bureau, iss="https://other.example")
    yield "an issuer for people only", signed(bureau, iss="https://people.example")
    yield "another audience", signed(bureau, aud="elsewhere")
    yield "too old", signed(bureau, iat=now - 900, exp=now - 60)
    yield "not yet", signed(bureau, nbf=now + 600)
    for claim in ("exp", "iat", "sub", "aud", "iss", "officer_number"):
        yield f"without {claim}", signed(bureau, without=claim)
    yield "an unknown officer", signed(bureau, officer_number="没有这个警号")
    yield "an officer who is no text", signed(bureau, officer_number=["演1002"])
    yield "no signature", f"{head}.{body}."
    yield "a signature changed", f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    yield "alg none", jwt.encode({"iss": ISSUER}, None, algorithm="none")
    forged = (
        base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "r1"}).encode()).rstrip(b"=").decode()
    )
    # The public key as the secret of an HMAC: the classic confusion.
    mac = (
        base64.urlsafe_b64encode(hashlib.new("sha256", pem + f"{forged}.{body}".encode()).digest())
        .rstrip(b"=")
        .decode()
    )
    yield "HMAC with the public key", f"{forged}.{body}.{mac}"
    yield "another algorithm", signed(bureau, RSA, alg="RS512")


def test_a_token_that_is_wrong_in_any_way_is_denied(bureau: Bureau, trusted: Path) -> None:
    assert bearer_officer(f"Bearer {signed(bureau)}")
    for what, token in bad_tokens(bureau):
        with pytest.raises(Denied):
            raise AssertionError(f"{what}: {bearer_officer(f'Bearer {token}')}")


def test_a_shut_account_is_denied_whatever_the_provider_says(bureau: Bureau, trusted: Path) -> None:
    services.officer_suspend(bureau.machine, by=bureau.administrator, reason="-")
    with pytest.raises(Denied):
        bearer_officer(f"Bearer {signed(bureau)}")


def test_without_a_purpose_in_its_scope_a_token_may_do_nothing(bureau: Bureau, trusted: Path) -> None:
    assert bearer_officer(f"Bearer {signed(bureau, scope='openid')}").purposes == frozenset()
    assert bearer_officer(f"Bearer {signed(bureau, without='scope')}").purposes == frozenset()


def test_keys_in_a_file_are_read_again_when_it_changes(bureau: Bureau, trusted: Path) -> None:
    token = signed(bureau, STRANGER, kid="r2")
    with pytest.raises(Denied):
        bearer_officer(f"Bearer {token}")
    trusted.write_text(json.dumps({"keys": [jwk(STRANGER, "r2", "RS256")]}), encoding="utf-8")
    assert bearer_officer(f"Bearer {token}").officer == bureau.machine
    with pytest.raises(Denied):
        bearer_officer(f"Bearer {signed(bureau)}")


@pytest.fixture
def key_server(settings: Any) -> Iterator[dict[str, Any]]:
    """A provider on this machine that publishes its keys, and counts how often it is asked."""
    state: dict[str, Any] = {"keys": KEYS, "asked": 0}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state["asked"] += 1
            body = json.dumps(state["keys"]).encode()
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
    uri = f"http://127.0.0.1:{server.server_port}/keys"
    settings.OIDC_ISSUERS = (
        Issuer(id="bureau", name="-", issuer=ISSUER, api=Api(audience="zhunsheng-api", keys_uri=uri)),
    )
    yield state
    server.shutdown()
    server.server_close()
    thread.join()
    tokens._asked.cache_clear()


def test_a_new_key_is_found_and_odd_tokens_do_not_make_us_ask_and_ask(
    bureau: Bureau, key_server: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        assert bearer_officer(f"Bearer {signed(bureau)}").officer == bureau.machine
    assert key_server["asked"] == 1
    key_server["keys"] = {"keys": [jwk(STRANGER, "r2", "RS256")]}
    assert bearer_officer(f"Bearer {signed(bureau, STRANGER, kid='r2')}").officer == bureau.machine
    assert key_server["asked"] == 2
    for n in range(20):
        with pytest.raises(Denied):
            bearer_officer(f"Bearer {signed(bureau, STRANGER, kid=f'odd{n}')}")
    assert key_server["asked"] == 2
    with pytest.raises(Denied):
        bearer_officer(f"Bearer {signed(bureau)}")
