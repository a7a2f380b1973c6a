"""Recording acts through the API: what is recorded, what is refused and in whose words, and that nothing is recorded twice."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from typing import Any

import pytest

from tests.api.conftest import REPORT, SUSPECT, Asking, act, asking, at, case_opened, in_custody, signed_in
from zhunsheng.acts.models import Act, Dossier
from zhunsheng.people.demo import Bureau
from zhunsheng.procedure.models import Obligation


def acts_recorded() -> list[str]:
    return list(
        Act.objects.unfenced("test").order_by("recorded_at", "position").values_list("type", flat=True)
    )


def test_a_dossier_opens_with_its_first_act(handler: Asking, bureau: Bureau) -> None:
    answer = handler.post("/dossiers", act("report.received", kind="traffic", **REPORT))
    found = answer.json()
    recorded = Act.objects.unfenced("test").select_related("dossier").get()
    assert answer.status_code == 201
    assert answer["ETag"] == '"1"'
    assert answer["Location"] == f"/api/v1/acts/{recorded.id}"
    assert answer["Cache-Control"] == "no-store"
    assert found["outcome"] == "recorded"
    assert (found["act"], found["dossier"]) == (str(recorded.id), str(recorded.dossier_id))
    assert (found["number"], found["position"]) == (recorded.dossier.number, 1)
    assert found["receipt"] == bytes(recorded.dossier.head).hex()
    assert found["obligations"]["opened"] == Obligation.objects.unfenced("test").count() > 0
    assert (recorded.type, recorded.recorded_by_id) == ("report.received", bureau.handler.number)
    assert (recorded.dossier.kind, recorded.dossier.unit_id) == ("traffic", bureau.handler.unit_id)
    assert recorded.fields == {"case_kind": "public-order"}
    assert recorded.subjects == {"person": ("某甲",)}


def test_further_acts_follow_in_order(handler: Asking) -> None:
    dossier = in_custody(handler)
    kept = Dossier.objects.unfenced("test").get(pk=dossier)
    assert kept.position == 4
    assert acts_recorded() == ["report.received", "case.opened", "person.identified", "person.arrived"]


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "依法不得登记"), ("en", "the law stands against")])
def test_what_the_law_forbids_is_refused_with_reasons(
    handler: Asking, bureau: Bureau, language: str, title: str
) -> None:
    dossier = in_custody(handler)
    approver = asking(bureau.approver, "approval").speaking(language)
    decided = act("penalty.decided", 60, fields={"decision": "fine", "amount": 500}, subjects=SUSPECT)
    answer = approver.post(f"/dossiers/{dossier}/acts", decided)
    found = answer.json()
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Content-Language"].startswith(language[:2])
    assert found["type"] == "urn:zhunsheng:problem:refused"
    assert title in found["title"]
    assert found["reasons"]
    for reason in found["reasons"]:
        assert reason["basis"]
        assert reason["verdict"]
        assert reason["severity"] == "blocking"
    assert Dossier.objects.unfenced("test").get(pk=dossier).position == 4


def unnamed(told: Any) -> str:
    """What was told, without the ids of acts."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", json.dumps(told, ensure_ascii=False))


def test_the_same_request_twice_is_one_act(handler: Asking) -> None:
    body = act("report.received", **REPORT)
    first = handler.post("/dossiers", body, key="one")
    second = handler.post("/dossiers", body, key="one")
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["outcome"] == "replayed"
    for name in ("act", "dossier", "number", "position", "receipt", "recorded_at"):
        assert second.json()[name] == first.json()[name]
    assert second["Location"] == first["Location"]
    assert acts_recorded() == ["report.received"]


def test_another_request_under_a_used_key_is_refused(handler: Asking) -> None:
    handler.post("/dossiers", act("report.received", **REPORT), key="one")
    other = handler.post("/dossiers", act("report.received", 1, **REPORT), key="one")
    assert other.status_code == 422
    assert other.json()["type"].endswith(":key-reused")
    assert acts_recorded() == ["report.received"]


def test_a_key_belongs_to_its_sender(handler: Asking, bureau: Bureau) -> None:
    body = act("report.received", **REPORT)
    assert handler.post("/dossiers", body, key="one").status_code == 201
    assert asking(bureau.second_handler, "handling").post("/dossiers", body, key="one").status_code == 201
    assert acts_recorded() == ["report.received"] * 2


