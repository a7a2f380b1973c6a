"""Findings of cases that another system tells of: found, told, answered, contested, decided and put right as those from the door."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.feeds.conftest import Feeding, feed
from tests.feeds.rows import STATION, csv
from tests.procedure.conftest import bureau, governed, home, scene
from tests.procedure.rules import KEPT_HOURS, norm
from tests.supervision.loop.conftest import Ruled, ruled
from zhunsheng.base import clock
from zhunsheng.base.clock import LOCAL
from zhunsheng.feeds.services import feed_run
from zhunsheng.people.demo import Bureau
from zhunsheng.supervision.models import Alert, Finding
from zhunsheng.supervision.pages.words import sentence

__all__ = ["bureau", "feed", "governed", "home", "ruled", "scene"]
pytestmark = pytest.mark.django_db

HANDLER = "021001"


def day(number: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """An instant in March 2026, local time."""
    return dt.datetime(2026, 3, number, hour, minute, tzinfo=LOCAL)


def row(
    key: str,
    what: str,
    when: str,
    *,
    case: str = "X-1",
    person: str = "某乙",
    officer: str = HANDLER,
    unit: str = STATION,
) -> str:
    """A row as the other system exports it."""
    return f"{key},{case},{what},2026-03-{when},{unit},{officer},{person},"


ARRIVED = row("2", "到案", "02 10:00")
LEFT_LATE = row("3", "离开", "02 23:30")
LEFT_IN_TIME = row("3", "离开", "02 17:30")


@pytest.fixture
def drop(tmp_path: Path, feed: Feeding, ruled: Ruled, bureau: Bureau) -> Path:
    """A folder that a feed reads, and one norm: whoever arrives must leave within eight hours."""
    ruled(norm("hours", KEPT_HOURS, per="case, person", severity="serious"))
    folder = tmp_path / "drop"
    folder.mkdir()
    feed({"kind": "folder", "path": str(folder), "settled": 0}, officers={HANDLER: bureau.handler.number})
    return folder


def read(at: dt.datetime) -> None:
    """Read the feed at that time."""
    with clock.holding(at):
        assert feed_run("city").state == "done"


def found() -> list[Finding]:
    return list(Finding.objects.unfenced("a test").order_by("pk"))


def events(one: Finding) -> list[tuple[str, str]]:
    return list(one.history.order_by("number").values_list("event", "status"))


def told(one: Finding) -> list[tuple[str, str]]:
    return list(Alert.objects.filter(finding=one).order_by("id").values_list("level", "officer_id"))


def overdue(drop: Path, *more: str) -> Finding:
    """Somebody arrived, and the day after nothing tells that they left."""
    csv(drop, "a.csv", (ARRIVED, *more))
    read(day(3, 9))
    (one,) = found()
    return one


def test_what_is_overdue_elsewhere_is_a_finding_with_its_rows_and_the_officer_is_told(
    drop: Path, bureau: Bureau
) -> None:
    one = overdue(drop)
    assert (one.status, one.breach, one.severity) == ("open", "overdue", "serious")
    assert (one.officer_id, one.unit_id, one.feed_id) == (bureau.handler.number, STATION, "city")
    assert (one.obligation, one.dossier, one.case_number, one.element) == (None, None, "X-1", "person")
    assert one.since == one.due_at == day(2, 18)
    reasons = one.history.get().explanation
    assert set(reasons) == {"zh", "en"}
    assert "至今未见记录" in reasons["zh"]["verdict"]
    assert reasons["zh"]["rows"] == ["到案 2026-03-02 10:00（市局平台，a.csv第1行，编号2）"]
    assert reasons["en"]["rows"][0].endswith("(City platform, a.csv row 1, key 2)")
    assert told(one) == [("officer", bureau.handler.number)]
    assert "市局平台案件X-1" in str(sentence(one))


def test_the_next_file_cures_it_and_a_correction_closes_it_and_brings_it_back(
    drop: Path, bureau: Bureau
) -> None:
    one = overdue(drop)
    csv(drop, "b.csv", (LEFT_LATE,))
    read(day(3, 10))
    one.refresh_from_db()
    assert (one.status, one.breach, one.cured_at) == ("cured", "late", day(2, 23, 30))
    assert one.cured_event is not None
    assert one.cured_event.key == "3"
    assert Alert.objects.get(finding=one).answered_at is not None
    csv(drop, "c.csv", (LEFT_IN_TIME,))
    read(day(3, 11))
    one.refresh_from_db()
    assert one.status == "closed"
    csv(drop, "d.csv", (LEFT_LATE,))
    read(day(3, 12))
    one.refresh_from_db()
    assert (one.status, one.breach) == ("cured", "late")
    assert [event for event, _ in events(one)] == ["found", "cured", "closed", "reopened"]
    last = one.history.last()
    assert "第3次记录" in last.explanation["zh"]["rows"][1]
    assert len(found()) == 1
