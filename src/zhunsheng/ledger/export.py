"""A dossier as one file that proves itself: acts, documents, proofs, checkpoint, keys, and the program that checks them.

The layout is described in docs/ledger-format.md; `verify.py` reads it, and so does `verifier.py`, which every file carries.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

from zhunsheng.base.errors import InputError
from zhunsheng.ledger.canonical import Json, canonical, parse_canonical
from zhunsheng.ledger.checkpoints import Checkpoint
from zhunsheng.ledger.container import LARGEST, MOST_MEMBERS, Member, directory, local_header
from zhunsheng.ledger.delegation import DELEGATION, Delegation
from zhunsheng.ledger.entries import Entry, Opening, check_entry, entry_digest, open_entry, valid_time
from zhunsheng.ledger.hashing import SHA256, Hash
from zhunsheng.ledger.keys import KeyHistory
from zhunsheng.ledger.notes import Key, Note, Signer, sign
from zhunsheng.ledger.tree import Node, inclusion_proof, root_of

FORMAT = "zhunsheng/export/v1"
FIRST_MEMBERS = ("__main__.py", "README.txt", "manifest.json", "keys.json", "checkpoint")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Basis:
    """The rule under which something is withheld or was erased, and the reason in two languages; none may be empty."""

    law: str
    article: str
    reason_zh: str
    reason_en: str

    @property
    def json(self) -> dict[str, Json]:
        return {
            "article": self.article,
            "law": self.law,
            "reason": {"en": self.reason_en, "zh": self.reason_zh},
        }


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """One sealed entry and what is disclosed of it.

    `index` is its leaf in the tree. Every path the body commits to stands in exactly one of `openings` (salt and value),
    `withheld` and `erased`.
    """

    body: bytes
    index: int
    openings: Mapping[str, Opening]
    withheld: Mapping[str, Basis] = field(default_factory=dict)
    erased: Mapping[str, Basis] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportDocument:
    """A document that the disclosed value at `path` of act `act` names by its digest (hexadecimal).

    With `content` it is carried in the file; without, the file says only that it exists, and its digest checks it when it comes.
    """

    act: int
    path: str
    name: str
    digest: str
    content: bytes | Path | None = None
    hash: Hash = SHA256

    @property
    def member(self) -> str:
        return f"documents/{self.hash.name}-{self.digest}"


def write_export(
    target: Path | BinaryIO,
    *,
    entries: Sequence[ExportEntry],
    checkpoint: Note,
    node: Node,
    keys: KeyHistory,
    signer: Signer,
    at: str,
    delegation: Delegation | None = None,
    documents: Sequence[ExportDocument] = (),
    witnesses: Sequence[Key] = (),
    about: Mapping[str, str] | None = None,
) -> None:
    """Write the whole chain `entries` (positions 1 to its length) as one file.

    `checkpoint` is the signed, cosigned note whose tree holds every entry; `node` reads that tree (`TileReader(…).node`).
    `signer` seals the file: it holds the newest key of `keys`, or the one `delegation` names. `at` is the time of
    export, RFC 3339 UTC with six decimals. `about` says in words what this is (any names, any text): the seal covers it, the
    ledger does not prove it. `witnesses` are the keys expected under the checkpoint, for the reader's information.
    InputError, and no file, when the parts do not fit together: a file that would not verify is never written.
    """
    head = Checkpoint.parse(checkpoint.text)
    if not checkpoint.signed_by(keys.keys_for(head.size)):
        raise _unfit("检查点没有当时有效密钥的签名", "no key in force signed the checkpoint")
    if not valid_time(at):
        raise _unfit("时间写法不对", "the time is not written as the format says", at)
    chain = _checked(entries, head)
    _check_signer(signer, delegation, keys, checkpoint, head)
    members = list(_members(entries, documents, checkpoint, head, node, keys))
    if delegation is not None:
        members.insert(len(FIRST_MEMBERS) - 1, (DELEGATION, delegation.encode()))
    listed = {name: _digest(content, head.hash).hex() for name, content in members}
    manifest = canonical(
        {
            "about": dict(about or {}),
            "documents": [_document(document, entries) for document in documents],
            "members": listed,
            "witnesses": [key.vkey for key in witnesses],
        }
    )
    members.insert(FIRST_MEMBERS.index("manifest.json"), ("manifest.json", manifest))
    facts = [
        f"at {at}",
        f"chain {chain[-1].chain}",
        f"acts {len(chain)}",
        f"head {entry_digest(entries[-1].body, head.hash).hex()}",
        f"manifest {head.hash.hexdigest(manifest)}",
    ]
    if isinstance(target, Path):
        part = target.with_name(target.name + ".part")
        with part.open("wb") as file:
            _write(file, members, head, facts, signer)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    else:
        _write(target, members, head, facts, signer)


def _check_signer(
    signer: Signer, delegation: Delegation | None, keys: KeyHistory, checkpoint: Note, head: Checkpoint
) -> None:
    """InputError unless the signer may seal exports under this checkpoint."""
    if keys.origin != head.origin or signer.key != (delegation.key if delegation else keys.newest):
        raise _unfit(
            "封签须由沿革中最新的密钥，或其委托的密钥签署",
            "the seal is signed by the newest key of the log's history, or by the key it delegated",
        )
    if delegation is None:
        return
    if delegation.fault(keys, head.size):
        raise InputError(
            zh="无法导出：封签密钥的委托书对这一检查点无效",
            en="cannot export: the export key's delegation does not hold under this checkpoint",
            remedy_zh="账本密钥更换后须重新委托：zhunsheng ledger-key delegate",
            remedy_en="delegate anew after a rotation: zhunsheng ledger-key delegate",
        )
    if any((line.name, line.key_id) == (signer.key.name, signer.key.id) for line in checkpoint.signatures):
        raise _unfit("封签密钥签署了检查点", "the export key signed the checkpoint")


def _checked(entries: Sequence[ExportEntry], head: Checkpoint) -> list[Entry]:
    """The entries read back, each of them whole and following the one before."""
    if not entries:
        raise _unfit("没有任何行为", "there is no act")
    chain: list[Entry] = []
    previous = b""
    for position, item in enumerate(entries, start=1):
        hidden = [*item.withheld, *item.erased]
        faults = check_entry(item.body, item.openings, hidden, where=f"act {position}")
        if faults or len(hidden) != len(set(hidden)):
            raise _unfit("条目与其公开内容不符", "an entry and its disclosure do not fit", str(faults[:1]))
        entry = open_entry(item.body)
        first = chain[0] if chain else entry
        if (entry.position, entry.chain, entry.previous) != (position, first.chain, previous):
            raise _unfit("条目不成链", "the entries are not one chain", f"act {position}")
        if entry.hash is not head.hash:
            raise _unfit(
                "条目与检查点的杂凑算法不同", "entry and checkpoint differ in their hash", f"act {position}"
            )
        chain.append(entry)
        previous = entry_digest(item.body, entry.hash)
    for basis in (basis for item in entries for basis in (*item.withheld.values(), *item.erased.values())):
        if not all((basis.law, basis.article, basis.reason_zh, basis.reason_en)):
            raise _unfit("不公开的依据不完整", "a basis lacks its law, article or reason")
    return chain


def _members(
    entries: Sequence[ExportEntry],
    documents: Sequence[ExportDocument],
    checkpoint: Note,
    head: Checkpoint,
    node: Node,
    keys: KeyHistory,
) -> Iterator[tuple[str, bytes | Path]]:
    """Every member but manifest and delegation, in the order of the file."""
    if root_of(head.size, node, head.hash) != head.root:
        raise _unfit("树与检查点不符", "the tree is not the checkpoint's")
    here = files("zhunsheng.ledger")
    yield "__main__.py", here.joinpath("verifier.py").read_bytes()
    yield "README.txt", here.joinpath("export_readme.txt").read_bytes()
    yield "keys.json", keys.encode()
    yield "checkpoint", checkpoint.encode()
    for position, item in enumerate(entries, start=1):
        if not 0 <= item.index < head.size:
            raise _unfit(
                "条目尚未进入检查点的树", "an entry is not in the checkpoint's tree yet", f"act {position}"
            )
        if node(0, item.index) != head.hash.leaf(entry_digest(item.body, head.hash)):
            raise _unfit("条目不在所称的叶上", "an entry is not at the leaf it names", f"act {position}")
        proof = inclusion_proof(item.index, head.size, node, head.hash)
        yield f"acts/{position:06d}.json", _act(item, proof)
    for document in sorted(
        {document.member: document for document in documents}.values(), key=lambda d: d.member
    ):
        if document.content is not None:
            if _digest(document.content, document.hash).hex() != document.digest:
                raise _unfit("文书与其摘要不符", "a document does not have its digest", document.name)
            yield document.member, document.content


def _act(item: ExportEntry, proof: Iterable[bytes]) -> bytes:
    """The member of one act."""
    fields: dict[str, Any] = {
        path: {"salt": salt.hex(), "value": value} for path, (salt, value) in item.openings.items()
    }
    fields |= {path: {"withheld": basis.json} for path, basis in item.withheld.items()}
    fields |= {path: {"erased": basis.json} for path, basis in item.erased.items()}
    return canonical(
        {
            "body": parse_canonical(item.body),
            "fields": fields,
            "index": item.index,
            "proof": [step.hex() for step in proof],
        }
    )


def _document(document: ExportDocument, entries: Sequence[ExportEntry]) -> dict[str, Json]:
    """A document's line in the manifest; the act's disclosed value must name its digest."""
    openings = entries[document.act - 1].openings if 1 <= document.act <= len(entries) else {}
    _, value = openings.get(document.path, (b"", ""))
    if not document.name or document.digest not in canonical(value).decode():
        raise _unfit(
            "行为的公开字段没有记载这份文书",
            "no disclosed field of the act names this document",
            document.name,
        )
    return {
        "act": document.act,
        "attached": document.content is not None,
        "digest": document.digest,
        "hash": document.hash.name,
        "name": document.name,
        "path": document.path,
    }


def _write(
    file: BinaryIO,
    members: Sequence[tuple[str, bytes | Path]],
    head: Checkpoint,
    facts: Sequence[str],
    signer: Signer,
) -> None:
    """The archive and its seal, hashed as it is written."""
    placed: list[Member] = []
    state, length = head.hash.new(), 0

    def put(data: bytes) -> None:
        nonlocal length
        file.write(data)
        state.update(data)
        length += len(data)

    for name, content in members:
        checksum = size = 0
        for block in _blocks(content):
            checksum, size = zlib.crc32(block, checksum), size + len(block)
        member = Member(name, checksum, size, length)
        if member.end > LARGEST or len(members) > MOST_MEMBERS:
            raise _unfit(
                "文件过大：大件文书请不附内容，只载摘要",
                "too large: leave the content of large documents out",
            )
        put(local_header(member))
        for block in _blocks(content):
            put(block)
        if length != member.end:
            raise _unfit("文书在写出时被改动", "a document changed while it was written", name)
        placed.append(member)

    def seal(size: int, digest: str) -> bytes:
        lines = (FORMAT, head.origin, *facts, f"file {size} {head.hash.name} {digest}")
        text = "".join(line + "\n" for line in lines)
        return Note(text, (sign(text, signer),)).encode()

    # The directory says how long the seal is, and is sealed itself: lengths do not depend on digests or signatures.
    total = length + len(directory(placed, 0))
    put(directory(placed, len(seal(total, "0" * 2 * head.hash.size))))
    file.write(seal(total, state.digest().hex()))


def _blocks(content: bytes | Path) -> Iterator[bytes]:
    """The content piece by piece."""
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _digest(content: bytes | Path, hash_: Hash) -> bytes:
    state = hash_.new()
    for block in _blocks(content):
        state.update(block)
    return state.digest()


def _unfit(zh: str, en: str, where: str = "") -> InputError:
    return InputError(zh=f"无法导出：{zh}", en=f"cannot export: {en}", where=where)
