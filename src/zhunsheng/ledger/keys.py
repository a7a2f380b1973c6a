"""The ledger's signing keys: kept in a file only their owner can read or on a PKCS#11 token, and rotated by signed statements.

A key file holds one line, `PRIVATE+KEY+name+id+base64(type || seed)`, as other signed-note tools write it.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import canonical, parse_canonical
from zhunsheng.ledger.checkpoints import valid_origin
from zhunsheng.ledger.notes import PLAIN, Key, Note, Signer, from_base64, sign

PKCS11 = "pkcs11:"
ROTATION = "zhunsheng/key-rotation/v1"
LARGEST_SECRET = 4096
"""Bytes read of a key or PIN file."""
_PREFIX = "PRIVATE+KEY+"
_AFTER = re.compile(r"after (0|[1-9][0-9]{0,14})")


class FileSigner:
    """A signer whose private key is in memory, read from a file."""

    def __init__(self, name: str, seed: bytes, kind: int = PLAIN) -> None:
        try:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        except ImportError:
            raise InputError(
                zh="签名需要 cryptography 库",
                en="signing needs the package cryptography",
                remedy_zh="pip install 'zhunsheng[server]'",
                remedy_en="pip install 'zhunsheng[server]'",
            ) from None
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._seed = seed
        self._key = Key(name, kind, self._private.public_key().public_bytes_raw())

    @property
    def key(self) -> Key:
        return self._key

    @property
    def private_text(self) -> str:
        """The line a key file holds."""
        material = base64.b64encode(bytes([self._key.kind]) + self._seed).decode()
        return f"{_PREFIX}{self._key.name}+{self._key.id.hex()}+{material}"

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    @classmethod
    def parse(cls, text: str) -> FileSigner:
        """The signer of a key file's line; InputError when it is none."""
        name, _, rest = text.removeprefix(_PREFIX).partition("+")
        identity, _, encoded = rest.partition("+")
        material = from_base64(encoded)
        if not text.startswith(_PREFIX) or material is None or len(material) != 33:
            raise _bad_file("")
        signer = cls(name, material[1:], material[0])
        if signer.key.id.hex() != identity or Key.parse(signer.key.vkey) != signer.key:
            raise _bad_file("")
        return signer


