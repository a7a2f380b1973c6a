"""The tree, its tiles and its checkpoints recomputed from the entries alone, and compared with what is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.checkpoints import Checkpoint as Head
from zhunsheng.ledger.checkpoints import open_checkpoint
from zhunsheng.ledger.entries import open_entry
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.hashing import Hash
from zhunsheng.ledger.keys import KeyHistory
from zhunsheng.ledger.models import Batch, Checkpoint, Cosignature, Entry, Tile, Unsealed
from zhunsheng.ledger.notes import Key, Note, Signature
from zhunsheng.ledger.tile_store import ENTRIES_LEVEL, level_of
from zhunsheng.ledger.tiles import ENTRIES, TileReader, grow, parse_tile_path, tile_path
from zhunsheng.ledger.tree import Node, root_of

PIECE = 65_536
"""Leaves rebuilt at once."""
UNSIGNED_FOR = dt.timedelta(hours=1)
"""How old an entry may be before it is a fault that no checkpoint covers it; signing takes seconds."""


def leaves_check(digests: Mapping[int, bytes]) -> tuple[list[bytes], list[Fault]]:
    """The leaves in their order, from seq → digest of every entry, and what is wrong with the order kept of them."""
    leaves: list[bytes] = []
    faults: list[Fault] = []
    sealed = set[int]()
    for batch in Batch.objects.order_by("first").iterator():
        where = f"ledger_batch {batch.first}"
        if batch.first != len(leaves) or batch.count != len(batch.seqs):
            faults.append(Fault("leaves-gap", where, "叶序不连续", "the leaves do not follow one another"))
        if batch.seqs != sorted(batch.seqs) or [batch.lowest, batch.highest] != [
            *batch.seqs[:1],
            *batch.seqs[-1:],
        ]:
            faults.append(
                Fault(
                    "batch-changed",
                    where,
                    "批次的范围、次序与内容不符",
                    "the batch's bounds or order are not those of its entries",
                )
            )
        for seq in batch.seqs:
            digest = digests.get(seq)
            if digest is None:
                faults.append(
                    Fault(
                        "entry-removed",
                        f"{where} seq {seq}",
                        "账本中的条目已不存在",
                        "an entry of the tree is gone",
                    )
                )
            if seq in sealed:
                faults.append(
                    Fault(
                        "entry-twice",
                        f"{where} seq {seq}",
                        "条目两次进入账本",
                        "an entry is in the tree twice",
                    )
                )
            sealed.add(seq)
            leaves.append(digest or bytes(32))
    waiting = set(Unsealed.objects.values_list("seq", flat=True))
    faults.extend(
        Fault(
            "entry-unsealed",
            f"seq {seq}",
            "条目既未入账也不待入账",
            "an entry is neither in the tree nor waiting",
        )
        for seq in sorted(digests.keys() - sealed - waiting)
    )
    faults.extend(
        Fault(
            "queue-changed", f"seq {seq}", "待入账队列与条目不符", "the queue does not agree with the entries"
        )
        for seq in sorted(waiting & sealed | waiting - digests.keys())
    )
    return leaves, faults


def tree_check(
    leaves: Sequence[bytes],
    hash_: Hash,
    history: KeyHistory,
    witnesses: Iterable[Key] = (),
    kept: Iterable[str] = (),
) -> Iterator[Fault]:
    """What is wrong with tiles, checkpoints and cosignatures, given the leaves as the entries say they are.

    `kept` are checkpoints, as the text of their notes, that somebody kept elsewhere: the tree must still continue each of them.
    """
    tiles = tiles_of(leaves, hash_)
    node = TileReader(len(leaves), partial(tile_in, tiles), hash_).node
    yield from tiles_check(dict(tiles))
    before = 0
    for checkpoint in Checkpoint.objects.order_by("size").iterator():
        where = f"checkpoint {checkpoint.size}"
        yield from gone_faults(checkpoint, before)
        before = checkpoint.size
        if checkpoint.size > len(leaves):
            yield Fault(
                "leaves-missing",
                where,
                f"检查点涵盖{checkpoint.size}项，现存{len(leaves)}项",
                f"the checkpoint covers {checkpoint.size} entries, {len(leaves)} are there",
            )
            continue
        root = root_of(checkpoint.size, node, hash_)
        yield from checkpoint_faults(checkpoint, root, where, hash_, history)
    yield from unsigned_faults(before, len(leaves))
    yield from cosignature_faults(list(witnesses))
    for text in kept:
        yield from kept_faults(text, len(leaves), node, hash_, history)


def checkpoint_faults(
    checkpoint: Checkpoint, root: bytes, where: str, hash_: Hash, history: KeyHistory
) -> Iterator[Fault]:
    """What is wrong with one checkpoint, given the root as recomputed."""
    try:
        head, note, signed = open_checkpoint(checkpoint.note.encode(), history.keys_for(checkpoint.size))
    except InputError as error:
        yield Fault("checkpoint-signature", where, error.zh, error.en)
        return
    if len(note.signatures) > len(signed):
        yield Fault(
            "checkpoint-signature",
            where,
            "检查点上有不是账本密钥的签名",
            "the checkpoint bears a signature that is not of the ledger's key",
        )
    stored = Head(history.origin, checkpoint.size, bytes(checkpoint.root), hash_, head.extensions)
    if head != stored:
        yield Fault(
            "checkpoint-changed",
            where,
            "检查点的列与签名文本不符",
            "the checkpoint's columns are not what was signed",
        )
    if head.root != root:
        yield Fault(
            "checkpoint-root",
            where,
            "按条目重算的根与签发的根不同：账本被改动",
            "the root computed from the entries is not the one signed: the ledger was changed",
        )


def gone_faults(checkpoint: Checkpoint, before: int) -> Iterator[Fault]:
    """The checkpoint that one says was signed before it, where another one, or none, stands there."""
    try:
        after = Head.parse(Note.parse(checkpoint.note.encode()).text).after
    except InputError:
        return
    if after is not None and after != before:
        yield Fault(
            "checkpoint-removed",
            f"checkpoint {after}",
            f"第{checkpoint.size}项的检查点之前签发的检查点已不存在",
            f"the checkpoint signed before that of {checkpoint.size} is gone",
        )


def unsigned_faults(signed: int, size: int) -> Iterator[Fault]:
    """Leaves that have long been in the tree while no checkpoint covers them: signing stands still, or one is gone."""
    holding = Batch.objects.filter(first__lte=signed).order_by("-first").first()
    if signed >= size or holding is None or signed - holding.first >= len(holding.seqs):
        return
    entry = Entry.objects.filter(seq=holding.seqs[signed - holding.first]).first()
    try:
        written = None if entry is None else dt.datetime.fromisoformat(open_entry(bytes(entry.body)).at)
    except (InputError, ValueError):
        return
    if written is not None and clock.now() - written > UNSIGNED_FOR:
        yield Fault(
            "unsigned",
            f"checkpoint {size}",
            f"第{signed + 1}项至第{size}项早已入账，却没有检查点涵盖",
            f"entries {signed + 1} to {size} have long been in the tree and no checkpoint covers them",
        )


def kept_faults(text: str, size: int, node: Node, hash_: Hash, history: KeyHistory) -> Iterator[Fault]:
    """What is wrong between the tree of `size` leaves and a checkpoint of ours that was kept elsewhere."""
    try:
        head = Head.parse(Note.parse(text.encode()).text)
        open_checkpoint(text.encode(), history.keys_for(head.size))
    except InputError as error:
        yield Fault("kept-unusable", "kept checkpoint", error.zh, error.en)
        return
    where = f"kept checkpoint {head.size}"
    if head.size > size:
        yield Fault(
            "leaves-missing",
            where,
            f"另存的检查点涵盖{head.size}项，现存{size}项",
            f"the kept checkpoint covers {head.size} entries, {size} are there",
        )
    elif (head.origin, head.hash, head.root) != (history.origin, hash_, root_of(head.size, node, hash_)):
        yield Fault(
            "checkpoint-root",
            where,
            "按条目重算的根与另存的检查点不同：账本被改动",
            "the root computed from the entries is not that of the kept checkpoint: the ledger was changed",
        )


def cosignature_faults(witnesses: list[Key]) -> Iterator[Fault]:
    """Cosignatures that do not hold, of the witnesses whose keys are known, or stand under no checkpoint."""
    notes = {c.size: c.note for c in Checkpoint.objects.iterator()}
    for row in Cosignature.objects.iterator():
        where = f"cosignature {row.size} {row.witness}"
        try:
            line = Signature.parse(row.line)
            keys = [key for key in witnesses if key.name == line.name]
            note = Note.parse(notes[row.size].encode())
            sound = (
                line.name == row.witness
                and line.line == row.line
                and (not keys or any(line.holds(key, note.text) for key in keys))
            )
        except (InputError, KeyError):
            sound = False
        if not sound:
            yield Fault("cosignature-changed", where, "见证签名不成立", "the cosignature does not hold")


def tiles_check(wanted: dict[tuple[int, int], bytes]) -> Iterator[Fault]:
    """Stored tiles and bundles against those of the leaves, by level and index; takes out of `wanted` what is there."""
    for tile in Tile.objects.iterator():
        key = tile.level, tile.index
        want = wanted.pop(key, None)
        where = tile_path(ENTRIES if tile.level == ENTRIES_LEVEL else tile.level, tile.index)
        if want is None:
            yield Fault("tile-extra", where, "多出的瓦片", "a tile that no tree of these entries has")
        elif bytes(tile.data) != want:
            yield Fault("tile-changed", where, "瓦片与条目不符", "the tile is not that of the entries")
    for level, index in sorted(wanted):
        where = tile_path(ENTRIES if level == ENTRIES_LEVEL else level, index)
        yield Fault("tile-missing", where, "缺少瓦片", "a tile is missing")


def tile_in(tiles: Mapping[tuple[int, int], bytes], path: str) -> bytes | None:
    """A tile computed here, by its path; the fuller one stands in for a partial one."""
    parsed = parse_tile_path(path)
    assert parsed is not None
    return tiles.get((level_of(parsed[0]), parsed[1]))


def tiles_of(leaves: Sequence[bytes], hash_: Hash) -> dict[tuple[int, int], bytes]:
    """Every tile and bundle of the tree over these leaves, as stored, by level and index."""
    found: dict[str, bytes] = {}
    for start in range(0, len(leaves), PIECE):
        found |= grow(start, leaves[start : start + PIECE], found.get, hash_)
    tiles: dict[tuple[int, int], bytes] = {}
    for path, data in found.items():
        parsed = parse_tile_path(path)
        assert parsed is not None
        key = level_of(parsed[0]), parsed[1]
        if len(data) > len(tiles.get(key, b"")):
            tiles[key] = data
    return tiles
