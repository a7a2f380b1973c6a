"""What a capability asks of an act beside the norms, where it takes more than the acts that count: registered, run at the door.

A norm does not see that a record was corrected or withdrawn, since only what counts is put before it; a check sees every act.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhunsheng.acts.models import Act, Dossier
from zhunsheng.norms.results import Obligation


@dataclass(frozen=True)
class Considered:
    """An act about to be recorded, with the dossier it goes into and what the norms say of it."""

    act: Act
    dossier: Dossier
    before: Sequence[Act]
    """Every act so far, by position."""
    rows: Sequence[Obligation]

    def judged(self) -> list[Obligation]:
        """What norms ask of this very act."""
        own = str(self.act.id)
        return [row for row in self.rows if row.opened.facts["act_id"] == own]


Check = Callable[[Considered], None]
_checks: dict[str, Check] = {}


def check_register(name: str, check: Check) -> None:
    """Add a check; it raises NotAllowed where the act may not be. ValueError when the name is taken."""
    if _checks.setdefault(name, check) is not check:
        msg = f"two checks are called {name}"
        raise ValueError(msg)


def check(considered: Considered) -> None:
    """Run every check."""
    for one in _checks.values():
        one(considered)
