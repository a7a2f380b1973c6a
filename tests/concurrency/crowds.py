"""Many at the same time: threads that begin together, each with a database connection of its own."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

from zhunsheng.acts.drafts import Draft
from zhunsheng.base import clock
from zhunsheng.people.models import Officer

Answer = TypeVar("Answer")
PATIENCE_S = 120


def at_once(number: int, ask: Callable[[int], Answer]) -> list[Answer | Exception]:
    """What `ask` answers, or raises, for 0, 1, … asked by so many threads that begin together."""
    ready = threading.Barrier(number)

    def one(which: int) -> Answer | Exception:
        try:
            ready.wait(PATIENCE_S)
            return ask(which)
        except Exception as raised:  # noqa: BLE001 - what was raised is the answer
            return raised
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def of_kind(answers: list[Any], kind: type[Answer]) -> list[Answer]:
    """The answers of one kind."""
    return [answer for answer in answers if isinstance(answer, kind)]


def a_minute_ago() -> dt.datetime:
    """When the acts of these tests happen."""
    return clock.now() - dt.timedelta(minutes=1)


def report(person: str = "某甲") -> Draft:
    """What a dossier opens with."""
    return Draft(
        "report.received",
        a_minute_ago(),
        kind="public-order",
        fields={"case_kind": "public-order"},
        subjects={"person": (person,)},
    )


def note(dossier: uuid.UUID, person: str) -> Draft:
    """A further act that no norm minds, told from others by the person it names."""
    return Draft(
        "person.identified",
        a_minute_ago(),
        dossier=dossier,
        fields={"age": 30, "sex": "male", "identity_known": True, "person_role": "witness"},
        subjects={"person": (person,)},
    )


def handler() -> Officer:
    """The handler of the made-up bureau, as another process finds them."""
    return Officer.objects.get(number="演1002")
