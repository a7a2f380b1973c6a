"""No operation without a rule: one that is declared carelessly stops the application, and lets nobody in besides."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.testing import TestClient

from zhunsheng.api.operations import RULES, Api, Guard, nobody, rules_check
from zhunsheng.api.rules import PUBLIC, READS, SIGNED_IN
from zhunsheng.api.urls import api


def made(name: str, **options: object) -> Api:
    """An API with one operation put on it behind the back of `operation`."""
    careless, router = Api(urls_namespace=f"careless-{name}", auth=nobody), Router()

    @router.get("/odd", operation_id=name, **options)
    def odd(request: HttpRequest) -> str:
        return "let in"

    careless.add_router("", router)
    return careless


def test_every_operation_of_ours_has_its_rule() -> None:
    rules_check(api)
    ids = {
        details["operationId"]
        for operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].values()
        for details in operations.values()
    }
    assert ids == set(RULES)


def test_an_operation_without_a_rule_stops_the_application() -> None:
    with pytest.raises(ImproperlyConfigured, match="/odd"):
        rules_check(made("odd_one"))


def test_an_operation_without_a_rule_lets_nobody_in() -> None:
    assert TestClient(made("odd_two")).get("/odd").status_code == 401


@pytest.mark.parametrize(
    "auth", [None, nobody, Guard(SIGNED_IN, takes_json=False), [Guard(READS, takes_json=False), nobody]]
)
def test_a_rule_that_does_not_stand_before_its_operation_stops_the_application(
    auth: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RULES, "odd_three", READS)
    with pytest.raises(ImproperlyConfigured):
        rules_check(made("odd_three", auth=auth))


def test_only_a_public_operation_stands_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "odd_four", PUBLIC)
    rules_check(made("odd_four", auth=None))
    assert [name for name, rule in RULES.items() if rule is PUBLIC and name != "odd_four"] == []


def test_ninjas_own_pages_are_the_document_alone() -> None:
    assert isinstance(api, NinjaAPI)
    assert api.docs_url is None
    assert api.openapi_url == "/openapi.json"
