"""The words between a log and a witness: the body of `add-checkpoint` (C2SP tlog-witness) and the answers to it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import NamedTuple

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.notes import Note, from_base64

MOST_PROOF_LINES = 63
LARGEST_REQUEST = 64 * 1024
"""Bytes; a checkpoint with 64 signatures and a full proof is a tenth of it."""
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,14})")


class Request(NamedTuple):
    """A checkpoint to be cosigned, with the proof that it grew from the one of `old` leaves."""

    old: int
    proof: list[bytes]
    note: Note

    def encode(self) -> bytes:
        """The body of the request."""
        lines = [f"old {self.old}", *(base64.b64encode(step).decode() for step in self.proof), ""]
        return "".join(line + "\n" for line in lines).encode() + self.note.encode()

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """The request of a body; InputError when it is none."""
        head, found, rest = body.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise _malformed() from None
        old = _OLD.fullmatch(first)
        proof = [from_base64(line) for line in lines]
        if not found or old is None or len(proof) > MOST_PROOF_LINES:
            raise _malformed()
        steps = [step for step in proof if step is not None and len(step) == 32]
        if len(steps) != len(proof):
            raise _malformed()
        return cls(int(old[1]), steps, Note.parse(rest))


class Answer(NamedTuple):
    """What a witness says: 200 with signature lines, 409 with the size it has, or a refusal in words."""

    status: int
    body: bytes
    content_type: str = TEXT_TYPE


def refusal(status: int, zh: str, en: str) -> Answer:
    """An answer in words."""
    return Answer(status, f"{zh}\n{en}\n".encode())


def cosignatures(lines: Sequence[str]) -> Answer:
    """The answer that carries cosignature lines."""
    return Answer(200, "".join(lines).encode())


def conflict(size: int) -> Answer:
    """The answer that names the size of the newest cosigned checkpoint."""
    return Answer(409, f"{size}\n".encode(), SIZE_TYPE)


def _malformed() -> InputError:
    return InputError(
        zh="请求须为 old 行、证明行、空行和检查点",
        en="a request is an old line, proof lines, an empty line and a checkpoint",
    )
