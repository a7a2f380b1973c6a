"""Ends like those of a process that is killed, at a chosen place: the socket to the database is gone, and nothing runs after it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DatabaseError, connection
from django.db.backends.postgresql.base import DatabaseWrapper


@dataclass(frozen=True)
class Place:
    """Before a statement, or at a commit: before it is sent, or after it was carried out and before anybody hears of it."""

    number: int
    what: str = "statement"
    done: bool = False


class Cut(BaseException):
    """The programme is no more."""


def hang_up() -> None:
    """The socket to the database is closed as the kernel closes that of a killed process."""
    with socket.socket(fileno=os.dup(connection.connection.pgconn.socket)) as wire:
        wire.shutdown(socket.SHUT_RDWR)
    raise Cut


def terminated(url: str) -> Callable[[], None]:
    """An end from the other side: the server ends the connection's process and says so, as when it is stopped."""

    def end() -> None:
        pid = connection.connection.info.backend_pid
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    return end


def cut(place: Place, task: Callable[[], Any], end: Callable[[], None] = hang_up) -> bool:
    """Do the task up to that place; whether it came so far. It goes on with a connection of its own afterwards."""
    with ends(place, end) as came:
        try:
            task()
        except (Cut, DatabaseError):
            if not came:
                raise
    connection.close()
    return bool(came)


@contextmanager
def ends(place: Place, end: Callable[[], None]) -> Iterator[list[Place]]:
    """Within the block the end comes at the place; the list is empty until then."""
    came: list[Place] = []
    run = {"statement": 0, "commit": 0}
    kept = DatabaseWrapper._commit

    def here(what: str) -> bool:
        run[what] += 1
        return (place.what, place.number) == (what, run[what] - 1)

    def statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if here("statement"):
            came.append(place)
            end()
        return execute(sql, params, many, context)

    def commit(wrapper: DatabaseWrapper) -> None:
        if here("commit"):
            came.append(place)
            if place.done:
                kept(wrapper)
            end()
        kept(wrapper)

    DatabaseWrapper._commit = commit
    try:
        with connection.execute_wrapper(statement):
            yield came
    finally:
        DatabaseWrapper._commit = kept
