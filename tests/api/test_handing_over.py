"""A dossier handed over through the API: one file that verifies, and tells nothing of what was withheld."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Asking, asking, case_opened, in_custody, signed_in
from zhunsheng.acts.models import Reading
from zhunsheng.base.environment import environment
from zhunsheng.base.errors import InputError
from zhunsheng.ledger.delegation import delegate
from zhunsheng.ledger.keeping import ledger_history, statement_file
from zhunsheng.ledger.keys import begin, generate, load_signer
from zhunsheng.ledger.models import Batch, Checkpoint
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.ledger.verify import verify_export
from zhunsheng.people.demo import Bureau

BASIS = {
    "law": "个人信息保护法",
    "article": "第28条",
    "reason_zh": "不满十四周岁未成年人的个人信息",
    "reason_en": "personal information of a child",
}


@pytest.fixture
def export(bureau: Bureau) -> Asking:
    """The handler, handing dossiers over."""
    return asking(bureau.handler, "export")


def file_of(answer: Any, folder: Path) -> Path:
    assert answer.status_code == 200, b"".join(answer)
    assert answer["Content-Type"] == "application/zip"
    data = b"".join(answer.streaming_content)
    assert answer["Content-Length"] == str(len(data))
    path = folder / "dossier.zip"
    path.write_bytes(data)
    return path


def test_the_whole_dossier_verifies_offline(
    handler: Asking, export: Asking, bureau: Bureau, tmp_path: Path
) -> None:
    handler.upload(b"a record of questioning")
    digest = hashlib.sha256(b"a record of questioning").hexdigest()
    opened = case_opened(handler, documents=[{"digest": digest, "name": "笔录.pdf"}])
    answer = export.get(f"/dossiers/{opened['dossier']}/export")
    assert opened["number"] in answer["Content-Disposition"]
    path = file_of(answer, tmp_path)
    verdict = verify_export(path, trusted_keys=[ledger_history().first])
    assert verdict.faults == []
    assert verdict.trusted
    assert b"a record of questioning" in path.read_bytes()
    assert Reading.objects.values_list("officer_id", "purpose", "via").get() == (
        bureau.handler.number,
        "export",
        "api:export",
    )


def test_what_is_withheld_is_not_in_the_copy_and_the_copy_verifies(
    handler: Asking, export: Asking, tmp_path: Path
) -> None:
    dossier = in_custody(handler)
    body = {
        "withhold": [{"path": "subjects.person", **BASIS}, {"path": "fields.age", "position": 3, **BASIS}]
    }
    path = file_of(export.post(f"/dossiers/{dossier}/export", body), tmp_path)
    assert verify_export(path, trusted_keys=[ledger_history().first]).faults == []
    data = path.read_bytes()
    for withheld in ("某甲", "某乙"):
        assert withheld.encode() not in data
    assert "不满十四周岁".encode() in data


@pytest.mark.parametrize(
    ("withhold", "where"),
    [
        ([{"path": "subjects.dragon", **BASIS}], "withhold"),
        ([{"path": "subjects.person", **BASIS, "law": ""}], "body.withhold.0.law"),
        ([{"path": "subjects.person", **BASIS, "reason_en": "x\x1b[2K"}], "body.withhold.0.reason_en"),
        ([{"path": "subjects.person", **BASIS, "reason_zh": "x\u202e"}], "body.withhold.0.reason_zh"),
        ([{"path": "subjects.person", **BASIS, "article": "1\n完好"}], "body.withhold.0.article"),
        ([{"path": "subjects.person"}], "body.withhold.0.law"),
        ([{"path": "x" * 201, **BASIS}], "body.withhold.0.path"),
        ([{"path": "subjects.person", "position": 0, **BASIS}], "body.withhold.0.position"),
    ],
)
def test_what_cannot_be_withheld_is_told(handler: Asking, export: Asking, withhold: Any, where: str) -> None:
    answer = export.post(f"/dossiers/{in_custody(handler)}/export", {"withhold": withhold})
    assert answer.status_code == 422
    assert where in {fault["where"] for fault in answer.json()["faults"]}


def test_a_dossier_is_handed_over_for_that_purpose_only(
    handler: Asking, bureau: Bureau, tmp_path: Path
) -> None:
    dossier = case_opened(handler)["dossier"]
    assert handler.get(f"/dossiers/{dossier}/export").status_code == 403
    assert signed_in(bureau.handler, "handling").get(f"/dossiers/{dossier}/export").status_code == 403
    file_of(signed_in(bureau.supervisor, "export").get(f"/dossiers/{dossier}/export"), tmp_path)
    assert signed_in(bureau.approver, "export").get(f"/dossiers/{dossier}/export").status_code == 403
    assert asking(bureau.other_handler, "export").get(f"/dossiers/{dossier}/export").status_code == 404


@dataclass
class Server:
    """The two accounts of an installation: the sequencer's, which holds the ledger's key, and that of the pages."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def sequencer(self) -> None:
        """Seal what is recorded, as the sequencer's account."""
        with self.monkeypatch.context() as as_sequencer:
            as_sequencer.setenv("ZHUNSHENG_LEDGER_KEY", str(self.folder / "key"))
            ledger_sequence()

    def delegated(self) -> None:
        """What the ceremony does."""
        signer = load_signer(str(self.folder / "key"))
        export = generate(self.folder / "export", f"{signer.key.name}/export")
        statement = delegate(signer.key.name, 0, export.key, signer)
        statement_file(self.folder / "export").write_bytes(statement.encode())


