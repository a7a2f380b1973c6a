"""The OpenAPI document: version 3.1, whole, valid, and naming what every operation may answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from jsonschema import Draft202012Validator

from zhunsheng.api.operations import RULES
from zhunsheng.api.problems import KINDS, ProblemOut

STATUSES = {str(kind.status) for kind in KINDS.values()}


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [details for methods in document["paths"].values() for details in methods.values()]


def test_it_is_openapi_3_1_with_both_ways_of_signing_in(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {p for p in document["paths"] if p.startswith("/api/v1/")}
    assert document["security"] == [{"token": []}, {"session": []}]
    assert document["components"]["securitySchemes"]["session"]["name"] == settings.SESSION_COOKIE_NAME


def test_every_operation_says_who_may_call_it_and_what_may_come_of_it(document: dict[str, Any]) -> None:
    for one in operations(document):
        assert one["x-rule"] == RULES[one["operationId"]].name
        assert " · " in one["summary"]
        assert " · " in one["description"]
        assert {"200", "201"} & set(one["responses"])
        for status, response in one["responses"].items():
            if int(status) >= 400:
                assert status in STATUSES
                assert set(response["content"]) == {"application/problem+json"}
                assert response["description"]
            else:
                assert response["content"]


def test_its_schemas_are_schemas_and_all_references_lead_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)

    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [found for value in part.values() for found in references(value)]
        return [found for value in part for found in references(value)] if isinstance(part, list) else []

    used = {reference.removeprefix("#/components/schemas/") for reference in references(document)}
    assert used
    assert used <= set(schemas)


def test_parameters_may_be_left_out_or_must_be_given(document: dict[str, Any]) -> None:
    for one in operations(document):
        for parameter in one["parameters"]:
            assert parameter["required"] == (parameter["in"] == "path"), (
                one["operationId"],
                parameter["name"],
            )
            assert {"type": "null"} not in parameter["schema"].get("anyOf", [])


def test_problems_are_described_once(document: dict[str, Any]) -> None:
    name = ProblemOut.__name__
    assert set(document["components"]["schemas"][name]["required"]) == {"type", "title", "status"}
