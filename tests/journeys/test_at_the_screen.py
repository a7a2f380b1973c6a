"""How the screen behaves under an officer's hands: the keyboard alone, a double click, two windows on one case, English throughout."""

from __future__ import annotations

import re

import pytest

from tests.console.signing_in import PASSWORD
from tests.journeys.officers import AtDesk, Walk
from tests.journeys.steps import identify, identity, take_report
from zhunsheng.acts.models import Act

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
SUSPECT = "演示·王𬭎"
SUMMARY = "演示菜场两人因摊位争吵，王某用拳头打了李某。"


def recorded_of(case: str, act_type: str) -> int:
    """How many acts of a type the case has."""
    found: int = Act.objects.unfenced("a test").filter(dossier=case, type=act_type).count()
    return found


def tab_to(desk: AtDesk, words: str, most: int = 120) -> None:
    """Press Tab until the control with these words has the focus, and see that one sees it."""
    for _ in range(most):
        desk.page.keyboard.press("Tab")
        said, seen = desk.page.evaluate(
            "() => { const e = document.activeElement;"
            " return [(e.labels?.[0]?.innerText || e.innerText || e.value || '').trim(),"
            " getComputedStyle(e).outlineStyle !== 'none'] }"
        )
        if words in said:
            assert seen, words
            return
    pytest.fail(f"the keyboard does not reach {words}")


def test_from_the_desk_to_a_recorded_act_by_keyboard_alone(walk: Walk) -> None:
    """Signed in at the door, then desk, case, form, submission: never a mouse."""
    walk.at("2026-03-02 09:00")
    take_report(walk.officer("handler"), SUMMARY, [SUSPECT])
    desk = AtDesk(walk, walk.bureau.handler)
    desk.context.clear_cookies()
    desk.page.goto("/sign-in/")
    tab_to(desk, "警号")
    desk.page.keyboard.type(walk.bureau.handler.number)
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type(PASSWORD)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    assert "我的工作台" in desk.page.title()
    tab_to(desk, SUMMARY[:8])
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    tab_to(desk, "办理其他事项")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    tab_to(desk, "接受证据并开具清单")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    tab_to(desk, "演示·李某")
    desk.page.keyboard.press("Space")
    desk.settled()
    tab_to(desk, "证据名称或者编号")
    desk.page.keyboard.type("手机视频1段")
    tab_to(desk, "已签名或捺印")
    desk.page.keyboard.press("Space")
    tab_to(desk, "登记")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    desk.recorded("keyboard")
    desk.look("by-keyboard")
    assert recorded_of(desk.case, "evidence.received") == 1
    desk.context.close()


def test_a_double_click_records_once_and_a_second_window_is_told(walk: Walk) -> None:
    """The button pressed twice is one act; what another window has recorded meanwhile is shown before anything is sent again."""
    walk.at("2026-03-02 09:00")
    handler = walk.officer("handler")
    case = take_report(handler, SUMMARY, [SUSPECT])
    identify(handler, case, SUSPECT, identity("1990-07-08", 23))
    walk.at("09:30")
    handler.form(case, "evidence-taken")
    handler.fill({"人员": "演示·李某", "证据名称或者编号": "手机视频1段", "已签名或捺印": True})
    handler.page.get_by_role("button", name="登记", exact=True).dblclick()
    handler.page.locator(".message").first.wait_for()
    handler.recorded()
    assert recorded_of(case, "evidence.received") == 1

    handler.form(case, "evidence-taken")
    handler.fill({"人员": "演示·李某", "证据名称或者编号": "就诊记录1份", "已签名或捺印": True})
    colleague = walk.officer("second_handler")
    colleague.act(case, "person.summoned", {"人员": [SUSPECT], "方式": "口头传唤"})
    handler.submit()
    said = handler.answer()
    handler.look("out-of-step")
    assert "您填表时案件有了新的登记" in said
    assert "传唤（办案乙）" in said
    assert recorded_of(case, "evidence.received") == 1
    handler.submit()
    handler.recorded()
    assert recorded_of(case, "evidence.received") == 2


PAGES = (
    "",
    "due/",
    "people/",
    "evidence/",
    "papers/",
    "review/",
    "decision/",
    "supervision/",
    "act/",
    "act/brought-in/",
)
NAMES = re.compile(r"演示[^\s,，]*|演\d+|《[^》]*》|\(第[^)]*\)|中文")


@pytest.mark.slow
def test_every_page_of_a_case_is_english_for_whoever_reads_english(walk: Walk) -> None:
    """But for names, and words that were typed, nothing on the pages is Chinese."""
    walk.at("2026-03-02 09:00")
    handler = walk.officer("handler")
    case = take_report(handler, "quarrel", [SUSPECT])
    reader = AtDesk(walk, walk.bureau.handler, language="en")
    walk.desks["english"] = reader
    left: dict[str, set[str]] = {}
    for path in (
        "/desk/",
        "/cases/",
        "/cases/new/?fresh=1",
        "/notices/",
        *(f"/cases/{case}/{tab}" for tab in PAGES),
    ):
        reader.page.goto(path)
        reader.settled()
        lines = reader.page.locator("main").inner_text().splitlines()
        chinese = {
            line for line in lines if re.search(r"[\u4e00-\u9fff]", NAMES.sub("", without_people(line)))
        }
        if chinese:
            left[path.replace(case, "…")] = chinese
        if path.endswith(("decision/", "brought-in/", "/desk/")):
            reader.look("english-" + path.strip("/").rpartition("/")[2].replace("?", ""))
    assert left == {}, left


def without_people(line: str) -> str:
    """A line without the names of officers and units, which are Chinese in every language."""
    return re.sub(
        r"(办案|审核|审批|窗口|看护|保管|记录|辅警)[甲乙丙丁]|甲分局第一派出所|执法记录仪采集站", "", line
    )
