"""Two hundred writers: threads of several processes that begin together, each with a connection of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from django.db import connection

from zhunsheng.acts.audit_process import begin

PROCESSES, THREADS = 4, 50
ATTEMPTS = 30
_here: dict[str, Any] = {}


@dataclass(frozen=True)
class Wrote:
    """What became of one request: the act and its receipt, or the name of what was raised."""

    writer: int
    attempts: int
    act: uuid.UUID | None = None
    dossier: uuid.UUID | None = None
    position: int = 0
    receipt: bytes = b""
    replayed: bool = False
    raised: str = ""


Task = Callable[[int, Any], list[Wrote]]


def prepared(database: dict[str, Any], barrier: Any) -> None:
    """A process's own Django, and a rulebook ready to judge."""
    begin(database)
    from zhunsheng.procedure.rulebook import rulebook

    rulebook()
    _here["barrier"] = barrier


def share(task: Task, number: int, given: Any) -> list[Wrote]:
    """One process's writers, who begin when those of the others do."""
    from tests.concurrency.crowds import at_once

    _here["barrier"].wait(120)
    answers = at_once(THREADS, lambda n: task(number * THREADS + n, given))
    found = []
    for n, answer in enumerate(answers):
        if isinstance(answer, Exception):
            found.append(Wrote(number * THREADS + n, 0, raised=repr(answer)))
        else:
            found += answer
    return found


def two_hundred(*rounds: tuple[Task, Any]) -> list[list[Wrote]]:
    """What two hundred writers did, task by task; every process does each task with the same argument."""
    context = get_context("spawn")
    database = dict(connection.settings_dict)
    connection.close()
    begun = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, context, prepared, (database, begun)) as pool:
        found = []
        for task, given in rounds:
            shares = [pool.submit(share, task, number, given) for number in range(PROCESSES)]
            found.append([wrote for one in shares for wrote in one.result()])
        return found


def written(writer: int, draft: Any, key: str, *, expected: int | None = None) -> Wrote:
    """One request, sent until it is answered for good, as a client would."""
    from django.db import OperationalError, connection

    from tests.concurrency.crowds import handler
    from zhunsheng.base.errors import InputError
    from zhunsheng.procedure.door import enact

    for attempt in range(1, ATTEMPTS + 1):
        try:
            done = enact(draft, by=handler(), key=key, expected=expected)
        except OperationalError:
            connection.close()
        except InputError as no:
            return Wrote(writer, attempt, raised=type(no).__name__)
        else:
            return Wrote(
                writer, attempt, done.act.id, done.dossier.id, done.act.position, done.receipt, done.replayed
            )
    return Wrote(writer, ATTEMPTS, raised="never answered")


def on_one_dossier(writer: int, dossier: uuid.UUID) -> list[Wrote]:
    """Two acts each."""
    from tests.concurrency.crowds import note

    return [written(writer, note(dossier, f"某{writer}-{n}"), f"{writer}-{n}") for n in range(2)]


def on_a_dossier_of_their_own(writer: int, acts: int) -> list[Wrote]:
    """A dossier opened, and further acts in it."""
    from tests.concurrency.crowds import note, report

    opened = written(writer, report(f"某{writer}"), f"own-{writer}")
    assert opened.dossier is not None, opened
    more = [
        written(writer, note(opened.dossier, f"某{writer}-{n}"), f"own-{writer}-{n}") for n in range(acts)
    ]
    return [opened, *more]


def having_seen(writer: int, given: tuple[uuid.UUID, int]) -> list[Wrote]:
    """An act for the position everybody saw."""
    from tests.concurrency.crowds import note

    dossier, seen = given
    return [written(writer, note(dossier, f"某{writer}"), f"seen-{seen}-{writer}", expected=seen)]


def the_same(writer: int, given: tuple[Any, str]) -> list[Wrote]:
    """The same request as everybody."""
    draft, key = given
    return [written(writer, draft, key)]
