"""What allauth asks the house: who may sign in, in which words it refuses, and how second factors are kept."""

from __future__ import annotations

import base64
from typing import Any, ClassVar, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect

from zhunsheng.people.account_log import event_record
from zhunsheng.people.bilingual import both
from zhunsheng.people.codes import AccountEventKind, OfficerKind
from zhunsheng.people.models import Officer
from zhunsheng.people.roles import PRIVILEGED
from zhunsheng.people.selectors import roles_held

FACTOR = "second-factor"
"""In the session: the number of the officer who has shown a second factor in it, here or at the identity provider."""

REFUSED = both("警号或密码不正确。", "The number or the password is wrong.")


def may_sign_in(officer: Officer) -> bool:
    """People whose account is open; programmes use tokens."""
    return officer.is_active and officer.kind != OfficerKind.MACHINE


def needs_second_factor(officer: Officer) -> bool:
    """Whether a role held now asks for one; never where the accounts of a made-up bureau are shown at the door."""
    return settings.DEMO is None and any(held.role in PRIVILEGED for held in roles_held(officer))


class AccountAdapter(DefaultAccountAdapter):
    """Local accounts: nobody signs up, every refusal sounds the same, every attempt is in the log."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": REFUSED,
        "incorrect_password": both("密码不正确。", "The password is wrong."),
        "enter_current_password": both("现用密码不正确。", "That is not your present password."),
        "incorrect_code": both("验证码不正确或者已经用过。", "The code is wrong or has been used."),
        "too_many_login_attempts": both(
            "尝试次数过多，请五分钟后再试。", "Too many attempts. Try again in five minutes."
        ),
        "rate_limited": both("操作过于频繁，请稍后再试。", "Too many requests. Try again in a while."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Accounts are made by an administrator only."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; one too many is in the log as well."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._log_refusal(request, credentials, "too-many")
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Officer | None:
        """Who the credentials belong to; a shut account and a programme are refused as a wrong password is."""
        found = super().authenticate(request, **credentials)
        if found is None:
            return None
        assert isinstance(found, Officer)
        if may_sign_in(found):
            return found
        self.authentication_failed(request, **credentials)
        return None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write the refusal down."""
        self._log_refusal(request, credentials, "password")

    def _log_refusal(self, request: HttpRequest, credentials: dict[str, Any], detail: str) -> None:
        known = Officer.objects.filter(number=credentials.get("username", "")).first()
        event_record(AccountEventKind.REFUSED, known, method="password", detail=detail, request=request)

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """The pages say what happened; allauth's own messages are not shown."""


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted in the database, and privileged people keep theirs."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": both(
            "您的角色要求双重验证，不能停用；更换手机请找管理员。",
            "Your role asks for a second factor, so it stays; for a new telephone see your administrator.",
        ),
    }

    def encrypt(self, text: str) -> str:
        """A secret as the database keeps it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person may do without."""
        return not needs_second_factor(authenticator.user)

    def get_totp_label(self, user: Any) -> str:
        """What the telephone shows beside the code."""
        return str(user.number)


def _cipher() -> Fernet:
    """AES-128-CBC with HMAC-SHA-256 under a key derived from the installation's secret (HKDF, RFC 5869)."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"zhunsheng second factors").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Identity providers: they vouch for officers we know by number, and for nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth's signature
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the officer by the provider's claim, each time anew: no link is kept that a reassigned number could open."""
        provider = str(sociallogin.account.provider)
        issuer = next((i for i in settings.OIDC_ISSUERS if i.id == provider), None)
        claims = sociallogin.account.extra_data.get("id_token", {})
        number = claims.get(issuer.officer_claim) if issuer else None
        officer = (
            Officer.objects.filter(number=number).first() if isinstance(number, str) and number else None
        )
        if issuer is None or officer is None or not may_sign_in(officer):
            self._refuse(request, officer, provider, "not an officer of ours")
        if sociallogin.state.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
            self._refuse(request, officer, provider, "not a sign-in")
        sociallogin.user = officer
        methods = claims.get("amr")
        if isinstance(methods, list) and set(map(str, methods)) & set(issuer.second_factor):
            request.session[FACTOR] = officer.number

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        """The provider refused, or what it said cannot be believed."""
        self._refuse(request, None, str(provider.sub_id), f"provider: {details.get('error') or 'error'}")

    def _refuse(self, request: HttpRequest, officer: Officer | None, provider: str, detail: str) -> NoReturn:
        event_record(AccountEventKind.REFUSED, officer, method=provider, detail=detail, request=request)
        raise ImmediateHttpResponse(redirect("sign_in_refused"))
