"""A small ledger made up for the tests: two dossiers side by side in one tree, keys, witnesses, exports of either."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhunsheng.ledger.checkpoints import Checkpoint, sign_checkpoint
from zhunsheng.ledger.delegation import delegate
from zhunsheng.ledger.entries import SALT_SIZE, Sealed, openings_of, seal
from zhunsheng.ledger.export import Basis, ExportDocument, ExportEntry, write_export
from zhunsheng.ledger.hashing import SHA256, Hash
from zhunsheng.ledger.keys import FileSigner, KeyHistory, begin, rotate
from zhunsheng.ledger.notes import COSIGNATURE, Note, cosign
from zhunsheng.ledger.tree import Tree

ORIGIN = "ledger.example.gov/bureau"
CHAIN = "0192f000-0000-7000-8000-000000000001"
OTHER_CHAIN = "0192f000-0000-7000-8000-000000000002"
AT = "2026-11-25T09:30:00.000000Z"
LETTER = "处罚决定书：罚款五百元。".encode() * 3
PRIVACY = Basis("个人信息保护法", "第二十八条", "敏感个人信息", "sensitive personal information")
SEALED = Basis("治安管理处罚法", "第一百三十六条", "违法记录封存", "the record is sealed")


def signer(name: str, number: int, kind: int = 1) -> FileSigner:
    """A key that is the same in every run."""
    return FileSigner(name, hashlib.sha256(f"{name} {number}".encode()).digest(), kind)


LOG_KEY = signer(ORIGIN, 1)
NEXT_KEY = signer(ORIGIN, 2)
EXPORT_KEY = signer(f"{ORIGIN}/export", 1)
WITNESSES = (signer("procuratorate.example/w1", 1, COSIGNATURE), signer("court.example/w2", 1, COSIGNATURE))


def contents(count: int) -> list[dict[str, Any]]:
    """What `count` acts of a dossier say."""
    digest = hashlib.sha256(LETTER).hexdigest()
    acts: list[dict[str, Any]] = [
        {
            "type": "penalty.decided" if n == count - 1 else f"case.step-{n}",
            "officers": [{"officer": "110023", "role": "handler"}, {"officer": "110024", "role": "handler"}],
            "subjects.person": [f"张三{n}"],
            "fields.age": 15 + n,
            "fields.place": f"某某区某某路{n}号",
            "fields.juvenile": n % 2 == 0,
            "fields.note": None,
        }
        for n in range(count)
    ]
    acts[-1]["documents"] = [{"name": "决定书", "sha256": digest}]
    return acts


@dataclass
class Ledger:
    """A log with the acts of CHAIN at odd leaves and others between them."""

    acts: int = 5
    hash: Hash = SHA256
    rotated: bool = False
    seed: int = 1
    content: list[dict[str, Any]] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    indexes: list[int] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        self.content = self.content or contents(self.acts)
        self.tree = Tree(hash=self.hash)
        previous = other = b""
        for n, content in enumerate(self.content, start=1):
            salts = chance.randbytes(SALT_SIZE * len(content))
            mine = self._seal(CHAIN, n, previous, content, salts)
            beside = self._seal(OTHER_CHAIN, n, other, {"type": "other"}, chance.randbytes(SALT_SIZE))
            previous, other = mine.digest, beside.digest
            self.tree.extend([beside.digest, mine.digest])
            self.leaves += [beside.digest, mine.digest]
            self.sealed.append(mine)
            self.indexes.append(2 * n - 1)
        self.keys: KeyHistory = begin(ORIGIN, LOG_KEY.key)
        self.signer = LOG_KEY
        if self.rotated:
            self.keys = self.keys.with_rotation(rotate(ORIGIN, self.tree.size - 2, LOG_KEY, NEXT_KEY))
            self.signer = NEXT_KEY

    def _seal(self, chain: str, n: int, previous: bytes, content: Mapping[str, Any], salts: bytes) -> Sealed:
        return seal(
            chain=chain,
            position=n,
            previous=previous,
            record=f"{chain[:8]}-{n}",
            at=f"2026-11-25T09:{n % 60:02d}:00.000000Z",
            content=content,
            hash=self.hash,
            salts=salts,
        )

    def head(self) -> Checkpoint:
        return Checkpoint(ORIGIN, self.tree.size, self.tree.root(), self.hash)

    def note(self, *, cosigned: bool = True) -> Note:
        note = sign_checkpoint(self.head(), self.signer)
        if cosigned:
            note = note.with_signatures([cosign(note.text, witness, 1_790_000_000) for witness in WITNESSES])
        return note

    def entries(
        self,
        withheld: Mapping[tuple[int, str], Basis] | None = None,
        erased: Mapping[tuple[int, str], Basis] | None = None,
    ) -> list[ExportEntry]:
        """The acts as an export takes them; places are (position, path)."""
        found = []
        for n, (content, sealed, index) in enumerate(
            zip(self.content, self.sealed, self.indexes, strict=True), start=1
        ):
            hidden = {path: basis for (at, path), basis in (withheld or {}).items() if at == n}
            gone = {path: basis for (at, path), basis in (erased or {}).items() if at == n}
            openings = openings_of(content, sealed.salts)
            shown = {
                path: opening for path, opening in openings.items() if path not in hidden and path not in gone
            }
            found.append(ExportEntry(sealed.body, index, shown, hidden, gone))
        return found

    def documents(self) -> list[ExportDocument]:
        digest = hashlib.sha256(LETTER).hexdigest()
        return [ExportDocument(len(self.content), "documents", "决定书.pdf", digest, LETTER)]

    def export(self, entries: Sequence[ExportEntry] | None = None, **changes: Any) -> bytes:
        """The bytes of an export, everything disclosed by default."""
        target = io.BytesIO()
        given: dict[str, Any] = {
            "entries": self.entries() if entries is None else entries,
            "checkpoint": self.note(),
            "node": self.tree.node,
            "keys": self.keys,
            "signer": self.signer,
            "at": AT,
            "documents": self.documents(),
            "witnesses": [witness.key for witness in WITNESSES],
            "about": {"title": "某某公安局 〔2026〕1号"},
        }
        write_export(target, **(given | changes))
        return target.getvalue()

    def export_delegated(self, since: int = 0, **changes: Any) -> bytes:
        """The bytes of an export that the delegated key sealed."""
        statement = delegate(ORIGIN, since, EXPORT_KEY.key, self.signer)
        return self.export(**({"signer": EXPORT_KEY, "delegation": statement} | changes))
