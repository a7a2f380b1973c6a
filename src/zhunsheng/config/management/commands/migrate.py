"""`migrate`, as the role that owns the tables, one at a time, and giving up rather than queueing the service behind a lock."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

from zhunsheng.config.owning import as_owner

LOCK_S = 4
STATEMENT_S = 900
TURN_S = 600
"""How long to wait for another machine or process that migrates the same database."""
TURN_KEY = 0x7A68756E
"""The number of the advisory lock that whoever migrates holds."""


class Command(migrate.Command):
    """Django's own command on a connection of the owner, with time limits."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=int, default=LOCK_S, metavar="S", help="等锁的最长秒数 (0: no limit)"
        )
        parser.add_argument(
            "--statement-timeout",
            type=int,
            default=STATEMENT_S,
            metavar="S",
            help="单条语句的最长秒数 (0: no limit)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lock_s, statement_s = options.pop("lock_timeout"), options.pop("statement_timeout")
        with as_owner(options["database"], lock_s=lock_s, statement_s=statement_s):
            wait_for_turn(connections[options["database"]])
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                raise CommandError(
                    f"等锁超过 {lock_s} 秒，这一步已撤回，此前各步仍有效：稍后再运行一次。\n"
                    f"Waited over {lock_s} s for a lock. This step is undone, those before it stand: run it again later."
                ) from error


def wait_for_turn(connection: BaseDatabaseWrapper) -> None:
    """Take the lock of whoever migrates, held until the connection closes. CommandError when it stays taken."""
    until = time.monotonic() + TURN_S
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURN_KEY])
            if cursor.fetchone() == (True,):
                return
            if time.monotonic() > until:
                raise CommandError(
                    "另一个进程正在迁移同一个数据库。\nAnother process is migrating this database."
                )
            time.sleep(0.5)
