"""What is counted, summed over processes, read when asked, and shown to whom."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.config.serving import Served
from zhunsheng.base import measures
from zhunsheng.base.measures import Gauge

TLS = {"X-Forwarded-Proto": "https", "X-Real-IP": "192.0.2.7"}
BEARER = {"Authorization": "Bearer token-only-for-tests-0123456789"}


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of an exposition by name and labels; a line that is none fails, and so does one said twice."""
    found: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def value(text: str, name: str, **labels: str) -> float:
    return samples(text).get((name, frozenset(labels.items())), 0.0)


def asked(text: str, route: str) -> float:
    return value(text, "zhunsheng_requests_total", route=route, method="GET", status="200")


def workers(text: str) -> set[str]:
    return {
        dict(labels)["pid"] for name, labels in samples(text) if name == "zhunsheng_process_resident_bytes"
    }


def test_two_workers_count_as_one(site: Served) -> None:
    """Whichever worker wakes first takes a request, so one alone may answer many in a row: ask until both have."""
    before = site.get("/metrics").text
    text, rounds = before, 0
    with ThreadPoolExecutor(8) as askers:
        while rounds == 0 or (len(workers(text)) < 2 and rounds < 50):
            statuses = list(askers.map(lambda _: site.get("/queries", TLS).status, range(60)))
            assert statuses == [200] * 60
            text, rounds = site.get("/metrics").text, rounds + 1
    assert len(workers(text)) == 2
    assert asked(text, "queries") - asked(before, "queries") == 60 * rounds
    assert (
        value(text, "zhunsheng_queries_total", route="queries")
        - value(before, "zhunsheng_queries_total", route="queries")
        == 180 * rounds
    )
    assert value(text, "zhunsheng_request_seconds_count", route="queries") == asked(text, "queries")
    everything = value(text, "zhunsheng_request_seconds_bucket", route="queries", le="+Inf")
    assert everything == asked(text, "queries")
    spent = value(text, "zhunsheng_database_seconds_sum", route="queries")
    assert 0 < spent < value(text, "zhunsheng_request_seconds_sum", route="queries")


COUNTING = """
import sys
from django.conf import settings
settings.configure(METRICS_HOME=sys.argv[1])
from zhunsheng.config import metrics
metrics.begin()
metrics.JOBS.add(7, task="t", outcome="succeeded")
print(metrics.group_folder(), flush=True)
input()
"""


@contextmanager
def counting(home: Path) -> Iterator[Path]:
    """Another process group that has counted seven jobs, alive within the block; its folder."""
    command = [sys.executable, "-c", COUNTING, str(home)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as other:
        assert other.stdout is not None
        yield Path(other.stdout.readline().decode().strip())
        other.communicate(b"\n")
        assert other.returncode == 0


def seven(site: Served) -> float:
    return value(site.get("/metrics").text, "zhunsheng_jobs_total", task="t", outcome="succeeded")


def test_a_job_worker_of_the_same_installation_counts_too_and_is_forgotten_when_it_is_gone(
    site: Served, site_environment: dict[str, str]
) -> None:
    with counting(Path(site_environment["ZHUNSHENG_HOME"]) / "run" / "metrics"):
        assert seven(site) == 7
    assert seven(site) == 0


def test_an_abandoned_group_is_cleared_away_by_the_next_to_begin(tmp_path: Path) -> None:
    with counting(tmp_path) as first:
        assert list(first.glob("*.db"))
    with counting(tmp_path) as second:
        assert first != second
        assert (first.exists(), second.exists()) == (False, True)


def test_metrics_are_for_this_machine_or_for_the_token(site: Served) -> None:
    assert site.get("/metrics").status == 200
    assert site.get("/metrics", TLS).status == 403
    assert site.get("/metrics", {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}).status == 403
    assert site.get("/metrics", TLS | BEARER).status == 200
    assert (
        site.get("/metrics", TLS | {"Authorization": "Bearer token-only-for-tests-012345678"}).status == 403
    )
    assert (
        site.get("/metrics", TLS | {"Authorization": "Basic token-only-for-tests-0123456789"}).status == 403
    )


@pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1", "nonsense"])
def test_no_token_set_lets_nobody_in_from_outside(client: Client, address: str) -> None:
    assert (
        client.get("/metrics", REMOTE_ADDR=address, headers={"Authorization": "Bearer "}).status_code == 403
    )


@pytest.fixture
def three_gauges(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> float:
        raise RuntimeError("no such table")

    monkeypatch.setattr(measures, "_gauges", {})
    measures.gauge_register(Gauge("plain", "A number.", lambda: 3.5))
    measures.gauge_register(Gauge("broken", "Never read.", broken))
    measures.gauge_register(Gauge("by_kind", "By kind.", lambda: {("a",): 1, ("b",): 2}, ("kind",)))


@pytest.mark.django_db
@pytest.mark.usefixtures("three_gauges")
def test_gauges_are_read_when_asked_and_a_broken_one_is_named(client: Client) -> None:
    text = client.get("/metrics").content.decode()
    assert value(text, "zhunsheng_plain") == 3.5
    assert [value(text, "zhunsheng_by_kind", kind=kind) for kind in "ab"] == [1, 2]
    failures = {
        name: value(text, "zhunsheng_gauge_failures", gauge=name) for name in ("plain", "broken", "by_kind")
    }
    assert failures == {"plain": 0, "broken": 1, "by_kind": 0}


@pytest.mark.django_db
def test_every_gauge_of_the_application_can_be_read(client: Client) -> None:
    text = client.get("/metrics").content.decode()
    assert measures.gauges()
    failing = [g.name for g in measures.gauges() if value(text, "zhunsheng_gauge_failures", gauge=g.name)]
    assert failing == []


def test_two_gauges_cannot_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "_gauges", {})
    gauge = Gauge("n", "One.", lambda: 1.0)
    measures.gauge_register(gauge)
    measures.gauge_register(gauge)
    with pytest.raises(ValueError, match="two gauges are called n"):
        measures.gauge_register(Gauge("n", "Another.", lambda: 1.0))


def test_telling_costs_nothing_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, float, dict[str, str]]] = []
    monkeypatch.setattr(measures, "listeners", [])
    count, timing = measures.Count("c", "C.", ("kind",)), measures.Timing("t_seconds", "T.")
    count.add(kind="a")
    measures.listeners.append(
        lambda measure, number, labels: heard.append((measure.name, number, dict(labels)))
    )
    count.add(2, kind="b")
    timing.took(0.5)
    assert heard == [("c", 2, {"kind": "b"}), ("t_seconds", 0.5, {})]


def test_the_page_of_monitoring_names_every_metric_there_is(site: Served, root: Path) -> None:
    page = (root / "docs/operations/monitoring.md").read_text(encoding="utf-8")
    names = {
        re.sub(r"_(total|bucket|count|sum)$", "", name)
        for name, _ in samples(site.get("/metrics").text)
        if name.startswith("zhunsheng_") and not name.endswith("_created")
    }
    assert {name for name in names if f"`{name}" not in page} == set()