def generate(path: Path, name: str, kind: int = PLAIN) -> FileSigner:
    """A new key in a new file that only its owner can read; InputError when the file is there already."""
    if not valid_origin(name):
        raise InputError(
            zh="密钥名不合格式", en="a key's name has no blanks and no plus sign", where=name[:80]
        )
    signer = FileSigner(name, secrets.token_bytes(32), kind)
    # Written whole under another name first: whoever is killed here leaves no half of a key, and of two the first one's stands.
    making = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(
            os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(signer.private_text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(making, path)
    except FileExistsError:
        raise InputError(
            zh="文件已存在，密钥不会被覆盖", en="the file exists; a key is never overwritten", where=str(path)
        ) from None
    finally:
        making.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return signer


def load_signer(spec: str, kind: int = PLAIN) -> Signer:
    """The signer at a file path or a `pkcs11:` URI (RFC 7512).

    `kind` is the signature type it must be for. InputError when a key file may be read by others, is malformed or of another
    type.
    """
    if spec.startswith(PKCS11):
        from zhunsheng.ledger.pkcs11 import TokenSigner

        return TokenSigner.from_uri(spec, kind)
    signer = FileSigner.parse(read_private(Path(spec)).strip())
    if signer.key.kind != kind:
        raise InputError(
            zh="密钥类型不符：记录密钥与见证密钥不可互换",
            en="this key is of the other type: a log's key and a witness's key are not interchangeable",
            where=spec,
        )
    return signer


def read_private(path: Path) -> str:
    """The text of a secret file; InputError when others than its owner may read or write it."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise InputError(
            zh=f"无法读取密钥文件：{error.strerror}",
            en=f"the key file cannot be read: {error.strerror}",
            where=str(path),
        ) from None
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode) or stat.S_IMODE(mode) & 0o077:
            raise InputError(
                zh="密钥文件可被他人读写，或不是普通文件，拒绝使用",
                en="others may read or write this key file, or it is no plain file: it is not used",
                where=str(path),
                remedy_zh=f"chmod 600 {path}；若曾被他人读取，请更换密钥",
                remedy_en=f"chmod 600 {path}; if others may have read it, rotate the key",
            )
        return os.read(handle, LARGEST_SECRET).decode("ascii", "replace")
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Rotation:
    """The statement that checkpoints beyond `after` leaves are signed by `new` and no longer by `old`."""

    origin: str
    after: int
    old: Key
    new: Key

    @property
    def text(self) -> str:
        return f"{ROTATION}\n{self.origin}\nafter {self.after}\nold {self.old.vkey}\nnew {self.new.vkey}\n"

    @classmethod
    def parse(cls, text: str) -> Rotation:
        """The statement a note's text is; InputError when it is none."""
        lines = text.split("\n")
        if len(lines) != 6 or lines[0] != ROTATION or lines[5]:
            raise _bad_history("不是密钥更换声明", "a note in it is no rotation statement")
        after = _AFTER.fullmatch(lines[2])
        if after is None or not lines[3].startswith("old ") or not lines[4].startswith("new "):
            raise _bad_history(
                "密钥更换声明写法不对", "a rotation statement is not written as the format says"
            )
        return cls(lines[1], int(after[1]), Key.parse(lines[3][4:]), Key.parse(lines[4][4:]))


def rotate(origin: str, after: int, old: Signer, new: Signer) -> Note:
    """The rotation statement signed by both keys: the old one hands over, the new one shows that it exists."""
    text = Rotation(origin, after, old.key, new.key).text
    return Note(text, (sign(text, old), sign(text, new)))


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """The first key of a log and every rotation since; made by `parse` or `begin`, it is checked whole."""

    origin: str
    first: Key
    rotations: tuple[tuple[Rotation, Note], ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> KeyHistory:
        """The history in canonical JSON; InputError when a signature, a key or the order of sizes does not hold."""
        found = parse_canonical(data)
        if not isinstance(found, dict) or sorted(found) != ["first", "origin", "rotations"]:
            raise _bad_history("字段不对", "it has other names than first, origin and rotations")
        origin, first, notes = found["origin"], found["first"], found["rotations"]
        if not isinstance(origin, str) or not valid_origin(origin) or not isinstance(first, str):
            raise _bad_history("来源或首个密钥不对", "its origin or first key is malformed")
        if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
            raise _bad_history("声明不对", "its rotations are no texts")
        history = cls(origin, Key.parse(first))
        if history.first.kind != PLAIN:
            raise _bad_history("首个密钥类型不对", "its first key is not of the plain type")
        for note in notes:
            history = history.with_rotation(Note.parse(note.encode()))
        return history

    def encode(self) -> bytes:
        """Canonical JSON: the first key's vkey, and the rotation notes as texts."""
        notes = [note.encode().decode() for _, note in self.rotations]
        return canonical({"first": self.first.vkey, "origin": self.origin, "rotations": notes})

    def with_rotation(self, note: Note) -> KeyHistory:
        """The history with one more rotation; InputError when it does not follow."""
        rotation = Rotation.parse(note.text)
        before = self.rotations[-1][0].after if self.rotations else 0
        if rotation.origin != self.origin or rotation.old != self.newest or rotation.after < before:
            raise _bad_history(
                "声明不接续上一个密钥", "a rotation does not follow the key and size before it"
            )
        if rotation.new.kind != PLAIN or rotation.new in self.keys:
            raise _bad_history(
                "新密钥重复或类型不对", "a rotation's new key was used before or is of the wrong type"
            )
        signers = [key for key, _ in note.signed_by((rotation.old, rotation.new))]
        if signers != [rotation.old, rotation.new] or len(note.signatures) != 2:
            raise _bad_history(
                "声明须由旧、新密钥依次签名", "a rotation is signed by the old key, then the new one"
            )
        return KeyHistory(self.origin, self.first, (*self.rotations, (rotation, note)))

    @property
    def keys(self) -> Sequence[Key]:
        """Every key, the first one first."""
        return (self.first, *(rotation.new for rotation, _ in self.rotations))

    @property
    def newest(self) -> Key:
        return self.keys[-1]

    def keys_for(self, size: int) -> list[Key]:
        """The keys that may sign a checkpoint of `size` leaves: one, or two at the very size a rotation names."""
        starts = [0, *(rotation.after for rotation, _ in self.rotations)]
        ends = [*starts[1:], size]
        return [key for key, start, end in zip(self.keys, starts, ends, strict=True) if start <= size <= end]

    def trusted_by(self, known: Iterable[Key]) -> bool:
        """Whether one of the history's keys is among `known`; each rotation is signed by both its keys, so one is enough."""
        return not set(self.keys).isdisjoint(known)


def begin(origin: str, first: Key) -> KeyHistory:
    """The history of a log that has had one key."""
    return KeyHistory.parse(KeyHistory(origin, first).encode())


def _bad_file(where: str) -> InputError:
    return InputError(zh="不是有效的密钥文件", en="this is no valid key file", where=where)


def _bad_history(zh: str, en: str) -> InputError:
    return InputError(zh=f"密钥沿革无效：{zh}", en=f"this key history is not valid: {en}")
