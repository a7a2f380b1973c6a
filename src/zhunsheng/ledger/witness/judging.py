"""A witness at work: whether a checkpoint may be cosigned, decided against what is kept, and kept before it is answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.hashing import Hash
from zhunsheng.ledger.notes import COSIGNATURE, Key, Note, Signer, cosign
from zhunsheng.ledger.tree import verify_consistency
from zhunsheng.ledger.witness.requests import Answer, Request, conflict, cosignatures, refusal
from zhunsheng.ledger.witness.state import Held, WitnessState


class Witness:
    """One witness: its key, the logs it knows with the keys they may sign with, and what it keeps of them."""

    def __init__(
        self,
        signer: Signer,
        logs: Mapping[str, Sequence[Key]],
        state: WitnessState,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if signer.key.kind != COSIGNATURE:
            raise InputError(
                zh="见证需要见证类型的密钥",
                en="a witness needs a key of the cosignature type",
                remedy_zh="zhunsheng ledger-key new … --witness",
                remedy_en="zhunsheng ledger-key new … --witness",
            )
        self.signer, self.logs, self.state, self._clock = signer, logs, state, clock

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer to a request, status codes as C2SP tlog-witness gives them.

        400 malformed or shrinking, 403 not signed by a known key, 404 unknown log, 409 another size or another root at the same
        size, 422 the proof does not hold.
        """
        try:
            request = Request.parse(body)
            checkpoint = Checkpoint.parse(request.note.text)
        except InputError as error:
            return refusal(400, error.zh, error.en)
        keys = self.logs.get(checkpoint.origin)
        if keys is None:
            return refusal(404, "未登记此来源", "this log is not known here")
        if not _signed_by_any(request.note, keys):
            return refusal(403, "没有已知密钥的有效签名", "no known key signed this checkpoint")
        if request.old > checkpoint.size:
            return refusal(400, "旧大小超过检查点大小", "the old size exceeds the checkpoint's")
        with self.state.locked(checkpoint.origin) as held:
            return self._judge(request, checkpoint, held, body)

    def _judge(self, request: Request, checkpoint: Checkpoint, held: Held, body: bytes) -> Answer:
        """The decision, with the log's state locked."""
        kept = held.checkpoint
        if (
            kept
            and kept.size == checkpoint.size
            and (kept.root, kept.hash) != (checkpoint.root, checkpoint.hash)
        ):
            held.accuse(body)
            return conflict(held.size)
        if request.old != held.size:
            return conflict(held.size)
        if kept and kept.hash is not checkpoint.hash:
            held.accuse(body)
            return refusal(422, "杂凑算法与所存不同", "the hash is not the one of the checkpoint kept")
        old_root = kept.root if kept else _empty_root(checkpoint.hash)
        if not verify_consistency(
            request.old, checkpoint.size, request.proof, old_root, checkpoint.root, checkpoint.hash
        ):
            held.accuse(body)
            return refusal(422, "一致性证明不成立", "the consistency proof does not hold")
        signature = cosign(request.note.text, self.signer, int(self._clock()))
        held.keep(request.note.with_signatures([signature]))
        return cosignatures([signature.line])


def _signed_by_any(note: Note, keys: Sequence[Key]) -> bool:
    """Whether a signature under the note verifies with one of the keys; others are ignored."""
    return any(signature.holds(key, note.text) for signature in note.signatures for key in keys)


def _empty_root(hash_: Hash) -> bytes:
    return hash_.digest(b"")
