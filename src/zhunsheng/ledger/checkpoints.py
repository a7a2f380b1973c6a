"""Checkpoints (C2SP tlog-checkpoint): the size and root of the tree at one moment, as the text of a signed note.

When the tree is not made with SHA-256, one extension line names the hash: `hash sm3`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.hashing import HASHES, SHA256, Hash
from zhunsheng.ledger.notes import Key, Note, Signature, Signer, from_base64, signed

RESERVED = "zhunsheng/"
"""No origin begins so: the ledger's other statements do, and must not be taken for checkpoints."""
_ORIGIN = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")
_HASH_LINE = "hash "
AFTER = "after "
"""Begins the extension line that names the size of the checkpoint signed before, so that none can be taken away unseen."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log `origin` at `size` leaves; other extension lines than the hash's are kept as they came."""

    origin: str
    size: int
    root: bytes
    hash: Hash = SHA256
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text of the note that is signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.hash is not SHA256:
            lines.append(_HASH_LINE + self.hash.name)
        return "".join(line + "\n" for line in (*lines, *self.extensions))

    @property
    def after(self) -> int | None:
        """The size of the checkpoint signed before this one, 0 for the first; None where it does not say."""
        said = [line.removeprefix(AFTER) for line in self.extensions if line.startswith(AFTER)]
        return int(said[0]) if len(said) == 1 and _SIZE.fullmatch(said[0]) else None

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint a note's text is; InputError when it is none."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise _bad("行数不对", "it has not at least three lines, none of them empty")
        origin, size, root, *extensions = lines[:-1]
        digest = from_base64(root)
        if not valid_origin(origin) or not _SIZE.fullmatch(size) or digest is None or len(digest) != 32:
            raise _bad(
                "来源、大小或根的写法不对", "its origin, size or root is not written as the format says"
            )
        chosen = SHA256
        if extensions and extensions[0].startswith(_HASH_LINE):
            named = HASHES.get(extensions.pop(0).removeprefix(_HASH_LINE))
            if named is None or named is SHA256:
                raise _bad("杂凑算法未知", "it names a hash that is not known")
            chosen = named
        return cls(origin, int(size), digest, chosen, tuple(extensions))


def valid_origin(origin: str) -> bool:
    """Whether a log may be called so: visible, without blanks or plus, not one of the ledger's own statement names."""
    return bool(_ORIGIN.fullmatch(origin)) and not origin.startswith(RESERVED)


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> Note:
    """The checkpoint as a note signed by the log; InputError for an origin outside the format."""
    if not valid_origin(checkpoint.origin):
        raise _bad("来源名不合格式", "its origin is outside the format")
    return signed(checkpoint.text, *signers)


def open_checkpoint(data: bytes, keys: Iterable[Key]) -> tuple[Checkpoint, Note, list[tuple[Key, Signature]]]:
    """A checkpoint, its note, and the known keys that signed it, at least one; InputError otherwise."""
    note = Note.parse(data)
    checkpoint = Checkpoint.parse(note.text)
    found = note.signed_by(keys)
    if not found:
        raise InputError(
            zh="检查点没有所信任密钥的签名",
            en="no trusted key signed this checkpoint",
            where=checkpoint.origin,
        )
    return checkpoint, note, found


def _bad(zh: str, en: str) -> InputError:
    return InputError(zh=f"不是有效的检查点：{zh}", en=f"this is no valid checkpoint: {en}")
