"""The public page: it knows a paper by its code or its bytes, tells kind, unit and date, and nothing about anybody."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.casework.papers.decided_case import NAME, Decided
from tests.casework.papers.reading import pdf_needed
from tests.casework.papers.test_signing import stored
from tests.procedure.dossiers import KIND, Scene, at
from zhunsheng.acts.drafts import Actor, Attached, Draft
from zhunsheng.acts.uploads import upload_note
from zhunsheng.base import clock
from zhunsheng.base.storage import storage
from zhunsheng.casework.models import Paper
from zhunsheng.casework.papers.gate import being_signed
from zhunsheng.casework.papers.signing import Signed
from zhunsheng.procedure.door import enact
from zhunsheng.procedure.errors import NotAllowed

pytestmark = [pytest.mark.django_db, pdf_needed]


@pytest.fixture
def signed(decided: Decided) -> Signed:
    cache.clear()
    return decided.sign("penalty-notice", entries={"venue": "办案区"})


def token(decided: Decided, signed: Signed) -> str:
    return str(decided.act(signed).fields["paper_token"])


def upload(path: str, made: bytes) -> tuple[int, str]:
    answer = Client().post(path, {"file": SimpleUploadedFile("a.pdf", made)})
    return answer.status_code, answer.content.decode()


def test_it_tells_kind_unit_and_date_and_nothing_else(decided: Decided, signed: Signed) -> None:
    answer = Client().get(f"/verify/{token(decided, signed)}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    for told in ("有这份文书", "行政处罚告知笔录", "甲分局第一派出所", "2026-03-02"):
        assert told in page
    for secret in (
        NAME,
        "某丙",
        "990101",
        "虚构路",
        decided.dossier.number,
        str(decided.dossier.id),
        signed.digest,
        "演1002",
    ):
        assert secret not in page


def test_who_guesses_learns_nothing(decided: Decided, signed: Signed) -> None:
    """Neither the number nor the start of a code finds anything; every wrong code is answered alike."""
    known = token(decided, signed)
    pages = set()
    for guess in (
        known[:-1],
        "A" + known[1:] if known[0] != "A" else "B" + known[1:],
        "1",
        str(decided.act(signed).id),
    ):
        answer = Client().get(f"/verify/{guess}/")
        assert answer.status_code == 404
        main = answer.content.decode().partition("<main")[2].partition("csrfmiddlewaretoken")[0]
        pages.add(main)
        assert "制作单位</dt>" not in main
    assert len(pages) == 1


def test_the_file_is_compared(decided: Decided, signed: Signed) -> None:
    made = stored(signed.digest)
    path = f"/verify/{token(decided, signed)}/"
    assert "完全一致" in upload(path, made)[1]
    assert "不一致" in upload(path, made + b" ")[1]
    assert "完全一致" in upload("/verify/", made)[1]
    status, page = upload("/verify/", b"%PDF-1.7 something else")
    assert status == 200
    assert "没有内容相同的已签发文书" in page
    assert "制作单位</dt>" not in page


def test_a_sealed_dossier_is_as_if_it_were_not_there(decided: Decided, signed: Signed) -> None:
    made, code = stored(signed.digest), token(decided, signed)
    sealing = {"law": "public-order-law-2025", "article": "第136条", "reason": "治安违法记录封存"}
    decided.scene.do("dossier.sealed", 90, by=decided.scene.bureau.approver, fields=sealing)
    assert decided.dossier.sealed_at is not None
    assert Client().get(f"/verify/{code}/").status_code == 404
    assert "没有内容相同的已签发文书" in upload("/verify/", made)[1]


def test_trying_codes_is_slowed_down() -> None:
    cache.clear()
    statuses = [Client().get(f"/verify/code-{n}/").status_code for n in range(40)]
    cache.clear()
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_no_file_is_said_so() -> None:
    cache.clear()
    answer = Client().post("/verify/")
    assert "请选择要核对的PDF文件" in answer.content.decode()
    assert Client().get("/verify/").status_code == 200


def test_a_corrected_paper_says_so(decided: Decided, signed: Signed) -> None:
    """Its holder learns that a later one counts."""
    path = f"/verify/{token(decided, signed)}/"
    assert "已由后来的文书更正" not in Client().get(path).content.decode()
    later = decided.sign(
        "penalty-notice", 70, entries={"venue": "办案区"}, replaces=str(signed.enacted.act.id)
    )
    assert "已由后来的文书更正" in Client().get(path).content.decode()
    assert "已由后来的文书更正" not in Client().get(f"/verify/{token(decided, later)}/").content.decode()


def test_a_correction_puts_no_other_file_under_the_code(decided: Decided, signed: Signed) -> None:
    """What was signed stays what is verified; corrected otherwise, with the same bytes, it is still known."""
    act = next(a for a in decided.facts.acts if a.id == signed.enacted.act.id)
    code = str(act.fields["paper_token"])
    by, path = decided.scene.bureau.handler, f"/verify/{code}/"
    forged = storage().put([b"%PDF-1.7 another"], most=100)
    upload_note(forged.digest, by.number)
    again = Draft(
        act.type,
        act.at.astimezone(dt.UTC),
        dossier=decided.dossier.id,
        officers=tuple(Actor(one["officer"], one["role"]) for one in act.officers),
        subjects=act.subjects,
        fields=act.fields,
        documents=(Attached(signed.digest, "a.pdf", "application/pdf", 100),),
        corrects=act.id,
    )
    with clock.holding(at(80)):
        first = enact(again, by=by)
    assert Client().get(path).status_code == 200
    other = (Attached(forged.digest, "a.pdf", "application/pdf", forged.size),)
    with clock.holding(at(90)), pytest.raises(NotAllowed):
        enact(dataclasses.replace(again, documents=other, corrects=first.act.id), by=by)
    assert Client().get(path).status_code == 200
    assert "2026-03-02" not in upload("/verify/", b"%PDF-1.7 another")[1]


def test_a_code_stated_in_another_dossier_takes_nothing_over(decided: Decided, signed: Signed) -> None:
    """The paper that bore it first is the one that is told of."""
    code, by = token(decided, signed), decided.scene.bureau.handler
    forged = storage().put([b"%PDF-1.7 another"], most=100)
    upload_note(forged.digest, by.number)
    other = Scene(decided.scene.bureau)
    other.do("report.received", 65, fields=KIND | {"summary": "另一件"}, subjects={"person": ("某甲",)})
    forgery: dict[str, Any] = {
        "fields": {
            "document": "penalty-notice",
            "template": "penalty-notice",
            "paper_token": code,
            "signed": True,
        },
        "documents": (Attached(forged.digest, "a.pdf", "application/pdf", forged.size),),
    }
    with pytest.raises(NotAllowed):
        other.do("document.made", 70, **forgery)
    with being_signed():
        other.do("document.made", 71, **forgery)
    assert Paper.objects.unfenced("a test").filter(token=code).count() == 2
    answer = Client().post(f"/verify/{code}/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 another")})
    assert answer.context["outcome"] == "other"
    answer = Client().post(f"/verify/{code}/", {"file": SimpleUploadedFile("a.pdf", stored(signed.digest))})
    assert answer.context["outcome"] == "same"
