"""The tree as static files (C2SP tlog-tiles): hashes in tiles of 256, entries in bundles of 256.

An entry in a bundle is the 32-byte digest of the sealed entry, never its body: tiles may be public.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from zhunsheng.ledger.hashing import SHA256, Hash
from zhunsheng.ledger.tree import root_of

WIDTH = 256
"""Hashes in a full tile."""
HEIGHT = 8
"""Tree levels a full tile spans."""
ENTRIES = "entries"
"""What stands in the place of the level in a bundle's path."""

Read = Callable[[str], bytes | None]
"""The bytes stored at a path, None when there are none."""

_LENGTH = (32).to_bytes(2)  # Each entry of a bundle follows its length.
_ENTRY_SIZE = 34
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile (`level` 0 to 63) or a bundle (`level` ENTRIES), relative to the log's address."""
    digits = f"{index:0{-(-len(str(index)) // 3) * 3}d}"
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def parse_tile_path(path: str) -> tuple[int | str, int, int] | None:
    """Level, index and width of a path, None when it is not the one spelling of any."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level = found["level"] if found["level"] == ENTRIES else int(found["level"])
    index, width = int(re.sub(r"[x/]", "", found["index"])), int(found["width"] or WIDTH)
    return (level, index, width) if width <= WIDTH and tile_path(level, index, width) == path else None


def paths_of(size: int) -> Iterator[str]:
    """Every path a tree of `size` leaves consists of, bundles first, then tiles from the leaves up."""
    for level in (ENTRIES, *range(64)):
        hashes = size >> HEIGHT * (0 if level == ENTRIES else int(level))
        if not hashes:
            return
        for index in range(-(-hashes // WIDTH)):
            yield tile_path(level, index, min(WIDTH, hashes - index * WIDTH))


def grow(size: int, digests: Sequence[bytes], read: Read, hash: Hash = SHA256) -> dict[str, bytes]:  # noqa: A002
    """The tiles and bundles to store, by path, so that a tree of `size` leaves takes in further entry digests.

    `read` gives the partial tiles of the tree so far; nothing else is read. LookupError when one is missing.
    """
    new = size + len(digests)
    found = _written(ENTRIES, size, [_LENGTH + digest for digest in digests], read, _ENTRY_SIZE)
    level, hashes = 0, hash.leaves(digests)
    while hashes:
        old = size >> HEIGHT * level
        tiles = _written(level, old, hashes, read, hash.size)
        found |= tiles
        full = b"".join(data for path, data in tiles.items() if len(data) == WIDTH * hash.size)
        hashes = [full[i : i + hash.size] for i in range(0, len(full), hash.size)]
        for _ in range(HEIGHT):
            hashes = hash.parents(hashes)
        level += 1
        assert len(hashes) == (new >> HEIGHT * level) - (size >> HEIGHT * level)
    return found


def _written(
    level: int | str, old: int, items: Sequence[bytes], read: Read, item_size: int
) -> dict[str, bytes]:
    """The tiles of one level that change when `items` follow the `old` ones."""
    if not items:
        return {}
    first, begun = divmod(old, WIDTH)
    data = b""
    if begun:
        data = _stored(tile_path(level, first, begun), read, begun * item_size)
    data += b"".join(items)
    full = WIDTH * item_size
    return {
        tile_path(level, first + n, len(part) // item_size): part
        for n, part in enumerate(data[i : i + full] for i in range(0, len(data), full))
    }


def _stored(path: str, read: Read, length: int) -> bytes:
    data = read(path)
    if data is None or len(data) != length:
        raise LookupError(f"the tile {path} is missing or not {length} bytes long")
    return data


class TileReader:
    """Nodes of a tree of `size` leaves computed from stored tiles; `node` serves the proof functions of `tree`.

    What it reads is not checked against a root here: a proof made of wrong tiles does not verify. Tiles read once are kept.
    LookupError when a tile is missing; a full tile stands in for a partial one.
    """

    def __init__(self, size: int, read: Read, hash: Hash = SHA256) -> None:  # noqa: A002
        self.size, self.read, self.hash = size, read, hash
        self._tiles: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of the full subtree at `level` and `index`."""
        storey, inside = divmod(level, HEIGHT)
        tile, place = divmod(index << inside, WIDTH)
        levels = self._tiles.get((storey, tile)) or self._load(storey, tile)
        return levels[inside][place >> inside]

    def root(self) -> bytes:
        """The root the tiles add up to."""
        return root_of(self.size, self.node, self.hash)

    def digest(self, index: int) -> bytes:
        """The entry digest at a leaf, from its bundle."""
        tile, place = divmod(index, WIDTH)
        data = self._data(ENTRIES, tile, self.size, _ENTRY_SIZE)
        entry = data[place * _ENTRY_SIZE : (place + 1) * _ENTRY_SIZE]
        if len(entry) != _ENTRY_SIZE or not entry.startswith(_LENGTH):
            raise LookupError(f"leaf {index} is not in its bundle")
        return entry[2:]

    def _load(self, storey: int, tile: int) -> list[list[bytes]]:
        """The hashes of one tile and of the levels inside it."""
        size = self.hash.size
        data = self._data(storey, tile, self.size >> HEIGHT * storey, size)
        levels = [[data[i : i + size] for i in range(0, len(data), size)]]
        for _ in range(HEIGHT - 1):
            levels.append(self.hash.parents(levels[-1]))
        self._tiles[storey, tile] = levels
        return levels

    def _data(self, level: int | str, tile: int, count: int, item_size: int) -> bytes:
        width = min(WIDTH, count - tile * WIDTH)
        if width <= 0:
            raise LookupError(f"a tree of {self.size} leaves has no tile {tile} at level {level}")
        data = self.read(tile_path(level, tile, width))
        if data is None and width < WIDTH:
            data = self.read(tile_path(level, tile))
        if data is None or len(data) < width * item_size:
            raise LookupError(f"the tile {tile_path(level, tile, width)} is missing or too short")
        return data[: width * item_size]
