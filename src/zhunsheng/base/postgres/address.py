"""Database addresses: `postgresql://user:password@host:port/name` in and Django's settings out."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from zhunsheng.base.environment import Environment
from zhunsheng.base.errors import InputError


def database_settings(env: Environment) -> dict[str, Any]:
    """Django's entry for the database: DATABASE_URL where given, else the embedded server in the data folder."""
    return from_url(env.database_url) if env.database_url else embedded(env)


def from_url(url: str) -> dict[str, Any]:
    """An address as Django's settings; `?host=/folder` names a socket. InputError for anything but PostgreSQL."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise InputError(
            zh="不是 PostgreSQL 的地址",
            en="not an address of a PostgreSQL database",
            where="DATABASE_URL",
            remedy_zh="写成 postgresql://用户:口令@主机:端口/库名",
            remedy_en="write postgresql://user:password@host:port/name",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


def embedded(env: Environment) -> dict[str, Any]:
    """The embedded server's socket in the data folder."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "zhunsheng",
        "USER": "zhunsheng",
        "HOST": str(env.home / "postgres" / "run"),
        "OPTIONS": {},
    }
