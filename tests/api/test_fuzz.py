"""The API under schemathesis: whatever its own document allows or forbids, the answer is one the document names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import SUSPECT, Asking, act, asking, at, case_opened, in_custody
from zhunsheng.acts.roles import ROLES
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.api.operations import RULES
from zhunsheng.api.urls import api
from zhunsheng.ledger.sequencer import ledger_sequence
from zhunsheng.people.demo import Bureau

EXAMPLES = int(os.environ.get("ZHUNSHENG_FUZZ", "8"))
MANY = int(os.environ.get("ZHUNSHENG_FUZZ_MANY", "600"))
RECORD = b"a record of questioning"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PURPOSE = {"readings": "audit", "dossier_export": "export", "dossier_export_redacted": "export"}


@pytest.fixture
def known(bureau: Bureau, handler: Asking) -> dict[str, str]:
    """Path parameters that lead somewhere."""
    handler.upload(RECORD)
    digest = hashlib.sha256(RECORD).hexdigest()
    opened = case_opened(handler, documents=[{"digest": digest}])
    handler.post(f"/dossiers/{opened['dossier']}/acts", act("person.identified", 1, subjects=SUSPECT))
    ledger_sequence()
    return {"dossier_id": opened["dossier"], "act_id": opened["act"], "digest": digest}


@pytest.fixture
def headers(bureau: Bureau) -> dict[str, dict[str, str]]:
    """Purpose → headers of somebody who may give it."""
    return {
        "handling": asking(bureau.handler, "handling").headers,
        "export": asking(bureau.handler, "export").headers,
        "audit": asking(bureau.auditor, "audit").headers,
    }


@contextmanager
def connection_kept() -> Iterator[None]:
    """The application closes its connection after a request; here that would end the test's transaction (Django's client does the same)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def application() -> Callable[..., list[bytes]]:
    """The whole web application, each answer read to its end and closed as a server would."""
    django = get_wsgi_application()

    def answered(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        response = django(environ, start_response)
        try:
            return [b"".join(response)]
        finally:
            response.close()

    return answered


@pytest.fixture
def operations(db: None) -> dict[str, Any]:
    """Every operation of the document, by its id."""
    with connection_kept():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application())
    found = [result.ok() for result in schema.get_all_operations()]
    return {one.definition.raw["operationId"]: one for one in found}


def asked(case: Any, headers: dict[str, str], known: dict[str, str], *, lead: bool) -> Any:
    """Send a case: as it is, or where it keeps to the document to a place that exists and for the caller's own purpose."""
    positive = case.meta.generation.mode is GenerationMode.POSITIVE
    if positive:
        case.headers.pop("X-Purpose", None)
        if lead:
            case.path_parameters |= {n: v for n, v in known.items() if n in case.path_parameters}
    with connection_kept(), transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    return answer


