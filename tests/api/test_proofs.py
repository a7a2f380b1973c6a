"""Proofs and the ledger's public resources: enough for somebody who trusts nothing but the log's key."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Asking, act, asking, case_opened, in_custody
from zhunsheng.ledger.checkpoints import Checkpoint, open_checkpoint
from zhunsheng.ledger.entries import check_entry, entry_digest, open_entry
from zhunsheng.ledger.hashing import SHA256
from zhunsheng.ledger.keys import KeyHistory
from zhunsheng.ledger.notes import Note
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.ledger.tiles import TileReader, paths_of
from zhunsheng.ledger.tree import inclusion_proof, verify_inclusion
from zhunsheng.people.demo import Bureau


def proof_of(caller: Asking, act_id: str) -> dict[str, Any]:
    answer = caller.get(f"/acts/{act_id}/proof")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def acts_of(caller: Asking, dossier: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = caller.get(f"/dossiers/{dossier}/acts").json()["items"]
    return items


def test_an_act_is_proven_from_its_words_to_the_signed_checkpoint(handler: Asking) -> None:
    dossier = in_custody(handler)
    ledger_sequence()
    keys = KeyHistory.parse(Client().get("/ledger/keys").content)
    previous = b""
    for shown in acts_of(handler, dossier):
        proof = proof_of(handler, shown["id"])
        body = base64.b64decode(proof["body"])
        openings = {p: (bytes.fromhex(o["salt"]), o["value"]) for p, o in proof["openings"].items()}
        entry = open_entry(body)
        assert check_entry(body, openings) == []
        assert (entry.chain, entry.position, entry.previous) == (dossier, shown["position"], previous)
        assert openings["type"][1] == shown["type"]
        for name, value in shown["fields"].items():
            assert openings[f"fields.{name}"][1] == value
        previous = entry_digest(body, SHA256)
        assert previous.hex() == proof["digest"]
        checkpoint, _, signed = open_checkpoint(proof["checkpoint"].encode(), keys.keys)
        path = [bytes.fromhex(h) for h in proof["inclusion"]["path"]]
        index, size = proof["inclusion"]["index"], proof["inclusion"]["size"]
        assert signed
        assert size == checkpoint.size
        assert verify_inclusion(previous, index, size, path, checkpoint.root, SHA256)
    assert handler.get(f"/dossiers/{dossier}").json()["head"] == previous.hex()


def test_a_dossiers_proofs_are_those_of_its_acts_page_by_page(handler: Asking) -> None:
    dossier = in_custody(handler)
    ledger_sequence()
    path, query = f"/dossiers/{dossier}/proof", {"limit": "3"}
    first = handler.get(path, query).json()
    second = handler.get(path, query | {"cursor": first["next"]}).json()
    assert second["next"] is None
    assert first["checkpoint"] == second["checkpoint"]
    together = first["items"] + second["items"]
    assert together == [
        {k: v for k, v in proof_of(handler, one["id"]).items() if k != "checkpoint"}
        for one in acts_of(handler, dossier)
    ]
    assert all(one["inclusion"] for one in together)


def test_an_act_not_yet_sealed_has_no_place_in_the_tree(handler: Asking) -> None:
    opened = case_opened(handler)
    proof = proof_of(handler, opened["act"])
    assert proof["inclusion"] is None
    assert proof["checkpoint"] is None
    assert proof["digest"] == opened["receipt"]
    ledger_sequence()
    later = handler.post(f"/dossiers/{opened['dossier']}/acts", act("case.opened", 1)).json()
    assert proof_of(handler, later["act"])["inclusion"] is None
    assert proof_of(handler, opened["act"])["inclusion"]["size"] == 1


def test_a_log_client_reads_the_tree_from_public_resources_alone(handler: Asking) -> None:
    opened = [case_opened(handler) for _ in range(3)]
    ledger_sequence()
    public = Client()

    def read(path: str) -> bytes | None:
        answer = public.get(f"/ledger/{path}")
        return bytes(answer.content) if answer.status_code == 200 else None

    note = public.get("/ledger/checkpoint")
    assert note["Content-Type"] == "text/plain; charset=utf-8"
    checkpoint = Checkpoint.parse(Note.parse(note.content).text)
    tree = TileReader(checkpoint.size, read, SHA256)
    assert tree.root() == checkpoint.root
    leaves = {tree.digest(index).hex() for index in range(checkpoint.size)}
    assert leaves == {one["receipt"] for one in opened}
    assert inclusion_proof(0, checkpoint.size, tree.node, SHA256)
    assert all(read(path) is not None for path in paths_of(checkpoint.size))


def test_full_tiles_are_kept_for_ever_and_absent_ones_not_at_all(
    handler: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhunsheng.api import ledger_files

    case_opened(handler)
    ledger_sequence()
    public = Client()
    partial = public.get("/ledger/tile/0/000.p/1")
    assert (partial.status_code, partial["Content-Type"]) == (200, "application/octet-stream")
    assert len(partial.content) == 32
    assert "immutable" not in partial["Cache-Control"]
    for absent in (
        "0/000",
        "0/000.p/2",
        "1/000.p/1",
        "0/00",
        "0/x000/000",
        "64/000",
        "0/000.p/0",
        "entries/001",
        "..",
        "0/000\x00",
    ):
        answer = public.get(f"/ledger/tile/{absent}")
        assert answer.status_code == 404, absent
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Cache-Control"] == "no-store"
    monkeypatch.setattr(ledger_files, "tile_read", lambda path: path.encode())
    full = public.get("/ledger/tile/entries/x001/234")
    assert full.content == b"tile/entries/x001/234"
    assert full["Cache-Control"] == "public, max-age=31536000, immutable"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"(entries|[0-9]{1,3})/(x[0-9]{3}/){0,12}[0-9]{3}(\.p/[0-9]{1,4})?", fullmatch=True),
    )
)
def test_a_path_of_anybodys_making_is_absent(db: None, path: str) -> None:
    assert Client(raise_request_exception=False).get(f"/ledger/tile/{quote(path)}").status_code == 404


def test_before_the_first_act_there_is_nothing_to_see(db: None, home: Any) -> None:
    for path in ("checkpoint", "keys", "tile/0/000.p/1"):
        assert Client().get(f"/ledger/{path}").status_code == 404
    assert not (home / "ledger").exists()


def test_the_ledgers_resources_are_only_read(db: None) -> None:
    for path in ("checkpoint", "keys", "tile/0/000"):
        assert Client().post(f"/ledger/{path}").status_code == 405


def test_proofs_are_for_those_who_may_read_the_act(handler: Asking, bureau: Bureau) -> None:
    opened = case_opened(handler)
    assert asking(bureau.auditor, "audit").get(f"/acts/{opened['act']}/proof").status_code == 403
    assert asking(bureau.other_handler, "handling").get(f"/acts/{opened['act']}/proof").status_code == 404
