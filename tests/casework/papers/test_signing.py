"""A signed paper: whole or refused, numbered without gaps, bytes kept by digest, named by an act, never changed."""

from __future__ import annotations

import hashlib

import pytest

from tests.casework.papers.decided_case import NAME, Decided
from tests.casework.papers.reading import pdf_needed, pdf_text
from tests.procedure.dossiers import at
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.base.storage import storage
from zhunsheng.casework.models import Paper, PaperNumbering
from zhunsheng.casework.papers.delivery import Addressee, Service, addressees, paper_serve, served
from zhunsheng.casework.papers.kinds import kinds
from zhunsheng.casework.papers.making import sheet_of
from zhunsheng.casework.papers.view import register_of
from zhunsheng.procedure.errors import OutOfStep

pytestmark = [pytest.mark.django_db, pdf_needed]


def stored(digest: str) -> bytes:
    file = storage().open(digest)
    assert file is not None
    with file:
        return file.read()


def paper_of(decided: Decided, number: str) -> Paper:
    found: Paper = Paper.objects.unfenced("a test").get(dossier_id=decided.dossier.id, number=number)
    return found


def test_the_bytes_are_those_the_act_names(decided: Decided) -> None:
    signed = decided.sign("filing-register")
    assert signed.number == "甲公（一）行立字〔2026〕1号"
    made = stored(signed.digest)
    assert hashlib.sha256(made).hexdigest() == signed.digest
    act = decided.act(signed)
    assert [d["digest"] for d in act.documents] == [signed.digest]
    fields = act.fields
    assert (fields["document"], fields["template"], fields["template_version"]) == (
        "filing-register",
        "filing-register",
        "2024",
    )
    assert fields["paper_content"] in pdf_text(made)
    assert signed.number in pdf_text(made)
    row = paper_of(decided, signed.number)
    assert (row.digest, row.token, row.kind) == (signed.digest, fields["paper_token"], "filing-register")
    assert len(row.token) >= 24


def test_making_it_meets_the_obligation(decided: Decided) -> None:
    before = {o.norm_id: o.status for o in decided.scene.obligations()}
    decided.sign("filing-register")
    after = {o.norm_id: o.status for o in decided.scene.obligations()}
    changed = {norm for norm in after if before.get(norm) != after[norm]}
    assert any(after[norm] == "met" for norm in changed)


def test_signing_names_what_is_missing(decided: Decided) -> None:
    decided.scene.do("evidence.ordered", 45, fields={"evidence": "监控录像"})
    with pytest.raises(InputError) as refused:
        decided.sign("evidence-order")
    assert refused.value.zh.startswith("缺：对方单位或者个人")
    assert "第28条" in refused.value.zh
    assert "在本页填写" in refused.value.remedy_zh
    assert not PaperNumbering.objects.filter(series="行调证字").exists()
    assert not Paper.objects.unfenced("a test").exists()
    signed = decided.sign("evidence-order", entries={"counterpart": "演示市虚构商场"})
    assert signed.number == "甲公（一）行调证字〔2026〕1号"
    assert decided.act(signed).fields["counterpart"] == "演示市虚构商场"


def test_the_parties_way_of_signing_is_said(decided: Decided) -> None:
    with pytest.raises(InputError, match="没有写明当事人怎样签名"):
        decided.sign("penalty-notice", means="")
    refused = decided.sign("penalty-notice", means="refused-noted")
    fields = decided.act(refused).fields
    assert (fields["signed"], fields["noted"], fields["confirm_means"]) == (False, True, "refused-noted")
    assert "confirmed_at" in fields


def test_an_electronic_signature_needs_its_recording(decided: Decided) -> None:
    with pytest.raises(InputError, match="没有同步录音录像"):
        decided.sign("penalty-notice", means="electronic")


