"""A key that may seal exports and nothing else, and the statement by which the ledger's key says so.

Whoever seals exports answers to the network, and therefore does not hold the key that signs checkpoints. The statement is a note
signed once, by the ledger's key; it holds for checkpoints which that key may sign, so that a rotation ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import valid_origin
from zhunsheng.ledger.keys import KeyHistory
from zhunsheng.ledger.notes import PLAIN, Key, Note, Signer, sign

STATEMENT = "zhunsheng/export-key/v1"
DELEGATION = "delegation"
"""What the statement is called in an export."""
_TEXT = re.compile(rf"{STATEMENT}\n(\S+)\nfrom (0|[1-9][0-9]{{0,14}})\nkey (\S+)\n")


@dataclass(frozen=True, slots=True)
class Delegation:
    """The statement that `key` may seal exports under checkpoints of `since` leaves or more, as signed."""

    note: Note
    origin: str
    since: int
    key: Key

    @classmethod
    def parse(cls, data: bytes) -> Delegation:
        """The statement in a note; InputError when it is none. Who signed it is for `fault` to say."""
        note = Note.parse(data)
        said = _TEXT.fullmatch(note.text)
        if said is None:
            raise _bad("写法不合格式", "it is not written as the format says")
        key = Key.parse(said[3])
        if key.kind != PLAIN:
            raise _bad("所委托的是见证密钥", "the key it names is a witness's")
        return cls(note, said[1], int(said[2]), key)

    def encode(self) -> bytes:
        """The note's bytes."""
        return self.note.encode()

    def fault(self, keys: KeyHistory, size: int) -> Literal["unsigned", "contradiction"] | None:
        """Why it does not hold under a checkpoint of `size` leaves, as a code of `verifier.WORDS`; None when it does.

        One key in force at that size signed it, for this log, for checkpoints as large as this one, and the key it names never
        was the ledger's own.
        """
        signers = keys.keys_for(size)
        signatures = self.note.signatures
        if len(signatures) != 1 or not any(signatures[0].holds(key, self.note.text) for key in signers):
            return "unsigned"
        own = {key.public for key in keys.keys}
        if self.origin != keys.origin or self.since > size or self.key.public in own:
            return "contradiction"
        return None


def delegate(origin: str, since: int, key: Key, signer: Signer) -> Delegation:
    """The statement signed by the ledger's key; InputError when `key` is the signer's own, or it would not be read back."""
    if not valid_origin(origin) or key.public == signer.key.public:
        raise _bad(
            "账本名不合格式，或两把密钥相同", "the origin is outside the format, or the keys are the same"
        )
    text = f"{STATEMENT}\n{origin}\nfrom {since}\nkey {key.vkey}\n"
    return Delegation.parse(Note(text, (sign(text, signer),)).encode())


def _bad(zh: str, en: str) -> InputError:
    return InputError(
        zh=f"不是有效的封签密钥委托书：{zh}", en=f"this is no valid delegation of an export key: {en}"
    )
