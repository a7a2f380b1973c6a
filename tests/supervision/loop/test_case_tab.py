"""The last tab of a case: findings are shown to whom they are open, and within the officer's time only counted to others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.procedure.dossiers import Scene, at
from tests.supervision.loop.acting import OVER, overdue, signed_in
from zhunsheng.base import clock
from zhunsheng.people.models import Officer

pytestmark = pytest.mark.django_db
DAY = 24 * 60
LINK, WITHHELD, NOTHING = "/findings/", "暂不显示的问题：1", "本案没有发现问题"


def tab(scene: Scene, officer: Officer, minutes: float) -> str:
    with clock.holding(at(minutes)):
        answer = signed_in(officer).get(reverse("case_tab", args=(scene.id, "supervision")))
        assert answer.status_code == 200
        return answer.content.decode().split("<main", 1)[1]


def test_within_the_officer_s_time_others_only_learn_that_there_is_something(held: Scene) -> None:
    found = overdue(held)
    link = reverse("finding", args=(found.pk,))
    mine = tab(held, held.bureau.handler, OVER + 30)
    assert link in mine
    assert WITHHELD not in mine
    for other in (held.bureau.second_handler, held.bureau.approver, held.bureau.supervisor):
        page = tab(held, other, OVER + 30)
        assert link not in page
        assert "规范hours" not in page
        assert WITHHELD in page
        assert NOTHING not in page


def test_once_released_it_leads_to_the_finding(held: Scene) -> None:
    found = overdue(held)
    page = tab(held, held.bureau.supervisor, OVER + 2 * DAY)
    assert reverse("finding", args=(found.pk,)) in page
    assert WITHHELD not in page


def test_a_case_without_findings_says_so(held: Scene) -> None:
    page = tab(held, held.bureau.supervisor, 60)
    assert NOTHING in page
    assert WITHHELD not in page
