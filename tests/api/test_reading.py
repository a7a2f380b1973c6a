"""Reading through the API: what is shown, to whom, for what purpose, and the trace each reading leaves."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import (
    REPORT,
    SUSPECT,
    TODAY,
    Asking,
    act,
    asking,
    at,
    case_opened,
    in_custody,
    signed_in,
)
from zhunsheng.acts.models import Dossier, Reading
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.base import clock
from zhunsheng.people.demo import Bureau
from zhunsheng.people.models import Officer
from zhunsheng.people.services import observer_grant


def readings() -> list[tuple[str, str, str]]:
    return list(Reading.objects.order_by("id").values_list("officer_id", "purpose", "via"))


def test_a_dossier_is_shown_with_its_position_as_etag(handler: Asking, bureau: Bureau) -> None:
    opened = case_opened(handler)
    answer = handler.get(f"/dossiers/{opened['dossier']}")
    assert answer.status_code == 200
    assert answer["ETag"] == '"1"'
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {
        "id": opened["dossier"],
        "number": opened["number"],
        "kind": "public-order",
        "unit": bureau.handler.unit_id,
        "position": 1,
        "head": opened["receipt"],
        "opened_at": "2026-03-02T02:00:00Z",
        "closed_at": None,
        "sealed_at": None,
    }
    assert readings() == [(bureau.handler.number, "handling", "api:dossier")]


def test_an_act_is_shown_as_it_was_recorded(handler: Asking, bureau: Bureau) -> None:
    digest = "a" * 64
    documents = [{"digest": digest, "name": "接报案登记表", "media_type": "application/pdf", "size": 7}]
    recordings = [{"digest": "b" * 64, "started_at": at(0), "ended_at": at(5)}]
    opened = case_opened(handler, documents=documents, recordings=recordings)
    shown = handler.get(f"/acts/{opened['act']}").json()
    assert shown["officers"] == [
        {
            "officer": bureau.handler.number,
            "role": "handler",
            "rank": "officer",
            "qualification": "enforcement",
        }
    ]
    assert shown["subjects"] == {"person": ["某甲"]}
    assert shown["fields"] == {"case_kind": "public-order"}
    assert shown["documents"] == [documents[0] | {"started_at": None, "ended_at": None}]
    assert shown["recordings"][0]["started_at"] == "2026-03-02T01:00:00.000000Z"
    assert shown["occurred_at"] == "2026-03-02T01:00:00Z"
    assert (shown["recorded_by"], shown["position"], shown["version"]) == (bureau.handler.number, 1, 1)
    assert shown["erased"] == []
    assert handler.get(f"/dossiers/{opened['dossier']}/acts").json() == {"items": [shown], "next": None}
    assert [via for *_, via in readings()] == ["api:act", "api:acts"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_obligations_come_with_their_reasons(handler: Asking, language: str) -> None:
    dossier = in_custody(handler)
    items = handler.speaking(language).get(f"/dossiers/{dossier}/obligations").json()["items"]
    live = [i for i in items if i["status"] == "pending"]
    assert live
    assert all(i["title"] and i["verdict"] and i["basis"] for i in items)
    due = [i["due_at"] for i in live if i["due_at"]]
    assert due == sorted(due)
    assert len(due) > 1
    assert any("一" <= c <= "鿿" for c in live[0]["title"]) == (language == "zh")
    assert readings()[-1][2] == "api:obligations"


def test_what_is_due_is_listed_over_all_dossiers(handler: Asking, bureau: Bureau) -> None:
    first, second = in_custody(handler), in_custody(handler)
    items = handler.get("/obligations").json()["items"]
    assert {i["dossier"] for i in items} == {first, second}
    assert all(i["number"] and i["title"] for i in items)
    assert handler.get("/obligations", {"before": "2026-03-02T00:00:00Z"}).json()["items"] == []
    mine = handler.get("/obligations", {"mine": "true"}).json()["items"]
    assert mine
    assert {i["owner"] for i in mine} == {bureau.handler.number}
    other = asking(bureau.other_handler, "handling")
    assert other.get("/obligations").json()["items"] == []
    assert other.get("/obligations", {"unit": bureau.handler.unit_id}).json()["items"] == []


def test_dossiers_are_found_by_number_kind_unit_and_state(handler: Asking, bureau: Bureau) -> None:
    first = case_opened(handler)
    second = case_opened(handler, fields={"case_kind": "traffic"})
    supervisor = asking(bureau.supervisor, "supervision")

    def found(query: dict[str, Any]) -> list[str]:
        return [d["number"] for d in supervisor.get("/dossiers", query).json()["items"]]

    assert found({}) == [second["number"], first["number"]]
    assert found({"number": first["number"]}) == [first["number"]]
    assert found({"kind": "traffic"}) == [second["number"]]
    assert found({"unit": bureau.supervisor.unit_id}) == []
    assert found({"unit": "990101000000"}) == [second["number"], first["number"]]
    assert found({"open": "true"}) == [second["number"], first["number"]]
    assert found({"open": "false"}) == []
    assert readings() == []


@pytest.mark.parametrize(
    "query", [{"colour": "red"}, {"limit": 0}, {"limit": 201}, {"kind": "x"}, {"open": "perhaps"}]
)
def test_a_query_nobody_knows_is_refused(handler: Asking, query: dict[str, Any]) -> None:
    answer = handler.get("/dossiers", query)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["where"] == f"query.{next(iter(query))}"


def test_nothing_is_read_without_a_purpose(bureau: Bureau, handler: Asking) -> None:
    opened = case_opened(handler)
    browser = signed_in(bureau.handler)
    for path in ("/dossiers", f"/dossiers/{opened['dossier']}", f"/acts/{opened['act']}", "/obligations"):
        answer = browser.get(path)
        assert answer.status_code == 400
        assert answer.json()["type"].endswith(":purpose-required")
        assert "handling" in answer.json()["purposes"]
        assert browser.get(path, X_Purpose="handling").status_code == 200
        assert browser.get(path, X_Purpose="supervision").status_code == 403
        assert browser.get(path, X_Purpose="curiosity").status_code == 403


def test_a_token_is_good_for_its_own_purpose(bureau: Bureau, handler: Asking) -> None:
    dossier = case_opened(handler)["dossier"]
    assert handler.get(f"/dossiers/{dossier}", X_Purpose="handling").status_code == 200
    answer = handler.get(f"/dossiers/{dossier}", X_Purpose="export")
    assert answer.status_code == 403
    assert answer.json()["purposes"] == ["handling"]


def test_absent_and_out_of_reach_cannot_be_told_apart(bureau: Bureau, handler: Asking) -> None:
    opened = case_opened(handler)
    other = asking(bureau.other_handler, "handling")
    for path, name in (
        ("/dossiers/{}", "dossier"),
        ("/dossiers/{}/acts", "dossier"),
        ("/dossiers/{}/obligations", "dossier"),
        ("/acts/{}", "act"),
        ("/acts/{}/proof", "act"),
        ("/dossiers/{}/proof", "dossier"),
        ("/acts/{}/documents/" + "0" * 64, "act"),
    ):
        answers = [other.get(path.format(which)) for which in (opened[name], uuid.uuid4())]
        told = [(a.status_code, {k: v for k, v in a.json().items() if k != "request_id"}) for a in answers]
        assert told[0] == told[1]
        assert told[0][0] == 404
    assert readings() == []


def test_who_read_a_dossier_is_told_to_auditors_and_supervisors(bureau: Bureau, handler: Asking) -> None:
    dossier = case_opened(handler)["dossier"]
    handler.get(f"/dossiers/{dossier}")
    asking(bureau.supervisor, "supervision").get(f"/dossiers/{dossier}/acts")
    auditor = asking(bureau.auditor, "audit")
    log = auditor.get(f"/dossiers/{dossier}/readings").json()["items"]
    assert [(r["officer"], r["purpose"], r["via"]) for r in log] == [
        (bureau.auditor.number, "audit", "api:readings"),
        (bureau.supervisor.number, "supervision", "api:acts"),
        (bureau.handler.number, "handling", "api:dossier"),
    ]
    assert auditor.get(f"/dossiers/{dossier}").status_code == 403
    assert handler.get(f"/dossiers/{dossier}/readings").status_code == 403
    assert asking(bureau.supervisor, "supervision").get(f"/dossiers/{dossier}/readings").status_code == 200
    assert auditor.get(f"/dossiers/{uuid.uuid4()}/readings").status_code == 404


def test_an_outside_observer_sees_what_was_granted(bureau: Bureau, handler: Asking) -> None:
    seen, unseen = case_opened(handler)["dossier"], case_opened(handler)["dossier"]
    observer_grant(
        bureau.outside_observer,
        entity="dossier",
        subject=seen,
        unit=bureau.handler.unit_id,
        basis="检察建议〔2026〕1号",
        valid_to=clock.now() + dt.timedelta(days=7),
        by=bureau.supervisor,
        reason="检察监督",
    )
    observer = asking(bureau.outside_observer, "outside-supervision")
    assert observer.get(f"/dossiers/{seen}/acts").status_code == 200
    assert observer.get(f"/dossiers/{unseen}/acts").status_code == 404
    assert [d["id"] for d in observer.get("/dossiers").json()["items"]] == [seen]


def test_a_sealed_dossier_is_as_absent(bureau: Bureau, handler: Asking) -> None:
    dossier = case_opened(handler)["dossier"]
    Dossier.objects.unfenced("test").filter(pk=dossier).update(sealed_at=TODAY, position=F("position") + 1)
    assert handler.get(f"/dossiers/{dossier}").status_code == 404
    assert asking(bureau.auditor, "audit").get(f"/dossiers/{dossier}/readings").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_vocabulary_is_the_registry_in_words(handler: Asking, language: str) -> None:
    answer = handler.speaking(language).get("/vocabulary")
    told = answer.json()
    assert {t["name"] for t in told["types"]} == set(vocabulary().types)
    assert {f["name"] for f in told["fields"]} == set(vocabulary().fields)
    report = next(t for t in told["types"] if t["name"] == "report.received")
    assert report["title"] == {"zh": "接报案", "en": "report received"}[language]
    assert report["opens"]
    assert set(report["roles"]) == {"handler", "window"}
    assert answer["Cache-Control"] == "private, max-age=3600"
    assert "Accept-Language" in answer["Vary"]


def test_i_am_told_what_i_may(bureau: Bureau, handler: Asking, roleless: Officer) -> None:
    told = signed_in(bureau.handler).get("/me").json()
    assert told["officer"] == bureau.handler.number
    assert [(r["role"], r["unit"]) for r in told["roles"]] == [("handler", bureau.handler.unit_id)]
    assert "report.received" in told["roles"][0]["records"]
    assert "penalty.decided" not in told["roles"][0]["records"]
    assert {p["code"] for p in told["purposes"]} == {"handling", "party-request", "export"}
    assert all(p["basis"] for p in told["purposes"])
    assert [p["code"] for p in handler.get("/me").json()["purposes"]] == ["handling"]
    assert signed_in(roleless).get("/me").json()["purposes"] == []


def test_the_number_of_queries_does_not_grow_with_the_answer(handler: Asking, bureau: Bureau) -> None:
    dossier = in_custody(handler)
    act_id = case_opened(handler)["act"]
    supervisor = asking(bureau.supervisor, "supervision")
    most = {
        f"/dossiers/{dossier}": 5,
        f"/dossiers/{dossier}/acts": 6,
        f"/dossiers/{dossier}/obligations": 8,
        f"/dossiers/{dossier}/readings": 6,
        f"/acts/{act_id}": 5,
        f"/acts/{act_id}/proof": 7,
        f"/dossiers/{dossier}/proof": 8,
        "/dossiers": 5,
        "/obligations": 5,
        "/vocabulary": 1,
        "/me": 2,
    }
    counted: dict[str, list[int]] = {path: [] for path in most}
    for _ in range(2):
        for path, counts in counted.items():
            with CaptureQueriesContext(connection) as queries:
                assert supervisor.get(path).status_code == 200, path
            counts.append(len(queries))
        for n in range(5):
            handler.post(f"/dossiers/{dossier}/acts", act("family.notified", 41 + n, subjects=SUSPECT))
            handler.post("/dossiers", act("report.received", **REPORT))
    assert {path: counts for path, counts in counted.items() if counts[0] != counts[1]} == {}
    assert {path: counts for path, counts in counted.items() if counts[0] > most[path]} == {}
