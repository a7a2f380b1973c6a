"""Database addresses: `postgresql://user:password@host:port/name` in, Django's settings out, and back again."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from zhunsheng.base.environment import Environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.layout import APPLICATION, DATABASE, OWNER, layout_in

CONNECT_S = 10


def database_settings(env: Environment) -> dict[str, Any]:
    """Django's entry for the database: DATABASE_URL where given, else the embedded server in the data folder."""
    return from_url(env.database_url) if env.database_url else embedded(env, APPLICATION)


def owner_settings(env: Environment) -> dict[str, Any]:
    """The same database for migrations: DATABASE_OWNER_URL where given, else DATABASE_URL, else the embedded server's owner."""
    url = env.database_owner_url or env.database_url
    return from_url(url) if url else embedded(env, OWNER)


def limited(
    settings: dict[str, Any], *, lock_s: int, statement_s: int, idle_s: int | None = None
) -> dict[str, Any]:
    """The same settings with time limits in seconds for locks, statements and pauses within a transaction.

    0 means no limit; without `idle_s` pauses are as long as the server lets them be.
    """
    words = f"-c lock_timeout={lock_s}s -c statement_timeout={statement_s}s"
    if idle_s is not None:
        words += f" -c idle_in_transaction_session_timeout={idle_s}s"
    given = settings["OPTIONS"].get("options", "")
    options = {
        # A host that does not answer at all must not hold a worker for minutes.
        "connect_timeout": CONNECT_S,
        **settings["OPTIONS"],
        "options": f"{words} {given}".strip(),
        "fallback_application_name": "zhunsheng",
        # Statements are planned once a connection, not once a call: half of the server's work for an act. A pooler that
        # hands connections round between transactions must know prepared statements (PgBouncer 1.22).
        "server_side_binding": True,
        "prepare_threshold": 3,
    }
    return {**settings, "OPTIONS": options}


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


def to_url(settings: dict[str, Any]) -> str:
    """Django's settings as an address that psql and DATABASE_URL take; the password is part of it."""
    user = quote(settings["USER"], safe="")
    password = f":{quote(settings['PASSWORD'], safe='')}" if settings.get("PASSWORD") else ""
    query = {k: v for k, v in settings.get("OPTIONS", {}).items() if isinstance(v, str)}
    host, port = settings.get("HOST", ""), settings.get("PORT", "")
    if host.startswith("/"):
        query, host = {"host": host, **({"port": port} if port else {}), **query}, ""
        port = ""
    place = f"{host}:{port}" if port else host
    return f"postgresql://{user}{password}@{place}/{quote(settings['NAME'], safe='')}" + (
        f"?{urlencode(query)}" if query else ""
    )


def embedded(env: Environment, role: str) -> dict[str, Any]:
    """The embedded server's socket in the data folder; the kernel vouches for the caller, so there is no password."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": role,
        "PASSWORD": "",
        "HOST": str(layout_in(env.home).sockets),
        "PORT": "",
        "OPTIONS": {},
    }