@pytest.fixture
def server(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """This process as the pages' account: no ledger key, none it could make, the public history only."""
    key = generate(tmp_path / "key", environment().ledger_origin).key
    (tmp_path / "keys.json").write_bytes(begin(key.name, key).encode())
    monkeypatch.setenv("DATABASE_URL", "postgresql:///elsewhere")
    monkeypatch.setenv("ZHUNSHENG_LEDGER_KEYS", str(tmp_path / "keys.json"))
    monkeypatch.setenv("ZHUNSHENG_EXPORT_KEY", str(tmp_path / "export"))
    return Server(tmp_path, monkeypatch)


def test_the_pages_export_without_the_ledgers_key(
    server: Server, handler: Asking, export: Asking, tmp_path: Path, home: Path
) -> None:
    path = f"/dossiers/{in_custody(handler)}/export"
    server.delegated()
    early = export.get(path)
    assert (early.status_code, early["Retry-After"]) == (503, "5")
    assert not Batch.objects.exists()
    server.sequencer()
    verdict = verify_export(file_of(export.get(path), tmp_path), trusted_keys=ledger_history().keys)
    assert verdict.exit_code == 0
    assert verdict.signer == ledger_history().newest
    assert verdict.sealer == load_signer(str(tmp_path / "export")).key
    assert Client().get("/ledger/keys").content == (tmp_path / "keys.json").read_bytes()
    assert not (home / "ledger").exists()


def test_without_a_delegation_the_pages_export_nothing(
    server: Server, handler: Asking, export: Asking, tmp_path: Path
) -> None:
    path = f"/dossiers/{in_custody(handler)}/export"
    server.sequencer()
    assert export.get(path).status_code == 503
    generate(tmp_path / "export", "x.example/export")
    assert export.get(path).status_code == 503


def test_the_export_key_signs_no_checkpoint(server: Server, handler: Asking, tmp_path: Path) -> None:
    case_opened(handler)
    server.delegated()
    server.monkeypatch.setenv("ZHUNSHENG_LEDGER_KEY", str(tmp_path / "export"))
    with pytest.raises(InputError, match="does not end in the key in use"):
        ledger_sequence()
    assert not Checkpoint.objects.exists()


def test_a_ledger_that_cannot_seal_is_no_fault_of_the_caller(
    handler: Asking, export: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhunsheng.api import handing_over

    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise InputError(zh="还没有账本签名密钥", en="there is no signing key", where="/secret/place")

    dossier = case_opened(handler)["dossier"]
    monkeypatch.setattr(handing_over, "dossier_export", fails)
    answer = export.get(f"/dossiers/{dossier}/export")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert b"secret" not in answer.content
