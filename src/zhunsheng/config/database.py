"""The database as the web application watches it: time spent there, and short read-only transactions for probes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


class Stopwatch:
    """Counts statements and the seconds they took; an `execute_wrapper` of Django's connection."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.statements = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Run one statement, its time taken whether it succeeds or not."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.statements += 1


@contextmanager
def brief_look(milliseconds: int) -> Iterator[None]:
    """A read-only transaction whose statements may take so many milliseconds each, then fail with OperationalError."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
        yield
        # Undone on purpose: inside a larger transaction the two settings must not outlive the look.
        transaction.set_rollback(True)
