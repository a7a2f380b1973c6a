"""A norm comes into force and goes again in the browser: tried on history, proposed, activated by a second person, felt at the next act."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.governance.conftest import DRAFT
from tests.journeys.breaches import KIND, enacted, finding_of, ticked
from tests.journeys.officers import AtDesk, Walk
from zhunsheng.procedure.rulebook import rulebook

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
NORM = "intake.handler-present"
TITLE = "立案须由办案人员登记"
PERSON = "演示·张某"


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    """The rulebook is read anew for the test and after it."""
    rulebook.cache_clear()
    yield
    rulebook.cache_clear()


def arrived_unknown(walk: Walk, when: str) -> str:
    """Somebody was brought in before anybody knew who it was."""
    walk.at(when)
    at, by = walk.hands.at, walk.bureau.handler
    who = {"person": (PERSON,)}
    case = enacted(walk, None, "report.received", at, by, fields=KIND)
    enacted(walk, case, "case.opened", at, by, fields=KIND | {"conduct_on": at.date()}, subjects=who)
    return str(case)


def proposed(walk: Walk, draft: Path) -> AtDesk:
    """The legal reviewer tries it on history and proposes it; the page shows what would have come out otherwise."""
    reviewer = walk.officer("legal_reviewer")
    reviewer.page.goto("/desk/")
    reviewer.page.get_by_role("link", name="规则").click()
    reviewer.fill({"名称": "identified-first", "理由": "检查发现先到案、后查明身份。"})
    reviewer.page.get_by_label("规范文件（.yaml）").set_input_files(str(draft))
    reviewer.submit("试行并提出")
    return reviewer


def test_from_a_draft_to_a_norm_in_force_and_out_again(walk: Walk, tmp_path: Path) -> None:
    """Whoever proposes cannot activate; the next act is refused by the new norm; retired, it refuses no more."""
    draft = tmp_path / "identified-first.yaml"
    draft.write_text(DRAFT, encoding="utf-8")
    who = {"person": (PERSON,)}
    old = arrived_unknown(walk, "2026-03-02 09:00")
    enacted(walk, uuid.UUID(old), "person.arrived", walk.hands.at, walk.bureau.handler, subjects=who)
    walk.at("2026-03-03 09:00")
    reviewer = proposed(walk, draft)
    shown = reviewer.page.locator("main").inner_text()
    for words in (TITLE, "将成为问题", "甲分局第一派出所", "1/1", "截至2026-03-03"):
        assert words in shown, words
    assert "办案甲" not in shown, "nobody is named"
    assert not reviewer.page.get_by_role("button", name="启用").count(), "not by the same hand"
    reviewer.look("proposed")
    approver = walk.officer("approver")
    approver.page.goto("/rulebook/")
    approver.look("to-decide")
    approver.fill({"决定的理由": "同意，自即日起施行。"})
    approver.submit("启用")
    approver.look("in-force")
    assert "identified-first" in approver.page.locator("main").inner_text()
    handler, new = walk.officer("handler"), arrived_unknown(walk, "2026-03-03 10:00")
    arrival = {"人员": "无名氏（身份未查明）"}
    said = handler.refused(new, "person.arrived", arrival)
    assert TITLE in said
    handler.look("refused")
    ticked()
    handler.page.goto("/findings/mine/")
    assert TITLE in handler.page.locator("main").inner_text(), "what was done before is judged, too"
    walk.at("2026-03-04 09:00")
    reviewer.page.goto("/rulebook/")
    reviewer.page.locator("summary", has_text="提出停用").click()
    reviewer.fill({"停用的理由": "改由法定规范约束。"})
    reviewer.submit("提出停用")
    approver.page.goto("/rulebook/")
    approver.fill({"决定的理由": "同意停用。"})
    approver.submit("同意停用")
    approver.look("retired")
    handler.act(new, "person.arrived", arrival)
    assert finding_of(old, NORM).status == "open", "what was found stays"
