"""A finding from the alert to its end: cured, contested and upheld and put right, contested and dismissed."""

from __future__ import annotations

import pytest

from tests.journeys.breaches import (
    PERSON,
    TITLE,
    answer,
    brought_in_at,
    figures,
    finding_of,
    kept_too_long,
    line_of,
    ticked,
    waiting,
)
from tests.journeys.officers import AtDesk, Walk
from zhunsheng.supervision.models import Alert, Finding
from zhunsheng.supervision.services import contest_decide, contest_file

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]
FAMILY = "到案要通知家属"
CONTEST = {
    "异议类别": "记录与事实不符",
    "理由": "当事人17时45分已离开，离开登记因系统停用漏录。",
    "证据": "办案区出入登记簿第12页，存办案区值班室。",
}


def test_alert_to_cure(walk: Walk) -> None:
    """The alert is there at once; the officer reads why, follows the link to the form, records the act; the finding is cured by it."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    handler = walk.officer("handler")
    handler.page.goto("/desk/")
    assert waiting(handler) == 1
    handler.page.get_by_role("link", name="我的问题").click()
    handler.look("mine")
    handler.page.locator("main").get_by_role("link", name=TITLE).click()
    shown = handler.page.locator("main").inner_text()
    for words in (
        "《治安管理处罚法（2025修订）》第97条第1款",
        "满8小时为3月2日18:00",
        "至今未见记录",
        "到时立即让人离开",
        "可以提出异议",
        "已超30分钟",
        "办案甲（办案民警）",
        "届时未答复的通知单位负责人",
    ):
        assert words in shown, words
    assert "演1002" not in shown, "officers by name"
    handler.look("finding")
    assert Alert.objects.get(finding=found).seen_at == walk.hands.at
    walk.at("+20m")
    handler.page.get_by_role("link", name="去登记“离开/释放”").click()
    assert handler.page.get_by_label(PERSON).is_checked(), "about the same person"
    handler.submit()
    handler.recorded("released")
    handler.page.goto(f"/findings/{found.pk}/")
    found.refresh_from_db()
    assert (found.status, found.breach) == ("cured", "late")
    assert found.cured_by is not None
    place = f"案卷第{found.cured_by.position}项行为"
    shown = handler.page.locator("main").inner_text()
    assert "已补正" in shown
    assert "迟办50分钟" in shown
    handler.look("cured")
    handler.page.get_by_role("link", name=place).first.click()
    assert handler.page.locator(f"#act-{found.cured_by.position}").is_visible()


def test_an_act_out_of_order_is_told_with_the_next_page(walk: Walk) -> None:
    """Somebody is let go and nobody told the family: the page that follows the act counts it, and no worker has run."""
    case = brought_in_at(walk, "2026-03-02 09:00")
    handler = walk.officer("handler")
    handler.page.goto("/desk/")
    assert waiting(handler) == 0
    walk.at("15:00")
    handler.act(str(case), "released-after-questioning", {"人员": [PERSON]})
    assert waiting(handler) == 1
    handler.page.goto("/findings/mine/")
    handler.page.locator("main").get_by_role("link", name=FAMILY).click()
    assert "违反" in handler.page.locator(".finding-sentence").inner_text()
    handler.look("out-of-order")


def contested(walk: Walk) -> Finding:
    """A finding that the officer has contested."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    handler = walk.officer("handler")
    handler.page.goto(f"/findings/{found.pk}/")
    answer(handler, "提出异议", {**CONTEST, "证据": ""})
    assert "异议须附证据" in handler.page.locator(".error-summary").inner_text()
    assert handler.page.get_by_label("理由", exact=True).input_value() == CONTEST["理由"], (
        "nothing typed is lost"
    )
    handler.look("no-evidence")
    answer(handler, "提出异议", CONTEST)
    assert "异议待决" in handler.page.locator("main").inner_text()
    handler.look("contested")
    return found


def decided(walk: Walk, found: Finding, answers: dict[str, str]) -> None:
    """The supervisor finds the contest in the list and decides it."""
    walk.at("2026-03-03 10:00")
    supervisor = walk.officer("supervisor")
    supervisor.page.goto("/findings/contests/")
    supervisor.look("contests")
    supervisor.page.locator("main").get_by_role("link", name=TITLE).click()
    supervisor.look("to-decide")
    answer(supervisor, "裁决异议", answers)
    assert not supervisor.page.locator(".error-summary").count(), supervisor.answer()
    supervisor.look("decided")


