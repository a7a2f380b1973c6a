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
_checks: dict[str, tuple[Check, bool]] = {}


def check_register(name: str, check: Check, *, always: bool = False) -> None:
    """Add a check; it raises NotAllowed where the act may not be. ValueError when the name is taken.

    A check of the law is not asked about what is only told (corrections, acts recorded late): it has happened. One that
    guards the record itself is asked `always`.
    """
    if _checks.setdefault(name, (check, always)) != (check, always):
        msg = f"two checks are called {name}"
        raise ValueError(msg)


def check(considered: Considered, *, told: bool) -> None:
    """Run the checks; of an act that is only told, those that guard the record."""
    for one, always in _checks.values():
        if always or not told:
            one(considered)
