"""Whatever is sent, the answer is a problem document in the caller's language, and never a fault of ours."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.http.request import UnreadablePostError
from django.test import Client

from tests.api.conftest import REPORT, Asking, act, case_opened, signed_in
from zhunsheng.api import recording
from zhunsheng.api.operations import LARGEST_BODY
from zhunsheng.api.problems import KINDS, URN
from zhunsheng.people.demo import Bureau
from zhunsheng.people.services import officer_suspend
from zhunsheng.people.tokens import token_revoke


def told(answer: Any, code: str) -> dict[str, Any]:
    """The problem document, which must be of that kind."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    found: dict[str, Any] = answer.json()
    assert found["type"] == f"urn:zhunsheng:problem:{code}", found
    assert answer.status_code == found["status"] == KINDS[code].status
    assert found["title"]
    assert answer["Cache-Control"] == "no-store"
    assert len(found["request_id"]) == 32
    return found


def test_kinds_of_problem_are_told_apart_by_code_and_words() -> None:
    assert (
        len({kind.zh for kind in KINDS.values()}) == len({kind.en for kind in KINDS.values()}) == len(KINDS)
    )
    assert all(400 <= kind.status < 500 or kind.status == 503 for kind in KINDS.values())


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"\xff\xfe",
        b'"\\ud800"',
        b'{"type": "\\udc00"}',
        b'{"a": 1, "a": 2}',
        b"NaN",
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": 123456789012345678901234567890}',
        b"[" * 100_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"9" * 10_000,
        b"\xef\xbb\xbf{}",
    ],
    ids=range(13),
)
def test_a_body_that_is_no_strict_json_is_malformed(handler: Asking, raw: bytes) -> None:
    answer = handler.client.post(
        "/api/v1/dossiers",
        raw,
        content_type="application/json",
        headers=handler.headers | {"Idempotency-Key": "1"},
    )
    told(answer, "malformed")


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"1", b'"text"', b"true", b"{}"])
def test_a_body_of_another_shape_is_invalid(handler: Asking, raw: bytes) -> None:
    headers, said = handler.headers | {"Idempotency-Key": "1"}, {"CONTENT_TYPE": "application/json"}
    answer = handler.client.post("/api/v1/dossiers", raw, said["CONTENT_TYPE"], headers=headers, **said)
    assert told(answer, "invalid")["faults"]


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": {"reason": "a\x00b"}},
        {"fields": {"reason": {"deep": [1]}}},
        {"fields": {"amount": 1e308, "case_kind": "other"}},
        {"fields": {"amount": "1e9999999"}},
        {"fields": {"amount": "9" * 5000}},
        {"fields": {"conduct_on": "2026-02-30"}},
        {"fields": {"f" * 81: 1}},
        {"fields": {f"f{n}": 1 for n in range(201)}},
        {"subjects": {"person": ["x"] * 501}},
        {"subjects": {"\x00": ["x"]}},
        {"subjects": {"person": ["a\x00b"]}},
        {"officers": [{"officer": "a\x00", "role": "handler"}]},
        {"officers": [{"officer": "x", "role": "handler"}] * 501},
        {"documents": [{"digest": "0" * 64, "name": "\x00"}]},
        {"documents": [{"digest": "0" * 64, "started_at": "0001-01-01T00:00:00+23:59"}]},
        {"documents": [{"digest": "0" * 64, "size": True}]},
        {"erases": {"act": "x", "paths": []}},
        {"backfill": "\x00"},
        {"type": "x" * 81},
        {"corrects": "018f0000-0000-7000-8000-00000000000g"},
    ],
    ids=range(20),
)
def test_values_that_cannot_be_kept_are_invalid(handler: Asking, changes: dict[str, Any]) -> None:
    found = told(handler.post("/dossiers", act("report.received") | changes), "invalid")
    assert found["faults"]
    assert all(fault["detail"] and fault["where"] for fault in found["faults"])
    assert len(json.dumps(found)) < 20_000


@pytest.mark.parametrize(
    "media_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""]
)
def test_a_body_that_does_not_say_it_is_json_is_not_read(handler: Asking, media_type: str) -> None:
    answer = handler.client.post(
        "/api/v1/dossiers", b"{}", content_type=media_type, headers=handler.headers | {"Idempotency-Key": "1"}
    )
    told(answer, "media-type")


def test_a_body_too_large_is_not_read(handler: Asking) -> None:
    raw = b'"' + b"x" * LARGEST_BODY + b'"'
    answer = handler.client.post(
        "/api/v1/dossiers",
        raw,
        content_type="application/json",
        headers=handler.headers | {"Idempotency-Key": "1"},
    )
    told(answer, "too-large")


class Broken(io.BytesIO):
    """A connection that goes away."""

    def read(self, *_args: Any) -> bytes:
        raise UnreadablePostError


