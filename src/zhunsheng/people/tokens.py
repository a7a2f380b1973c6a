"""How programmes prove who they are: tokens of ours, and signed tokens (JWT) of the identity providers that a bureau trusts."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from django.conf import settings
from django.db import transaction

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.people.access import Denied
from zhunsheng.people.account_log import event_record
from zhunsheng.people.authority import require_administrator
from zhunsheng.people.codes import AccountEventKind, OfficerKind
from zhunsheng.people.issuers import Api, Issuer
from zhunsheng.people.models import ApiToken, Officer
from zhunsheng.people.purposes import PURPOSES
from zhunsheng.people.secrets_kept import PREFIX, digest_of, new_token

LONGEST = dt.timedelta(days=366)
CLOCKS_APART_S = 30
KEYS_ASKED_EVERY_S = 600
ODD_KEYS_EVERY_S = 60
SCOPE = "purpose:"
"""A signed token names the purposes it is good for in its `scope`: "purpose:handling purpose:keeping"."""


@dataclass(frozen=True)
class Bearer:
    """Who stands behind a request of a programme, and for which purposes it may ask."""

    officer: Officer
    purposes: frozenset[str]
    via: str
    """The token's prefix or the provider's id, for logs."""

    def may(self, purpose: str) -> bool:
        """Whether the request may be made for that purpose; reach still decides what comes of it."""
        return purpose in self.purposes


@transaction.atomic
def token_issue(
    officer: Officer, purpose: str, *, label: str, expires_at: dt.datetime, by: Officer
) -> tuple[str, ApiToken]:
    """The token, shown this once, and its row. A programme's is issued by its administrator, a person's by themselves alone.

    InputError: unknown purpose, no label, an end that is past or over a year away.
    """
    if officer.kind == OfficerKind.MACHINE:
        require_administrator(by, officer.unit_id)
    elif by.pk != officer.pk:
        raise Denied
    present = clock.now()
    if purpose not in PURPOSES or not label.strip() or not present < expires_at <= present + LONGEST:
        raise InputError(
            zh="令牌需要目的、说明，以及一年以内的到期时间",
            en="a token needs a purpose, a label, and an end within a year",
            where=label,
            remedy_zh=f"目的可用：{'、'.join(PURPOSES)}",
            remedy_en=f"purposes: {', '.join(PURPOSES)}",
        )
    secret, prefix = new_token()
    row = ApiToken.objects.create(
        officer=officer,
        label=label.strip(),
        prefix=prefix,
        digest=digest_of(secret),
        purpose=purpose,
        issued_by=by,
        issued_at=present,
        expires_at=expires_at,
    )
    event_record(AccountEventKind.TOKEN_ISSUED, officer, by=by, detail=f"{prefix} {purpose} {label.strip()}")
    return secret, row


@transaction.atomic
def token_revoke(token: ApiToken, *, by: Officer) -> ApiToken:
    """Make a token worthless; its owner may, and every administrator of the owner's unit. Twice is once."""
    if by.pk != token.officer_id:
        require_administrator(by, token.officer.unit_id)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = clock.now(), by
        token.save(update_fields=["revoked_at", "revoked_by"])
        event_record(AccountEventKind.TOKEN_REVOKED, token.officer, by=by, detail=token.prefix)
    return token


# Asked for with every request: written out, it takes a quarter of the time that putting it together again would.
_BEARER = """
SELECT officer.*, token.prefix AS token_prefix, token.purpose AS token_purpose
FROM people_apitoken token JOIN people_officer officer ON officer.id = token.officer_id
WHERE token.digest = %s AND token.revoked_at IS NULL AND token.issued_at <= %s AND token.expires_at > %s AND officer.is_active
"""


def token_officer(token: str) -> Bearer:
    """Who a token of ours belongs to; Denied for one unknown, revoked or out of date, and for an account that is shut."""
    present = clock.now()
    for officer in Officer.objects.raw(_BEARER, [digest_of(token), present, present]):
        # The two columns beside the officer's own.
        return Bearer(officer, frozenset({officer.token_purpose}), officer.token_prefix)  # type: ignore[attr-defined]
    raise Denied


def bearer_officer(header: str) -> Bearer:
    """Who stands behind an `Authorization` header (RFC 6750); Denied for anything that does not prove it."""
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Denied
    return token_officer(token) if token.startswith(PREFIX) else _signed(token)


def _signed(token: str) -> Bearer:
    """Who a provider's signed token names. The signature, issuer, audience and time are checked; then the account is ours."""
    try:
        claimed = jwt.decode(token, options={"verify_signature": False}).get("iss")
        issuer, api = _trusted(claimed)
        claims = jwt.decode(
            token,
            _key(api, token),
            algorithms=list(api.algorithms),
            audience=api.audience,
            issuer=issuer.issuer,
            leeway=CLOCKS_APART_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, LookupError, OSError, ValueError) as wrong:
        raise Denied from wrong
    number = claims.get(issuer.officer_claim)
    officer = (
        Officer.objects.filter(number=number, is_active=True).first() if isinstance(number, str) else None
    )
    if officer is None:
        raise Denied
    scopes = str(claims.get("scope", "")).split()
    purposes = frozenset(s.removeprefix(SCOPE) for s in scopes if s.startswith(SCOPE)) & frozenset(PURPOSES)
    return Bearer(officer, purposes, issuer.id)


def _trusted(claimed: Any) -> tuple[Issuer, Api]:
    """The provider that says it issued the token; LookupError for a stranger or one that serves people only."""
    for issuer in settings.OIDC_ISSUERS:
        if issuer.issuer == claimed and issuer.api is not None:
            return issuer, issuer.api
    raise LookupError(claimed)


def _key(api: Api, token: str) -> Any:
    """The public key that the token says it was signed with; LookupError where the provider has none such."""
    wanted = jwt.get_unverified_header(token).get("kid")
    if api.keys_uri is not None:
        return _asked(api.keys_uri).key(wanted)
    assert api.keys is not None
    return _named(_read(api.keys, api.keys.stat().st_mtime_ns), wanted)


def _named(keys: jwt.PyJWKSet, wanted: Any) -> Any:
    """The key of that id."""
    for key in keys.keys:
        if key.key_id == wanted:
            return key.key
    raise LookupError(wanted)


class AskedKeys:
    """A provider's keys by address: kept for ten minutes, and asked for at most once a minute however many tokens are odd."""

    def __init__(self, uri: str) -> None:
        self.client = jwt.PyJWKClient(uri, cache_jwk_set=True, lifespan=KEYS_ASKED_EVERY_S, timeout=5)
        self.asked_at = float("-inf")

    def key(self, wanted: Any) -> Any:
        """The key of that id, which may be newer than what is kept; LookupError where there is none."""
        try:
            return _named(self.client.get_jwk_set(), wanted)
        except LookupError:
            if time.monotonic() - self.asked_at < ODD_KEYS_EVERY_S:
                raise
            self.asked_at = time.monotonic()
            return _named(self.client.get_jwk_set(refresh=True), wanted)


@cache
def _asked(uri: str) -> AskedKeys:
    """One for each address in a process."""
    return AskedKeys(uri)


@cache
def _read(path: Path, _changed: int) -> jwt.PyJWKSet:
    """The keys of a file, read again when the file has changed."""
    return jwt.PyJWKSet.from_dict(json.loads(path.read_text(encoding="utf-8")))
