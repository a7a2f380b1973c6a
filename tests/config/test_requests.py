"""A request's line, its id, and what is believed of it; under a real server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from tests.config.serving import Served
from zhunsheng.api.callers import Caller
from zhunsheng.config.middleware import officer_of
from zhunsheng.people.models import Officer

ID = "0123456789abcdef0123456789abcdef"
TLS = {"X-Forwarded-Proto": "https", "X-Real-IP": "192.0.2.7"}
NAME = "张三的身份证号110101199003071234"
ASKED = f"name={quote(NAME)}"


def line_of(site: Served, number: str, event: str = "request") -> dict[str, object]:
    (line,) = (line for line in site.lines(event) if line.get("request_id") == number)
    return line


def test_the_line_of_a_request_says_what_was_asked_of_which_route_and_how_long_it_took(site: Served) -> None:
    answer = site.get("/queries?" + ASKED, TLS | {"X-Request-ID": ID})
    assert (answer.status, answer.text) == (200, "three")
    assert answer.headers["x-request-id"] == ID
    line = line_of(site, ID)
    assert (line["route"], line["method"], line["status"], line["queries"]) == ("queries", "GET", 200, 3)
    assert 0 < line["database_ms"] <= line["duration_ms"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00", line["time"])


@pytest.mark.parametrize(
    "given", ["", ID.upper(), ID[:-1], ID + "0", "x" * 32, ID[:-1] + "\t", "../../etc/passwd"]
)
def test_an_id_of_another_form_is_replaced(site: Served, given: str) -> None:
    number = site.get("/shows", TLS | {"X-Request-ID": given}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", number)
    assert number != given
    line_of(site, number)


def test_what_nobody_routed_has_a_line_without_its_path(site: Served) -> None:
    number = site.get(f"/{quote(NAME)}", TLS, method="BREW").headers["x-request-id"]
    line = line_of(site, number)
    assert (line["route"], line["method"], line["status"]) == ("unmatched", "other", 404)


def test_probes_are_not_logged_while_they_go_well(site: Served) -> None:
    number = site.get("/health", TLS).headers["x-request-id"]
    assert [line for line in site.lines() if line.get("request_id") == number] == []


def test_behind_the_proxy_a_request_is_secure_and_comes_from_the_client(site: Served) -> None:
    found = site.get("/shows", TLS).json()
    assert (found["secure"], found["address"]) == (True, "192.0.2.7")


def test_no_variable_of_the_server_passes_for_a_header(site: Served) -> None:
    meta = site.get("/shows", TLS).json()["meta"]
    assert "REQUEST_METHOD" in meta
    assert [
        name for name in ("DATABASE_URL", "ZHUNSHENG", "password-of-tests", "HTTP_X_ODD") if name in meta
    ] == []


def test_a_job_carries_the_id_of_the_request_that_asked_for_it(
    site: Served, site_environment: dict[str, str]
) -> None:
    number = site.get("/defers?" + ASKED, TLS | {"X-Request-ID": ID[::-1]}).headers["x-request-id"]
    worker = [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"]
    done = subprocess.run(
        worker, env=site_environment, capture_output=True, text=True, check=False, timeout=60
    )
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    events = {
        (line["event"], line.get("request_id"), line.get("task", "").rpartition(".")[2]) for line in lines
    }
    assert {
        ("jobs: start_job", number, "speak"),
        ("speaking", number, "speak"),
        ("jobs: job_success", number, "speak"),
        ("jobs: start_job", number, "stumble"),
        ("jobs: job_error", number, "stumble"),
    } <= events
    assert NAME not in done.stderr
    (failed,) = (line for line in lines if line["event"] == "jobs: job_error")
    assert failed["level"] == "error"
    assert failed["exception"][0]["type"] == "builtins.ValueError"
    assert any("stumble" in place for place in failed["exception"][0]["places"])


@pytest.mark.parametrize(
    ("route", "status"),
    [("fails", 500), ("collides", 500), ("refuses", 403), ("suspects", 400), ("none", 404)],
)
def test_a_failing_request_leaves_no_data_in_page_or_log(site: Served, route: str, status: int) -> None:
    answer = site.get(f"/{route}?{ASKED}", TLS)
    assert answer.status == status
    number = answer.headers["x-request-id"]
    assert number in answer.text
    assert 'lang="zh-CN"' in answer.text
    assert 'lang="en"' in answer.text
    everything = answer.text + site.text()
    assert [
        word
        for word in (NAME, quote(NAME), "password-of-tests", "token-only-for-tests", "only-for-tests-but")
        if word in everything
    ] == []
    if status == 500:
        line = line_of(site, number, "request failed")
        assert line["level"] == "error"
        assert any(f" {route}" in place for place in line["exception"][0]["places"])
    if route == "collides":
        constraints = [error.get("constraint") for error in line["exception"]]
        assert any("auth_group" in (c or "") for c in constraints)
        assert "23505" in {error.get("sqlstate") for error in line["exception"]}


def test_machines_are_told_in_their_own_form(site: Served) -> None:
    for path, accept in (("/api/v1/none", "*/*"), ("/none", "application/problem+json")):
        answer = site.get(path, TLS | {"Accept": accept})
        assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_every_line_of_the_server_is_one_json_object(site: Served) -> None:
    loggers = {line["logger"] for line in site.lines()}
    assert {"_granian", "zhunsheng.config.middleware"} <= loggers


def asking(**known: object) -> HttpRequest:
    """A request of which so much is known."""
    request = HttpRequest()
    for name, value in known.items():
        setattr(request, name, value)
    return request


OFFICER = Officer(number="310001")


@pytest.mark.parametrize(
    ("request_", "number"),
    [
        (asking(), None),
        (asking(_cached_user=AnonymousUser()), None),
        (asking(_cached_user=OFFICER), "310001"),
        (asking(auth=Caller(OFFICER, frozenset(), token=True)), "310001"),
        (asking(auth=None, _cached_user=OFFICER), "310001"),
    ],
)
def test_the_line_names_the_officer_where_the_answer_needed_to_know(
    request_: HttpRequest, number: str | None
) -> None:
    assert officer_of(request_) == number