@pytest.mark.parametrize("path", ["dossiers", "documents"])
def test_a_body_that_breaks_off_is_malformed(handler: Asking, path: str) -> None:
    media_type = "application/json" if path == "dossiers" else "application/pdf"
    answer = handler.client.generic(
        "POST",
        f"/api/v1/{path}",
        headers=handler.headers | {"Idempotency-Key": "1"},
        **{"wsgi.input": Broken(), "CONTENT_LENGTH": "10", "CONTENT_TYPE": media_type},
    )
    told(answer, "malformed")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_another_method_is_answered_with_those_that_work(handler: Asking, method: str) -> None:
    answer = getattr(handler.client, method)("/api/v1/dossiers", headers=handler.headers)
    told(answer, "method")
    assert {m.strip() for m in answer["Allow"].split(",")} == {"GET", "POST"}


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer zs_" + "x" * 5000, "Bearer é\u4e00"],
)
def test_who_proves_nothing_is_nobody(bureau: Bureau, header: str | None) -> None:
    answer = Client().get("/api/v1/me", headers={} if header is None else {"Authorization": header})
    told(answer, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith('Bearer realm="zhunsheng"')


def test_a_token_ends_with_its_account_and_its_revocation(bureau: Bureau, handler: Asking) -> None:
    assert handler.get("/me").status_code == 200
    officer_suspend(bureau.handler, by=bureau.administrator, reason="停职")
    told(handler.get("/me"), "unauthenticated")


def test_a_revoked_token_is_worth_nothing(bureau: Bureau, handler: Asking) -> None:
    token_revoke(bureau.handler.tokens.get(), by=bureau.handler)
    told(handler.get("/me"), "unauthenticated")


def test_a_bad_token_is_not_passed_over_for_a_session(bureau: Bureau) -> None:
    browser = signed_in(bureau.handler)
    assert browser.get("/me").status_code == 200
    told(browser.get("/me", Authorization="Bearer x"), "unauthenticated")


def test_a_browser_needs_its_csrf_token_to_write(bureau: Bureau) -> None:
    browser = signed_in(bureau.handler)
    browser.client.handler.enforce_csrf_checks = True
    told(browser.post("/dossiers", act("report.received", **REPORT)), "not-allowed")
    assert browser.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("accept", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.1", "zh"), ("en-GB", "en"), ("fr", "zh"), ("*", "zh"), ("", "zh")],
)
def test_problems_speak_the_callers_language(handler: Asking, accept: str, language: str) -> None:
    answer = handler.speaking(accept).get("/dossiers/018f0000-0000-7000-8000-000000000000")
    found = told(answer, "not-found")
    assert found["title"] == getattr(KINDS["not-found"], language)


@pytest.mark.parametrize(
    "path", ["/dossiers/x", "/nothing", "/dossiers/018F0000-0000-7000-8000-000000000000/acts"]
)
def test_an_address_that_is_none_has_a_problem_document_too(handler: Asking, path: str) -> None:
    answer = handler.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["title"]) == (URN + "not-found", KINDS["not-found"].zh)


@pytest.mark.parametrize(
    "cursor", ["x", "=", "e30", "WzFd", "bnVsbA", "W10", "é", "%00", "W251bGwsMV0", "W1sxXSwxXQ", "x" * 201]
)
@pytest.mark.parametrize("path", ["/dossiers", "/obligations"])
def test_a_cursor_of_somebody_elses_making_is_invalid(handler: Asking, path: str, cursor: str) -> None:
    answer = handler.get(path, {"cursor": cursor})
    if (path, cursor) == ("/obligations", "W251bGwsMV0"):
        assert answer.status_code == 200
    else:
        told(answer, "invalid")


def test_a_database_that_does_not_answer_is_no_fault_of_the_caller(
    handler: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("canceling statement due to lock timeout of user secret")

    monkeypatch.setattr(recording, "enact", fails)
    answer = handler.post("/dossiers", act("report.received", **REPORT))
    told(answer, "busy")
    assert answer["Retry-After"] == "1"
    assert b"secret" not in answer.content


def test_a_fault_of_ours_shows_nothing_of_itself(handler: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the secret")

    monkeypatch.setattr(recording, "enact", fails)
    answer = handler.post("/dossiers", act("report.received", **REPORT))
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert b"secret" not in answer.content


def test_a_dossier_number_is_matched_as_it_is(handler: Asking) -> None:
    number = case_opened(handler)["number"]
    assert len(handler.get("/dossiers", {"number": number}).json()["items"]) == 1
    for odd in ("%", "_" * len(number), number.lower() + "'", "'; DROP TABLE acts_act; --".replace(" ", "")):
        assert handler.get("/dossiers", {"number": odd}).json()["items"] == []
    told(handler.get("/dossiers", {"number": "a\x00"}), "invalid")


def test_more_parameters_than_anybody_needs_are_refused(handler: Asking) -> None:
    told(handler.get("/dossiers?" + "&".join(f"p{n}=1" for n in range(900))), "invalid")
    assert handler.get("/dossiers?" + "&".join("limit=1" for _ in range(2000))).status_code == 400


@pytest.mark.parametrize("length", ["abc", "-1", "1" * 30, "\uff11", ""])
def test_a_length_that_is_no_number_is_no_fault_of_ours(handler: Asking, length: str) -> None:
    for path in ("dossiers", "documents"):
        answer = handler.client.generic(
            "POST",
            f"/api/v1/{path}",
            headers=handler.headers | {"Idempotency-Key": "1"},
            **{"wsgi.input": io.BytesIO(b"{}"), "CONTENT_LENGTH": length, "CONTENT_TYPE": "application/json"},
        )
        assert answer.status_code in (400, 422), answer.content