def test_contest_upheld_and_put_right(walk: Walk) -> None:
    """Upheld with a reason: a line of the ledger, done with evidence, returned once, verified by another hand, closed."""
    found = contested(walk)
    decided(
        walk,
        found,
        {"裁决": "异议不成立，问题维持", "理由": "出入登记簿没有17时45分的记载，监控显示18时20分离开。"},
    )
    row, handler, supervisor = line_of(found), walk.officer("handler"), walk.officer("supervisor")
    handler.page.goto("/findings/mine/")
    handler.page.get_by_role("link", name="整改台账").click()
    handler.look("ledger")
    handler.page.locator("main").get_by_role("link", name=TITLE).click()
    handler.look("line")
    answer(handler, "报告完成", {"整改措施": "办案区系统增设到案满7小时提醒。"})
    assert "须写明措施和证据" in handler.page.locator(".error-summary").inner_text()
    answer(handler, "报告完成", {"证据": "系统设置截图2张，附卷。"})
    assert "已报完成，待核实" in handler.page.locator("main").inner_text()
    assert not handler.page.locator("summary", has_text="核实").count(), "nobody verifies their own work"
    walk.at("+2d")
    supervisor.page.goto(f"/rectification/{row.pk}/")
    supervisor.look("to-verify")
    answer(
        supervisor, "核实", {"核实结果": "不到位，退回", "核实情况": "提醒只在电脑端显示，看护人员看不到。"}
    )
    handler.page.goto(f"/rectification/{row.pk}/")
    answer(handler, "报告完成", {"整改措施": "提醒同时发到看护人员。", "证据": "测试记录1份。"})
    supervisor.page.goto(f"/rectification/{row.pk}/")
    answer(supervisor, "核实", {"核实结果": "整改到位，销号", "核实情况": "3月5日现场查看，提醒有效。"})
    assert "已销号" in supervisor.page.locator("main").inner_text()
    supervisor.look("closed")
    supervisor.page.goto("/rectification/?list=duty&state=closed")
    assert "监督甲" in supervisor.page.locator("tbody").inner_text()
    supervisor.look("ledger-closed")


def test_contest_dismissed_counts_nowhere(walk: Walk) -> None:
    """Before, during and after: the figures of the desk; then the page of precision tells it."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    walk.at("2026-03-02 21:00")
    ticked()
    supervisor = walk.officer("supervisor")
    before = figures(supervisor)
    assert (before["现有问题"], before["本期发现"]) == (1, 1)
    assert "治安案件询问查证时间" in supervisor.page.locator("main table").first.inner_text()
    supervisor.look("desk-before")
    handler = walk.officer("handler")
    handler.page.goto(f"/findings/{found.pk}/")
    answer(handler, "提出异议", CONTEST)
    during = figures(supervisor)
    assert (during["现有问题"], during["本期发现"], during["异议待决，不计入"]) == (0, 0, 1)
    decided(
        walk,
        found,
        {
            "裁决": "异议成立，问题撤销",
            "撤销的，错在哪里": "记录有误",
            "理由": "监控显示当事人17时45分离开，漏登属实。",
        },
    )
    after = figures(supervisor)
    assert (after["现有问题"], after["本期发现"], after["异议待决，不计入"]) == (0, 0, 0)
    assert TITLE not in supervisor.page.locator("main").inner_text()
    supervisor.page.goto("/findings/?state=counted")
    assert "共0项" in supervisor.page.locator("main").inner_text()
    supervisor.page.goto("/findings/?state=dismissed")
    assert "共1项" in supervisor.page.locator("main").inner_text()
    supervisor.page.goto("/supervision/norms/")
    row = supervisor.page.locator("tbody tr", has_text=TITLE).inner_text()
    assert "0%" in row
    assert "基数小" in row
    supervisor.look("precision")
    handler.page.goto("/findings/mine/")
    assert waiting(handler) == 0
    assert finding_of(found.dossier_id).status == "dismissed"


def test_a_norm_dismissed_too_often_falls_silent_and_is_repaired(walk: Walk) -> None:
    """Ten contests granted: it tells nobody any more and is listed for repair; once repaired it speaks again."""
    bureau, when = walk.bureau, "2026-03-02 09:{:02}"
    cases = [brought_in_at(walk, when.format(n), f"演示·{n}某") for n in range(10)]
    walk.at("2026-03-02 18:30")
    ticked()
    for case in cases:
        contest = contest_file(
            finding_of(case).pk, by=bureau.handler, ground="norm", reason="已按时离开。", evidence="登记簿。"
        )
        contest_decide(
            contest.pk, by=bureau.supervisor, outcome="dismissed", reason="规则没有认出离开。", cause="norm"
        )
    supervisor = walk.officer("supervisor")
    supervisor.page.goto("/supervision/norms/")
    shown = supervisor.page.locator("main").inner_text()
    assert "停止提醒、等待修正的规范" in shown
    assert "10项中撤销10项" in shown
    supervisor.look("silent")
    quiet = kept_too_long(walk, "2026-03-03 09:00", "2026-03-03 18:30", "演示·孙某")
    handler = walk.officer("handler")
    handler.page.goto("/desk/")
    assert (quiet.silent, Alert.objects.filter(finding=quiet).exists()) == (True, False)
    assert TITLE not in own_titles(handler)
    figures(supervisor)
    assert TITLE not in supervisor.page.locator("main").inner_text()
    supervisor.page.goto("/supervision/norms/")
    answer(supervisor, "已修正，恢复提醒", {"怎样修正的": "离开登记的两种写法都算离开。"})
    assert "停止提醒、等待修正的规范" not in supervisor.page.locator("main").inner_text()
    spoken = kept_too_long(walk, "2026-03-04 09:00", "2026-03-04 18:30", "演示·吴某")
    assert (spoken.silent, Alert.objects.filter(finding=spoken).exists()) == (False, True)
    assert TITLE in own_titles(handler)


def own_titles(desk: AtDesk) -> str:
    """The officer's own list."""
    desk.page.goto("/findings/mine/")
    return str(desk.page.locator("main").inner_text()).partition("已了结")[0]
