"""A repair past its term climbs the ladder: talk with the deputy, with the head, listing, observation, release; each an act in the case."""

from __future__ import annotations

import pytest

from tests.journeys.breaches import PERSON, answer, enacted, kept_too_long, line_of, ticked
from tests.journeys.officers import AtDesk, Walk
from zhunsheng.supervision.models import Finding

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]


def accepted(walk: Walk) -> Finding:
    """A person was kept too long, the officer accepts that, the person leaves."""
    found = kept_too_long(walk, "2026-03-02 09:00", "2026-03-02 18:30")
    handler = walk.officer("handler")
    handler.page.goto(f"/findings/{found.pk}/")
    answer(handler, "认可，列入整改", {"说明（选填）": "属实。"})
    who = {"person": (PERSON,)}
    enacted(walk, found.dossier_id, "person.released", walk.hands.at, walk.bureau.handler, subjects=who)
    return found


def climbed(walk: Walk, supervisor: AtDesk) -> None:
    """From the figure of the desk to the line; talk with the deputy, with the head, listing."""
    walk.at("2026-03-09 09:00")
    ticked()
    supervisor.page.goto("/supervision/")
    supervisor.page.get_by_role("link", name="整改超期").click()
    supervisor.look("overdue")
    supervisor.page.locator("tbody a").first.click()
    assert "整改超过期限仍未完成" in supervisor.page.locator("main").inner_text()
    supervisor.look("grounds")
    deputy = {"约谈对象（职务）": "分局副局长", "事由和要求": "整改超期3天，3日内报结果。"}
    answer(supervisor, "约谈分管负责人", deputy)
    assert "约谈对象：分局副局长" in supervisor.page.locator(".timeline").inner_text()
    supervisor.look("deputy")
    walk.at("2026-03-13 09:00")
    supervisor.page.reload()
    head = {"约谈对象（职务）": "分局局长", "事由和要求": "仍未整改，限期7日。"}
    answer(supervisor, "约谈主要负责人", head)
    walk.at("2026-03-20 10:00")
    supervisor.page.reload()
    assert not supervisor.page.locator("summary", has_text="约谈").count(), "both talks were held"
    listed = {"挂牌理由": "整改超过期限仍未完成", "事由和要求": "两次约谈后仍未整改。"}
    answer(supervisor, "挂牌督办", listed)
    shown = supervisor.page.locator("main").inner_text()
    assert "整改经另一人核实" in shown
    assert "观察期内没有再发生" in shown
    supervisor.look("listed")


def not_yet(supervisor: AtDesk) -> None:
    """The listing does not end while a criterion is not met."""
    answer(supervisor, "解除挂牌", {"解除的理由": "已经整改。"})
    assert "还不符合解除条件" in supervisor.page.locator(".error-summary").inner_text()


def test_from_an_overdue_repair_to_release(walk: Walk) -> None:
    """Nothing is skipped, nothing ends early, and the timeline of the case tells every rung."""
    found = accepted(walk)
    supervisor, handler = walk.officer("supervisor"), walk.officer("handler")
    url = f"/rectification/{line_of(found).pk}/"
    climbed(walk, supervisor)
    not_yet(supervisor)
    supervisor.look("exit-refused")
    handler.page.goto(url)
    answer(handler, "报告完成", {"整改措施": "到案满7小时提醒。", "证据": "系统设置截图2张。"})
    walk.at("2026-03-23 10:00")
    supervisor.page.goto(url)
    answer(supervisor, "核实", {"核实结果": "整改到位，销号", "核实情况": "现场查看，提醒有效。"})
    shown = supervisor.page.locator("main").inner_text()
    assert "观察期内没有再发生" in shown, "verified is not enough"
    assert "2026-04-22" in shown, "until when it is observed"
    not_yet(supervisor)
    walk.at("2026-04-23 10:00")
    supervisor.page.goto("/rectification/?state=listed")
    supervisor.page.locator("tbody a").first.click()
    assert "都已符合，可以解除" in supervisor.page.locator("main").inner_text()
    answer(supervisor, "解除挂牌", {"解除的理由": "已核实，观察30天没有再发生。"})
    assert not supervisor.page.locator(".error-summary").count(), supervisor.answer()
    supervisor.look("released")
    supervisor.open(str(found.dossier_id), "course")
    told = supervisor.page.locator(".timeline").inner_text()
    for act in ("约谈分管负责人", "约谈主要负责人", "挂牌督办", "解除挂牌督办"):
        assert act in told, act
    supervisor.look("course")
