"""Views of a dossier that other layers keep as rows: each is told of every change in the transaction that makes it.

A capability registers its view in `AppConfig.ready()`. A view holds nothing that the acts do not say: it can be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zhunsheng.acts.models import Act, Dossier
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


Projection = Callable[[Changed], None]
_registered: dict[str, Projection] = {}


def projection_register(name: str, view: Projection) -> None:
    """Have a view told of every change; ValueError when another one has the name."""
    if _registered.setdefault(name, view) is not view:
        msg = f"two projections are named {name}"
        raise ValueError(msg)


def project(changed: Changed) -> None:
    """Tell every view, in the order of registration; a failure fails the whole change."""
    for view in _registered.values():
        view(changed)
