"""What every command of the platform itself needs: its packages, Django set up, and the embedded database in use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from zhunsheng.base.environment import Environment, environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.roles import server_extra_missing
from zhunsheng.base.postgres.server import Server
from zhunsheng.base.postgres.use import in_use

SETTINGS = "zhunsheng.config.settings"
PACKAGES = ("django", "psycopg", "procrastinate", "granian", "structlog")


def need_packages() -> None:
    """InputError with the remedy where the packages of the platform are not installed."""
    if any(find_spec(name) is None for name in PACKAGES):
        raise server_extra_missing()


def django(name: str) -> None:
    """Set up Django in this process; `name` is what the database shows as the caller's."""
    need_packages()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    os.environ.setdefault("PGAPPNAME", f"zhunsheng {name}")
    import django

    django.setup()


def embedded_server(env: Environment) -> Server:
    """The embedded server of this installation. InputError where DATABASE_URL names another database."""
    if env.database_url:
        raise InputError(
            zh="数据库由 DATABASE_URL 指定，不归本程序管理",
            en="the database is the one DATABASE_URL names, which this program does not manage",
            where="DATABASE_URL",
            remedy_zh="用该数据库自己的工具管理；要用内嵌的数据库，请取消 DATABASE_URL",
            remedy_en="manage it with its own tools; to use the embedded one, unset DATABASE_URL",
        )
    need_packages()
    return Server(layout_in(env.home), env.pg_bin)


@contextmanager
def database() -> Iterator[None]:
    """Within the block the embedded server runs; nothing happens where DATABASE_URL names a database."""
    env = environment()
    if env.database_url:
        yield
        return
    with in_use(embedded_server(env)):
        yield
