"""Views of imported cases that other layers keep as rows: each is told of every change in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zhunsheng.feeds.models import Case, Event, Obligation
from zhunsheng.norms.results import Obligation as Row
from zhunsheng.procedure.guard import Key


@dataclass(frozen=True)
class CaseChanged:
    """A case after it was judged, under its row lock: the events that count, and its obligations as they now stand."""

    case: Case
    events: tuple[Event, ...]
    obligations: Mapping[Key, Obligation]
    """Withdrawn ones too."""
    rows: Sequence[Row]
    """What the interpreter said, with its reasons."""
    as_of_us: int


Projection = Callable[[CaseChanged], None]
_registered: dict[str, Projection] = {}


def case_projection_register(name: str, view: Projection) -> None:
    """Have a view told of every case that was judged; ValueError when another one has the name."""
    if _registered.setdefault(name, view) is not view:
        msg = f"two projections of cases are named {name}"
        raise ValueError(msg)


def case_project(changed: CaseChanged) -> None:
    """Tell every view; a failure fails the whole change."""
    for view in _registered.values():
        view(changed)
