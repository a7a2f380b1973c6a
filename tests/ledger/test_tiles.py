"""Tiles as C2SP tlog-tiles lays them out: paths, partial tiles, bundles, and proofs read back from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.test_tree import made
from zhunsheng.ledger.hashing import SHA256, SM3
from zhunsheng.ledger.tiles import ENTRIES, TileReader, grow, parse_tile_path, paths_of, tile_path
from zhunsheng.ledger.tree import (
    Tree,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)


def stored(steps, hash_=SHA256) -> tuple[dict[str, bytes], list[bytes]]:
    """What a log that grew in `steps` has stored, and its entry digests."""
    leaves, store, size = made(sum(steps)), {}, 0
    for step in steps:
        store |= grow(size, leaves[size : size + step], store.get, hash_)
        size += step
    return store, leaves


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (0, 0, 256, "tile/0/000"),
        (1, 999, 256, "tile/1/999"),
        (1, 1000, 256, "tile/1/x001/000"),
        (63, 5, 1, "tile/63/005.p/1"),
        (ENTRIES, 273, 112, "tile/entries/273.p/112"),
    ],
)
def test_paths(level, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    assert parse_tile_path(path) == (level, index, width)


@given(st.one_of(st.integers(0, 63), st.just(ENTRIES)), st.integers(0, 10**10), st.integers(1, 256))
def test_a_path_is_read_back(level, index: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, index, width)) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/x000/000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/0000",
        "tile/0/00",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/x001",
        "tile/0/001/234",
        "tile/0/000.p/999",
        "tile/-1/000",
        "tile/0/../000",
        "tile/0/\u0660\u0660\u0660",
        "/tile/0/000",
        "tile/0/000\n",
    ],
)
def test_any_other_spelling_is_no_path(path: str) -> None:
    assert parse_tile_path(path) is None


def test_the_example_of_the_specification() -> None:
    paths = [path for path in paths_of(70_000) if ENTRIES not in path]
    assert sum(path.startswith("tile/0/") for path in paths) == 274
    assert [path for path in paths if not path.startswith("tile/0/")] == [
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert "tile/0/273.p/112" in paths
    assert list(paths_of(256)) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(paths_of(0)) == []


def test_what_tiles_and_bundles_hold() -> None:
    store, leaves = stored([300])
    assert store["tile/0/000"] == b"".join(b for leaf in leaves[:256] for b in [SHA256.leaf(leaf)])
    assert store["tile/0/001.p/44"] == b"".join(map(SHA256.leaf, leaves[256:]))
    assert store["tile/1/000.p/1"] == Tree(leaves[:256]).root()
    assert store["tile/entries/001.p/44"] == b"".join(b"\x00\x20" + leaf for leaf in leaves[256:])
    assert set(store) == set(paths_of(300))


def test_nothing_grows_from_nothing() -> None:
    assert grow(5, [], {}.get) == {}


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.sampled_from([SHA256, SM3]), st.data())
def test_growing_in_any_steps_stores_the_same_tiles(steps: list[int], hash_, data) -> None:
    store, leaves = stored(steps, hash_)
    size = len(leaves)
    at_once, _ = stored([size], hash_)
    assert at_once.keys() == set(paths_of(size))
    assert {path: store[path] for path in at_once} == at_once
    reader, tree = TileReader(size, store.get, hash_), Tree(leaves, hash_)
    assert reader.root() == tree.root()
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, reader.node, hash_)
    assert reader.digest(index) == leaves[index]
    assert verify_inclusion(leaves[index], index, size, proof, tree.root(), hash_)
    old = data.draw(st.integers(0, size))
    proof = consistency_proof(old, size, reader.node, hash_)
    assert verify_consistency(old, size, proof, tree.root(old), tree.root(), hash_)


def test_a_full_tile_stands_in_for_a_partial_one_that_was_cleared_away() -> None:
    store, leaves = stored([200, 100, 400])
    cleared = {
        path: data
        for path, data in store.items()
        if ".p/" not in path or path.partition(".p/")[0] not in store
    }
    assert "tile/0/000.p/200" in store.keys() - cleared.keys()
    for size in (200, 300, 700):
        assert TileReader(size, cleared.get).root() == Tree(leaves[:size]).root()


def test_a_large_tree_over_three_levels_of_tiles() -> None:
    store, leaves = stored([65_536 + 300])
    reader = TileReader(len(leaves), store.get)
    assert reader.root() == Tree(leaves).root()
    assert "tile/2/000.p/1" in store
    proof = inclusion_proof(65_700, len(leaves), reader.node)
    assert verify_inclusion(leaves[65_700], 65_700, len(leaves), proof, reader.root())


def test_a_missing_or_short_tile_is_named() -> None:
    store, leaves = stored([300])
    with pytest.raises(LookupError, match=r"tile/0/001\.p/44"):
        TileReader(300, {k: v for k, v in store.items() if k != "tile/0/001.p/44"}.get).node(0, 299)
    with pytest.raises(LookupError, match=r"tile/0/000"):
        TileReader(300, (store | {"tile/0/000": b"short"}).get).node(0, 0)
    with pytest.raises(LookupError, match=r"tile/0/001\.p/44"):
        grow(300, leaves[:1], {path: data for path, data in store.items() if ENTRIES in path}.get)
    with pytest.raises(LookupError, match=r"tile/entries/001\.p/44"):
        grow(300, leaves[:1], {"tile/entries/001.p/44": b""}.get)
    with pytest.raises(LookupError, match="no tile 2 at level"):
        TileReader(300, store.get).node(0, 512)
    wrong = store["tile/entries/001.p/44"][:-34] + bytes(34)
    with pytest.raises(LookupError, match="leaf 299"):
        TileReader(300, (store | {"tile/entries/001.p/44": wrong}).get).digest(299)
