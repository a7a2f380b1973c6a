"""A feed that is read while somebody answers, and one that is judged twice at once: one after the other, and nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.feeds.conftest import Feeding, feed
from tests.feeds.rows import csv
from tests.procedure.conftest import bureau, governed, home, scene
from tests.supervision.loop.conftest import Ruled, ruled
from tests.supervision.test_imported import ARRIVED, LEFT_LATE, day, drop, found, overdue, row
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.feeds.judging import feeds_watch
from zhunsheng.feeds.services import feed_run
from zhunsheng.people.demo import Bureau
from zhunsheng.supervision.models import Contest, FindingVersion
from zhunsheng.supervision.rebuild import findings_rebuild
from zhunsheng.supervision.services import contest_file, finding_accept

__all__ = ["Feeding", "Ruled", "bureau", "drop", "feed", "governed", "home", "ruled", "scene"]
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(at: dt.datetime, *calls: Callable[[], Any]) -> list[str]:
    """What came of calls made at the same moment, by threads with connections of their own."""
    start = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> str:
        try:
            with clock.holding(at):
                start.wait()
                call()
        except InputError:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(one, calls))


@pytest.mark.parametrize("_again", range(3))
def test_a_reading_and_an_answer_wait_for_each_other(drop: Path, bureau: Bureau, _again: int) -> None:
    one = overdue(drop)
    csv(drop, "b.csv", (LEFT_LATE,))
    said = {"ground": "facts", "reason": "已离开", "evidence": "登记簿"}
    came = at_once(
        day(3, 10),
        lambda: feed_run("city"),
        lambda: contest_file(one.pk, by=bureau.handler, expected=1, **said),
    )
    one.refresh_from_db()
    assert (one.status, one.breach, Contest.objects.count()) in {
        ("contested", "late", 1),
        ("cured", "late", 0),
    }
    assert came == (["done", "done"] if one.status == "contested" else ["done", "refused"])
    assert FindingVersion.objects.filter(finding=one).count() == one.versions
    with clock.holding(day(3, 11)):
        assert findings_rebuild(mend=False).different == 0


def test_judged_twice_at_once_and_answered_it_is_one_finding_each(drop: Path, bureau: Bureau) -> None:
    one = overdue(drop)
    rows = tuple(row(f"k{n}", "到案", "02 10:00", case=f"Y-{n}") for n in range(30))
    csv(drop, "b.csv", (ARRIVED, *rows))
    came = at_once(
        day(3, 10),
        lambda: feed_run("city"),
        feeds_watch,
        feeds_watch,
        lambda: finding_accept(one.pk, by=bureau.handler),
    )
    assert came == ["done"] * 4
    with clock.holding(day(3, 11)):
        feeds_watch()
        assert findings_rebuild(mend=False).different == 0
    assert len(found()) == 31
    assert {f.versions for f in found()} == {1, 2}
