"""Checking an exported dossier: every fault by its code and place, and what the file says when there is none.

This reads the same format as `verifier.py`, which every export carries, with the library's own parts instead; the two are held
equal by the tests. Codes and their sentences are taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from zhunsheng.base.errors import InputError
from zhunsheng.ledger import container
from zhunsheng.ledger.canonical import Json, canonical, parse_canonical
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.delegation import DELEGATION, Delegation
from zhunsheng.ledger.entries import Entry, commitment, entry_digest, open_entry, valid_path
from zhunsheng.ledger.export import FIRST_MEMBERS, FORMAT
from zhunsheng.ledger.faults import Fault
from zhunsheng.ledger.hashing import HASHES, Hash
from zhunsheng.ledger.keys import KeyHistory
from zhunsheng.ledger.notes import COSIGNATURE, Key, Note, Signature
from zhunsheng.ledger.tree import verify_inclusion
from zhunsheng.ledger.verifier import WORDS

Found = tuple[str, str]
"""A code of WORDS and a place."""

_NUMBER = r"(?:0|[1-9][0-9]{0,14})"
_SEAL = re.compile(
    rf"{FORMAT}\n(?P<origin>\S+)\nat (?P<at>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}\.[0-9]{{6}}Z)\n"
    rf"chain (?P<chain>[!#-\[\]-~]{{1,200}})\nacts (?P<acts>{_NUMBER})\nhead (?P<head>[0-9a-f]{{64}})\n"
    rf"manifest (?P<manifest>[0-9a-f]{{64}})\nfile (?P<length>{_NUMBER}) (?P<hash>sha-256|sm3) (?P<digest>[0-9a-f]{{64}})\n"
)
_HEX = re.compile(r"[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{32}")


class Hidden(NamedTuple):
    """A field the file holds the commitment of, and not the value; `kind` is withheld or erased."""

    act: int
    path: str
    kind: str
    law: str
    article: str
    reason_zh: str
    reason_en: str


class Cosigned(NamedTuple):
    """A cosignature under the checkpoint: whose, when (seconds since 1970), and whether it was checked with a key you named."""

    name: str
    timestamp: int
    checked: bool


@dataclass(slots=True)
class Verdict:
    """What came of checking a file; what it says of itself is filled in as far as it could be read."""

    faults: list[Fault] = field(default_factory=list)
    trusted: bool = False
    origin: str = ""
    chain: str = ""
    acts: int = 0
    head: str = ""
    at: str = ""
    checkpoint: Checkpoint | None = None
    signer: Key | None = None
    sealer: Key | None = None
    """Who sealed the file: the signer, or the key it delegated."""
    cosigned: list[Cosigned] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    documents: list[dict[str, Json]] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    values: dict[tuple[int, str], Json] = field(default_factory=dict)
    digests: dict[int, bytes] = field(default_factory=dict)

    @property
    def intact(self) -> bool:
        return not self.faults

    @property
    def exit_code(self) -> int:
        """0 intact and signed by a key you named, 1 wrong, 3 consistent in itself but you named no key."""
        if self.faults:
            return 1
        return 0 if self.trusted else 3


def verify_export(
    source: Path | bytes,
    *,
    trusted_keys: Iterable[Key] = (),
    witness_keys: Iterable[Key] = (),
    receipts: Iterable[str] = (),
    kept: Iterable[Checkpoint] = (),
) -> Verdict:
    """Check every byte of an export.

    `trusted_keys` are keys the log is known to sign with, `witness_keys` those of witnesses who must all have cosigned,
    `receipts` digests (hexadecimal) of acts that must be in it, `kept` checkpoints of the same log from elsewhere. Nothing is
    raised for what is wrong with the file: it is in the verdict. OSError when it cannot be read.
    """
    witness_keys = list(witness_keys)
    if any(key.kind != COSIGNATURE for key in witness_keys):
        raise ValueError("a witness's key is of the cosignature type")
    data = source if isinstance(source, bytes) else source.read_bytes()
    reading = _Reading(data, list(trusted_keys), witness_keys)
    found = list(reading.check())
    whole = not found
    verdict = reading.verdict
    digests = {digest.hex() for digest in verdict.digests.values()}
    found += [("missing", f"receipt {receipt}") for receipt in receipts if receipt not in digests]
    if whole:
        found += reading.check_archive()
    found += [("forked", "checkpoint") for other in kept if _forked(verdict.checkpoint, other)]
    verdict.faults = [Fault(code, where, *WORDS[code]) for code, where in found]
    return verdict


def _forked(ours: Checkpoint | None, other: Checkpoint) -> bool:
    """Whether two checkpoints cannot both be of one log."""
    if ours is None or (ours.origin, ours.size) != (other.origin, other.size):
        return False
    return (ours.root, ours.hash) != (other.root, other.hash)


class _Reading:
    """One file while it is read; `check` yields what is wrong in a fixed order and fills the verdict."""

    def __init__(self, data: bytes, trusted: Sequence[Key], witnesses: Sequence[Key]) -> None:
        self.data, self.trusted, self.witnesses = data, trusted, witnesses
        self.verdict = Verdict()
        self.walked = container.Walked([], [], b"", 0, [])
        self.members: dict[str, bytes] = {}
        self.sealers: list[Key] = []
        self.seal: Mapping[str, str] | None = None

    @property
    def _head(self) -> Checkpoint:
        """The checkpoint; the checks that need it run once it is read."""
        assert self.verdict.checkpoint is not None
        return self.verdict.checkpoint

    @property
    def _hash(self) -> Hash:
        return self._head.hash

    def check(self) -> Iterator[Found]:
        """Everything but the archive's own structure."""
        try:
            self.walked = container.walk(self.data)
        except container.Unreadable as lost:
            yield "unreadable", f"byte {lost.offset}"
            return
        self.members = {member.name: self.data[member.start : member.end] for member in self.walked.members}
        keys = yield from self._read("keys.json", KeyHistory.parse)
        checkpoint = yield from self._read("checkpoint", _read_checkpoint)
        delegation = None
        if DELEGATION in self.members:
            delegation = yield from self._read(DELEGATION, Delegation.parse)
        seal = yield from self._read("seal", _read_seal)
        if keys is None or checkpoint is None:
            return
        yield from self._check_signatures(keys, delegation, *checkpoint)
        if seal is not None:
            yield from self._check_seal(*seal)
        yield from self._check_acts()
        yield from self._check_manifest()

    def _read(self, name: str, reader: Any) -> Any:
        """What a reader makes of a member or of the seal; None, and a fault, when it is missing or malformed."""
        if name != "seal" and name not in self.members:
            yield "missing", name
            return None
        try:
            return reader(self.walked.comment if name == "seal" else self.members[name])
        except InputError:
            yield "malformed", name
            return None

    def _check_signatures(
        self, keys: KeyHistory, delegation: Delegation | None, head: Checkpoint, note: Note
    ) -> Iterator[Found]:
        """The log's signature under the checkpoint by a key in force, the witnesses', and who may seal."""
        verdict = self.verdict
        verdict.checkpoint, verdict.origin, verdict.signer = head, head.origin, keys.newest
        verdict.trusted = keys.trusted_by(self.trusted)
        if self.trusted and not verdict.trusted:
            yield "untrusted", "keys.json"
        in_force = keys.keys_for(head.size)
        if not _signed(note, in_force):
            yield "unsigned", "checkpoint"
        if delegation is not None and _under(note, delegation.key):
            yield "misused", "checkpoint"
        if keys.origin != head.origin:
            yield "contradiction", "keys.json"
        for witness in self.witnesses:
            if [signature.holds(witness, note.text) for signature in _under(note, witness)] != [True]:
                yield "uncosigned", f"checkpoint {witness.name}"
        named = {(witness.name, witness.id) for witness in self.witnesses}
        verdict.cosigned = [
            Cosigned(signature.name, signature.timestamp, (signature.name, signature.key_id) in named)
            for signature in note.signatures
            if signature.timestamp is not None
        ]
        self.sealers = [keys.newest]
        if delegation is not None:
            if (code := delegation.fault(keys, head.size)) is not None:
                yield code, DELEGATION
            else:
                self.sealers.append(delegation.key)

    def _check_seal(self, note: Note, said: Mapping[str, str]) -> Iterator[Found]:
        """The seal's one signature, by the newest key or the one it delegated; only then is it believed."""
        head = self._head
        signed = [key for key in self.sealers if note.signatures[0].holds(key, note.text)]
        if len(note.signatures) != 1 or not signed:
            yield "unsigned", "seal"
        elif (said["origin"], said["hash"]) != (head.origin, head.hash.name):
            yield "contradiction", "seal"
        else:
            self.seal, self.verdict.sealer = said, signed[0]
            self.verdict.at, self.verdict.head = said["at"], said["head"]
            self.verdict.chain, self.verdict.acts = said["chain"], int(said["acts"])

    def _check_acts(self) -> Iterator[Found]:
        """The chain from act 1 to the sealed head, or to the last act there is when no seal is believed."""
        verdict = self.verdict
        count = verdict.acts if self.seal else len(self.members)
        present = {n for n in map(_act_number, self.members) if n is not None and n <= count}
        last = max(present, default=0)
        for position in range(1, last + 1):
            if position in present:
                yield from self._check_act(position)
            else:
                yield "missing", f"act {position}"
        if self.seal and last < count:
            yield "cut", f"acts {last + 1}-{count}"
        elif self.seal and last in verdict.digests and verdict.digests[last].hex() != verdict.head:
            yield "contradiction", f"act {last}"
        for name in self.members:
            if name.startswith("acts/") and _act_number(name) not in range(1, count + 1):
                yield "added", name
        if not self.seal:
            verdict.acts = last

    def _check_act(self, position: int) -> Iterator[Found]:
        """One act: its place, its link to the one before, its fields, its proof."""
        verdict, act = self.verdict, f"act {position}"
        head = self._head
        try:
            entry, body, fields, index, proof = _read_act(self.members[f"acts/{position:06d}.json"])
        except InputError:
            yield "malformed", act
            return
        digest = entry_digest(body, head.hash)
        verdict.digests[position], verdict.entries[position] = digest, entry
        verdict.chain = verdict.chain or entry.chain
        if (entry.position, entry.chain, entry.hash) != (position, verdict.chain, head.hash):
            yield "misplaced", act
        before = b"" if position == 1 else verdict.digests.get(position - 1, entry.previous)
        if entry.previous != before:
            yield "unlinked", act
        for path in sorted(entry.commitments.keys() | fields.keys()):
            yield from ((code, f"{act} {path}") for code in self._check_field(position, path, entry, fields))
        if not verify_inclusion(digest, index, head.size, proof, head.root, head.hash):
            yield "unproven", act

    def _check_field(
        self, position: int, path: str, entry: Entry, fields: Mapping[str, Json]
    ) -> Iterator[str]:
        """The code of what is wrong with one field; a basis and a value are noted down."""
        if path not in entry.commitments:
            yield "added"
        elif path not in fields:
            yield "missing"
        elif (hidden := _hidden(position, path, fields[path])) is not None:
            self.verdict.hidden.append(hidden)
        elif (opening := _opening(fields[path])) is None:
            yield "malformed"
        elif commitment(path, *opening, self._hash) != entry.commitments[path]:
            yield "changed"
        else:
            self.verdict.values[position, path] = opening[1]

    def _check_manifest(self) -> Iterator[Found]:
        """The manifest as sealed; the members and documents it lists."""
        head = self._head
        data = self.members.get("manifest.json")
        if self.seal and (data is None or head.hash.hexdigest(data) != self.seal["manifest"]):
            yield ("missing" if data is None else "changed"), "manifest.json"
            return
        try:
            manifest = _read_manifest(data or b"")
        except InputError:
            yield "malformed", "manifest.json"
            return
        self.verdict.about, self.verdict.documents = manifest["about"], manifest["documents"]
        listed = manifest["members"]
        idle = DELEGATION if self.verdict.sealer == self.verdict.signer else ""
        for name, content in self.members.items():
            stray = name not in listed and name != "manifest.json" and not name.startswith("acts/")
            if stray or name == idle:
                yield "added", name
            elif name in listed and head.hash.hexdigest(content) != listed[name]:
                yield "changed", name
        for name in listed:
            if name not in self.members and not (self.seal and name.startswith("acts/")):
                yield "missing", name
        for document in manifest["documents"]:
            yield from self._check_document(document)

    def _check_document(self, document: Mapping[str, Any]) -> Iterator[Found]:
        """That the act names the document, and that its bytes, if here, are those."""
        name, hash_ = f"documents/{document['hash']}-{document['digest']}", HASHES[document["hash"]]
        place = (document["act"], document["path"])
        value = self.verdict.values.get(place)
        if place not in self.verdict.values or document["digest"] not in canonical(value).decode():
            yield "unbound", name
        if document["attached"] and hash_.hexdigest(self.members.get(name, b"")) != document["digest"]:
            yield "contradiction", name

    def check_archive(self) -> list[Found]:
        """What of the archive's structure is not as sealed: ranges of bytes where they can be told."""
        head, seal = self._head, self.seal
        assert seal is not None
        before = self.data[: self.walked.comment_start]
        if (len(before), head.hash.hexdigest(before)) == (int(seal["length"]), seal["digest"]):
            return []
        found = [
            ("changed", f"archive bytes {wrong.start}-{wrong.end - 1} ({wrong.what})")
            for wrong in self.walked.differences
        ]
        found += [
            (
                "changed",
                f"archive bytes {member.offset + 14}-{member.offset + 17} (checksum of {member.name})",
            )
            for member in self.walked.unsound
        ]
        names = [member.name for member in self.walked.members]
        first = [*FIRST_MEMBERS, DELEGATION] if DELEGATION in names else FIRST_MEMBERS
        due = [*first, *sorted(set(names) - set(first))]
        out_of_order = [
            f"archive order ({name})" for name, right in zip(names, due, strict=False) if name != right
        ]
        found += [("changed", where) for where in out_of_order[:1]]
        return found or [("changed", "archive")]


