"""Every page of supervision, of the rulebook and of the feeds with something on it: accessible, at both widths, by keyboard, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.feeds.conftest import HEADER, MAPPING
from tests.governance.conftest import DRAFT
from tests.journeys.breaches import answer, kept_too_long, line_of, ticked
from tests.journeys.officers import Walk
from zhunsheng.base import clock
from zhunsheng.feeds.services import feed_run, retry_ask
from zhunsheng.governance.backtest import platform_backtest
from zhunsheng.people.demo import COUNTY, STATION
from zhunsheng.procedure.changing import norm_propose
from zhunsheng.supervision import escalation, rectifying, services
from zhunsheng.supervision.hand_downs import hand_down_enter
from zhunsheng.supervision.models import Alert, Contest, Delivery, Finding, Silence

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]
OVERSEER = (
    "/supervision/",
    "/supervision/?by=unit&days=365",
    "/supervision/?by=element",
    "/supervision/?by=stage",
    "/supervision/?by=severity",
    "/findings/?state=all",
    "/findings/contests/",
    "/rectification/?list=problem&state=all",
    "/rectification/?list=task&state=all",
    "/rectification/?list=duty&state=all",
    "/supervision/norms/",
    "/supervision/hand-downs/",
    "/supervision/deliveries/",
    "/rulebook/",
    "/feeds/?feed=city",
)
OFFICER = (
    "/findings/mine/",
    "/rectification/?list=duty&state=all",
    "/account/contacts/",
    "/supervision/norms/",
)


@pytest.fixture
def full(walk: Walk, tmp_path: Path) -> list[Finding]:
    """Findings of every state and what came of them, a silent norm, papers handed down, a message that did not arrive, a proposal, a feed."""
    people = ("演示·张某", "演示·李某", "演示·王某", "演示·赵某")
    found = [
        kept_too_long(walk, f"2026-03-02 09:0{n}", "2026-03-02 18:30", who) for n, who in enumerate(people)
    ]
    bureau = walk.bureau
    by, over = bureau.handler, bureau.supervisor
    said = {"ground": "facts", "reason": "登记漏录。", "evidence": "登记簿第12页。"}
    services.finding_accept(found[0].pk, by=by)
    for one in found[1:3]:
        services.contest_file(one.pk, by=by, **said)
    contest = Contest.objects.get(finding=found[1])
    services.contest_decide(contest.pk, by=over, outcome="dismissed", reason="监控属实。", cause="record")
    walk.at("2026-03-09 09:00")
    ticked()
    row = line_of(found[0])
    escalation.talk(row.pk, by=over, recipient="分局副局长", reason="整改超期。")
    escalation.talk(row.pk, by=over, recipient="分局局长", reason="仍未整改。")
    escalation.listing_put(row.pk, by=over, ground="overdue", reason="两次约谈后仍未整改。")
    rectifying.rectification_done(row.pk, by=by, measure="到案满7小时提醒。", evidence="截图2张。")
    Silence.objects.create(
        norm_id=found[0].norm_id,
        norm_version=found[0].norm_version,
        since=clock.now(),
        decided=10,
        dismissed=4,
    )
    hand_down_enter(
        by=over,
        kind="supervision-notice",
        number="监〔2026〕1号",
        organ="演示市司法局",
        subject="询问查证时间超期。",
        unit=STATION,
        received_at=clock.now(),
        norm_id=found[0].norm_id,
    )
    Delivery.objects.create(
        alert=Alert.objects.order_by("pk")[0],
        channel="chat",
        address="13800000000",
        made_at=clock.now(),
        attempts=3,
        given_up_at=clock.now(),
        fault="对方系统拒绝",
    )
    draft = tmp_path / "identified-first.yaml"
    draft.write_text(DRAFT, encoding="utf-8")
    result = platform_backtest(draft)
    norm_propose(
        draft.stem,
        draft=draft.read_bytes(),
        backtest=result.content(),
        reason="先查明身份。",
        by=bureau.legal_reviewer,
    )
    feed(tmp_path)
    return found


def feed(folder: Path) -> None:
    """Rows of another system, of which one cannot be read and one does not fit; an empty file; and a reading that waits."""
    rows = folder / "drop"
    rows.mkdir()
    (rows / "a.csv").write_text(
        f"{HEADER}\n1,市1,受案,2026-03-02 09:00:00,{STATION},9,某甲,\n2,市1,不认识,2026-03-02 10:00:00,{STATION},9,某甲,\n3,市1,受案,多\n",
        encoding="utf-8",
    )
    (rows / "b.csv").write_text("", encoding="utf-8")
    feeds = folder / "home" / "feeds"
    feeds.mkdir(parents=True, exist_ok=True)
    given = {
        "name": "city",
        "title": {"zh": "市局平台", "en": "City platform"},
        "unit": COUNTY,
        "source": {"kind": "folder", "path": str(rows), "settled": 0},
        "mapping": MAPPING,
    }
    (feeds / "city.yaml").write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    feed_run("city")
    retry_ask("city")


def printed(page: Any) -> str:
    """What of the page goes on paper."""
    page.emulate_media(media="print")
    text = str(page.locator("body").inner_text())
    page.emulate_media(media="screen")
    return text


def test_every_page_is_accessible_and_fits(walk: Walk, full: list[Finding]) -> None:
    """With axe at 1280 and 320, no sideways scroll; the finding and the ledger print without their forms."""
    row = line_of(full[0])
    supervisor, handler = walk.officer("supervisor"), walk.officer("handler")
    own = [f"/findings/{one.pk}/" for one in full]
    for desk, addresses in (
        (supervisor, [*OVERSEER, *own, f"/rectification/{row.pk}/"]),
        (handler, [*OFFICER, own[3], f"/rectification/{row.pk}/"]),
        (walk.officer("legal_reviewer"), ["/rulebook/"]),
    ):
        for address in addresses:
            answered = desk.page.goto(address)
            assert answered.status == 200, address
            desk.page.evaluate(
                "document.querySelectorAll('main details').forEach(one => { one.open = true })"
            )
            desk.look(address.strip("/").replace("/", "-").replace("?", "-").replace("&", "-"))
    handler.page.goto(own[3])
    paper = printed(handler.page)
    assert "第97条第1款" in paper
    for control in ("提交异议", "锁定屏幕", "我的账号"):
        assert control not in paper
    supervisor.page.goto("/rectification/?list=duty&state=all")
    paper = printed(supervisor.page)
    assert "责任单位、责任人" in paper
    assert "查看" not in paper


def test_the_contest_is_filed_by_keyboard_alone(walk: Walk) -> None:
    """From the list to the answer with tab, enter, space and letters; the focus is seen at every stop."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    handler = walk.officer("handler")
    page = handler.page
    page.goto("/findings/mine/")

    def to(words: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            said = page.evaluate(
                "(() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
                " return (l ? l.innerText : e.innerText || e.value || '').trim() })()"
            )
            if said == words:
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
                assert outline == "3px", words
                return
        raise AssertionError(words)

    to("治安案件询问查证时间")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/findings/{found.pk}/")
    to("提出异议")
    page.keyboard.press("Enter")
    to("理由")
    page.keyboard.insert_text("登记漏录。")
    to("证据")
    page.keyboard.insert_text("登记簿第12页。")
    to("提交异议")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "异议待决" in page.locator("main").inner_text()
    assert not page.locator(".error-summary").count()


def test_wrong_ways(walk: Walk) -> None:
    """A double click, two windows, words that look like code, more words than fit, one's own matter, odd ids."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    url = f"/findings/{found.pk}/"
    handler = walk.officer("handler")
    first, second = handler.page, handler.context.new_page()
    for page in (first, second):
        page.goto(url)
    first.evaluate("document.querySelectorAll('textarea').forEach(one => one.removeAttribute('maxlength'))")
    answer(handler, "提出异议", {"理由": "长" * 4001, "证据": "登记簿。"})
    assert "“理由”最多4000字" in handler.page.locator(".error-summary").inner_text()
    assert len(first.get_by_label("理由", exact=True).input_value()) == 4001, "nothing typed is lost"
    form = first.locator("details.action", has_text="提出异议")
    code = "<script>document.title='坏'</script>"
    form.get_by_label("理由", exact=True).fill(code)
    first.evaluate("document.querySelector('main form').scrollIntoView()")
    with first.expect_navigation():
        form.locator("button[type=submit]").dblclick(no_wait_after=True)
    first.wait_for_load_state("networkidle")
    assert not first.locator(".error-summary").count(), "the second click did nothing and says nothing"
    assert code in first.locator(".contest").inner_text()
    assert "坏" not in first.title()
    assert Contest.objects.count() == 1
    second.locator("summary", has_text="认可").click()
    second.get_by_label("说明（选填）").last.fill("属实。")
    with second.expect_navigation():
        second.get_by_role("button", name="认可，列入整改").click()
    assert "已经有新的情况" in second.locator(".error-summary").inner_text()
    assert "异议待决" in second.locator("main").inner_text(), "as it is now"
    assert second.get_by_label("说明（选填）").last.input_value() == "属实。"
    contest = Contest.objects.get()
    own = handler.context.request
    assert own.get(f"{walk.address}/findings/contests/").status == 403
    for odd in ("/findings/0/", "/findings/99999999999999999999/", "/rectification/0/", "/findings/-1/"):
        assert own.get(f"{walk.address}{odd}").status in (403, 404), odd
    services.contest_decide(
        contest.pk, by=walk.bureau.supervisor, outcome="upheld", reason="登记簿没有记载。"
    )
    row = line_of(found)
    supervisor = walk.officer("supervisor")
    walk.at("2026-03-09 09:00")
    supervisor.page.goto(f"/rectification/{row.pk}/")
    talk = supervisor.page.locator("details.action", has_text="约谈分管负责人")
    talk.locator("summary").click()
    supervisor.fill({"约谈对象（职务）": "分局副局长", "事由和要求": "整改超期。"}, talk)
    with supervisor.page.expect_navigation():
        talk.locator("button[type=submit]").dblclick(no_wait_after=True)
    supervisor.page.wait_for_load_state("networkidle")
    row.refresh_from_db()
    assert row.rung == 1, "one talk, not two"
    assert not supervisor.page.locator(".error-summary").count()
