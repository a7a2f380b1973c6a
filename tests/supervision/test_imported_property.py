"""However rows of another system come, in whatever parts and order and how often, the findings are those of one look at everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.feeds.conftest import Feeding, feed
from tests.procedure.conftest import bureau, governed, home, scene
from tests.procedure.rules import DECIDED, KEPT_HOURS, norm
from tests.supervision.loop.conftest import Ruled, ruled
from tests.supervision.test_imported import day
from zhunsheng.base import clock
from zhunsheng.exchange.connect.pages import Cells
from zhunsheng.feeds.evaluating import imported_results
from zhunsheng.feeds.judging import feeds_watch
from zhunsheng.feeds.models import Event
from zhunsheng.feeds.services import rows_push
from zhunsheng.norms.plans import BREACHES
from zhunsheng.people.demo import STATION, Bureau
from zhunsheng.procedure.rulebook import Rulebook
from zhunsheng.supervision.models import Finding
from zhunsheng.supervision.rebuild import findings_rebuild

__all__ = ["bureau", "feed", "governed", "home", "ruled", "scene"]
pytestmark = pytest.mark.django_db

TYPES = ("受案", "到案", "离开", "处罚")
Row = tuple[int, str, str, str, int]
"""Key, case, act, person, minutes after the start."""
ROW = st.tuples(
    st.integers(1, 12),
    st.sampled_from(("A", "B", "C")),
    st.sampled_from(TYPES),
    st.sampled_from(("甲", "乙")),
    st.integers(0, 4_000),
)


def cells(row: Row) -> Cells:
    """A row as it is pushed."""
    key, case, what, person, minutes = row
    at = day(2) + dt.timedelta(minutes=minutes)
    told = {
        "编号": str(key),
        "案号": case,
        "行为": what,
        "时间": f"{at:%Y-%m-%d %H:%M}",
        "单位": STATION,
        "民警": "1",
    }
    return told | ({"人员": person} if what in ("到案", "离开") else {})


def breaches(book: Rulebook, now: dt.datetime) -> set[tuple[object, ...]]:
    """What is in breach by one look at every event that counts."""
    found = imported_results("city", as_of=now, book=book).to_pylist()
    return {
        (row["case_id"], row["norm_id"], row["scope"], row["opened_by"], row["status"])
        for row in found
        if row["status"] in BREACHES
    }


def findings() -> set[tuple[object, ...]]:
    """The findings that stand."""
    rows = Finding.objects.unfenced("a test").filter(closed_at=None).select_related("imported__case")
    return {
        (f.imported.case.number, f.norm_id, f.imported.scope, f.imported.opened_by, f.breach)
        for f in rows
        if f.imported is not None
    }


def pushed(parts: Sequence[Sequence[Row]], bureau: Bureau) -> dt.datetime:
    """Send the parts one after the other, judge each, and let time pass at the end; when that was."""
    now = day(4, 20)
    for part in parts:
        with clock.holding(now):
            if part:
                rows_push("city", [cells(row) for row in part], by=bureau.custody_keeper)
            feeds_watch()
        now += dt.timedelta(minutes=7)
    return now


@pytest.fixture
def book(ruled: Ruled, feed: Feeding, bureau: Bureau) -> Rulebook:
    """Two norms, and a feed to which rows are pushed."""
    from tests.feeds.conftest import MAPPING

    types = MAPPING["types"] | {"处罚": "penalty.decided"}  # type: ignore[operator] # a plain dict
    feed({"kind": "push", "by": [bureau.custody_keeper.number]}, mapping=MAPPING | {"types": types})
    return ruled(
        norm("hours", KEPT_HOURS, per="case, person", severity="serious"),
        norm("decided", DECIDED, severity="minor"),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.lists(st.lists(ROW, max_size=6), max_size=6))
def test_however_rows_come_the_findings_are_those_of_one_look(
    book: Rulebook, bureau: Bureau, parts: list[list[Row]]
) -> None:
    """Rows with the same key in different parts are corrections; the same row twice is a repetition."""
    with transaction.atomic():
        now = pushed(parts, bureau)
        with clock.holding(now):
            feeds_watch()
            assert findings() == breaches(book, now)
            assert findings_rebuild(mend=False).different == 0
            counted = Finding.objects.unfenced("a test").values_list("imported_id", flat=True)
            assert len(set(counted)) == len(counted)
        transaction.set_rollback(True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), rows=st.lists(ROW, max_size=10, unique_by=lambda row: row[0]))
def test_order_parts_and_repetition_make_no_difference(
    book: Rulebook, bureau: Bureau, data: st.DataObject, rows: list[Row]
) -> None:
    """The same rows all at once, and shuffled, split and partly sent again."""
    times = [row[4] for row in rows]
    rows = [row for row in rows if times.count(row[4]) == 1]
    shuffled = data.draw(
        st.permutations(rows + data.draw(st.lists(st.sampled_from(rows or [None])) if rows else st.just([])))
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    parts = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    seen = []
    for way in ([rows, *([[]] * (len(parts) - 1))], parts):
        with transaction.atomic():
            now = pushed(way, bureau)
            with clock.holding(now):
                feeds_watch()
                assert Event.objects.unfenced("a test").count() == len(rows)
                seen.append(findings())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_the_rows_of_these_tests_do_give_findings(book: Rulebook, bureau: Bureau) -> None:
    now = pushed(
        [[(1, "A", "到案", "甲", 0), (2, "A", "离开", "甲", 700)], [(3, "B", "受案", "", 0)]], bureau
    )
    assert {(case, status) for case, _, _, _, status in breaches(book, now)} == {("A", "late")}
    assert findings() == breaches(book, now)
