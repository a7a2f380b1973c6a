"""A log that grows, and a witness for it, made for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.ledger.made import LOG_KEY, ORIGIN, WITNESSES
from tests.ledger.test_tree import made
from zhunsheng.ledger.checkpoints import Checkpoint, sign_checkpoint
from zhunsheng.ledger.hashing import SHA256, Hash
from zhunsheng.ledger.notes import Note, Signer
from zhunsheng.ledger.tree import Tree, consistency_proof
from zhunsheng.ledger.witness.judging import Witness
from zhunsheng.ledger.witness.requests import Request
from zhunsheng.ledger.witness.state import WitnessState

KEY = WITNESSES[0]


class Log:
    """Checkpoints of one history at any size; another `seed` after `same` leaves is a fork."""

    def __init__(self, leaves: int = 100, seed: int = 0, same: int = 0, hash_: Hash = SHA256) -> None:
        self.hash = hash_
        self.tree = Tree([*made(same, 0), *made(leaves, seed)[same:]], hash_)

    def note(self, size: int, *signers: Signer, origin: str = ORIGIN) -> Note:
        head = Checkpoint(origin, size, self.tree.root(size), self.hash)
        return sign_checkpoint(head, *(signers or (LOG_KEY,)))

    def proof(self, old: int, size: int) -> list[bytes]:
        return consistency_proof(old, size, self.tree.node, self.hash)

    def request(self, old: int, size: int, **changes: Any) -> bytes:
        request = Request(old, self.proof(min(old, size), size), self.note(size))
        return request._replace(**changes).encode()


def witness(folder: Path) -> Witness:
    """A witness that knows the one log, at a fixed time."""
    return Witness(KEY, {ORIGIN: [LOG_KEY.key]}, WitnessState(folder), clock=lambda: 1_790_000_000.5)
