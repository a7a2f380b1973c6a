"""Two at once: one answer is taken and the other told that things have moved on; an act and an answer wait for each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.supervision.loop.acting import OVER, finding, overdue, passed, released
from tests.supervision.loop.test_ledger import DAY, accepted, done, line, verified
from tests.supervision.loop.test_rectified import contested, ordered, refused
from zhunsheng.base import clock
from zhunsheng.base.errors import InputError
from zhunsheng.supervision import services
from zhunsheng.supervision.models import Contest, FindingVersion, Rectification
from zhunsheng.supervision.rebuild import findings_rebuild
from zhunsheng.supervision.reopening import lines_reopen
from zhunsheng.supervision.telling import levels_pass_on

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = {"person": ("某甲",)}


def at_once(minutes: float, *calls: Callable[[], Any]) -> list[str]:
    """What came of calls made at the same moment, by threads with connections of their own."""
    start = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> str:
        try:
            with clock.holding(at(minutes)):
                start.wait()
                call()
        except InputError:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(one, calls))


def test_of_two_answers_one_is_taken(held: Scene) -> None:
    found, by = overdue(held), held.bureau.handler
    said = {"ground": "facts", "reason": "已离开", "evidence": "登记簿"}
    came = at_once(
        OVER + 20,
        lambda: services.finding_accept(found.pk, by=by),
        lambda: services.contest_file(found.pk, by=by, **said),
    )
    assert came == ["done", "refused"]
    found = finding(held)
    lines = Rectification.objects.unfenced("a test").count()
    assert (found.status, lines, Contest.objects.count()) in {("accepted", 1, 0), ("contested", 0, 1)}
    assert FindingVersion.objects.filter(finding=found).count() == found.versions == 2


def test_of_two_decisions_one_is_made(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    with clock.holding(at(OVER + 20)):
        contest = services.contest_file(found.pk, by=bureau.handler, ground="facts", reason="-", evidence="-")
    came = at_once(
        OVER + 40,
        lambda: services.contest_decide(contest.pk, by=bureau.supervisor, outcome="upheld", reason="-"),
        lambda: services.contest_decide(
            contest.pk, by=bureau.supervisor, outcome="dismissed", reason="-", cause="norm"
        ),
    )
    assert came == ["done", "refused"]
    contest.refresh_from_db()
    assert finding(held).status == contest.outcome


def test_the_act_that_cures_and_the_contest_leave_a_whole_story(held: Scene) -> None:
    found, by = overdue(held), held.bureau.handler
    at_once(
        OVER + 30,
        lambda: released(held, OVER + 30),
        lambda: services.contest_file(found.pk, by=by, ground="facts", reason="-", evidence="-"),
        levels_pass_on,
    )
    found = finding(held)
    assert found.status == "contested"
    assert found.breach == "late"
    numbers = FindingVersion.objects.filter(finding=found).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, found.versions + 1))
    assert findings_rebuild(mend=False).different == 0


def test_what_happens_again_while_it_is_verified_opens_it_again_once(held: Scene) -> None:
    accepted(held)
    done(held)
    other = Scene(held.bureau)
    other.do("report.received", OVER + DAY, fields={"case_kind": "public-order"}, subjects=NOBODY)
    other.do("person.arrived", OVER + DAY + 10, fields={"identity_known": True}, subjects=SUSPECT)
    when = OVER + 2 * DAY
    assert at_once(when, lambda: verified(held, when), lambda: passed(when)) == ["done", "done"]
    assert (finding(other).status, line(held).status) == ("open", "closed")
    at_once(OVER + 5 * DAY, lines_reopen, lines_reopen)
    assert (line(held).status, line(held).reopened) == ("open", 1)


@pytest.mark.parametrize("what", ["act", "contest"])
def test_verifying_and_what_comes_between_leave_a_whole_story(held: Scene, what: str) -> None:
    ordered(held)
    done(held, OVER + 25)
    beside = {
        "act": lambda: released(held, OVER + 30),
        "contest": lambda: contested(held, OVER + 30),
    }[what]
    assert at_once(OVER + 30, lambda: verified(held, OVER + 30), beside) == ["done", "done"]
    found = finding(held)
    assert found.status == {"act": "cured", "contest": "contested"}[what]
    assert line(held).status == "closed"
    numbers = FindingVersion.objects.filter(finding=found).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, found.versions + 1))
    if what == "contest":
        refused(held, found.contests.get(), OVER + 40)
        assert (finding(held).status, finding(held).cured_at) == ("rectified", at(OVER + 30))
    assert findings_rebuild(mend=False).different == 0
