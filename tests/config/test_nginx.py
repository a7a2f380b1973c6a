"""The nginx site of `deploy/`, run in front of a real server: TLS, headers, caching, limits, and what it keeps to itself."""

from __future__ import annotations

import json
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.fronting import HOST, Front, fronting
from tests.config.serving import Served, until

FORGED = {
    "X-Forwarded-For": "10.9.9.9",
    "X-Real-IP": "10.9.9.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Request-ID": "f" * 32,
    "Forwarded": "for=10.9.9.9",
}


@pytest.fixture(scope="module")
def front(site: Served, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The site in front of the test site."""
    if shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin") is None:
        pytest.skip("no nginx on this machine: apt install nginx")
    folder = tmp_path_factory.mktemp("nginx")
    with fronting(root / "deploy/nginx/zhunsheng.conf", site.port, folder) as running:
        yield running


def test_a_request_goes_through_over_tls_with_our_own_headers_only(front: Front) -> None:
    answer = front.get("/shows", FORGED)
    assert answer.status == 200
    shown = answer.json()
    meta = json.loads(shown["meta"])
    assert (shown["secure"], shown["address"]) == (True, "127.0.0.1")
    assert meta["HTTP_HOST"] == HOST
    assert "HTTP_X_FORWARDED_HOST" not in meta
    assert "HTTP_FORWARDED" not in meta
    assert answer.headers["x-request-id"] == meta["HTTP_X_REQUEST_ID"] != "f" * 32
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


def test_the_two_logs_know_a_request_by_the_same_id_and_neither_knows_its_words(
    front: Front, site: Served
) -> None:
    number = front.get(
        "/queries?name=secret-words", {"User-Agent": "secret-words", "Referer": "https://x/secret-words"}
    ).headers["x-request-id"]
    until(lambda: number in front.log())  # nginx writes a line after it has answered
    (line,) = (line for line in map(json.loads, front.log().splitlines()) if line["request_id"] == number)
    assert (line["status"], line["method"], line["client"]) == ("200", "GET", "127.0.0.1")
    assert [found for found in site.lines("request") if found.get("request_id") == number]
    assert "secret-words" not in front.log() + site.text()


def test_clear_text_leads_to_tls_and_other_names_are_refused(front: Front) -> None:
    answer = front.get("/shows?a=1", secure=False)
    assert (answer.status, answer.headers["location"]) == (301, f"https://{HOST}/shows?a=1")
    with pytest.raises(ssl.SSLError):
        front.get("/", name="other.example")


def test_metrics_stay_inside(front: Front) -> None:
    assert front.get("/metrics").status == 403
    assert front.get("/health").status == 200
    assert front.get("/ready").status in {200, 503}


def test_a_full_tile_is_fetched_once_whoever_asks(front: Front) -> None:
    first = front.get("/ledger/tile/0/000", {"Cookie": "sessionid=a"})
    second = front.get("/ledger/tile/0/000", {"Cookie": "sessionid=b", "Accept-Language": "en"})
    assert first.status == 200
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.body == second.body, "the test site answers differently each time it is asked"
    assert "set-cookie" not in first.headers


def test_what_is_not_for_caching_is_asked_for_each_time(front: Front) -> None:
    assert front.get("/ledger/tile/0/missing").status == 404
    assert front.get("/counted").body != front.get("/counted").body


def test_too_many_requests_at_once_are_turned_away(front: Front) -> None:
    statuses = {front.get("/sign-in/limited").status for _ in range(60)}
    assert 429 in statuses
    assert front.get("/health").status == 200