def _under(note: Note, key: Key) -> list[Signature]:
    """The signatures that claim to be this key's."""
    return [
        signature for signature in note.signatures if (signature.name, signature.key_id) == (key.name, key.id)
    ]


def _signed(note: Note, keys: Iterable[Key]) -> bool:
    """Whether at least one of the keys signed, and every signature claimed for one holds."""
    held = [signature.holds(key, note.text) for key in keys for signature in _under(note, key)]
    return bool(held) and all(held)


def _read_checkpoint(data: bytes) -> tuple[Checkpoint, Note]:
    note = Note.parse(data)
    return Checkpoint.parse(note.text), note


def _read_seal(data: bytes) -> tuple[Note, dict[str, str]]:
    """The seal's note and what it says by name."""
    note = Note.parse(data)
    said = _SEAL.fullmatch(note.text)
    if said is None:
        raise _malformed("seal")
    return note, said.groupdict()


def _act_number(name: str) -> int | None:
    """The place an act's member is for, None for other members."""
    found = re.fullmatch(r"acts/([0-9]{6})\.json", name)
    return int(found[1]) if found else None


def _read_act(data: bytes) -> tuple[Entry, bytes, dict[str, Json], int, list[bytes]]:
    """Entry, its body's bytes, fields, leaf index and inclusion proof of an act's member."""
    found = parse_canonical(data, floats=False)
    if not isinstance(found, dict) or found.keys() != {"body", "fields", "index", "proof"}:
        raise _malformed("act")
    body, fields, index, proof = canonical(found["body"]), found["fields"], found["index"], found["proof"]
    entry = open_entry(body)
    if type(index) is not int or not isinstance(proof, list) or not isinstance(fields, dict):
        raise _malformed("act")
    if not all(isinstance(step, str) and _HEX.fullmatch(step) for step in proof):
        raise _malformed("proof")
    if not all(map(valid_path, fields)):
        raise _malformed("fields")
    return entry, body, fields, index, [bytes.fromhex(step) for step in proof]


