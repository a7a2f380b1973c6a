"""The two hash functions a ledger may be built with, and the prefixes that keep leaves, nodes, commitments and entries apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

LEAF = b"\x00"
NODE = b"\x01"
COMMITMENT = b"\x02"
ENTRY = b"\x03"


class State(Protocol):
    """A digest in the making, for data that come in pieces."""

    def update(self, data: bytes, /) -> object:
        """Take in more data."""

    def digest(self) -> bytes:
        """The digest of all data so far."""


@dataclass(frozen=True, slots=True, eq=False)
class Hash:
    """A 32-byte hash function by its name, and the tree hashes of RFC 6962 section 2.1 made with it.

    `digest` and `hexdigest` take bytes, `new` begins a digest of data in pieces; `leaves` and `parents` do whole levels at once.
    """

    name: str
    size: int
    digest: Callable[[bytes], bytes]
    hexdigest: Callable[[bytes], str]
    new: Callable[[], State]

    def leaf(self, data: bytes) -> bytes:
        """H(0x00 || data)."""
        return self.digest(LEAF + data)

    def node(self, left: bytes, right: bytes) -> bytes:
        """H(0x01 || left || right)."""
        return self.digest(NODE + left + right)

    def leaves(self, data: Sequence[bytes]) -> list[bytes]:
        """`leaf` of each."""
        digest = self.digest
        return [digest(LEAF + item) for item in data]

    def parents(self, level: Sequence[bytes]) -> list[bytes]:
        """`node` of each pair, from the left; an odd last one is left out."""
        digest = self.digest
        pairs = iter(level)
        return [digest(NODE + left + right) for left, right in zip(pairs, pairs, strict=False)]

    def __repr__(self) -> str:
        return f"<Hash {self.name}>"


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class _Gathered:
    """A state for hash functions that take everything at once."""

    def __init__(self, digest: Callable[[bytes], bytes]) -> None:
        self._digest, self._pieces = digest, bytearray()

    def update(self, data: bytes, /) -> None:
        self._pieces += data

    def digest(self) -> bytes:
        return self._digest(bytes(self._pieces))


def _sm3_of_openssl() -> Hash:
    """SM3 by copying a fresh OpenSSL state, which costs half of making one; ValueError when this OpenSSL lacks it."""
    copy = hashlib.new("sm3").copy

    def sm3(data: bytes) -> bytes:
        state = copy()
        state.update(data)
        return state.digest()

    return Hash("sm3", 32, sm3, lambda data: sm3(data).hex(), copy)


def _sm3_of_cryptography() -> Hash:
    """SM3 by the library `cryptography`; ImportError when it is not installed or its OpenSSL lacks SM3."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes

    def sm3(data: bytes) -> bytes:
        state = hashes.Hash(hashes.SM3())
        state.update(data)
        return state.finalize()

    try:
        sm3(b"")
    except UnsupportedAlgorithm as error:
        raise ImportError(str(error)) from error
    return Hash("sm3", 32, sm3, lambda data: sm3(data).hex(), lambda: _Gathered(sm3))


def _sm3_of_python() -> Hash:
    from zhunsheng.ledger.sm3 import sm3

    return Hash("sm3", 32, sm3, lambda data: sm3(data).hex(), lambda: _Gathered(sm3))


def _fastest_sm3() -> Hash:
    """The fastest SM3 this machine has; all are tested equal."""
    for source in (_sm3_of_openssl, _sm3_of_cryptography):
        try:
            return source()
        except (ImportError, ValueError):
            continue
    return _sm3_of_python()


SHA256 = Hash("sha-256", 32, _sha256, _sha256_hex, hashlib.sha256)
SM3 = _fastest_sm3()
HASHES: dict[str, Hash] = {SHA256.name: SHA256, SM3.name: SM3}
