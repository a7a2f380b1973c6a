"""The page about feeds, and the operation by which another system pushes its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Asking, signed_in
from tests.feeds.conftest import HEADER, Feeding
from tests.feeds.rows import ROWS, csv
from tests.feeds.test_folder import BAD_TIME, kept, waiting
from zhunsheng.feeds.selectors import feed_states
from zhunsheng.feeds.services import feed_run
from zhunsheng.people.demo import Bureau


@pytest.fixture
def pushed(feed: Feeding, bureau: Bureau) -> Asking:
    """A feed that takes what the custody keeper's programme sends."""
    feed({"kind": "push", "by": [bureau.custody_keeper.number]}, name="pushed")
    return signed_in(bureau.custody_keeper)


def records(*rows: str) -> list[dict[str, Any]]:
    names = HEADER.split(",")
    return [{n: v for n, v in zip(names, row.split(","), strict=True) if v} for row in rows]


def test_rows_pushed_twice_are_taken_once(pushed: Asking) -> None:
    first = pushed.post("/feeds/pushed/rows", {"rows": records(*ROWS, BAD_TIME)}, key=None)
    assert (first.status_code, first.json()) == (
        200,
        {"read": 5, "new": 4, "changed": 0, "same": 0, "quarantined": 1},
    )
    again = pushed.post("/feeds/pushed/rows", {"rows": records(*ROWS)}, key=None).json()
    assert (again["new"], again["same"]) == (0, 4)
    assert len(kept()) == 4
    assert [row.where for row in waiting()] == ["pushed rows.4"]
    assert [(s.state, s.events) for s in feed_states()] == [("well", 4)]


def test_for_anybody_else_there_is_no_such_feed(
    pushed: Asking, bureau: Bureau, feed: Feeding, tmp_path: Path
) -> None:
    body = {"rows": records(*ROWS)}
    assert signed_in(bureau.handler).post("/feeds/pushed/rows", body, key=None).status_code == 404
    feed({"kind": "folder", "path": str(tmp_path)}, name="folder")
    assert pushed.post("/feeds/folder/rows", body, key=None).status_code == 404
    assert pushed.post("/feeds/none/rows", body, key=None).status_code == 404
    assert kept() == []


def test_rows_that_no_mapping_fits_are_refused_whole(pushed: Asking) -> None:
    answer = pushed.post("/feeds/pushed/rows", {"rows": [{"a": {"b": 1}}]}, key=None)
    assert answer.status_code == 422
    assert pushed.post("/feeds/pushed/rows", {"rows": []}, key=None).status_code == 422


def page(officer: Any) -> Client:
    return signed_in(officer).client


def test_a_supervisor_sees_lag_and_rows_and_drops_one(feed: Feeding, tmp_path: Path, bureau: Bureau) -> None:
    csv(tmp_path / "drop")
    csv(tmp_path / "drop", "b.csv", (BAD_TIME,))
    feed({"kind": "folder", "path": str(tmp_path / "drop"), "settled": 0})
    feed_run("city")
    client = page(bureau.supervisor)
    shown = client.get("/feeds/?feed=city").content.decode()
    assert "市局平台" in shown
    assert "昨天" in shown
    row = waiting()[0].pk
    assert client.post("/feeds/?feed=city", {"do": "drop", "row": row, "reason": ""}).status_code == 302
    assert len(waiting()) == 1
    client.post("/feeds/?feed=city", {"do": "drop", "row": row, "reason": "测试数据"})
    assert waiting() == []


def test_an_administrator_sees_counts_and_no_row(feed: Feeding, tmp_path: Path, bureau: Bureau) -> None:
    csv(tmp_path / "drop", "b.csv", (BAD_TIME,))
    feed({"kind": "folder", "path": str(tmp_path / "drop"), "settled": 0})
    feed_run("city")
    shown = page(bureau.administrator).get("/feeds/?feed=city").content.decode()
    assert "市局平台" in shown
    assert "某丙" not in shown
    denied = page(bureau.handler).get("/feeds/")
    assert denied.status_code == 403
