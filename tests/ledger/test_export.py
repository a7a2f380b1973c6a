"""Writing an export: any unzip program reads it, and nothing is written that would not verify."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ledger.attacks import both, unpacked
from tests.ledger.made import AT, LETTER, LOG_KEY, NEXT_KEY, ORIGIN, PRIVACY, WITNESSES, Ledger, signer
from zhunsheng.base.errors import InputError
from zhunsheng.ledger import container, verifier
from zhunsheng.ledger.checkpoints import Checkpoint, sign_checkpoint
from zhunsheng.ledger.export import Basis, ExportDocument, write_export
from zhunsheng.ledger.hashing import SM3
from zhunsheng.ledger.keys import begin
from zhunsheng.ledger.tiles import TileReader, grow
from zhunsheng.ledger.verify import verify_export


def test_any_unzip_program_reads_it() -> None:
    data = Ledger().export()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        members, seal = unpacked(data)
        assert {info.filename: archive.read(info) for info in archive.infolist()} == members
        assert archive.comment == seal
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_the_same_parts_give_the_same_bytes() -> None:
    assert Ledger().export() == Ledger().export()


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    ledger, target = Ledger(), tmp_path / "dossier.zip"
    ledger_export(ledger, target)
    assert target.read_bytes() == ledger.export()
    wrong = replace(ledger.entries()[0], index=0)
    with pytest.raises(InputError):
        ledger_export(ledger, tmp_path / "other.zip", entries=[wrong])
    assert [path.name for path in tmp_path.iterdir()] == ["dossier.zip"]
    assert verify_export(target, trusted_keys=[LOG_KEY.key]).intact
    with pytest.raises(OSError, match="No such file"):
        verify_export(tmp_path / "nowhere.zip")


def ledger_export(ledger: Ledger, target: Path, **changes) -> None:
    given = {
        "entries": ledger.entries(),
        "checkpoint": ledger.note(),
        "node": ledger.tree.node,
        "keys": ledger.keys,
        "signer": ledger.signer,
        "at": AT,
        "documents": ledger.documents(),
        "about": {"title": "某某公安局 〔2026〕1号"},
        "witnesses": [witness.key for witness in WITNESSES],
    }
    write_export(target, **(given | changes))


def test_proofs_may_come_from_tiles() -> None:
    ledger = Ledger(3)
    store = grow(0, ledger.leaves, {}.get)
    reader = TileReader(ledger.tree.size, store.get)
    assert ledger.export(node=reader.node) == ledger.export()


def test_large_documents_come_from_files_and_may_stay_outside(tmp_path: Path) -> None:
    ledger = Ledger()
    (tmp_path / "letter.pdf").write_bytes(LETTER)
    inside = [replace(ledger.documents()[0], content=tmp_path / "letter.pdf")]
    assert ledger.export(documents=inside) == ledger.export()
    outside = [replace(ledger.documents()[0], content=None)]
    data = ledger.export(documents=outside)
    assert both(data) == []
    assert verify_export(data).documents[0]["attached"] is False
    assert LETTER not in data


def test_a_document_may_have_another_hash() -> None:
    ledger = Ledger(hash=SM3)
    content = ledger.content
    content[0]["documents"] = [{"sm3": SM3.hexdigest(LETTER)}]
    again = Ledger(content=content, hash=SM3)
    document = ExportDocument(1, "documents", "x.pdf", SM3.hexdigest(LETTER), LETTER, SM3)
    data = again.export(documents=[document, *again.documents()])
    assert both(data) == []
    assert {name.split("-")[0] for name in unpacked(data)[0] if name.startswith("documents/")} == {
        "documents/sm3",
        "documents/sha",
    }


def without_reason(text: str) -> Basis:
    return replace(PRIVACY, **{text: ""})


def unfit() -> dict[str, dict]:
    """Parts that do not fit together, by what is wrong."""
    ledger = Ledger()
    entries, documents = ledger.entries(), ledger.documents()
    openings = dict(entries[1].openings)
    salt, _ = openings["type"]
    note = ledger.note()
    return {
        "no acts": {"entries": [], "documents": []},
        "a value that is not the sealed one": {
            "entries": [
                entries[0],
                replace(entries[1], openings=openings | {"type": (salt, "other")}),
                *entries[2:],
            ]
        },
        "a field left out": {
            "entries": [entries[0], replace(entries[1], openings={"type": openings["type"]}), *entries[2:]]
        },
        "a field disclosed and withheld": {
            "entries": [entries[0], replace(entries[1], withheld={"type": PRIVACY}), *entries[2:]]
        },
        "a field withheld and erased": {
            "entries": ledger.entries({(1, "type"): PRIVACY})[:1]
            and [replace(ledger.entries({(1, "type"): PRIVACY})[0], erased={"type": PRIVACY}), *entries[1:]]
        },
        "an act missing": {"entries": [entries[0], *entries[2:]]},
        "the first act missing": {"entries": entries[1:]},
        "acts out of order": {"entries": [entries[0], entries[2], entries[1], *entries[3:]]},
        "another leaf": {"entries": [replace(entries[0], index=3), *entries[1:]]},
        "beyond the tree": {"entries": [*entries[:4], replace(entries[4], index=10)]},
        "negative leaf": {"entries": [replace(entries[0], index=-1), *entries[1:]]},
        "another tree": {"node": Ledger(seed=2).tree.node},
        "another key": {"signer": NEXT_KEY},
        "another history": {"keys": begin("other.example", LOG_KEY.key)},
        "an unsigned checkpoint": {"checkpoint": sign_checkpoint(ledger.head(), signer(ORIGIN, 9))},
        "a checkpoint of another hash": {
            "checkpoint": sign_checkpoint(
                Checkpoint(ORIGIN, ledger.tree.size, ledger.tree.root(), SM3), LOG_KEY
            )
        },
        "a document nobody names": {
            "documents": [replace(documents[0], digest=hashlib.sha256(b"x").hexdigest(), content=b"x")]
        },
        "a document of another act": {"documents": [replace(documents[0], act=1)]},
        "a document of no act": {"documents": [replace(documents[0], act=9)]},
        "a document without name": {"documents": [replace(documents[0], name="")]},
        "a document that changed": {"documents": [replace(documents[0], content=b"x")]},
        "a document of a withheld field": {"entries": ledger.entries({(5, "documents"): PRIVACY})},
        "a basis without law": {
            "entries": ledger.entries({(1, "type"): without_reason("law")}),
            "checkpoint": note,
        },
        "a basis without article": {"entries": ledger.entries({(1, "type"): without_reason("article")})},
        "a basis without reason": {"entries": ledger.entries({(1, "type"): without_reason("reason_en")})},
        "a time of another form": {"at": "2026-11-25T09:30:00Z"},
    }


@pytest.mark.parametrize("kind", unfit())
def test_nothing_is_written_that_would_not_verify(kind: str) -> None:
    with pytest.raises(InputError, match="cannot export"):
        Ledger().export(**unfit()[kind])


def test_the_limits_of_the_archive_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhunsheng.ledger.export.LARGEST", 1_000)
    with pytest.raises(InputError, match="too large"):
        Ledger().export()


def test_the_carried_program_is_the_one_in_the_package() -> None:
    members, _ = unpacked(Ledger().export())
    assert members["__main__.py"] == Path(verifier.__file__).read_bytes()
    assert members["README.txt"].decode().startswith("准绳案卷导出")


def test_walking_an_archive_that_is_none() -> None:
    for data in (b"", b"PK\3\4", b"PK\3\4" + bytes(100), b"x" * 200):
        with pytest.raises(container.Unreadable):
            container.walk(data)
