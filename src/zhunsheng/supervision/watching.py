"""Who had a hand in a case. To watch it is none: acts of supervision and of accountability decide nothing in it."""

from __future__ import annotations

from zhunsheng.acts.models import Dossier
from zhunsheng.acts.selectors import dossier_acts

WATCHING = ("accountability.", "supervision.")
"""Acts by which somebody watches a dossier and takes no part in what it decides."""


def hands_in(dossier: Dossier) -> frozenset[str]:
    """The numbers of everybody with a hand in a case: who recorded an act of it or stands in one, other than to watch."""
    return frozenset(
        number
        for act in dossier_acts(dossier)
        if not act.type.startswith(WATCHING)
        for number in (act.recorded_by_id, *(slot.get("officer", "") for slot in act.officers))
    )
