"""The database: whether it answers, is safe, agrees about the time, and holds what this version expects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from zhunsheng.base.clock import now
from zhunsheng.base.environment import Environment
from zhunsheng.base.errors import InputError
from zhunsheng.base.measures import Answer, needs
from zhunsheng.base.postgres.address import database_settings
from zhunsheng.base.postgres.binaries import OLDEST, binaries_for
from zhunsheng.base.postgres.copies import connect
from zhunsheng.base.postgres.layout import layout_in
from zhunsheng.base.postgres.roles import driver
from zhunsheng.base.postgres.state import status
from zhunsheng.cli.doctor.finding import GOOD, NEEDED, NOTE, Finding, good
from zhunsheng.cli.platform import django

SKEW_S = 2.0
"""A deadline is told to the minute; clocks further apart than this are worth mending before they matter."""
DURABLE = {"fsync": "on", "full_page_writes": "on"}


def database(env: Environment) -> Iterator[Finding]:
    """Everything about the database at hand; reads only, and does not start it."""
    if not env.database_url and (quiet := not_running(env)):
        yield quiet
        return
    try:
        with connect(database_settings(env)) as connection:
            yield version(connection)
            yield encoding(connection)
            yield from durable(connection)
            yield role(connection)
            yield clock(connection)
    except InputError as error:
        yield Finding("database", NEEDED, error.zh, error.en, error.remedy_zh, error.remedy_en)
        return
    except driver().Error as error:
        yield unreachable(str(error).strip())
        return
    yield from ready()


def not_running(env: Environment) -> Finding | None:
    """The embedded server's state unless it runs."""
    layout = layout_in(env.home)
    try:
        state = status(layout).state
        if state == "running":
            return None
        if layout.major is not None:
            binaries_for(layout, env.pg_bin)
    except InputError as error:
        return Finding("database", NEEDED, error.zh, error.en, error.remedy_zh, error.remedy_en)
    return Finding(
        "database",
        NOTE,
        f"内嵌数据库没有运行（{state}），未检查其内容",
        f"the embedded database does not run ({state}); what it holds was not looked at",
        "zhunsheng serve，或 zhunsheng db start",
        "zhunsheng serve, or zhunsheng db start",
    )


def unreachable(said: str) -> Finding:
    """A database that does not answer."""
    return Finding(
        "database",
        NEEDED,
        f"数据库不答复：{said}",
        f"the database does not answer: {said}",
        "检查 DATABASE_URL、网络与口令",
        "check DATABASE_URL, the network and the password",
    )


def asked(connection: Any, statement: str) -> Any:
    """The only value of a constant statement."""
    return connection.execute(statement).fetchone()[0]


def version(connection: Any) -> Finding:
    """The server's version."""
    number = connection.info.server_version
    said = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number // 10000 >= OLDEST:
        local = connection.info.host.startswith("/")
        zh, en = ("本机套接字", "local socket") if local else ("网络地址", "network address")
        return good("database", f"{said}，{zh}", f"{said}, {en}")
    return Finding(
        "database",
        NEEDED,
        f"{said} 太旧",
        f"{said} is too old",
        f"升级到 PostgreSQL {OLDEST} 或更新",
        f"upgrade to PostgreSQL {OLDEST} or newer",
    )


def encoding(connection: Any) -> Finding:
    """The database's encoding."""
    found = asked(connection, "SHOW server_encoding")
    if found == "UTF8":
        return good("encoding", "编码 UTF-8", "encoding UTF-8")
    cure = "createdb --encoding=UTF8 --template=template0"
    return Finding("encoding", NEEDED, f"编码是 {found}", f"the encoding is {found}", cure, cure)


def durable(connection: Any) -> Iterator[Finding]:
    """The settings without which a power cut damages data."""
    for name, wanted in DURABLE.items():
        if asked(connection, f"SHOW {name}") != wanted:
            cure = f"ALTER SYSTEM SET {name} = {wanted}; SELECT pg_reload_conf();"
            yield Finding(
                name,
                NEEDED,
                f"{name} 已关闭，断电会损坏数据",
                f"{name} is off: a power cut damages data",
                cure,
                cure,
            )


def role(connection: Any) -> Finding:
    """Whether the application's role could undo what keeps acts append-only."""
    powerful = asked(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    owned = asked(
        connection,
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)",
    )
    if not powerful and not owned:
        return good("role", "应用的角色不是表的属主", "the application's role does not own the tables")
    return Finding(
        "role",
        NOTE,
        "应用以表的属主或超级用户连接，能够去掉防篡改的触发器",
        "the application connects as owner of the tables or superuser and could drop the triggers against rewriting",
        "为迁移另设角色：DATABASE_OWNER_URL",
        "give migrations a role of their own: DATABASE_OWNER_URL",
    )


def clock(connection: Any) -> Finding:
    """How far the database's clock and ours are apart."""
    before = now()
    theirs: dt.datetime = asked(connection, "SELECT clock_timestamp()")
    apart = abs((theirs - before - (now() - before) / 2).total_seconds())
    said = f"{apart:.3f} s"
    if apart <= SKEW_S:
        return good("clock", f"与数据库时钟相差 {said}", f"{said} from the database's clock")
    return Finding(
        "clock",
        NEEDED,
        f"与数据库时钟相差 {said}，期限会算错",
        f"{said} from the database's clock: deadlines would be wrong",
        "在两台机器上启用 chrony 或 systemd-timesyncd",
        "run chrony or systemd-timesyncd on both machines",
    )


def ready() -> Iterator[Finding]:
    """What the layers need to be ready, as `/ready` says it; a worker may be started later."""
    django("doctor")
    from django.db import DatabaseError

    for need in needs():
        try:
            answer = need.test()
        except DatabaseError:
            answer = Answer(ok=False, zh=f"查不了 {need.name}", en=f"{need.name} could not be tested")
        level = GOOD if answer.ok else NOTE if need.name == "worker" else NEEDED
        yield Finding(need.name, level, answer.zh, answer.en)