def test_a_correction_is_a_new_paper_and_the_old_stays(decided: Decided) -> None:
    first = decided.sign("filing-register")
    before = stored(first.digest)
    decided.addressed()
    second = decided.sign("filing-register", 70, replaces=first.number)
    assert second.number == "甲公（一）行立字〔2026〕2号"
    assert decided.act(second).fields["paper_replaces"] == first.number
    assert stored(first.digest) == before
    assert paper_of(decided, first.number).digest == first.digest


def test_a_case_that_moved_on_is_read_again_first(decided: Decided, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper never leaves out what was recorded while it was being signed; its number is given back."""
    stale = decided.dossier
    decided.scene.do(
        "person.identified",
        41,
        fields={"name": NAME, "person_role": "suspect"},
        subjects={"person": ("PAAAAAA1",)},
    )
    monkeypatch.setattr(Decided, "dossier", property(lambda _: stale))
    with pytest.raises(OutOfStep):
        decided.sign("filing-register")
    monkeypatch.undo()
    assert decided.sign("filing-register", 80).number == "甲公（一）行立字〔2026〕1号"


def test_what_cannot_be_printed_uses_no_number(decided: Decided, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("no ink")

    monkeypatch.setattr("zhunsheng.casework.papers.signing.paper_pdf", broken)
    with pytest.raises(RuntimeError, match="no ink"):
        decided.sign("filing-register")
    monkeypatch.undo()
    assert decided.sign("filing-register").number.endswith("〔2026〕1号")


def test_service_is_an_act_for_each_recipient(decided: Decided) -> None:
    signed = decided.sign("filing-notice")
    made = next(a for a in decided.facts.all("document.made") if a.id == signed.enacted.act.id)
    (to,) = addressees(decided.facts, kinds()["filing-notice"], made)
    assert to == Addressee("reporter", "PAAAAAA3", "某丁")
    assert served(decided.facts, made, to) is None
    handler = decided.scene.bureau.handler

    with clock.holding(at(90)):
        done = paper_serve(made, Service("direct", at(90), to), dossier=decided.dossier.id, by=handler)
    assert done.act.fields == {
        "document": "filing-notice",
        "paper_number": signed.number,
        "recipient": "reporter",
        "method": "direct",
    }
    found = served(decided.facts, made, to)
    assert found is not None
    assert found.id == done.act.id
    with pytest.raises(InputError, match="没有写明无法送达的理由"), clock.holding(at(91)):
        paper_serve(made, Service("failed", at(91), to), dossier=decided.dossier.id, by=handler)
    receipt = decided.paper("service-receipt")
    assert receipt.base.id == done.act.id


def test_a_refused_paper_is_left_with_what_the_law_asks_to_be_noted(decided: Decided) -> None:

    signed = decided.sign("filing-notice")
    made = next(a for a in decided.facts.all("document.made") if a.id == signed.enacted.act.id)
    (to,) = addressees(decided.facts, kinds()["filing-notice"], made)
    left = Service("left", at(90), to, witness_signed=True, refusal_recorded=False, noted=True)
    with clock.holding(at(90)):
        done = paper_serve(made, left, dossier=decided.dossier.id, by=decided.scene.bureau.handler)
    assert (done.act.type, done.act.fields["witness_signed"], done.act.fields["noted"]) == (
        "document.left",
        True,
        True,
    )


def test_the_last_day_is_the_one_the_law_counts(decided: Decided) -> None:
    """Nobody enters when a seizure ends: the obligation it opened says so."""
    decided.scene.do(
        "property.seized",
        42,
        fields={"case_kind": "public-order", "item_kind": "ordinary"},
        subjects={"person": ("PAAAAAA1",), "item": ("折叠刀",)},
    )
    facts = decided.facts
    one = decided.paper("preservation-decision")
    without = sheet_of(facts, register_of(facts), one, {})
    assert "due_on" in {word.name for word, _ in without.needed}
    sheet = sheet_of(facts, register_of(facts, decided.dossier.id), one, {})
    assert "due_on" not in {word.name for word, _ in sheet.needed}
    assert "至2026年4月1日止" in "".join(run.text for block in sheet.blocks for run in block.runs)