def _hidden(position: int, path: str, item: Json) -> Hidden | None:
    """The basis a field is withheld or was erased on, None when the item is no such thing."""
    if not isinstance(item, dict) or len(item) != 1:
        return None
    [(kind, basis)] = item.items()
    if (
        kind not in {"withheld", "erased"}
        or not isinstance(basis, dict)
        or basis.keys() != {"article", "law", "reason"}
    ):
        return None
    reason = basis["reason"]
    if not isinstance(reason, dict) or reason.keys() != {"en", "zh"}:
        return None
    texts = (basis["law"], basis["article"], reason["zh"], reason["en"])
    if not all(isinstance(text, str) and text for text in texts):
        return None
    return Hidden(position, path, kind, *texts)


def _opening(item: Json) -> tuple[bytes, Json] | None:
    """Salt and value of a disclosed field, None when the item is no such thing."""
    if not isinstance(item, dict) or item.keys() != {"salt", "value"}:
        return None
    salt = item["salt"]
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        return None
    return bytes.fromhex(salt), item["value"]


def _read_manifest(data: bytes) -> dict[str, Any]:
    """The manifest, every name and type as the format says."""
    found = parse_canonical(data, floats=False)
    if not isinstance(found, dict) or found.keys() != {"about", "documents", "members", "witnesses"}:
        raise _malformed("manifest.json")
    about, documents, members, witnesses = (
        found[name] for name in ("about", "documents", "members", "witnesses")
    )
    sound = (
        isinstance(about, dict)
        and all(isinstance(text, str) for text in about.values())
        and isinstance(members, dict)
        and all(isinstance(digest, str) and _HEX.fullmatch(digest) for digest in members.values())
        and isinstance(documents, list)
        and all(map(_is_document, documents))
        and isinstance(witnesses, list)
        and all(isinstance(vkey, str) for vkey in witnesses)
    )
    if not sound:
        raise _malformed("manifest.json")
    return found


def _is_document(item: Json) -> bool:
    if not isinstance(item, dict) or item.keys() != {"act", "attached", "digest", "hash", "name", "path"}:
        return False
    texts = (item["digest"], item["hash"], item["name"], item["path"])
    kinds = (
        type(item["act"]) is int
        and isinstance(item["attached"], bool)
        and all(isinstance(t, str) for t in texts)
    )
    return kinds and item["hash"] in HASHES and bool(_HEX.fullmatch(item["digest"]))


def _malformed(where: str) -> InputError:
    zh, en = WORDS["malformed"]
    return InputError(zh=zh, en=en, where=where)
