"""Databases, services and queues: read on from the mark, page by page, and again after a fault, without loss or doubles."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
from django.db import connection

from tests.database import TestServer
from tests.feeds.conftest import MAPPING, Feeding
from tests.feeds.rows import ROWS, STATION
from tests.feeds.test_folder import kept, waiting
from zhunsheng.base.errors import InputError
from zhunsheng.base.postgres.layout import OWNER
from zhunsheng.exchange.connect.feed_file import KafkaSource, RestSource
from zhunsheng.exchange.connect.kafka import KafkaConnector
from zhunsheng.exchange.connect.rest import RestConnector
from zhunsheng.feeds.files import feed_file
from zhunsheng.feeds.models import Feed
from zhunsheng.feeds.services import feed_preview, feed_replay, feed_run

COLUMNS = ("编号", "案号", "行为", "时间", "单位", "民警", "人员", "身份已查明", "改于")
SQLITE_TABLE = f"CREATE TABLE acts ({', '.join(COLUMNS)})"
SQL_MAPPING = MAPPING | {"id": "编号"}


def values(row: str, changed: str) -> tuple[str, ...]:
    return (*row.split(","), changed)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "city.db"
    with sqlite3.connect(path) as db:
        db.execute(SQLITE_TABLE)
        db.executemany(
            f"INSERT INTO acts VALUES ({','.join('?' * len(COLUMNS))})",
            [values(row, f"2026-03-0{n}T10:00:00") for n, row in enumerate(ROWS, start=2)],
        )
    return path


def test_a_database_with_a_mark_is_read_on_and_replayed(feed: Feeding, database: Path) -> None:
    feed(
        {"kind": "sql", "url": f"sqlite:///{database}", "table": "acts", "mark": "改于", "page": 2},
        mapping=SQL_MAPPING,
    )
    run = feed_run("city")
    assert (run.state, run.read, run.new) == ("done", 4, 4)
    with sqlite3.connect(database) as db:
        db.execute(
            "INSERT INTO acts VALUES (?,?,?,?,?,?,?,?,?)",
            values(f"5,X-2,到案,2026-03-04 09:00,{STATION},021002,某丙,是", "2026-03-06T08:00:00"),
        )
        db.execute("UPDATE acts SET 时间='2026-03-02 18:00', 改于='2026-03-06T09:00:00' WHERE 编号='3'")
    run = feed_run("city")
    # Only the last mark and what came after it are asked for.
    assert (run.read, run.new, run.changed, run.same) == (3, 1, 1, 1)
    assert "2026-03-06T09:00:00" in Feed.objects.get().cursor
    replayed = feed_replay("city", "2026-03-05T00:00:00")
    assert (replayed.read, replayed.new, replayed.changed) == (3, 0, 0)
    assert feed_replay("city").read == 5


def test_a_query_without_a_mark_reads_all_rows_each_time_and_keeps_each_once(
    feed: Feeding, database: Path
) -> None:
    query = "SELECT 编号, 案号, 行为, 时间, 单位, 民警, 人员, 身份已查明 FROM acts WHERE 案号 = 'X-1'"
    feed({"kind": "sql", "url": f"sqlite:///{database}", "query": query})
    assert feed_run("city").new == 3
    again = feed_run("city")
    assert (again.read, again.same) == (3, 3)


def test_postgresql_with_typed_columns(
    feed: Feeding, monkeypatch: pytest.MonkeyPatch, test_server: TestServer
) -> None:
    name = str(connection.settings_dict["NAME"])
    address = test_server.url(name, OWNER)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("DROP SCHEMA IF EXISTS other_system CASCADE")
        other.execute("CREATE SCHEMA other_system")
        try:
            other.execute(
                "CREATE TABLE other_system.acts (id bigint, caseno text, what text, at timestamptz, who text, "
                "person text, known boolean, amount numeric(12,2), changed bigint)"
            )
            other.execute(
                "INSERT INTO other_system.acts VALUES "
                "(1,'P-1','受案','2026-03-02 09:00+08','021001',NULL,NULL,NULL,10),"
                "(2,'P-1','到案','2026-03-02 10:00+08','021001','某乙',true,500.50,12)"
            )
            monkeypatch.setenv("CITY_DB", address)
            mapping = {
                "case": "caseno",
                "type": "what",
                "types": MAPPING["types"],
                "time": "at",
                "id": "id",
                "officers": [{"officer": "who"}],
                "subjects": {"person": "person"},
                "fields": {"identity_known": {"from": "known"}, "amount": {"from": "amount"}},
                "other_fields": False,
            }
            source = {
                "kind": "sql",
                "url_env": "CITY_DB",
                "table": "other_system.acts",
                "mark": "changed",
                "overlap": 0,
            }
            feed(source, mapping=mapping)
            run = feed_run("city")
            assert (run.state, run.new, run.fault_en) == ("done", 2, "")
            event = kept()[1]
            assert event.content["fields"] == {"identity_known": True, "amount": "500.5"}
            assert event.at is not None
            assert event.at.astimezone(dt.UTC).hour == 2
            assert feed_run("city").read == 1
            assert feed_replay("city", "11").read == 1
            feed({**source, "mark": "at"}, mapping=mapping)
            assert feed_replay("city", "2026-03-02T09:30:00").read == 1
            with_word = feed_replay("city", "yesterday")
            assert (with_word.state, "--from" in with_word.fault_zh) == ("failed", True)
        finally:
            other.execute("DROP SCHEMA other_system CASCADE")


@pytest.mark.parametrize("kind", ["postgresql", "oracle", "mysql"])
def test_a_database_that_is_not_there_fails_the_run_and_tells_no_password(feed: Feeding, kind: str) -> None:
    feed({"kind": "sql", "url": f"{kind}://u:geheim@127.0.0.1:1/none", "table": "acts"})
    run = feed_run("city")
    assert run.state == "failed"
    assert f"({kind})" in run.fault_en
    assert "geheim" not in run.fault_zh + run.fault_en


def test_a_driver_that_is_not_installed_is_asked_for_by_name(
    feed: Feeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    feed({"kind": "sql", "url": "mysql://u:geheim@127.0.0.1:1/none", "table": "acts"})
    assert "zhunsheng[feed-mysql]" in feed_run("city").fault_en


class Service(BaseHTTPRequestHandler):
    """Three pages of records with a cursor; the first request of each page is turned away."""

    seen: ClassVar[set[str]] = set()
    pages: ClassVar[dict[str, Any]] = {"": (ROWS[:2], "p2"), "p2": (ROWS[2:3], "p3"), "p3": (ROWS[3:], None)}

    def do_GET(self) -> None:
        cursor = self.path.partition("after=")[2]
        if self.path not in self.seen:
            self.seen.add(self.path)
            self.send_response(503)
            self.end_headers()
            return
        assert self.headers["Authorization"] == "Bearer secret-token"
        rows, following = self.pages[cursor]
        records = [dict(zip(COLUMNS, row.split(","), strict=False)) for row in rows]
        body = json.dumps({"data": {"items": records}, "next": following}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    Service.seen = set()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/acts"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_service_is_asked_page_by_page_and_again_where_it_is_busy(
    feed: Feeding, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITY_TOKEN", "secret-token")
    source = {
        "kind": "rest",
        "url": service,
        "token_env": "CITY_TOKEN",
        "records": "data.items",
        "next": "next",
        "cursor": "after",
    }
    feed(source)
    waited: list[float] = []
    connector = RestConnector(RestSource.model_validate(source), sleep=waited.append)
    run = feed_run("city", connector=connector)
    assert (run.state, run.new, run.read) == ("done", 4, 4)
    assert waited == [1.0, 1.0, 1.0]
    assert Feed.objects.get().cursor == "p3"
    assert feed_run("city", connector=connector).same == 1


def test_a_service_that_answers_otherwise_fails_the_run(
    feed: Feeding, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITY_TOKEN", "secret-token")
    source = {"kind": "rest", "url": service, "token_env": "CITY_TOKEN", "records": "rows"}
    feed(source)
    run = feed_run("city", connector=RestConnector(RestSource.model_validate(source), sleep=lambda _s: None))
    assert run.state == "failed"
    assert "source.records" in run.fault_en


@dataclass
class Message:
    partition: int
    offset: int
    value: bytes


@dataclass
class FakeConsumer:
    """A topic in memory, as far as the connector uses kafka-python's consumer."""

    messages: dict[int, list[bytes]]
    at: dict[Any, int] = field(default_factory=dict)

    def partitions_for_topic(self, _topic: str) -> set[int]:
        return set(self.messages)

    def assign(self, places: list[Any]) -> None:
        self.at = dict.fromkeys(places, 0)

    def seek(self, place: Any, offset: int) -> None:
        self.at[place] = offset

    def seek_to_beginning(self, place: Any) -> None:
        self.at[place] = 0

    def poll(self, **_limits: int) -> dict[Any, list[Message]]:
        found = {}
        for place, offset in self.at.items():
            left = self.messages[place[1]][offset : offset + 1]
            if left:
                found[place] = [Message(place[1], offset, left[0])]
                self.at[place] += 1
        return found

    def close(self) -> None:
        """Nothing."""


