"""Programmes with an identity provider's signed tokens, and people in browsers: each for the purposes they have shown."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from tests.api.conftest import REPORT, TODAY, Asking, act, case_opened, signed_in
from zhunsheng.base import clock
from zhunsheng.people.demo import Bureau
from zhunsheng.people.issuers import Api, Issuer

ISSUER, AUDIENCE = "https://id.example", "zhunsheng-api"
Signs = Callable[..., Asking]


@pytest.fixture
def signs(bureau: Bureau, settings: Any, tmp_path: Path) -> Signs:
    """A provider this installation trusts, and a way to come with its tokens. They tell the time by the real clock."""
    key = Ed25519PrivateKey.generate()
    public = json.loads(OKPAlgorithm.to_jwk(key.public_key())) | {"kid": "one", "use": "sig"}
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [public]}), encoding="utf-8")
    settings.OIDC_ISSUERS = (
        Issuer(id="bureau", name="统一认证", issuer=ISSUER, api=Api(audience=AUDIENCE, keys=keys)),
    )
    real = dt.datetime.now(dt.UTC)

    def come(**changes: Any) -> Asking:
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "x",
            "iat": real,
            "exp": real + dt.timedelta(minutes=5),
            "officer_number": bureau.handler.number,
            "scope": "openid purpose:handling purpose:export",
        }
        signed = changes.pop("key", key)
        token = jwt.encode(claims | changes, signed, algorithm="EdDSA", headers={"kid": "one"})
        return Asking({"Authorization": f"Bearer {token}"})

    return come


def test_a_providers_token_is_good_for_the_purposes_it_names(signs: Signs) -> None:
    caller = signs()
    dossier = case_opened(caller)["dossier"]
    assert caller.get(f"/dossiers/{dossier}").status_code == 400
    assert caller.get(f"/dossiers/{dossier}", X_Purpose="handling").status_code == 200
    assert caller.get(f"/dossiers/{dossier}", X_Purpose="party-request").status_code == 403
    assert {p["code"] for p in caller.get("/me").json()["purposes"]} == {"handling", "export"}
    nothing = signs(scope="openid")
    assert nothing.get("/me").json()["purposes"] == []
    assert nothing.get(f"/dossiers/{dossier}", X_Purpose="handling").status_code == 403
    assert nothing.post("/dossiers", act("report.received", **REPORT)).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"exp": TODAY - dt.timedelta(days=400)},
        {"officer_number": "nobody"},
        {"officer_number": ["演1002"]},
        {"key": Ed25519PrivateKey.generate()},
    ],
    ids=["issuer", "audience", "expired", "unknown", "no-text", "forged"],
)
def test_a_token_that_proves_nothing_is_nobodys(signs: Signs, changes: dict[str, Any]) -> None:
    assert signs().get("/me").status_code == 200
    assert signs(**changes).get("/me").status_code == 401


def test_a_browser_may_give_any_purpose_of_its_persons_roles(bureau: Bureau) -> None:
    dossier = case_opened(signed_in(bureau.handler))["dossier"]
    for purpose, status in (("handling", 200), ("export", 200), ("supervision", 403), ("audit", 403)):
        assert signed_in(bureau.handler, purpose).get(f"/dossiers/{dossier}").status_code == status


def test_a_locked_screen_is_locked_for_its_scripts_too(bureau: Bureau) -> None:
    browser = signed_in(bureau.handler)
    with clock.holding(clock.now() + dt.timedelta(hours=1)):
        answer = browser.get("/me")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
