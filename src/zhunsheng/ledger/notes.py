"""Signed notes (C2SP signed-note) and timestamped cosignatures (C2SP tlog-cosignature, cosignature/v1), Ed25519 alone.

A note is text, a blank line, and signature lines `— name base64(key id || signature)`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from zhunsheng.base.errors import InputError
from zhunsheng.ledger import ed25519

PLAIN = 0x01
"""Signature type: Ed25519 over the note's text."""
COSIGNATURE = 0x04
"""Signature type: Ed25519 over `cosignature/v1`, a time and the note's text."""

MOST_SIGNATURES = 64
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")
_LATEST = 2**63 - 1


class Key(NamedTuple):
    """A public key as the signed-note format names it; `vkey` is its text, `name+id+base64(type || key)`."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name || newline || type || key), whatever hash the tree uses."""
        material = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(material).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Key:
        """The key of a vkey; InputError for a wrong id, another type than Ed25519's two, or an unsound key."""
        name, _, rest = vkey.partition("+")
        identity, _, encoded = rest.partition("+")
        material = from_base64(encoded)
        if not _NAME.fullmatch(name) or material is None or len(material) != 33:
            raise _bad_key(vkey)
        key = cls(name, material[0], material[1:])
        if (
            key.kind not in {PLAIN, COSIGNATURE}
            or key.id.hex() != identity
            or not ed25519.sound_key(key.public)
        ):
            raise _bad_key(vkey)
        return key


class Signature(NamedTuple):
    """One signature line: who says to have signed, with which key, and the bytes."""

    name: str
    key_id: bytes
    payload: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.key_id + self.payload)}\n"

    @property
    def timestamp(self) -> int | None:
        """Seconds since 1970 inside a cosignature, None in a plain signature."""
        return int.from_bytes(self.payload[:8]) if len(self.payload) == 72 else None

    @classmethod
    def parse(cls, line: str) -> Signature:
        """The signature of a line with or without its newline."""
        name, _, encoded = line.removesuffix("\n").removeprefix(_DASH).partition(" ")
        data = from_base64(encoded)
        if not line.startswith(_DASH) or not _NAME.fullmatch(name) or data is None or len(data) < 5:
            raise InputError(
                zh="签名行的写法不对", en="this is no signature line of a signed note", where=line[:60]
            )
        return cls(name, data[:4], data[4:])

    def holds(self, key: Key, text: str) -> bool:
        """Whether the holder of `key` signed `text` so; False for another key too."""
        if (self.name, self.key_id) != (key.name, key.id):
            return False
        if key.kind == PLAIN:
            return ed25519.verify(key.public, text.encode(), self.payload)
        timestamp = self.timestamp
        if timestamp is None or timestamp > _LATEST:
            return False
        return ed25519.verify(key.public, cosigned_message(timestamp, text), self.payload[8:])


@dataclass(frozen=True, slots=True)
class Note:
    """Text and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note's bytes."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """The note in `data`, which must be spelled the one way the format allows; InputError otherwise."""
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError:
            raise _bad_note("不是 UTF-8", "it is not UTF-8") from None
        cut = whole.rfind("\n\n")
        if cut < 0 or not whole.endswith("\n") or _CONTROL.search(whole):
            raise _bad_note("缺少空行或含控制字符", "it has no blank line, or control characters")
        lines = whole[cut + 2 : -1].split("\n")
        if not 1 <= len(lines) <= MOST_SIGNATURES:
            raise _bad_note("没有签名或签名过多", "it has no signature, or too many")
        note = cls(whole[: cut + 1], tuple(Signature.parse(line) for line in lines))
        if note.encode() != data:
            raise _bad_note("签名行的写法不唯一", "a signature line is not spelled the one way")
        return note

    def signed_by(self, keys: Iterable[Key]) -> list[tuple[Key, Signature]]:
        """Each known key whose signature stands under the note, in the note's order.

        Signatures by unknown keys are ignored. InputError when one by a known key does not hold.
        """
        known = {(key.name, key.id): key for key in keys}
        found: list[tuple[Key, Signature]] = []
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not signature.holds(key, self.text):
                raise InputError(
                    zh=f"{signature.name} 的签名不成立",
                    en=f"the signature of {signature.name} does not hold",
                    where=signature.name,
                )
            found.append((key, signature))
        return found

    def with_signatures(self, signatures: Sequence[Signature]) -> Note:
        """The note with further signatures under it; a key that signed before is replaced."""
        new = {(signature.name, signature.key_id) for signature in signatures}
        kept = [old for old in self.signatures if (old.name, old.key_id) not in new]
        return Note(self.text, (*kept, *signatures))


class Signer(Protocol):
    """Whoever holds a private key: a file, a hardware module."""

    @property
    def key(self) -> Key:
        """The public half, with the name and type it signs under."""

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the Ed25519 signature over `message`."""


def sign(text: str, signer: Signer) -> Signature:
    """A plain signature of `text`; the signer's key must be of type PLAIN."""
    _check_text(text)
    if signer.key.kind != PLAIN:
        raise ValueError("a cosigner's key signs checkpoints only, with a time")
    return Signature(signer.key.name, signer.key.id, signer.sign(text.encode()))


def cosign(text: str, signer: Signer, timestamp: int) -> Signature:
    """A cosignature of a checkpoint's text at `timestamp`, seconds since 1970; the key must be of type COSIGNATURE."""
    _check_text(text)
    if signer.key.kind != COSIGNATURE:
        raise ValueError("cosigning needs a key of the cosignature type")
    payload = timestamp.to_bytes(8) + signer.sign(cosigned_message(timestamp, text))
    return Signature(signer.key.name, signer.key.id, payload)


def signed(text: str, *signers: Signer) -> Note:
    """`text` as a note with one plain signature each."""
    return Note(text, tuple(sign(text, signer) for signer in signers))


def cosigned_message(timestamp: int, text: str) -> bytes:
    """What a cosigner's Ed25519 signature is over."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def from_base64(text: str) -> bytes | None:
    """The bytes of standard base64 in its one spelling (padding, zero slack bits), else None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _base64(data) == text else None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("a note's text ends in a newline and has no control characters")


def _bad_key(vkey: str) -> InputError:
    return InputError(
        zh="不是有效的公钥（vkey）",
        en="this is no valid verifier key (vkey)",
        where=vkey[:80],
        remedy_zh="形如 name+1a2b3c4d+Base64，请从对方公布处整行复制",
        remedy_en="it looks like name+1a2b3c4d+Base64; copy the whole line from where it is published",
    )


def _bad_note(zh: str, en: str) -> InputError:
    return InputError(zh=f"不是有效的签名文本：{zh}", en=f"this is no valid signed note: {en}")