def test_a_topic_is_read_from_its_own_offsets(feed: Feeding) -> None:
    records = [json.dumps(dict(zip(COLUMNS, row.split(","), strict=False))).encode() for row in ROWS]
    topic = {0: [*records[:2], b"no json"], 1: records[2:]}
    source = {"kind": "kafka", "servers": ["127.0.0.1:9092"], "topic": "acts"}
    feed(source)
    connector = KafkaConnector(KafkaSource.model_validate(source), client=lambda _s: FakeConsumer(topic))
    run = feed_run("city", connector=connector)
    assert (run.new, run.quarantined) == (4, 1)
    assert waiting()[0].where == "acts 0:2"
    assert json.loads(Feed.objects.get().cursor) == {"0": 3, "1": 2}
    assert feed_run("city", connector=connector).read == 0
    assert feed_replay("city", "0:1,1:2", connector=connector).same == 1
    with pytest.raises(InputError):
        feed_replay("city", "later", connector=connector)


def test_a_service_without_an_address_is_refused() -> None:
    for url in ("nonsense", "ftp://a.example/", "http://[::1"):
        with pytest.raises(InputError, match="http"):
            RestConnector(RestSource(kind="rest", url=url))


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": {"kind": "sql", "table": "acts"}},
        {"source": {"kind": "post"}},
        {"source": {"kind": "folder", "path": "/x"}, "unit": "no-such-unit"},
        {"source": {"kind": "folder", "path": "/x"}, "mapping": MAPPING | {"nonsense": 1}},
    ],
)
def test_a_faulty_feed_file_is_refused_with_its_place(feed: Feeding, wrong: dict[str, Any]) -> None:
    feed(wrong.pop("source"), **wrong)
    with pytest.raises(InputError) as told:
        feed_run("city")
    assert "city" in told.value.where
    with pytest.raises(InputError, match="none"):
        feed_file("none")


def test_a_preview_of_a_database(feed: Feeding, database: Path) -> None:
    feed({"kind": "sql", "url": f"sqlite:///{database}", "table": "acts", "mark": "改于"})
    assert feed_preview("city", rows=3).rows == 3
