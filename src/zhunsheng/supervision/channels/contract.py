"""What every way of reaching somebody has in common: a message, and an adapter that carries it or says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """What is carried: never a name of a party or a fact of a case, for it passes through other systems."""

    to: str
    subject: str
    text: str
    url: str
    key: str
    """The same for every attempt, so that a receiver can tell a repetition."""


class Undelivered(Exception):
    """The message did not get through; `permanent` where trying again is of no use."""

    def __init__(self, said: str, *, permanent: bool = False) -> None:
        super().__init__(said)
        self.said, self.permanent = said, permanent


class Adapter(Protocol):
    """One way."""

    def carry(self, message: Message) -> None:
        """Bring it there; Undelivered where that fails."""
