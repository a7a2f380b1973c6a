"""What someone without the log's key can do to an export: take it apart, change it, and put it together again as well as possible."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from tests.ledger.made import LOG_KEY, WITNESSES
from zhunsheng.ledger import container, verifier
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.hashing import SHA256, Hash
from zhunsheng.ledger.notes import Key
from zhunsheng.ledger.verify import verify_export

# The same few signatures are checked thousands of times; plain integers take five milliseconds each.
verifier.signed = lru_cache(maxsize=4096)(verifier.signed)
verifier.key = lru_cache(maxsize=4096)(verifier.key)

Members = dict[str, bytes]
TRUSTED = (LOG_KEY.key,)
COSIGNERS = tuple(witness.key for witness in WITNESSES)


def both(
    data: bytes,
    trusted: Sequence[Key] = TRUSTED,
    witnesses: Sequence[Key] = COSIGNERS,
    receipts: Iterable[str] = (),
) -> list[tuple[str, str]]:
    """The faults, first one first, on which the library and the carried verifier agree.

    The carried one says only `archive` where the library tells bytes.
    """
    verdict = verify_export(data, trusted_keys=trusted, witness_keys=witnesses, receipts=receipts)
    faults = [(fault.code, fault.where) for fault in verdict.faults]
    assert all(fault.zh and fault.en for fault in verdict.faults)
    known, cosigners = [[verifier.key(key.vkey) for key in keys] for keys in (trusted, witnesses)]
    carried, _ = verifier.verify(data, known, cosigners, list(receipts))
    coarse = [(code, "archive" if where.startswith("archive") else where) for code, where in faults]
    assert list(dict.fromkeys(coarse)) == carried
    return faults


def unpacked(data: bytes) -> tuple[Members, bytes]:
    """Members in their order, and the seal."""
    walked = container.walk(data)
    return {member.name: data[member.start : member.end] for member in walked.members}, walked.comment


def packed(members: Iterable[tuple[str, bytes]], seal: bytes) -> bytes:
    """An archive in the one spelling."""
    placed, content = [], b""
    for name, data in members:
        member = container.Member(name, zlib.crc32(data), len(data), len(content))
        content += container.local_header(member) + data
        placed.append(member)
    return content + container.directory(placed, len(seal)) + seal


def changed(
    data: bytes,
    change: Callable[[Members], None],
    *,
    fix: bool = True,
    seal: bytes | None = None,
    hash_: Hash = SHA256,
) -> bytes:
    """The export with its members changed; with `fix`, the manifest lists the digests of what is there now."""
    members, old_seal = unpacked(data)
    change(members)
    if fix and "manifest.json" in members:
        manifest = json.loads(members["manifest.json"])
        manifest["members"] = {
            name: hash_.hexdigest(content) for name, content in members.items() if name != "manifest.json"
        }
        members["manifest.json"] = canonical(manifest)
    return packed(members.items(), old_seal if seal is None else seal)


def edited(members: Members, name: str, change: Callable[[Any], None]) -> None:
    """Change a JSON member in place."""
    value = json.loads(members[name])
    change(value)
    members[name] = canonical(value)
