"""The same form sent twice, as by a double click: it is done once and nothing is said against it; a stale one is told and keeps its words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.procedure.dossiers import Scene
from tests.supervision.loop.acting import OVER, overdue, released
from tests.supervision.loop.test_pages import SAID, read, sent
from zhunsheng.acts.models import Act
from zhunsheng.people.demo import STATION
from zhunsheng.supervision.models import (
    Contest,
    Finding,
    FindingVersion,
    HandDown,
    Rectification,
    RectificationStep,
)

pytestmark = pytest.mark.django_db
PAST = OVER + 20 * 24 * 60


def twice(by: Any, url: str, minutes: float, **data: Any) -> None:
    """Send it once and once more; both lead on."""
    for wait in (0, 1):
        status, page = sent(by, url, minutes + wait, **data)
        assert status == 302, page[page.find("error-summary") :][:400]


def test_answers_and_decisions(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    url = f"/findings/{found.pk}/"
    twice(bureau.handler, url, OVER + 20, do="contest", expected="1", **SAID)
    assert Contest.objects.count() == 1
    given = {"do": "decide", "outcome": "upheld", "cause": "", "decision": "登记簿没有记载"}
    twice(bureau.supervisor, url, OVER + 40, **given)
    assert Rectification.objects.unfenced("a test").count() == 1
    assert FindingVersion.objects.count() == 3


def test_acceptance_and_the_act_that_cures(held: Scene) -> None:
    found, by = overdue(held), held.bureau.handler
    url = f"/findings/{found.pk}/"
    twice(by, url, OVER + 20, do="accept", expected="1", note="")
    released(held, OVER + 30)
    versions = Finding.objects.unfenced("a test").get().versions
    status, page = sent(by, url, OVER + 40, do="contest", expected=str(versions - 1), **SAID)
    assert status == 200
    assert "已经有新的情况" in page
    assert "补录漏登" in page
    assert f'name="expected" value="{versions}"' in page, "sent again it is of what the page shows now"


def test_steps_of_the_ledger(held: Scene) -> None:
    """Two talks are not one double click; each step asks how many there were."""
    found, bureau = overdue(held), held.bureau
    sent(bureau.handler, f"/findings/{found.pk}/", OVER + 20, do="accept", expected="1", note="")
    released(held, OVER + 30)
    row = Rectification.objects.unfenced("a test").get()
    url = f"/rectification/{row.pk}/"
    _, page = read(bureau.supervisor, url, PAST)
    assert 'name="seen" value="1"' in page
    twice(bureau.supervisor, url, PAST, do="talk", recipient="副所长", reason="超期", seen="1")
    row.refresh_from_db()
    assert row.rung == 1
    assert Act.objects.unfenced("a test").filter(type="supervision.talked-with-deputy").count() == 1
    assert not Act.objects.unfenced("a test").filter(type="supervision.talked-with-head").exists()
    twice(bureau.handler, url, PAST + 10, do="done", measure="提醒", evidence="截图", seen="2")
    twice(bureau.supervisor, url, PAST + 20, do="verify", good="no", note="看不到提醒", seen="3")
    status, page = sent(
        bureau.supervisor, url, PAST + 30, do="talk", recipient="所长", reason="仍未整改", seen="1"
    )
    assert status == 200
    assert "已经有新的情况" in page
    assert "仍未整改" in page
    kinds = RectificationStep.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["opened", "deputy", "done", "returned"]


def test_papers_handed_down(held: Scene) -> None:
    """One paper, one line for one task."""
    by = held.bureau.supervisor
    url = "/supervision/hand-downs/"
    given = {
        "kind": "supervision-notice",
        "organ": "演示市司法局",
        "number": "监〔2026〕1号",
        "subject": "询问时间",
    }
    more = {"unit": STATION, "received_on": "2026-03-02", "norm_id": "test.hours", "proposal": ""}
    assert sent(by, url, 100, do="hand_down", **given, **more)[0] == 302
    paper = str(HandDown.objects.unfenced("a test").get().pk)
    owner = held.bureau.handler.number
    twice(by, url, 110, do="order", hand_down=paper, owner=owner, task="自查")
    assert Rectification.objects.unfenced("a test").count() == 1
    twice(by, url, 120, do="order", hand_down=paper, owner=owner, task="培训")
    assert Rectification.objects.unfenced("a test").count() == 2


def test_a_page_that_is_not_whole_is_told(held: Scene) -> None:
    found, by = overdue(held), held.bureau.handler
    for odd in ("", "x", "9" * 30):
        status, page = sent(by, f"/findings/{found.pk}/", OVER + 20, do="contest", expected=odd, **SAID)
        assert status == 200, odd
        assert "这一页不完整" in page or "已经有新的情况" in page, odd
        assert "补录漏登" in page
    assert Contest.objects.count() == 0