@pytest.mark.parametrize("key", [None, "", "with blank", "schlüssel", "x" * 201])
def test_nothing_is_recorded_without_a_proper_key(handler: Asking, key: str | None) -> None:
    answer = handler.client.post(
        "/api/v1/dossiers",
        act("report.received", **REPORT),
        content_type="application/json",
        headers=handler.headers | ({} if key is None else {"Idempotency-Key": key}),
    )
    assert (answer.status_code, answer.json()["type"].split(":")[-1]) in {
        (400, "key-required"),
        (422, "invalid"),
    }
    assert acts_recorded() == []


def test_a_dossier_that_has_moved_on_takes_no_act_meant_for_its_past(handler: Asking) -> None:
    dossier = case_opened(handler)["dossier"]
    path, body = f"/dossiers/{dossier}/acts", act("case.opened", 1, fields={"case_kind": "public-order"})
    assert handler.post(path, body, If_Match='"1"').status_code == 201
    late = handler.post(path, act("person.identified", 2, subjects=SUSPECT), If_Match='"1"')
    assert late.status_code == 412
    assert late.json()["actual"] == 2
    assert acts_recorded() == ["report.received", "case.opened"]


@pytest.mark.parametrize("match", ["1", "*", 'W/"1"', '"1", "2"', '"-1"', '"99999999999999999999"'])
def test_a_position_is_one_etag_of_ours(handler: Asking, match: str) -> None:
    dossier = case_opened(handler)["dossier"]
    answer = handler.post(f"/dossiers/{dossier}/acts", act("case.opened", 1), If_Match=match)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["where"] == "header.If-Match"


def test_a_dry_run_says_what_would_come_of_it_and_writes_nothing(handler: Asking) -> None:
    answer = handler.post("/dossiers?dry_run=true", act("report.received", **REPORT), key=None)
    found = answer.json()
    assert answer.status_code == 200
    assert found["outcome"] == "considered"
    assert found["obligations"]["opened"] > 0
    assert [found[name] for name in ("act", "dossier", "number", "receipt", "recorded_at")] == [None] * 5
    assert acts_recorded() == []
    assert not Dossier.objects.unfenced("test").exists()


def test_a_dry_run_tells_refusals_as_the_door_would(handler: Asking, bureau: Bureau) -> None:
    dossier = in_custody(handler)
    approver = asking(bureau.approver, "approval")
    decided = act("penalty.decided", 60, fields={"decision": "fine", "amount": 500}, subjects=SUSPECT)
    considered = approver.post(f"/dossiers/{dossier}/acts?dry_run=true", decided, key=None)
    enacted = approver.post(f"/dossiers/{dossier}/acts", decided)
    assert (considered.status_code, enacted.status_code) == (409, 409)
    assert unnamed(considered.json()["reasons"]) == unnamed(enacted.json()["reasons"])


def test_a_dry_run_after_which_one_records_gives_what_it_said(handler: Asking) -> None:
    dossier = in_custody(handler)
    body = act("person.released", 50, subjects=SUSPECT)
    considered = handler.post(f"/dossiers/{dossier}/acts?dry_run=true", body, key=None).json()
    enacted = handler.post(f"/dossiers/{dossier}/acts", body).json()
    assert considered["warnings"]
    for name in ("position", "obligations", "warnings", "dossier", "number"):
        assert unnamed(considered[name]) == unnamed(enacted[name])


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"type": "no.such-type"}, "type"),
        ({"occurred_at": at(600)}, "occurred_at"),
        ({"ended_at": at(-1)}, "ended_at"),
        ({"fields": {"case_kind": "piracy"}}, "fields.case_kind"),
        ({"fields": {"colour": "red"}}, "fields.colour"),
        ({"subjects": {"person": [" "]}}, "subjects.person.0"),
        ({"officers": [{"officer": "演1001", "role": "queen"}]}, "officers.0.role"),
        ({"backfill": "x" * 10_001}, "body.backfill"),
        ({"occurred_at": "2026-03-02T09:00:00"}, "body.occurred_at"),
        ({"occurred_at": 1772442000}, "body.occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-23:59"}, "body.occurred_at"),
        ({"fields": {"case_kind": ["public-order"]}}, "body.fields.case_kind"),
        ({"officers": [{"officer": "演1001", "role": "handler", "rank": "chief"}]}, "body.officers.0.rank"),
        ({"documents": [{"digest": "ABC"}]}, "body.documents.0.digest"),
        ({"documents": [{"digest": "0" * 64, "size": 1.5}]}, "body.documents.0.size"),
        ({"corrects": "urn:uuid:018f0000-0000-7000-8000-000000000000"}, "body.corrects"),
        ({"unit": "a\x00b"}, "body.unit"),
        ({"kind": "piracy"}, "body.kind"),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_what_cannot_be_an_act_is_named_with_its_place(
    handler: Asking, changes: dict[str, Any], where: str
) -> None:
    for language in ("zh", "en"):
        answer = handler.speaking(language).post("/dossiers", act("report.received") | changes)
        found = answer.json()
        assert answer.status_code == 422, found
        assert where in {fault["where"] for fault in found["faults"]}
        chinese = any("一" <= c <= "鿿" for fault in found["faults"] for c in fault["detail"])
        assert chinese == (language == "zh")
    assert acts_recorded() == []


