"""Identity providers a bureau runs itself, from the JSON file named in ZHUNSHENG_OIDC; no Django here, settings read it.

    {"providers": [{"id": "bureau", "name": "市局统一认证", "name_en": "bureau sign-in", "issuer": "https://id.example",
      "client_id": "zhunsheng", "client_secret_file": "/etc/zhunsheng/oidc-secret", "officer_claim": "officer_number",
      "second_factor": ["mfa", "otp", "hwk"],
      "api": {"audience": "zhunsheng-api", "keys_uri": "https://id.example/keys"}}]}

`second_factor` lists the authentication methods (`amr`, RFC 8176) of the provider that count as one; without it, whoever holds a
privileged role adds a TOTP here. `api` lets programmes come with the provider's signed tokens; `keys` names a JWKS file instead
of an address. A provider that is given no `client_id` serves the API only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from zhunsheng.base.errors import InputError

LOOPBACK = ("localhost", "127.0.0.1", "::1")
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def secure(url: str) -> str:
    """An address that nobody on the way can read: HTTPS, or this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url
    raise ValueError("https://")


Address = Annotated[str, AfterValidator(secure)]


class Api(BaseModel):
    """How the API checks a provider's signed tokens (JWT, RFC 7519; JWKS, RFC 7517)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audience: str = Field(min_length=1)
    keys_uri: Address | None = None
    keys: Path | None = None
    algorithms: tuple[Algorithm, ...] = ("RS256", "ES256", "EdDSA")

    @model_validator(mode="after")
    def one_source_of_keys(self) -> Self:
        """Either an address or a file that is there."""
        if (self.keys_uri is None) == (self.keys is None):
            raise ValueError("keys_uri | keys")
        if self.keys is not None and not self.keys.is_file():
            raise ValueError(f"keys: {self.keys}")
        return self


class Issuer(BaseModel):
    """One provider."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    name: str = Field(min_length=1)
    name_en: str = ""
    issuer: Address
    client_id: str = ""
    client_secret: str = ""
    client_secret_file: Path | None = None
    officer_claim: str = Field(default="officer_number", min_length=1)
    second_factor: tuple[str, ...] = ()
    api: Api | None = None

    def secret(self) -> str:
        """The secret we share with the provider, from its file where it has one; empty for a public client."""
        if self.client_secret_file is None:
            return self.client_secret
        return self.client_secret_file.read_text(encoding="utf-8").strip()


class Issuers(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    providers: tuple[Issuer, ...]

    @model_validator(mode="after")
    def told_apart(self) -> Self:
        """Providers are found by id, and tokens by issuer."""
        for names in ([p.id for p in self.providers], [p.issuer for p in self.providers]):
            if len(set(names)) < len(names):
                raise ValueError("id, issuer")
        return self


def issuers_in(path: Path | None) -> tuple[Issuer, ...]:
    """The providers of the file; none without a file. InputError names the place that cannot be used."""
    if path is None:
        return ()
    try:
        found = Issuers.model_validate_json(path.read_bytes())
        for provider in found.providers:
            provider.secret()
    except (ValidationError, OSError) as wrong:
        detail = (
            "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors())
            if isinstance(wrong, ValidationError)
            else str(wrong)
        )
        raise InputError(
            zh=f"身份认证配置不能用：{detail}",
            en=f"the identity providers cannot be used: {detail}",
            where=str(path),
            remedy_zh="对照 docs/operations/sign-in.md 改正该文件（ZHUNSHENG_OIDC）",
            remedy_en="mend the file (ZHUNSHENG_OIDC) by docs/operations/sign-in.md",
        ) from wrong
    return found.providers
