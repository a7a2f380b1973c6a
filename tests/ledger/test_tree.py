"""The tree and its proofs: published vectors, the recursive definition, and that a wrong proof never verifies."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger import plain_tree
from zhunsheng.ledger import verifier
from zhunsheng.ledger.hashing import SHA256, SM3
from zhunsheng.ledger.tree import (
    Frontier,
    Tree,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The reference tree of Certificate Transparency, as transparency-dev/merkle publishes it.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
A, B, C = (
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
)
D, E, F = (
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
)
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = {
    (0, 8): (C, A, D),
    (5, 8): (B, E, ROOTS[4]),
    (2, 3): (ROOTS[2],),
    (1, 5): (ROOTS[1], A, B),
    (0, 1): (),
}
CONSISTENCY = {
    (1, 8): (C, A, D),
    (6, 8): (F, E, ROOTS[4]),
    (2, 5): (A, B),
    (6, 7): (F, G, ROOTS[4]),
    (4, 4): (),
}

digests = st.lists(st.binary(min_size=32, max_size=32), max_size=70)


def made(size: int, seed: int = 0) -> list[bytes]:
    return [hashlib.sha256(f"{seed} {n}".encode()).digest() for n in range(size)]


def unhex(texts) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def test_published_roots() -> None:
    frontier = Frontier()
    for size, expected in enumerate(ROOTS):
        assert Tree(LEAVES[:size]).root().hex() == frontier.root().hex() == expected
        if size < len(LEAVES):
            frontier.append(LEAVES[size])


def test_published_inclusion_proofs() -> None:
    tree = Tree(LEAVES)
    for (index, size), proof in INCLUSION.items():
        assert inclusion_proof(index, size, tree.node) == unhex(proof)
        assert verify_inclusion(LEAVES[index], index, size, unhex(proof), bytes.fromhex(ROOTS[size]))


def test_published_consistency_proofs() -> None:
    tree = Tree(LEAVES)
    for (old, new), proof in CONSISTENCY.items():
        assert consistency_proof(old, new, tree.node) == unhex(proof)
        assert verify_consistency(old, new, unhex(proof), *unhex((ROOTS[old], ROOTS[new])))


@given(digests, st.sampled_from([SHA256, SM3]))
def test_the_tree_is_the_one_the_rfc_defines(leaves: list[bytes], hash_) -> None:
    tree = Tree(leaves, hash_)
    assert tree.root() == plain_tree.root(leaves, hash_)
    for index in range(len(leaves)):
        proof = inclusion_proof(index, len(leaves), tree.node, hash_)
        assert proof == plain_tree.path(index, leaves, hash_)
        assert verify_inclusion(leaves[index], index, len(leaves), proof, tree.root(), hash_)
    for old in range(len(leaves) + 1):
        proof = consistency_proof(old, len(leaves), tree.node, hash_)
        assert proof == plain_tree.proof(old, leaves, hash_)
        before = plain_tree.root(leaves[:old], hash_)
        assert verify_consistency(old, len(leaves), proof, before, tree.root(), hash_)


@given(st.lists(digests, max_size=6))
def test_growing_in_any_steps_gives_the_same(batches: list[list[bytes]]) -> None:
    frontier, tree = Frontier(), Tree()
    whole: list[bytes] = []
    for batch in batches:
        grown = frontier.copy()
        grown.extend(batch)
        for leaf in batch:
            frontier.append(leaf)
        tree.extend(batch)
        whole += batch
        assert (grown.size, grown.peaks) == (frontier.size, frontier.peaks)
        assert frontier.root() == tree.root() == Tree(whole).root() == root_of(len(whole), tree.node)
        assert Frontier(SHA256, frontier.size, frontier.peaks).root() == frontier.root()


def test_old_roots_of_a_grown_tree() -> None:
    leaves = made(300)
    tree = Tree(leaves)
    assert all(tree.root(size) == Tree(leaves[:size]).root() for size in (0, 1, 2, 127, 128, 129, 255, 300))


@given(st.data(), st.integers(1, 260))
def test_a_wrong_inclusion_proof_never_verifies(data, size: int) -> None:
    leaves = made(size)
    tree = Tree(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, tree.node), tree.root()
    digest = leaves[index]
    wrong: list[tuple] = [
        (digest, index, size, [*proof, root], root),
        (digest, index, size, [*proof, b""], root),
        (digest, size, size, proof, root),
        (digest, -1, size, proof, root),
        (made(1, 9)[0], index, size, proof, root),
        (digest, index, size, proof, made(1, 9)[0]),
        (digest, index, 0, proof, root),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        other = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        wrong += [
            (digest, index, size, [*proof[:at], other, *proof[at + 1 :]], root),
            (digest, index, size, proof[:at] + proof[at + 1 :], root),
            (digest, index, size, [*proof[:at], proof[at], *proof[at:]], root),
            (digest, (index + 1) % size, size, proof, root),
        ]
    assert verify_inclusion(digest, index, size, proof, root)
    assert [case for case in wrong if verify_inclusion(*case)] == []


@given(st.data(), st.integers(2, 260))
def test_a_wrong_consistency_proof_never_verifies(data, new: int) -> None:
    tree = Tree(made(new))
    old = data.draw(st.integers(1, new - 1))
    proof, before, after = consistency_proof(old, new, tree.node), tree.root(old), tree.root()
    at = data.draw(st.integers(0, len(proof) - 1))
    flipped = [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
    forked = Tree([*made(old - 1), made(1, 9)[0]]).root()
    wrong: list[tuple] = [
        (old, new, flipped, before, after),
        (old, new, proof[:at] + proof[at + 1 :], before, after),
        (old, new, [*proof, after], before, after),
        (old, new, [*proof, b"short"], before, after),
        (old, new, proof, forked, after),
        (old, new, proof, before, forked),
        (old, new, [], before, after),
        (new, old, proof, after, before),
        (-1, new, proof, before, after),
        (0, new, proof, before, after),
        (0, new, [], before, after),
        (new, new, proof, after, after),
        (new, new, [], before, after),
    ]
    assert verify_consistency(old, new, proof, before, after)
    assert [case for case in wrong if verify_consistency(*case)] == []


def test_the_empty_tree() -> None:
    empty = Tree().root()
    assert empty == SHA256.digest(b"") == Frontier().root()
    assert verify_consistency(0, 0, [], empty, empty)
    assert verify_consistency(0, 3, [], empty, Tree(made(3)).root())
    assert not verify_consistency(0, 0, [], empty, made(1)[0])


def test_proofs_of_what_is_not_there_are_not_made() -> None:
    tree = Tree(made(3))
    for index, size in ((3, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="not in a tree"):
            inclusion_proof(index, size, tree.node)
    for old, new in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="does not begin"):
            consistency_proof(old, new, tree.node)


def test_a_frontier_has_one_peak_for_each_bit() -> None:
    for size, peaks in ((3, made(1)), (-1, ()), (1, [b"short"])):
        with pytest.raises(ValueError, match="one hash for each bit"):
            Frontier(SHA256, size, peaks)


def test_the_carried_verifier_follows_the_same_paths() -> None:
    chance = random.Random(3)
    for size in (1, 2, 3, 7, 64, 65, 200):
        tree = Tree(made(size))
        for _ in range(10):
            index = chance.randrange(size)
            proof = [step.hex() for step in inclusion_proof(index, size, tree.node)]
            hash_ = verifier.hasher("sha-256")
            leaf, root = made(size)[index], tree.root().hex()
            assert verifier.included(leaf, index, size, proof, root, hash_)
            assert not verifier.included(leaf, index, size, [*proof, root], root, hash_)
            assert not verifier.included(root.encode()[:32], index, size, proof, root, hash_)
