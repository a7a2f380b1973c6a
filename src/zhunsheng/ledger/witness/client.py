"""Asking a witness for its cosignature, over HTTP, with a limit on time and on what is read back."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.notes import Key, Note, Signature
from zhunsheng.ledger.tree import Node, consistency_proof
from zhunsheng.ledger.witness.requests import LARGEST_REQUEST, SIZE_TYPE, Answer, Request

Send = Callable[[bytes], Answer]
"""Takes the body of a request to a witness and brings back the answer."""


class Refusal(Exception):
    """The witness did not cosign; `status` and `said` are its words, `size` what it keeps when it says so.

    A refusal with 409 at our own size, or with 422, means that the witness holds another history of this log than we do.
    """

    def __init__(self, status: int, said: str, size: int | None = None) -> None:
        super().__init__(f"{status}: {said}")
        self.status, self.said, self.size = status, said, size


def ask(send: Send, witness: Key, note: Note, node: Node, old: int = 0) -> Signature:
    """The witness's cosignature of a checkpoint note, checked.

    `node` reads the tree, `old` is the size this witness cosigned last as far as we remember: when it remembers another, it
    is asked once more from that. Raises Refusal, and InputError for an answer that is no cosignature by `witness`.
    """
    checkpoint = Checkpoint.parse(note.text)
    answer = send(_request(checkpoint, note, node, old))
    size = _size_in(answer)
    if size is not None and size != old and size <= checkpoint.size:
        answer = send(_request(checkpoint, note, node, size))
    if answer.status != http.HTTPStatus.OK:
        raise Refusal(answer.status, answer.body.decode("utf-8", "replace").strip(), _size_in(answer))
    return read_cosignature(answer.body, witness, note)


def read_cosignature(body: bytes, witness: Key, note: Note) -> Signature:
    """The one signature by `witness` in an answer; InputError when there is none that holds."""
    for line in body.decode("utf-8", "replace").splitlines():
        signature = Signature.parse(line)
        if signature.holds(witness, note.text):
            return signature
    raise InputError(
        zh="回答中没有该见证人的有效签名",
        en="the answer holds no valid cosignature by this witness",
        where=witness.name,
    )


def over_http(url: str, patience_s: float = 10.0) -> Send:
    """A way to the witness at a submission prefix such as `https://witness.example/w1`; OSError when it cannot be reached."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(
            zh="见证地址须为 http 或 https", en="a witness's address is http or https", where=url
        )
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = parts.path.rstrip("/") + "/add-checkpoint"
    host, port = parts.hostname, parts.port

    def send(body: bytes) -> Answer:
        connection = kind(host, port, timeout=patience_s)
        try:
            connection.request("POST", path, body, {"Content-Type": "text/plain; charset=utf-8"})
            response = connection.getresponse()
            said = response.read(LARGEST_REQUEST)
            if response.length:
                raise ConnectionError(f"{url}: the answer is cut off or too long")
            return Answer(response.status, said, response.getheader("Content-Type", ""))
        except http.client.HTTPException as error:
            raise ConnectionError(f"{url}: {error!r}") from error
        finally:
            connection.close()

    return send


def _request(checkpoint: Checkpoint, note: Note, node: Node, old: int) -> bytes:
    start = min(old, checkpoint.size)
    proof = consistency_proof(start, checkpoint.size, node, checkpoint.hash)
    return Request(start, proof, note).encode()


def _size_in(answer: Answer) -> int | None:
    """The size a 409 names."""
    text = answer.body.decode("ascii", "replace")
    if answer.status != http.HTTPStatus.CONFLICT or not answer.content_type.startswith(SIZE_TYPE):
        return None
    return int(text[:-1]) if text.endswith("\n") and text[:-1].isascii() and text[:-1].isdigit() else None
