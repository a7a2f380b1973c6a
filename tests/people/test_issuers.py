"""The file of identity providers: what it may say, and that a mistake in it is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zhunsheng.base.errors import InputError
from zhunsheng.people.issuers import issuers_in

GOOD = {
    "id": "bureau",
    "name": "市局统一认证",
    "issuer": "https://id.example",
    "client_id": "zhunsheng",
    "client_secret": "s",
}


def written(tmp_path: Path, *providers: dict[str, Any], text: str | None = None) -> Path:
    path = tmp_path / "oidc.json"
    path.write_text(text if text is not None else json.dumps({"providers": providers}), encoding="utf-8")
    return path


def test_no_file_no_providers() -> None:
    assert issuers_in(None) == ()


def test_a_provider_as_the_documentation_shows_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim\n", encoding="utf-8")
    api = {"audience": "zhunsheng-api", "keys_uri": "https://id.example/keys"}
    given = {k: v for k, v in GOOD.items() if k != "client_secret"}
    (found,) = issuers_in(
        written(tmp_path, {**given, "client_secret_file": str(secret), "second_factor": ["otp"], "api": api})
    )
    assert found.secret() == "geheim"
    assert found.officer_claim == "officer_number"
    assert found.api is not None
    assert not any(a.startswith("HS") or a == "none" for a in found.api.algorithms)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"issuer": "http://id.example"}, "issuer"),
        ({"issuer": "ftp://localhost"}, "issuer"),
        ({"id": "Bureau 1"}, "id"),
        ({"name": ""}, "name"),
        ({"client_secrets": "s"}, "client_secrets"),
        ({"api": {"audience": "a"}}, "api"),
        ({"api": {"audience": "a", "keys": "missing.json"}}, "api"),
        ({"api": {"audience": "a", "keys_uri": "http://id.example/keys"}}, "keys_uri"),
        ({"api": {"audience": "a", "keys_uri": "https://x", "algorithms": ["HS256"]}}, "algorithms"),
        ({"api": {"audience": "a", "keys_uri": "https://x", "algorithms": ["none"]}}, "algorithms"),
        ({"client_secret_file": "/missing/secret"}, "missing"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, change: dict[str, Any], place: str) -> None:
    with pytest.raises(InputError, match="ZHUNSHENG_OIDC") as caught:
        issuers_in(written(tmp_path, {**GOOD, **change}))
    assert place in caught.value.zh
    assert caught.value.where.endswith("oidc.json")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"providers": 1}', '{"provider": []}'])
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        issuers_in(written(tmp_path, text=text))


def test_providers_are_told_apart(tmp_path: Path) -> None:
    for other in ({**GOOD, "issuer": "https://other.example"}, {**GOOD, "id": "other"}):
        with pytest.raises(InputError):
            issuers_in(written(tmp_path, GOOD, other))
