"""The pages as people see them: the officer's list, the finding with its answers, the desk with its figures, the ledger."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.procedure.dossiers import SUSPECT, Scene, at
from tests.supervision.loop.acting import OVER, finding, overdue, released, signed_in
from zhunsheng.acts.models import Reading
from zhunsheng.base import clock
from zhunsheng.people import services as people
from zhunsheng.people.demo import STATION
from zhunsheng.people.models import Officer
from zhunsheng.supervision import rectifying, services
from zhunsheng.supervision.channels.configured import replaced
from zhunsheng.supervision.channels.contract import Undelivered
from zhunsheng.supervision.delivery import contact_set, deliveries_carry
from zhunsheng.supervision.models import Alert, Contact, Contest, Delivery, HandDown, Rectification

pytestmark = pytest.mark.django_db
GRACE_OVER = OVER + 10 + 25 * 60
SAID = {"ground": "facts", "reason": "补录漏登", "evidence": "登记簿"}


def read(officer: Officer, url: str, minutes: float) -> tuple[int, str]:
    with clock.holding(at(minutes)):
        answer = signed_in(officer).get(url)
    return answer.status_code, answer.content.decode()


def sent(officer: Officer, url: str, minutes: float, **data: Any) -> tuple[Any, str]:
    """A form submitted, and where it led."""
    with clock.holding(at(minutes)):
        client: Client = signed_in(officer)
        answer = client.post(url, data)
        body = answer.content.decode()
        if answer.status_code == 302:
            body = client.get(answer.url).content.decode()
    return answer.status_code, body


def test_alert_to_cure(held: Scene) -> None:
    """The officer finds it in the list, reads why, does it late, and sees it cured."""
    found, by = overdue(held), held.bureau.handler
    _, page = read(by, "/findings/mine/", OVER + 20)
    assert "待我答复" in page
    assert "规范hours" in page
    assert 'count-bad">1<' in page
    url = f"/findings/{found.pk}/"
    before = Reading.objects.count()
    status, page = read(by, url, OVER + 20)
    assert status == 200
    assert "甲分局第一派出所，承办人办案甲" in page
    assert "已超40分钟" in page
    assert "为什么" in page
    assert "补做。" in page
    assert "提出异议" in page
    assert "裁决异议" not in page
    assert Reading.objects.count() == before + 1
    assert Alert.objects.get().seen_at == at(OVER + 20)
    released(held)
    _, page = read(by, url, OVER + 60)
    assert "已补正" in page
    assert "迟办50分钟" in page


def test_contest_dismissed_in_the_pages(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    url = f"/findings/{found.pk}/"
    status, page = sent(
        bureau.handler, url, OVER + 20, do="contest", expected="1", **(SAID | {"evidence": ""})
    )
    assert status == 200
    assert "异议须附证据" in page
    assert "补录漏登" in page
    assert "<title>错误：" in page
    status, page = sent(bureau.handler, url, OVER + 20, do="contest", expected="1", **SAID)
    assert status == 302
    assert "异议待决" in page
    _, page = read(bureau.supervisor, "/findings/contests/", OVER + 30)
    assert "规范hours" in page
    status, page = sent(
        bureau.supervisor, url, OVER + 40, do="decide", outcome="dismissed", cause="", decision="属实"
    )
    assert "须写明错在哪里" in page
    status, page = sent(
        bureau.supervisor, url, OVER + 40, do="decide", outcome="dismissed", cause="record", decision="属实"
    )
    assert status == 302
    assert "异议成立，不作为问题" in page
    assert Contest.objects.get().outcome == "dismissed"
    _, page = read(bureau.handler, "/supervision/norms/", OVER + 50)
    assert "规范hours" in page
    assert "0%" in page
    assert "基数小" in page


def test_contest_upheld_leads_to_the_ledger_and_to_its_end(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    url = f"/findings/{found.pk}/"
    sent(bureau.handler, url, OVER + 20, do="contest", expected="1", **SAID)
    sent(bureau.supervisor, url, OVER + 40, do="decide", outcome="upheld", decision="登记簿没有记载")
    row = Rectification.objects.unfenced("a test").get()
    line = f"/rectification/{row.pk}/"
    _, page = read(bureau.handler, "/rectification/?list=duty", OVER + 50)
    assert "由您负责的整改" in page
    assert "办案甲" in page
    status, page = sent(bureau.handler, line, OVER + 60, do="done", measure="增设提醒", evidence="截图")
    assert status == 302
    assert "待核实" in page
    status, page = sent(bureau.supervisor, line, OVER + 70, do="verify", good="yes", note="现场查看")
    assert status == 302
    assert "已销号" in page
    for kind in ("problem", "task", "duty"):
        _, page = read(bureau.supervisor, f"/rectification/?list={kind}&state=all", GRACE_OVER)
        assert "规范hours" in page


def test_escalation_in_the_pages(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    sent(bureau.handler, f"/findings/{found.pk}/", OVER + 20, do="accept", expected="1", note="")
    line = f"/rectification/{Rectification.objects.unfenced('a test').get().pk}/"
    past = OVER + 20 * 24 * 60
    _, page = read(bureau.supervisor, line, past)
    assert "整改超过期限仍未完成" in page
    sent(bureau.supervisor, line, past, do="talk", recipient="副所长", reason="超期")
    sent(bureau.supervisor, line, past + 5, do="talk", recipient="所长", reason="超期")
    status, page = sent(bureau.supervisor, line, past + 10, do="list", ground="overdue", reason="仍未整改")
    assert status == 302
    assert "挂牌督办" in page
    assert "整改经另一人核实" in page
    status, page = sent(bureau.supervisor, line, past + 20, do="delist", reason="-")
    assert status == 200
    assert "还不符合解除条件" in page


def test_the_desk_counts_after_the_grace_and_every_figure_leads_to_its_rows(held: Scene) -> None:
    found, by = overdue(held), held.bureau.supervisor
    _, page = read(by, "/supervision/", OVER + 20)
    assert "<b>0</b> 现有问题" in page
    assert "<b>1</b> 在承办人答复期内" in page
    assert read(by, f"/findings/{found.pk}/", OVER + 20)[0] == 403
    _, page = read(by, "/supervision/", GRACE_OVER)
    assert "<b>1</b> 现有问题" in page
    assert "规范hours" in page
    assert "基数小" in page
    assert "<svg" in page
    assert "看数字" in page
    assert "办案甲" not in page
    for dimension, word in (
        ("unit", "甲分局第一派出所"),
        ("element", "人员"),
        ("stage", "调查取证"),
        ("severity", "严重"),
    ):
        _, page = read(by, f"/supervision/?by={dimension}&days=90", GRACE_OVER)
        assert word in page
    _, page = read(by, "/findings/?norm=test.hours&state=counted", GRACE_OVER)
    assert "共1项" in page
    assert "办案甲" not in page
    status, page = read(by, f"/findings/{found.pk}/", GRACE_OVER)
    assert status == 200
    assert "到案" in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 1),
        ("state=cured", 0),
        ("state=all", 1),
        (f"unit={STATION}", 1),
        ("unit=990102000000", 1),
        ("element=person", 1),
        ("element=item", 0),
        ("stage=investigation", 1),
        ("stage=none", 0),
        ("severity=minor", 0),
        ("since=2026-03-03", 0),
        ("since=2026-03-02&until=2026-03-02", 1),
        ("state=nonsense&since=never&page=99999&norm=", 1),
    ],
)
def test_filters_are_addresses(held: Scene, asked: str, count: int) -> None:
    overdue(held)
    status, page = read(held.bureau.supervisor, f"/findings/?{asked}", GRACE_OVER)
    assert status == 200
    assert f"共{count}项" in page


def test_another_branch_sees_nothing(held: Scene) -> None:
    found = overdue(held)
    for url in ("/supervision/", "/findings/?state=all"):
        _, page = read(held.bureau.other_approver, url, GRACE_OVER)
        assert "规范hours" not in page
    assert read(held.bureau.other_approver, f"/findings/{found.pk}/", GRACE_OVER)[0] == 403
    assert read(held.bureau.second_handler, f"/findings/{found.pk}/", OVER + 20)[0] == 403


def test_whoever_lost_every_role_still_answers_for_their_acts(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    with clock.holding(at(OVER + 20)):
        for role in bureau.handler.roleassignments.filter(ended_at=None):
            people.role_end(role, by=bureau.founder, reason="调离")
    status, page = read(bureau.handler, f"/findings/{found.pk}/", OVER + 30)
    assert status == 200
    assert "至今未见记录" in page
    status, _ = sent(bureau.handler, f"/findings/{found.pk}/", OVER + 30, do="accept", expected="1")
    assert status == 302
    assert finding(held).status == "accepted"


def test_a_sealed_dossier_still_counts_and_shows_no_facts(held: Scene) -> None:
    found, bureau = overdue(held), held.bureau
    held.do(
        "dossier.sealed", OVER + 50, by=bureau.approver, fields={"law": "-", "article": "1", "reason": "-"}
    )
    _, page = read(bureau.supervisor, "/supervision/", GRACE_OVER)
    assert "<b>1</b> 现有问题" in page
    status, page = read(bureau.supervisor, f"/findings/{found.pk}/", GRACE_OVER)
    assert status == 200
    assert "事实部分不显示" in page
    assert "某乙" not in page


def test_what_people_wrote_goes_where_the_facts_go(held: Scene) -> None:
    """Reasons, evidence, measures and notes of a sealed dossier are not shown, and nobody decides unseen."""
    found, bureau = overdue(held), held.bureau
    secret = "某乙当时在医院"
    with clock.holding(at(OVER + 20)):
        services.contest_file(found.pk, by=bureau.handler, ground="facts", reason=secret, evidence=secret)
    assert secret in read(bureau.supervisor, f"/findings/{found.pk}/", OVER + 30)[1]
    held.do(
        "dossier.sealed", OVER + 50, by=bureau.approver, fields={"law": "-", "article": "1", "reason": "-"}
    )
    for officer in (bureau.supervisor, bureau.handler):
        status, page = read(officer, f"/findings/{found.pk}/", OVER + 60)
        assert (status, secret in page) == (200, False)
        assert 'value="decide"' not in page
    status, _ = sent(
        bureau.supervisor, f"/findings/{found.pk}/", OVER + 70, do="decide", outcome="upheld", decision="-"
    )
    assert status == 403
    with clock.holding(at(OVER + 80)):
        services.contest_decide(
            found.contests.get().pk, by=bureau.supervisor, outcome="upheld", reason=secret
        )
        row = Rectification.objects.unfenced("a test").get(finding=found)
        rectifying.rectification_done(row.pk, by=bureau.handler, measure=secret, evidence=secret)
    for officer in (bureau.supervisor, bureau.handler):
        status, page = read(officer, f"/rectification/{row.pk}/", OVER + 90)
        assert (status, secret in page) == (200, False)
        status, page = read(officer, "/rectification/?list=task&state=all", OVER + 3 * 24 * 60)
        assert (status, secret in page, row.problem in page) == (200, False, True)
        assert "不显示" in page


def test_failed_deliveries_are_in_sight_and_sent_again(held: Scene) -> None:
    class Silent:
        def carry(self, _message: Any) -> None:
            raise Undelivered("拒绝", permanent=True)

    bureau = held.bureau
    contact_set("chat", "13800000000", by=bureau.handler)
    with replaced({"chat": Silent()}):
        found = overdue(held)
        with clock.holding(found.found_at):
            deliveries_carry()
        _, page = read(bureau.supervisor, "/supervision/deliveries/", OVER + 30)
        assert "拒绝" in page
        assert "规范hours" not in page
        status, _ = sent(
            bureau.supervisor, "/supervision/deliveries/", OVER + 40, delivery=str(Delivery.objects.get().pk)
        )
        assert status == 302
    assert Delivery.objects.get().given_up_at is None
    assert read(bureau.handler, "/supervision/deliveries/", OVER + 30)[0] == 403


def test_an_officer_says_where_they_are_reached(scene: Scene) -> None:
    by = scene.bureau.handler
    assert read(by, "/account/contacts/", 5)[0] == 200
    status, page = sent(by, "/account/contacts/", 5, email="nonsense", chat="", sms="")
    assert status == 200
    assert "不是电子邮件地址" in page
    status, _ = sent(by, "/account/contacts/", 5, email="a@b.example", chat="1", sms="")
    assert status == 302
    assert dict(Contact.objects.values_list("channel", "address")) == {"email": "a@b.example", "chat": "1"}


def test_papers_handed_down_in_the_pages(held: Scene) -> None:
    by = held.bureau.supervisor
    given = {
        "do": "hand_down",
        "kind": "supervision-notice",
        "organ": "演示市司法局",
        "number": "监〔2026〕1号",
        "subject": "询问时间",
        "unit": STATION,
        "received_on": "2026-03-02",
        "norm_id": "",
        "proposal": "",
    }
    status, page = sent(by, "/supervision/hand-downs/", 100, **given)
    assert status == 200
    assert "须对应一条规范" in page
    status, page = sent(by, "/supervision/hand-downs/", 100, **(given | {"norm_id": "test.hours"}))
    assert status == 302
    assert "监〔2026〕1号" in page
    pk = str(HandDown.objects.unfenced("a test").get().pk)
    status, _ = sent(
        by, "/supervision/hand-downs/", 110, do="order", hand_down=pk, owner="演9999", task="自查"
    )
    assert status == 200
    status, _ = sent(
        by,
        "/supervision/hand-downs/",
        110,
        do="order",
        hand_down=pk,
        owner=held.bureau.handler.number,
        task="自查",
    )
    assert status == 302
    status, page = sent(
        by, "/supervision/hand-downs/", 120, do="reply", hand_down=pk, reply="已整改", reply_number=""
    )
    assert status == 302
    assert "已回复" in page


def test_pages_are_english_too(held: Scene) -> None:
    found = overdue(held)
    with clock.holding(at(OVER + 20)):
        client = signed_in(held.bureau.handler)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        page = client.get(f"/findings/{found.pk}/").content.decode()
    assert "Contest it" in page
    assert "40 min over" in page
    assert "Norm hours" in page
    assert SUSPECT["person"][0] in page
