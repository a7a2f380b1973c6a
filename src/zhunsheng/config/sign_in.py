"""The settings of signing in: accounts, second factors, identity providers, sessions, attempts, passwords.

Each choice with its requirement of OWASP ASVS 5.0, level 2: docs/decisions/0007-people-and-access.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhunsheng.people.issuers import Issuer, issuers_in

IDLE_S = 15 * 60
"""After so long without a request the screen asks for the password again."""
LIFETIME_S = 12 * 3600
"""A shift: after so long the person signs in anew, whatever they did."""

BEFORE_US = ["zhunsheng.console"]
"""Applications whose templates win over those of the packages."""

APPS = [
    *BEFORE_US,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "zhunsheng.people.sign_in.watch.session_watch",
]
"""After Django's own authentication."""


def sign_in_settings(oidc: Path | None) -> dict[str, Any]:
    """Everything Django and allauth are told, with the identity providers of the file; InputError where it cannot be used."""
    issuers = issuers_in(oidc)
    return {
        **_sessions(),
        **_accounts(),
        **_factors(),
        **_providers(issuers),
        "OIDC_ISSUERS": issuers,
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": "zhunsheng.people.sign_in.passwords.LengthValidator"},
            {"NAME": "zhunsheng.people.sign_in.passwords.CommonValidator"},
            {"NAME": "zhunsheng.people.sign_in.passwords.GuessableValidator"},
            {"NAME": "zhunsheng.people.sign_in.passwords.OwnWordsValidator"},
        ],
        # Attempts are counted by all workers together.
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "people_cache",
                "OPTIONS": {"MAX_ENTRIES": 100_000},
            }
        },
    }


def _sessions() -> dict[str, Any]:
    return {
        "SESSION_IDLE_S": IDLE_S,
        "SESSION_LIFETIME_S": LIFETIME_S,
        "SESSION_COOKIE_AGE": LIFETIME_S,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_NAME": "zhunsheng-session",
        "CSRF_COOKIE_NAME": "zhunsheng-csrf",
        "LANGUAGE_COOKIE_NAME": "zhunsheng-language",
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
    }


def _accounts() -> dict[str, Any]:
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "ACCOUNT_ADAPTER": "zhunsheng.people.sign_in.adapter.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "number",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
        "ACCOUNT_LOGIN_TIMEOUT": 600,
        "ACCOUNT_FORMS": {
            "login": "zhunsheng.people.sign_in.forms.LoginForm",
            "reauthenticate": "zhunsheng.people.sign_in.forms.ReauthenticateForm",
            "change_password": "zhunsheng.people.sign_in.forms.ChangePasswordForm",
        },
        # Ten wrong passwords for one number in five minutes, thirty from one address in one: then wait.
        "ACCOUNT_RATE_LIMITS": {
            "login": "60/m/ip",
            "login_failed": "30/m/ip,10/5m/key",
            "reauthenticate": "10/m/user",
            "change_password": "5/m/user",
            # Papers verified by the public: a person compares a few, a programme that tries codes waits.
            "verify_paper": "30/m/ip",
        },
    }


def _factors() -> dict[str, Any]:
    return {
        "MFA_ADAPTER": "zhunsheng.people.sign_in.adapter.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
        "MFA_TOTP_ISSUER": "准绳 Zhunsheng",
        "MFA_RECOVERY_CODE_DIGITS": 12,
        "MFA_TRUST_ENABLED": False,
        "MFA_FORMS": {
            "authenticate": "zhunsheng.people.sign_in.forms.AuthenticateForm",
            "reauthenticate": "zhunsheng.people.sign_in.forms.FactorReauthenticateForm",
            "activate_totp": "zhunsheng.people.sign_in.forms.ActivateTOTPForm",
        },
    }


def _providers(issuers: tuple[Issuer, ...]) -> dict[str, Any]:
    """Providers of people; one without a client id serves programmes only."""
    return {
        "SOCIALACCOUNT_ADAPTER": "zhunsheng.people.sign_in.adapter.ProviderAdapter",
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_QUERY_EMAIL": False,
        "SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX": "oidc",
        "SOCIALACCOUNT_PROVIDERS": {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": issuer.id,
                        "name": issuer.name,
                        "client_id": issuer.client_id,
                        "secret": issuer.secret(),
                        "settings": {"server_url": issuer.issuer, "fetch_userinfo": False},
                    }
                    for issuer in issuers
                    if issuer.client_id
                ],
            }
        },
    }
