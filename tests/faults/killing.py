"""Whom a round kills, without warning and at a random moment: each of the processes the platform is made of, or all of them."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable

from tests.faults.installation import Installation, children, command_of, kill

Strike = Callable[[Installation, random.Random], int]


def web_workers(it: Installation) -> list[int]:
    """granian's workers."""
    parent = it.web.pid
    return [] if parent is None else [pid for pid in children(parent) if "spawn_main" in command_of(pid)]


def database_processes(it: Installation) -> list[int]:
    """Every process of the database, the postmaster first."""
    first = it.postmaster()
    return [] if first is None else [first, *children(first)]


def backends(it: Installation) -> list[int]:
    """The database's processes that serve connections of the application."""
    return [
        pid
        for pid in database_processes(it)[1:]
        if " zhunsheng " in command_of(pid) and "[local]" in command_of(pid)
    ]


def one_web_worker(it: Installation, dice: random.Random) -> int:
    found = web_workers(it)
    return kill(dice.choice(found)) if found else 0


def every_web_worker(it: Installation, dice: random.Random) -> int:
    return kill(*web_workers(it))


def web_parent(it: Installation, dice: random.Random) -> int:
    return kill(it.web.pid) if it.web.pid else 0


def background_worker(it: Installation, dice: random.Random) -> int:
    return kill(it.worker.pid) if it.worker.pid else 0


def one_backend(it: Installation, dice: random.Random) -> int:
    """The postmaster then ends all its siblings and recovers."""
    found = backends(it)
    return kill(dice.choice(found)) if found else 0


def postmaster(it: Installation, dice: random.Random) -> int:
    """Its children go on until they notice."""
    first = it.postmaster()
    return kill(first) if first else 0


def whole_database(it: Installation, dice: random.Random) -> int:
    return kill(*database_processes(it))


def everything(it: Installation, dice: random.Random) -> int:
    """As a power cut, but that what the kernel holds is not lost."""
    pids = [it.web.pid, it.worker.pid, *web_workers(it), *database_processes(it)]
    found = [pid for pid in pids if pid]
    dice.shuffle(found)
    return kill(*found)


STRIKES: dict[str, Strike] = {
    "web worker": one_web_worker,
    "background worker": background_worker,
    "database backend": one_backend,
    "postmaster": postmaster,
    "whole database": whole_database,
    "web parent": web_parent,
    "every web worker": every_web_worker,
    "everything": everything,
}


def web_asked(it: Installation, dice: random.Random) -> int:
    """As a supervisor does before it starts a new version."""
    return kill(it.web.pid, number=signal.SIGTERM) if it.web.pid else 0


def background_asked(it: Installation, dice: random.Random) -> int:
    return kill(it.worker.pid, number=signal.SIGTERM) if it.worker.pid else 0


ORDERLY: dict[str, Strike] = {
    "web asked to end": web_asked,
    "background worker asked to end": background_asked,
}


def plan(rounds: int, dice: random.Random) -> list[str]:
    """So many strikes: every kind as often as every other, in random order."""
    kinds = list(STRIKES)
    dice.shuffle(kinds)
    found = [kinds[n % len(kinds)] for n in range(rounds)]
    dice.shuffle(found)
    return found
