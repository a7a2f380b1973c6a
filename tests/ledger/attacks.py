"""What can be done to an export: take it apart, change it, and put it together again, without the log's key or with a lesser one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from tests.ledger.made import EXPORT_KEY, LOG_KEY, ORIGIN, WITNESSES
from zhunsheng.ledger import container, verifier
from zhunsheng.ledger.canonical import canonical
from zhunsheng.ledger.hashing import SHA256, Hash
from zhunsheng.ledger.notes import Key, Note, Signer, sign
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


def resealed(data: bytes, *signers: Signer, hash_: Hash = SHA256, **said: str) -> bytes:
    """The export as whoever holds these keys can seal it: with the manifest and the bytes there are, or with what is said instead.

    Every line of the seal but the digests stays, so that the lengths of signatures by keys of one name do.
    """
    members, old = unpacked(data)
    lines = dict(line.split(" ", 1) for line in Note.parse(old).text.split("\n")[2:-1])
    lines["manifest"] = hash_.hexdigest(members["manifest.json"])
    lines |= said
    format_, origin = Note.parse(old).text.split("\n")[:2]

    def seal(file: str) -> bytes:
        text = "".join(
            f"{line}\n" for line in (format_, origin, *map(" ".join, (lines | {"file": file}).items()))
        )
        return Note(text, tuple(sign(text, one) for one in signers)).encode()

    content = packed(members.items(), b"")
    length = len(seal(f"{len(content)} {hash_.name} {'0' * 64}"))
    content = content[:-2] + length.to_bytes(2, "little")
    return content + seal(f"{len(content)} {hash_.name} {hash_.hexdigest(content)}")


def delegation_text(key: Key, *, origin: str = ORIGIN, since: int = 0) -> str:
    """The statement that a key may seal exports."""
    return f"zhunsheng/export-key/v1\n{origin}\nfrom {since}\nkey {key.vkey}\n"


def redelegated(data: bytes, note: Note | bytes) -> bytes:
    """The export with another statement, its manifest made to fit, sealed by the export key as before."""
    statement = note if isinstance(note, bytes) else note.encode()
    fitted = changed(data, lambda members: members.update(delegation=statement))
    return resealed(fitted, EXPORT_KEY)
