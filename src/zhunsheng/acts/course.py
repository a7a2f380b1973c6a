"""What its acts make of a dossier: since when it is closed, since when it is sealed. Only acts that count make anything."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from zhunsheng.acts.record_types import CLOSING, SEALED, UNSEALED, WITHDRAWN

TELLING = CLOSING | {SEALED, UNSEALED}


@dataclass
class Course:
    """One dossier's acts, taken in by position; a correction stands in the place of what it corrects."""

    counting: dict[uuid.UUID, tuple[int, str, dt.datetime]] = field(default_factory=dict)
    """The acts that tell something and count, by the first of a row of corrections: place, type, time."""
    first: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    """Correction → the act it corrects in the end."""

    def take(
        self, act: uuid.UUID, position: int, type_: str, at: dt.datetime, corrects: uuid.UUID | None
    ) -> None:
        """The next act."""
        if corrects is None:
            if type_ in TELLING:
                self.counting[act] = position, type_, at
            return
        root = self.first[act] = self.first.get(corrects, corrects)
        before = self.counting.pop(root, None)
        if type_ != WITHDRAWN and before is not None:
            self.counting[root] = before[0], type_, at

    @property
    def closed_at(self) -> dt.datetime | None:
        """The time of the first closing act that counts."""
        return min(
            ((place, at) for place, type_, at in self.counting.values() if type_ in CLOSING),
            default=(0, None),
        )[1]

    @property
    def sealed_at(self) -> dt.datetime | None:
        """The time of the last sealing, unless it was unsealed after it."""
        found = [entry for entry in self.counting.values() if entry[1] not in CLOSING]
        _, type_, at = max(found, default=(0, UNSEALED, None))
        return at if type_ == SEALED else None
