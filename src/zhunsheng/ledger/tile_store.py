"""Tiles and entry bundles in the database, by the paths of C2SP tlog-tiles."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from zhunsheng.ledger.hashing import Hash
from zhunsheng.ledger.models import Tile
from zhunsheng.ledger.tiles import ENTRIES, TileReader, parse_tile_path

ENTRIES_LEVEL = -1
"""What stands for the bundles in the table's level."""
BUNDLE_ENTRY = 34
"""Bytes of an entry in a bundle: its length in two, its digest in 32."""

UPSERT = """
INSERT INTO ledger_tile (level, index, data) VALUES (%s, %s, %s)
ON CONFLICT (level, index) DO UPDATE SET data = EXCLUDED.data
"""


def tile_read(path: str) -> bytes | None:
    """The bytes at a path; a partial tile is cut from the fuller one that has taken its place; None where there is none."""
    parsed = parse_tile_path(path)
    if parsed is None:
        return None
    level, index, width = parsed
    row = Tile.objects.filter(level=level_of(level), index=index).values_list("data", flat=True).first()
    if row is None:
        return None
    length = width * (BUNDLE_ENTRY if level == ENTRIES else 32)
    data = bytes(row)
    return data[:length] if len(data) >= length else None


def tiles_write(tiles: Mapping[str, bytes]) -> None:
    """Store new and grown tiles."""
    rows = []
    for path, data in tiles.items():
        parsed = parse_tile_path(path)
        assert parsed is not None
        rows.append((level_of(parsed[0]), parsed[1], data))
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, rows)


def level_of(level: int | str) -> int:
    """A path's level as the table's."""
    return ENTRIES_LEVEL if level == ENTRIES else int(level)


def reader(size: int, hash_: Hash) -> TileReader:
    """The tree of `size` leaves from its stored tiles."""
    return TileReader(size, tile_read, hash_)
