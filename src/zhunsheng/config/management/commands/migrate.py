"""`migrate`, as the role that owns the tables, and giving up rather than queueing the whole service behind a lock."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from zhunsheng.config.owning import as_owner

LOCK_S = 4
STATEMENT_S = 900


class Command(migrate.Command):
    """Django's own command on a connection of the owner, with time limits."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=int, default=LOCK_S, metavar="SECONDS", help="等锁的最长秒数 (0: no limit)"
        )
        parser.add_argument(
            "--statement-timeout",
            type=int,
            default=STATEMENT_S,
            metavar="SECONDS",
            help="单条语句的最长秒数 (0: no limit)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lock_s, statement_s = options.pop("lock_timeout"), options.pop("statement_timeout")
        with as_owner(options["database"], lock_s=lock_s, statement_s=statement_s):
            super().handle(*args, **options)
