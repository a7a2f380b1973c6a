"""Entries, tree and tiles against the floor: the bare hash calls over the same bytes, in the same process.

    python benchmarks/ledger_verify.py [--entries 20000] [--leaves 200000] [--rounds 3]

Sealing and verifying use an act of twelve fields (two officers, a document, 1.2 kB of body). The floor of an entry is one digest
for each commitment and one for the body, of messages already put together; the floor of the tree is one digest for each leaf and
one for each node.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.entries import GENESIS, check_entry, openings_of, seal
from zhunsheng.ledger.hashing import HASHES, Hash
from zhunsheng.ledger.tiles import TileReader, grow
from zhunsheng.ledger.tree import Frontier, inclusion_proof, verify_inclusion

CONTENT = {
    "type": "penalty.decided",
    "unit": "330100",
    "occurred_at": "2026-11-25T09:24:39.123456Z",
    "ended_at": None,
    "officers": [
        {"officer": "110023", "role": "handler", "rank": "officer", "qualification": "basic"},
        {"officer": "110024", "role": "handler", "rank": "deputy", "qualification": "advanced"},
    ],
    "subjects.case": ["A3301000000002026110001"],
    "subjects.person": ["张三"],
    "fields.place": "某某市某某区某某路一号",
    "fields.reason": "殴打他人",
    "fields.amount": "500.00",
    "documents": [{"name": "行政处罚决定书", "sha256": "0" * 64}],
    "recordings": [],
}
PLACE = {
    "chain": "0192f000-0000-7000-8000-000000000001",
    "position": 1,
    "previous": GENESIS,
    "record": "0192f000-0000-7000-8000-0000000000aa",
    "at": "2026-11-25T09:24:39.123456Z",
}


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds of the quickest of several rounds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def entries(hash_: Hash, count: int, rounds: int) -> None:
    """Sealing, sealing again and comparing, and checking a disclosed body; microseconds an entry and ratios to the floor."""
    sealed = seal(content=CONTENT, hash=hash_, **PLACE)
    openings = openings_of(CONTENT, sealed.salts)
    messages = [b"\x02" + salt + canonical([path, value]) for path, (salt, value) in openings.items()]
    messages.append(b"\x03" + sealed.body)

    def bare() -> None:
        digest = hash_.digest
        for _ in range(count):
            for message in messages:
                digest(message)

    def sealing() -> None:
        for _ in range(count):
            seal(content=CONTENT, hash=hash_, **PLACE)

    def verifying() -> None:
        for _ in range(count):
            again = seal(content=CONTENT, hash=hash_, salts=sealed.salts, **PLACE)
            assert again.body == sealed.body
            assert again.digest == sealed.digest

    def checking() -> None:
        for _ in range(count):
            assert not check_entry(sealed.body, openings)

    floor = best(bare, rounds)
    print(f"{hash_.name}: floor {floor / count * 1e6:.1f} us an entry ({len(messages)} digests)")
    for name, work in (
        ("seal", sealing),
        ("verify by sealing again", verifying),
        ("check a body read back", checking),
    ):
        took = best(work, rounds)
        print(
            f"  {name:<24} {took / count * 1e6:6.1f} us   {took / floor:4.1f} x floor   a million: {took / count * 1e6:.0f} s"
        )


def tree(hash_: Hash, count: int, rounds: int) -> None:
    """Appending to a frontier in batches, writing tiles, and one proof from them."""
    digests = [os.urandom(32) for _ in range(count)]
    leaf_messages = [b"\x00" + digest for digest in digests]
    node_message = b"\x01" + digests[0] + digests[1]

    def bare() -> None:
        digest = hash_.digest
        for message in leaf_messages:
            digest(message)
        for _ in range(count - 1):
            digest(node_message)

    def appending(batch: int) -> Callable[[], None]:
        def work() -> None:
            frontier = Frontier(hash_)
            for start in range(0, count, batch):
                frontier.extend(digests[start : start + batch])
                frontier.root()

        return work

    store: dict[str, bytes] = {}

    def tiling() -> None:
        store.clear()
        for start in range(0, count, 1_000):
            store.update(grow(start, digests[start : start + 1_000], store.get, hash_))

    floor = best(bare, rounds)
    print(f"{hash_.name}: floor {count / floor:,.0f} leaves/s (two digests a leaf)")
    works = (
        ("frontier and root, by 1", appending(1)),
        ("frontier and root, by 100", appending(100)),
        ("frontier and root, by 1,000", appending(1_000)),
        ("tiles and bundles, by 1,000", tiling),
    )
    for name, work in works:
        took = best(work, rounds)
        print(f"  {name:<28} {count / took:>11,.0f} leaves/s   {took / floor:4.1f} x floor")
    reader = TileReader(count, store.get, hash_)
    root = reader.root()

    def proving() -> None:
        for index in range(0, count, max(1, count // 1_000)):
            proof = inclusion_proof(index, count, reader.node, hash_)
            assert verify_inclusion(digests[index], index, count, proof, root, hash_)

    proofs = len(range(0, count, max(1, count // 1_000)))
    print(f"  proof made and checked       {best(proving, rounds) / proofs * 1e6:11.0f} us")


def main() -> None:
    """Both hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--leaves", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    for hash_ in HASHES.values():
        entries(hash_, given.entries, given.rounds)
        tree(hash_, given.leaves, given.rounds)


if __name__ == "__main__":
    main()