def test_every_fault_is_told_at_once(handler: Asking) -> None:
    answer = handler.post("/dossiers", {"type": "report.received", "fields": {"x": 1}, "extra": 1})
    assert {f["where"] for f in answer.json()["faults"]} == {"body.occurred_at", "body.extra"}
    answer = handler.post("/dossiers", act("report.received", 600, fields={"colour": 1, "shape": 2}))
    assert {f["where"] for f in answer.json()["faults"]} == {"occurred_at", "fields.colour", "fields.shape"}


def test_a_unit_that_does_not_exist_is_refused(handler: Asking) -> None:
    assert handler.post("/dossiers", act("report.received", unit="nowhere")).status_code == 403
    dossier = case_opened(handler)["dossier"]
    answer = handler.post(f"/dossiers/{dossier}/acts", act("case.opened", 1, unit="nowhere"))
    assert answer.status_code in (403, 422)


def test_who_lacks_the_power_is_told_so(bureau: Bureau, handler: Asking) -> None:
    dossier = case_opened(handler)["dossier"]
    answer = signed_in(bureau.second_handler).post(
        f"/dossiers/{dossier}/acts", act("penalty.decided", 1, fields={"decision": "fine", "amount": 1})
    )
    assert answer.status_code == 403
    assert answer.json()["type"].endswith(":not-allowed")
    assert "审批人" in answer.json()["detail"]


def test_absent_and_out_of_reach_cannot_be_told_apart(bureau: Bureau, handler: Asking) -> None:
    dossier = case_opened(handler)["dossier"]
    stranger = asking(bureau.other_handler, "handling")
    answers = [
        stranger.post(f"/dossiers/{name}/acts{query}", act("case.opened", 1))
        for query in ("", "?dry_run=true")
        for name in (dossier, uuid.uuid4())
    ]
    told = [(a.status_code, {k: v for k, v in a.json().items() if k != "request_id"}) for a in answers]
    assert told == [told[0]] * 4
    assert told[0][0] == 404


def test_a_token_records_only_what_its_purpose_is_about(bureau: Bureau) -> None:
    supervising = asking(bureau.handler, "supervision")
    answer = supervising.post("/dossiers", act("report.received", **REPORT))
    assert answer.status_code == 403
    assert acts_recorded() == []


def test_documents_not_stored_here_are_pointed_out(handler: Asking) -> None:
    kept = handler.upload(b"a record of questioning").json()["digest"]
    strange = hashlib.sha256(b"elsewhere").hexdigest()
    documents = [{"digest": kept, "name": "笔录"}, {"digest": strange}, {"digest": strange}]
    found = case_opened(handler, documents=documents)
    assert found["documents_missing"] == [strange]


def test_a_correction_names_what_it_corrects(handler: Asking) -> None:
    opened = case_opened(handler)
    path = f"/dossiers/{opened['dossier']}/acts"
    corrected = act("report.received", fields={"case_kind": "traffic"}, corrects=opened["act"])
    assert handler.post(path, corrected).status_code == 201
    assert handler.post(path, corrected | {"corrects": str(uuid.uuid4())}).status_code == 403


def test_what_happened_long_ago_is_recorded_with_its_reason(handler: Asking) -> None:
    opened = case_opened(handler, backfill="系统停电，次日补录", occurred_at="2026-02-01T09:00:00+08:00")
    assert handler.get(f"/acts/{opened['act']}").json()["backfill"] == "系统停电，次日补录"
