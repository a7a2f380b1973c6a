"""Views of a dossier that other layers keep as rows: each is told of every change in the transaction that makes it.

A capability registers its view in `AppConfig.ready()`. A view holds nothing that the acts do not say: it can be made again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from zhunsheng.acts.models import Act, Dossier
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.procedure.guard import Key
from zhunsheng.procedure.standing import Stored


@dataclass(frozen=True)
class Changed:
    """A dossier after a change, under its row lock: all of its acts by position, and its obligations as they now stand."""

    dossier: Dossier
    acts: tuple[Act, ...]
    obligations: Mapping[Key, Stored]
    act: Act | None
    """What changed it; None where time alone did, or where views are made anew."""
    rows: Sequence[Row] = ()
    """What the interpreter said of it, with its reasons; empty where views are made anew."""


Projection = Callable[[Changed], None]
_registered: dict[str, Projection] = {}
_waiting: ContextVar[dict[uuid.UUID, Changed] | None] = ContextVar("waiting", default=None)


def projection_register(name: str, view: Projection) -> None:
    """Have a view told of every change; ValueError when another one has the name."""
    if _registered.setdefault(name, view) is not view:
        msg = f"two projections are named {name}"
        raise ValueError(msg)


def project(changed: Changed) -> None:
    """Tell every view, in the order of registration; a failure fails the whole change."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting[changed.dossier.id] = changed
        return
    for view in _registered.values():
        view(changed)


@contextmanager
def projected_once() -> Iterator[None]:
    """Within the block, a transaction of the caller's, views wait; at its end each is told once of every dossier that changed.

    They are told as when views are made anew, so that nothing is missed of the changes in between.
    """
    waiting: dict[uuid.UUID, Changed] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for changed in waiting.values():
        project(replace(changed, act=None))
