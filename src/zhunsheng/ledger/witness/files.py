"""The witness without a network: request and answer as files that travel on a stick.

A request file is the body of `add-checkpoint`. An answer file is a line `zhunsheng/witness-answer/v1 <status>` and the answer's
body.
"""

from __future__ import annotations

import re
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.notes import Key, Note, Signature
from zhunsheng.ledger.tree import Node, consistency_proof
from zhunsheng.ledger.witness.client import Refusal, read_cosignature
from zhunsheng.ledger.witness.judging import Witness
from zhunsheng.ledger.witness.requests import Answer, Request
from zhunsheng.ledger.witness.state import write_durably

_HEAD = re.compile(rb"zhunsheng/witness-answer/v1 ([1-5][0-9]{2})\n")


def write_request(path: Path, note: Note, node: Node, old: int = 0) -> None:
    """A request file for the witness that cosigned `old` leaves last."""
    checkpoint = Checkpoint.parse(note.text)
    proof = consistency_proof(old, checkpoint.size, node, checkpoint.hash)
    write_durably(path, Request(old, proof, note).encode())


def answer_request(witness: Witness, request: Path, answer: Path) -> Answer:
    """Judge a request file and write the answer file."""
    said = witness.add_checkpoint(request.read_bytes())
    write_durably(answer, f"zhunsheng/witness-answer/v1 {said.status}\n".encode() + said.body)
    return said


def read_answer(path: Path, witness: Key, note: Note) -> Signature:
    """The cosignature an answer file brings back; Refusal when the witness declined, InputError when the file is none."""
    data = path.read_bytes()
    head = _HEAD.match(data)
    if head is None:
        raise InputError(zh="不是见证回答文件", en="this is no answer of a witness", where=str(path))
    status, body = int(head[1]), data[head.end() :]
    if status != 200:
        said = body.decode("utf-8", "replace").strip()
        raise Refusal(
            status, said, int(said) if status == 409 and said.isascii() and said.isdigit() else None
        )
    return read_cosignature(body, witness, note)
