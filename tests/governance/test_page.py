"""The rulebook's page: a legal reviewer tries and proposes, a head activates, and nobody else has the buttons."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.api.conftest import signed_in
from tests.procedure.dossiers import SUSPECT, Scene
from zhunsheng.people.demo import Bureau
from zhunsheng.people.models import Officer
from zhunsheng.procedure.changing import proposals_open
from zhunsheng.procedure.models import RulebookChange
from zhunsheng.procedure.overlay import activated

pytestmark = [pytest.mark.usefixtures("served")]


def client(officer: Officer) -> Client:
    return signed_in(officer).client


def committed() -> None:
    """What is done on commit is done now: the test's own transaction never commits."""
    for _, hook, _ in connection.run_on_commit:
        hook()
    connection.run_on_commit = []


def test_from_a_draft_to_a_norm_in_force(scene: Scene, bureau: Bureau, draft: Path) -> None:
    scene.opened()
    scene.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
    number = scene.dossier.number
    reviewer, head = client(bureau.legal_reviewer), client(bureau.approver)
    given = {"do": "propose", "name": "identified-first", "reason": "先查明身份"}
    file = SimpleUploadedFile("draft.yaml", draft.read_bytes())
    assert reviewer.post("/rulebook/", given | {"draft": file}).status_code == 302
    (proposal,) = proposals_open()
    shown = head.get("/rulebook/").content.decode()
    assert number in shown
    assert "1/1" in shown
    assert 'value="activate"' in shown
    assert 'value="activate"' not in reviewer.get("/rulebook/").content.decode()
    decision = {"do": "activate", "proposal": str(proposal.id), "draft": proposal.draft, "reason": "同意"}
    head.post("/rulebook/", decision)
    committed()
    assert activated() == {"identified-first": proposal.draft}
    assert "identified-first" in reviewer.get("/rulebook/").content.decode()


def test_cases_out_of_reach_are_counted_and_not_named(scene: Scene, bureau: Bureau, draft: Path) -> None:
    scene.opened()
    scene.do("person.arrived", 40, fields={"identity_known": True}, subjects=SUSPECT)
    number, station = scene.dossier.number, scene.dossier.unit.name_zh
    given = {"do": "propose", "name": "identified-first", "reason": "先查明身份"}
    file = SimpleUploadedFile("draft.yaml", draft.read_bytes())
    client(bureau.legal_reviewer).post("/rulebook/", given | {"draft": file})
    shown = client(bureau.other_approver).get("/rulebook/").content.decode()
    assert number not in shown
    assert "不在您的职权范围内" in shown
    assert station in shown
    assert number in client(bureau.approver).get("/rulebook/").content.decode()
    sealed = {"law": "-", "article": "1", "reason": "-"}
    scene.do("dossier.sealed", 50, by=bureau.approver, fields=sealed)
    assert number not in client(bureau.approver).get("/rulebook/").content.decode()


def test_what_is_wrong_with_a_draft_is_told_on_the_page(bureau: Bureau, draft: Path) -> None:
    text = draft.read_text(encoding="utf-8").replace("person.identified}", "person.unknown}", 1)
    file = SimpleUploadedFile("draft.yaml", text.encode())
    reviewer = client(bureau.legal_reviewer)
    given = {"do": "propose", "name": "x", "reason": "y", "draft": file}
    shown = reviewer.post("/rulebook/", given, follow=True).content.decode()
    assert "person.unknown" in shown
    assert RulebookChange.objects.count() == 0


@pytest.mark.parametrize("text", [b"norms: [\0]", b"\xff\xfe\x00", b"", b"- 1", b"norms: {a: &a [*a]}"])
def test_a_file_that_is_no_draft_is_told(bureau: Bureau, text: bytes) -> None:
    given = {"do": "propose", "name": "x", "reason": "y", "draft": SimpleUploadedFile("draft.yaml", text)}
    assert "没有办成" in client(bureau.legal_reviewer).post("/rulebook/", given).content.decode()


def test_a_reason_of_any_length_and_content_is_kept_or_told(bureau: Bureau, draft: Path) -> None:
    reviewer = client(bureau.legal_reviewer)

    def proposed(reason: str) -> int:
        file = SimpleUploadedFile("draft.yaml", draft.read_bytes())
        given = {"do": "propose", "name": "identified-first", "reason": reason, "draft": file}
        return reviewer.post("/rulebook/", given).status_code

    assert proposed("长" * 1_001) == 200
    assert RulebookChange.objects.count() == 0
    assert proposed("先查明\0身份") == 302
    assert RulebookChange.objects.get().reason == "先查明身份"
    proposal = str(RulebookChange.objects.get().id)
    head = client(bureau.approver)
    for given in (
        {"do": "activate", "proposal": proposal, "draft": "\0", "reason": "\0"},
        {"do": "activate", "proposal": "\0", "draft": "", "reason": "-"},
        {"do": "refuse", "proposal": "1" * 40, "draft": "", "reason": "-"},
        {"do": "retire", "name": "\0" * 100, "reason": "-"},
        {"do": "\0"},
    ):
        assert head.post("/rulebook/", given).status_code in (200, 302, 403, 404)
    assert RulebookChange.objects.count() == 1


def test_only_those_who_read_law_see_the_page(bureau: Bureau) -> None:
    for officer in (bureau.handler, bureau.administrator, bureau.auditor):
        assert client(officer).get("/rulebook/").status_code == 403
    assert client(bureau.supervisor).get("/rulebook/").status_code == 200
