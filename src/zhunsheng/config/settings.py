"""The settings of the web application, from `base.environment`; nothing here is secret and nothing is read twice."""

from __future__ import annotations

from pathlib import Path

from zhunsheng.base.clock import ZONE
from zhunsheng.base.environment import environment
from zhunsheng.base.postgres.address import database_settings, limited, owner_settings
from zhunsheng.config import sign_in
from zhunsheng.config.demo import demo_settings
from zhunsheng.config.logging import log_settings
from zhunsheng.config.security import security_settings
from zhunsheng.supervision.channels.settings import channel_settings

ENVIRONMENT = environment()

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.key_for_sessions()

INSTALLED_APPS = [
    "zhunsheng.config",
    *sign_in.APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "zhunsheng.people",
    "zhunsheng.ledger",
    "zhunsheng.acts",
    "zhunsheng.procedure",
    "zhunsheng.casework",
    "zhunsheng.supervision",
    "zhunsheng.feeds",
    "zhunsheng.governance",
    "zhunsheng.accountability",
    "zhunsheng.inspections",
]

MIDDLEWARE = [
    "zhunsheng.config.forwarding.forwarding",
    "zhunsheng.config.middleware.request_line",
    "django.middleware.security.SecurityMiddleware",
    "zhunsheng.config.security.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *sign_in.MIDDLEWARE,
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "zhunsheng.config.urls"
WSGI_APPLICATION = "zhunsheng.config.wsgi.application"

# One connection for each thread, kept and tried before it is used again; no request waits for a lock or a plan for ever, and a
# process that stops in the middle of a transaction does not keep a dossier from everybody else.
DATABASES = {
    "default": {
        **limited(
            database_settings(ENVIRONMENT),
            lock_s=10,
            statement_s=ENVIRONMENT.statement_timeout_s,
            idle_s=30,
        ),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
OWNER_DATABASE = owner_settings(ENVIRONMENT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Officer"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = ZONE
USE_TZ = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhunsheng.console.context.shell",
            ],
        },
    }
]

# They may name people: kept on the server, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "zhunsheng.console.assets.NodeFinder",
]
STATIC_ROOT = Path(ENVIRONMENT.home) / "static"
if STATIC_ROOT.is_dir():
    # `zhunsheng serve` has collected them; where a proxy serves them instead, there is nothing to look through.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.middleware.security.SecurityMiddleware") + 1,
        "whitenoise.middleware.WhiteNoiseMiddleware",
    )

# ALLOWED_HOSTS, cookies, HTTPS: from where the application stands.
globals().update(security_settings(ENVIRONMENT))
# Off but in the demo's own data folder.
globals().update(demo_settings(ENVIRONMENT))
# Accounts, second factors, identity providers, sessions, passwords.
globals().update(sign_in.sign_in_settings(ENVIRONMENT.oidc))
# Mail, chat and text messages to officers.
globals().update(channel_settings(ENVIRONMENT.channels))

LOGGING_CONFIG = "zhunsheng.config.logging.configure"
LOGGING = log_settings(ENVIRONMENT.log_format, debug=DEBUG)
METRICS_HOME = ENVIRONMENT.home / "run" / "metrics"
METRICS_TOKEN = ENVIRONMENT.metrics_token
PROCRASTINATE_ON_APP_READY = "zhunsheng.config.jobs.prepare"
CSRF_FAILURE_VIEW = "zhunsheng.config.errors.csrf_failure"
