"""The Merkle tree of RFC 6962 over entry digests: its root, a frontier that grows, and proofs made and checked.

Leaf data is the 32-byte digest of an entry, so that a published tree tells nothing of what the entries say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from zhunsheng.ledger.hashing import SHA256, Hash

Node = Callable[[int, int], bytes]
"""The hash of the full subtree at a level (0 for leaf hashes) and index."""


class Frontier:
    """What must be kept of a tree to append to it: one hash for each full subtree on its right edge.

    `peaks` are those hashes, the largest subtree first; there is one for each bit set in `size`.
    """

    def __init__(self, hash: Hash = SHA256, size: int = 0, peaks: Sequence[bytes] = ()) -> None:  # noqa: A002
        if size < 0 or len(peaks) != size.bit_count() or any(len(peak) != hash.size for peak in peaks):
            raise ValueError("a frontier has one hash for each bit set in its size")
        self.hash, self.size, self.peaks = hash, size, list(peaks)

    def append(self, digest: bytes) -> None:
        """Add one leaf."""
        self.extend((digest,))

    def extend(self, digests: Sequence[bytes]) -> None:
        """Add leaves, level by level: two hashes each."""
        self.extend_hashes(self.hash.leaves(digests))

    def extend_hashes(self, leaf_hashes: Sequence[bytes]) -> None:
        """Add leaves given by their leaf hashes."""
        old, new = self.size, self.size + len(leaf_hashes)
        level: Sequence[bytes] = leaf_hashes
        waiting = self.peaks[::-1]  # The smallest first, as the levels come.
        grown: list[bytes] = []
        while level or old:
            if old & 1:
                level = [waiting.pop(0), *level]
            if len(level) & 1:
                grown.append(level[-1])
            level = self.hash.parents(level)
            old >>= 1
        self.size, self.peaks = new, grown[::-1]

    def root(self) -> bytes:
        """The root of the tree so far; of an empty one H("")."""
        return fold(self.peaks, self.hash)

    def copy(self) -> Frontier:
        """A frontier of its own, to grow and throw away."""
        return Frontier(self.hash, self.size, self.peaks)


def fold(peaks: Sequence[bytes], hash: Hash = SHA256) -> bytes:  # noqa: A002
    """The root above full subtrees, the largest first."""
    if not peaks:
        return hash.digest(b"")
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = hash.node(peak, root)
    return root


class Tree:
    """A whole tree in memory, every level of it; `node` serves the proof functions."""

    def __init__(self, digests: Iterable[bytes] = (), hash: Hash = SHA256) -> None:  # noqa: A002
        self.hash = hash
        self.levels: list[list[bytes]] = [[]]
        self.extend(digests)

    @property
    def size(self) -> int:
        return len(self.levels[0])

    def extend(self, digests: Iterable[bytes]) -> None:
        """Add leaves."""
        self.levels[0].extend(self.hash.leaves(list(digests)))
        for height, level in enumerate(self.levels):
            above = self.levels[height + 1] if height + 1 < len(self.levels) else []
            above.extend(self.hash.parents(level[2 * len(above) :]))
            if height + 1 == len(self.levels):
                if not above:
                    break
                self.levels.append(above)

    def node(self, level: int, index: int) -> bytes:
        return self.levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves, of all by default."""
        return root_of(self.size if size is None else size, self.node, self.hash)


def root_of(size: int, node: Node, hash: Hash = SHA256) -> bytes:  # noqa: A002
    """The root of the first `size` leaves, from full subtrees."""
    return fold([node(level, index) for level, index in _cover(0, size)], hash)


def inclusion_proof(index: int, size: int, node: Node, hash: Hash = SHA256) -> list[bytes]:  # noqa: A002
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf up (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        split = low + _split(high - low)
        if index < split:
            proof.append(_subtree(split, high, node, hash))
            high = split
        else:
            proof.append(_subtree(low, split, node, hash))
            low = split
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node, hash: Hash = SHA256) -> list[bytes]:  # noqa: A002
    """The proof that the tree of `new` leaves begins with that of `old` (RFC 6962 section 2.1.2).

    Empty for 0 and for equal sizes.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with one of {old}")
    proof: list[bytes] = []
    if old == 0:
        return proof
    low, high, whole = 0, new, True
    while old != high:
        split = low + _split(high - low)
        if old <= split:
            proof.append(_subtree(split, high, node, hash))
            high = split
        else:
            proof.append(_subtree(low, split, node, hash))
            low, whole = split, False
    if not whole:
        proof.append(_subtree(low, high, node, hash))
    return proof[::-1]


def verify_inclusion(
    digest: bytes,
    index: int,
    size: int,
    proof: Sequence[bytes],
    root: bytes,
    hash: Hash = SHA256,  # noqa: A002
) -> bool:
    """Whether `proof` leads from the leaf to `root` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, hash.leaf(digest)
    for step in proof:
        if last == 0 or len(step) != hash.size:
            return False
        if position & 1 or position == last:
            found = hash.node(step, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = hash.node(found, step)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old: int,
    new: int,
    proof: Sequence[bytes],
    old_root: bytes,
    new_root: bytes,
    hash: Hash = SHA256,  # noqa: A002
) -> bool:
    """Whether `proof` shows the old tree at the beginning of the new one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new or any(len(step) != hash.size for step in proof):
        return False
    if old == 0:
        return not proof and old_root == hash.digest(b"") and (new > 0 or new_root == old_root)
    if old == new:
        return not proof and old_root == new_root
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            before, after = hash.node(step, before), hash.node(step, after)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            after = hash.node(after, step)
        position, last = position >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _cover(low: int, high: int) -> list[tuple[int, int]]:
    """Level and index of the full subtrees that make up leaves `low` to `high`, where `low` is aligned to what follows."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return found


def _subtree(low: int, high: int, node: Node, hash: Hash) -> bytes:  # noqa: A002
    """The hash of the tree over leaves `low` to `high`, as RFC 6962 splits them."""
    return fold([node(level, index) for level, index in _cover(low, high)], hash)
