"""Documents: stored by their bytes, whole or not at all, and handed out only through an act that names them."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from tests.api.conftest import Asking, act, asking, case_opened
from zhunsheng.api import documents
from zhunsheng.people.demo import Bureau
from zhunsheng.people.models import Officer

RECORD = "询问笔录".encode() * 1000
DIGEST = hashlib.sha256(RECORD).hexdigest()


def files_in(home: Path) -> list[Path]:
    return [p for p in (home / "media").rglob("*") if p.is_file()]


def test_what_was_stored_is_handed_out_as_it_was(handler: Asking, home: Path) -> None:
    stored = handler.upload(RECORD, "application/pdf")
    assert stored.status_code == 201
    assert stored.json() == {"digest": DIGEST, "size": len(RECORD)}
    assert [p.read_bytes() for p in files_in(home)] == [RECORD]
    opened = case_opened(
        handler, documents=[{"digest": DIGEST, "name": '笔录 1".pdf', "media_type": "text/html"}]
    )
    answer = handler.get(f"/acts/{opened['act']}/documents/{DIGEST}")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == RECORD
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Length"] == str(len(RECORD))
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''%E7%AC%94%E5%BD%95%201%22.pdf"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_same_bytes_are_stored_once(handler: Asking, home: Path) -> None:
    assert handler.upload(RECORD).status_code == 201
    again = handler.upload(RECORD)
    assert again.status_code == 200
    assert len(files_in(home)) == 1
    assert files_in(home)[0].stat().st_mode & 0o077 == 0


def test_a_document_that_no_act_within_reach_names_is_absent(handler: Asking, bureau: Bureau) -> None:
    handler.upload(RECORD)
    named = case_opened(handler, documents=[{"digest": DIGEST}])
    unnamed = case_opened(handler)
    other = asking(bureau.other_handler, "handling")
    assert handler.get(f"/acts/{unnamed['act']}/documents/{DIGEST}").status_code == 404
    assert other.get(f"/acts/{named['act']}/documents/{DIGEST}").status_code == 404
    assert handler.get(f"/acts/{named['act']}/documents/{'0' * 64}").status_code == 404
    assert handler.get(f"/acts/{named['act']}/documents/..%2f..%2fsecret-key").status_code == 404
    assert handler.get(f"/acts/{named['act']}/documents/{DIGEST.upper()}").status_code == 422


def test_naming_what_another_brought_opens_nothing(
    handler: Asking, bureau: Bureau, elsewhere: Officer, home: Path
) -> None:
    handler.upload(RECORD)
    case_opened(handler, documents=[{"digest": DIGEST}])
    stranger = asking(elsewhere, "handling")
    stored, absent = ([{"digest": digest}] for digest in (DIGEST, "0" * 64))
    opened = case_opened(stranger, documents=stored)
    assert opened["documents_missing"] == [DIGEST]
    assert case_opened(stranger, documents=absent)["documents_missing"] == ["0" * 64]
    assert stranger.get(f"/acts/{opened['act']}/documents/{DIGEST}").status_code == 404
    assert stranger.upload(RECORD).status_code == 201
    answer = stranger.get(f"/acts/{opened['act']}/documents/{DIGEST}")
    assert b"".join(answer.streaming_content) == RECORD


def test_what_the_dossier_holds_may_be_named_in_it_again(handler: Asking, bureau: Bureau) -> None:
    handler.upload(RECORD)
    dossier = case_opened(handler, documents=[{"digest": DIGEST}])["dossier"]
    second = asking(bureau.second_handler, "handling")
    fields = {"case_kind": "public-order", "conduct_on": "2026-03-01"}
    again = act("case.opened", 1, documents=[{"digest": DIGEST}], fields=fields)
    answer = second.post(f"/dossiers/{dossier}/acts", again)
    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["documents_missing"] == []
    answer = second.get(f"/acts/{answer.json()['act']}/documents/{DIGEST}")
    assert b"".join(answer.streaming_content) == RECORD


def test_recordings_are_handed_out_like_documents(handler: Asking) -> None:
    handler.upload(RECORD)
    opened = case_opened(handler, recordings=[{"digest": DIGEST}])
    answer = handler.get(f"/acts/{opened['act']}/documents/{DIGEST}")
    assert b"".join(answer.streaming_content) == RECORD


def test_too_many_bytes_are_not_kept(handler: Asking, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST", 1000)
    assert handler.upload(b"x" * 1001).status_code == 413
    assert handler.upload(b"x" * 1000).status_code == 201
    assert [p.stat().st_size for p in files_in(home)] == [1000]


def test_a_body_shorter_than_it_says_is_not_kept(handler: Asking, home: Path) -> None:
    answer = handler.client.generic(
        "POST",
        "/api/v1/documents",
        headers=handler.headers,
        **{"wsgi.input": io.BytesIO(b"short"), "CONTENT_LENGTH": "100", "CONTENT_TYPE": "application/pdf"},
    )
    assert answer.status_code == 400
    assert files_in(home) == []


@pytest.mark.parametrize(
    ("data", "media_type", "status"),
    [
        (b"", "application/pdf", 400),
        (b"x", "multipart/form-data; boundary=b", 415),
        (b"x", "application/x-www-form-urlencoded", 415),
    ],
)
def test_forms_and_nothing_are_no_documents(
    handler: Asking, data: bytes, media_type: str, status: int
) -> None:
    assert handler.upload(data, media_type).status_code == status


def test_who_records_nothing_stores_nothing(bureau: Bureau, roleless: Officer, home: Path) -> None:
    for officer, purpose in (
        (bureau.auditor, "audit"),
        (bureau.administrator, "administration"),
        (bureau.assessor, "assessment"),
        (bureau.handler, "export"),
        (roleless, "handling"),
    ):
        expected = 201 if (officer, purpose) == (bureau.handler, "export") else 403
        assert asking(officer, purpose).upload(os.urandom(8)).status_code == expected, officer
    assert (
        asking(bureau.machine, "keeping", by=bureau.administrator).upload(b"a recording").status_code == 201
    )
