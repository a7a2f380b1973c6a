"""Fair to the officer: nobody else sees a finding while it is theirs to answer, and no change of posts or units takes it from them."""

from __future__ import annotations

import pytest

from tests.journeys.breaches import TITLE, answer, figures, kept_too_long, ticked, waiting
from tests.journeys.officers import AtDesk, Walk
from zhunsheng.people import services as people
from zhunsheng.people.demo import OTHER_COUNTY, REASON, STATION
from zhunsheng.people.models import Unit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]


def status(desk: AtDesk, address: str) -> int:
    """What the server answers."""
    return int(desk.context.request.get(f"{desk.walk.address}{address}").status)


def test_within_the_officers_time_nobody_else_sees_it(walk: Walk) -> None:
    """A colleague, the head and the supervisor see a number at most; when the time is over the head and the supervisor see it all."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    page = f"/findings/{found.pk}/"
    handler = walk.officer("handler")
    assert status(handler, page) == 200
    others = [walk.officer(who) for who in ("second_handler", "approver", "supervisor", "assessor")]
    for desk in others:
        assert status(desk, page) == 403
        desk.page.goto("/findings/mine/")
        assert TITLE not in desk.page.locator("main").inner_text()
    supervisor, approver = others[2], others[1]
    numbers = figures(supervisor)
    assert (numbers["现有问题"], numbers["在承办人答复期内"]) == (0, 1)
    supervisor.look("a-number-only")
    walk.at("2026-03-02 20:31")
    ticked()
    approver.page.goto("/desk/")
    assert waiting(approver) == 1
    assert [status(desk, page) for desk in others] == [200] * 4, "whoever reads the case"
    approver.page.goto("/findings/mine/")
    assert "按职责通知我的" in approver.page.locator("main").inner_text()
    approver.look("told")


def test_whoever_lost_access_still_answers_and_a_unit_that_moves_keeps_its_findings(walk: Walk) -> None:
    """Without any role the officer still reads and contests; a station that another branch takes over brings its findings along."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    walk.at("2026-03-02 19:00")
    founder, officer = walk.bureau.founder, walk.bureau.handler
    for held in officer.roleassignments.filter(ended_at=None):
        people.role_end(held, by=founder, reason=REASON)
    handler = walk.officer("handler")
    handler.page.goto("/findings/mine/")
    handler.look("without-a-role")
    handler.page.locator("main").get_by_role("link", name=TITLE).click()
    shown = handler.page.locator("main").inner_text()
    assert "至今未见记录" in shown
    assert not handler.page.get_by_role("link", name="去登记").count(), "the form would refuse them"
    handler.look("still-answers")
    answer(
        handler,
        "提出异议",
        {"理由": "已按时放人，离开登记由同事补录。", "证据": "办案区出入登记簿第12页。"},
    )
    assert "异议待决" in handler.page.locator("main").inner_text()
    supervisor, other = walk.officer("supervisor"), walk.officer("other_approver")
    assert [status(desk, f"/findings/{found.pk}/") for desk in (supervisor, other)] == [200, 403]
    walk.at("2026-03-03 09:00")
    people.unit_move(Unit.objects.get(code=STATION), by=founder, parent=OTHER_COUNTY)
    other.page.goto("/findings/?state=all")
    shown = other.page.locator("main").inner_text()
    assert "共1项" in shown
    assert "甲分局第一派出所" in shown
    assert [status(desk, f"/findings/{found.pk}/") for desk in (handler, other)] == [200, 200]
    assert figures(other)["异议待决，不计入"] == 1
    assert figures(supervisor)["异议待决，不计入"] == 0
