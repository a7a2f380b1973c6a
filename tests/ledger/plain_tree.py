"""The Merkle tree of RFC 6962 written down as section 2.1 defines it, recursively: what the fast one is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.ledger.hashing import SHA256, Hash


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root(leaves: Sequence[bytes], hash_: Hash = SHA256) -> bytes:
    """MTH."""
    if not leaves:
        return hash_.digest(b"")
    if len(leaves) == 1:
        return hash_.digest(b"\x00" + leaves[0])
    k = split(len(leaves))
    return hash_.digest(b"\x01" + root(leaves[:k], hash_) + root(leaves[k:], hash_))


def path(index: int, leaves: Sequence[bytes], hash_: Hash = SHA256) -> list[bytes]:
    """PATH."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k], hash_), root(leaves[k:], hash_)]
    return [*path(index - k, leaves[k:], hash_), root(leaves[:k], hash_)]


def proof(old: int, leaves: Sequence[bytes], hash_: Hash = SHA256) -> list[bytes]:
    """PROOF."""
    return subproof(old, leaves, hash_, whole=True) if 0 < old < len(leaves) else []


def subproof(old: int, leaves: Sequence[bytes], hash_: Hash, *, whole: bool) -> list[bytes]:
    """SUBPROOF."""
    if old == len(leaves):
        return [] if whole else [root(leaves, hash_)]
    k = split(len(leaves))
    if old <= k:
        return [*subproof(old, leaves[:k], hash_, whole=whole), root(leaves[k:], hash_)]
    return [*subproof(old - k, leaves[k:], hash_, whole=False), root(leaves[:k], hash_)]
