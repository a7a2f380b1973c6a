"""One sitting: acts of one dossier, recorded in one transaction and written together at its end."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhunsheng.acts.models import Dossier
from zhunsheng.acts.record import ActsWaiting
from zhunsheng.procedure.obligations import ObligationsWaiting
from zhunsheng.procedure.standing import Standing, forget, keep


@dataclass
class Sitting:
    """What waits to be written, and the dossier, whose row lock the transaction holds from its first act on."""

    acts: ActsWaiting = field(default_factory=ActsWaiting)
    obligations: ObligationsWaiting = field(default_factory=ObligationsWaiting)
    dossier: Dossier | None = None

    def keep(self, dossier: Dossier, found: Standing) -> None:
        """The dossier as the next act of the sitting finds it."""
        self.dossier = dossier
        keep(dossier.id, found)

    def write(self) -> None:
        """Write what waits, and forget the dossier: its rows have other ids now."""
        self.acts.write()
        self.obligations.write()
        if self.dossier is not None:
            forget(self.dossier.id)
            self.dossier = None