def fuzzed(
    operation: Any, headers: dict[str, str], known: dict[str, str], mode: GenerationMode, examples: int
) -> None:
    """So many cases of one operation, each answered as the document says."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples <= EXAMPLES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), lead=st.sampled_from((True, True, True, False)))
    def run(case: Any, lead: bool) -> None:
        answer = asked(case, headers, known, lead=lead)
        checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS
        case.validate_response(answer, checks=checks)

    run()


NAMES = sorted(RULES)
assert api.urls_namespace == "api"  # Importing it is what declares the operations.


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["keeping", "breaking"]
)
@pytest.mark.parametrize("name", NAMES)
def test_answers_are_those_of_the_document(
    operations: dict[str, Any],
    headers: dict[str, dict[str, str]],
    known: dict[str, str],
    name: str,
    mode: GenerationMode,
) -> None:
    fuzzed(operations[name], headers[PURPOSE.get(name, "handling")], known, mode, EXAMPLES)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["keeping", "breaking"]
)
@pytest.mark.parametrize("name", NAMES)
def test_answers_are_those_of_the_document_many_times_over(
    operations: dict[str, Any],
    headers: dict[str, dict[str, str]],
    known: dict[str, str],
    name: str,
    mode: GenerationMode,
) -> None:
    fuzzed(operations[name], headers[PURPOSE.get(name, "handling")], known, mode, MANY)


TEXTS = st.one_of(
    st.sampled_from(
        (
            "",
            " ",
            "某甲",
            "\x00",
            "a\x00b",
            "9" * 400,
            "长" * 200,
            "长" * 9000,
            "1e309",
            "-0",
            "2026-02-30",
            "0001-01-01",
            "true",
            "\u202e",
            "😀",
        )
    ),
    st.text(max_size=20),
)
VALUES = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.none(),
    st.dates().map(str),
    st.datetimes().map(lambda d: d.isoformat() + "+08:00"),
    st.lists(st.none(), max_size=1),
)
PEOPLE = st.sampled_from(("演1002", "演1003", "演1005", "演1016", "nobody"))


@st.composite
def nearly_acts(draw: st.DrawFn) -> dict[str, Any]:
    """Acts as a careless or hostile programme might send them: real types, real fields, any value."""
    declared = draw(st.sampled_from(sorted(vocabulary().types)).map(lambda name: vocabulary().types[name]))
    names = st.sampled_from((*declared.fields, "case_kind", "amount"))
    subjects = st.sampled_from((*declared.subjects, "person", "item", "dragon"))
    minutes = draw(st.integers(-60 * 24 * 40, 70))
    body = act(
        declared.name,
        minutes,
        fields=draw(st.dictionaries(names, VALUES, max_size=5)),
        subjects=draw(st.dictionaries(subjects, st.lists(TEXTS, max_size=3), max_size=2)),
    )
    optional: dict[str, st.SearchStrategy[Any]] = {
        "ended_at": st.integers(-10, 100).map(lambda m: at(minutes + m)),
        "backfill": TEXTS,
        "corrects": st.uuids().map(str),
        "unit": st.one_of(st.sampled_from(("990101010000", "990102010000", "nowhere")), TEXTS),
        "officers": st.lists(
            st.fixed_dictionaries({"officer": PEOPLE, "role": st.sampled_from(sorted(ROLES))}), max_size=3
        ),
        "erases": st.fixed_dictionaries({"act": st.uuids().map(str), "paths": st.lists(TEXTS, max_size=2)}),
        "documents": st.lists(
            st.fixed_dictionaries({"digest": st.just("0" * 64), "name": TEXTS}), max_size=2
        ),
    }
    for name in draw(st.sets(st.sampled_from(sorted(optional)), max_size=2)):
        body[name] = draw(optional[name])
    return body


def recorded_or_told(bureau: Bureau, dossier: str, examples: int) -> None:
    """So many acts sent to a dossier in custody: each is recorded, or one is told why not; what was recorded can be read."""
    handler, approver = asking(bureau.handler, "handling"), asking(bureau.approver, "approval")

    @settings(max_examples=examples, deadline=None, derandomize=examples <= 10 * EXAMPLES, database=None)
    @given(nearly_acts(), st.booleans(), st.booleans())
    def run(body: dict[str, Any], opens: bool, approving: bool) -> None:
        with transaction.atomic():
            caller = approver if approving else handler
            answer = caller.post("/dossiers" if opens else f"/dossiers/{dossier}/acts", body)
            assert answer.status_code in (201, 403, 409, 422), answer.content
            told = answer.json()
            if answer.status_code == 201:
                shown = caller.get(f"/acts/{told['act']}").json()
                assert shown["type"] == body["type"]
                assert caller.get(f"/dossiers/{told['dossier']}/obligations").status_code == 200
            elif answer.status_code == 409:
                assert all(reason["verdict"] and reason["basis"] for reason in told["reasons"])
            else:
                assert told["faults"] or told["detail"]
            transaction.set_rollback(True)

    run()


def test_acts_nearly_right_are_recorded_or_told_what_is_wrong(bureau: Bureau, handler: Asking) -> None:
    recorded_or_told(bureau, in_custody(handler), 10 * EXAMPLES)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_very_many_acts_nearly_right_are_recorded_or_told_what_is_wrong(
    bureau: Bureau, handler: Asking
) -> None:
    recorded_or_told(bureau, in_custody(handler), 10 * MANY)
