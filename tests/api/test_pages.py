"""Pages by key: followed to the end they show every row once, whatever is added meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.api.conftest import REPORT, SUSPECT, Asking, act, asking, case_opened, in_custody
from zhunsheng.api.dossiers import whole
from zhunsheng.api.due import instant_read
from zhunsheng.api.paging import cursor_read, cursor_write, page
from zhunsheng.base.clock import from_microseconds
from zhunsheng.people.demo import Bureau
from zhunsheng.procedure.models import Obligation


def pages(
    caller: Asking, path: str, limit: int, between: Callable[[], Any] = lambda: None
) -> list[dict[str, Any]]:
    """The rows of all pages, each page within its limit."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        query = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
        answer = caller.get(path, query)
        assert answer.status_code == 200, answer.content
        found = answer.json()
        assert len(found["items"]) <= limit
        rows += found["items"]
        cursor = found["next"]
        if cursor is None:
            return rows
        assert len(found["items"]) == limit
        between()


def test_dossiers_opened_meanwhile_neither_repeat_nor_hide_others(handler: Asking) -> None:
    before = [case_opened(handler)["dossier"] for _ in range(7)]
    rows = pages(handler, "/dossiers", 2, between=lambda: case_opened(handler))
    assert [row["id"] for row in rows] == before[::-1]


def test_acts_recorded_meanwhile_come_at_the_end(handler: Asking) -> None:
    dossier = in_custody(handler)
    minutes = iter(range(41, 60))

    def record() -> None:
        if (minute := next(minutes)) < 44:
            body = act("family.notified", minute, subjects=SUSPECT)
            assert handler.post(f"/dossiers/{dossier}/acts", body).status_code == 201

    rows = pages(handler, f"/dossiers/{dossier}/acts", 1, between=record)
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]


def test_what_is_due_is_in_order_over_all_pages_with_the_undated_last(handler: Asking) -> None:
    for _ in range(2):
        in_custody(handler)
    rows = pages(
        handler,
        "/obligations",
        3,
        between=lambda: handler.post("/dossiers", act("report.received", **REPORT)),
    )
    live = Obligation.objects.unfenced("test").filter(status__in=("pending", "overdue", "unknown"))
    dated = [row["due_at"] for row in rows if row["due_at"] is not None]
    assert len({row["id"] for row in rows}) == len(rows)
    assert dated == sorted(dated)
    assert all(row["due_at"] is None for row in rows[len(dated) :])
    assert {row["id"] for row in rows} <= set(live.values_list("id", flat=True))
    assert len(rows) > 6


def test_readings_made_meanwhile_do_not_move_the_others(handler: Asking, bureau: Bureau) -> None:
    dossier = case_opened(handler)["dossier"]
    for _ in range(4):
        handler.get(f"/dossiers/{dossier}")
    rows = pages(asking(bureau.auditor, "audit"), f"/dossiers/{dossier}/readings", 2)
    assert [row["purpose"] for row in rows] == ["audit", *["handling"] * 4]


@given(st.lists(st.integers(0, 2**63 - 1), unique=True, max_size=30), st.integers(1, 7))
def test_pages_put_together_are_the_whole(rows: list[int], limit: int) -> None:
    rows = sorted(rows)
    seen: list[int] = []
    left = rows
    while True:
        found = page(left[: limit + 1], limit, lambda r: r, lambda r: (r,))
        seen += found["items"]
        if found["next"] is None:
            break
        (after,) = cursor_read(found["next"], whole)
        left = [r for r in rows if r > after]
    assert seen == rows


@given(
    st.none() | st.integers(0, 7 * 10**15).map(from_microseconds),
    st.integers(0, 2**63 - 1),
)
def test_a_cursor_is_read_as_it_was_written(at: Any, last: int) -> None:
    assert cursor_read(cursor_write(at, last), instant_read, whole) == (at, last)
