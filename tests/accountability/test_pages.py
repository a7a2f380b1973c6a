"""The pages as people see them: who is shown what, what is refused and where it is told, and nothing that was typed is lost."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accountability.acting import (
    DAY,
    SEEN,
    Bench,
    attributed,
    decided,
    entered,
    everybody_stated,
    heard,
    opened,
    page,
    reviewed,
    ruling,
    sent,
    stated,
    to_decision,
)
from tests.procedure.dossiers import at
from tests.supervision.loop.acting import signed_in
from zhunsheng.accountability import deciding, remedies, services
from zhunsheng.accountability.deciding import Ruling
from zhunsheng.accountability.models import ExternalResult, PartSeen
from zhunsheng.accountability.services import Changed
from zhunsheng.acts.models import Reading
from zhunsheng.base import clock
from zhunsheng.people.demo import STATION
from zhunsheng.supervision import services as findings

pytestmark = pytest.mark.django_db
ENTRY = {
    "do": "enter",
    "kind": "acquitted",
    "organ": "演示市甲区人民法院",
    "number": "（2026）演01刑初8号",
    "decided_on": "2026-03-04",
    "unit": STATION,
    "decision": "宣告无罪",
    "reason": "证据不足",
    "hand_down": "",
}


def hidden(body: str, name: str) -> str:
    """What a hidden field holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', body)
    assert found is not None, name
    return html.unescape(found.group(1))


def test_a_result_is_entered_reviewed_and_leads_on(bench: Bench) -> None:
    by = bench.opener
    status, body = sent(by, "/external-results/", SEEN, **(ENTRY | {"reason": ""}))
    assert status == 200
    assert "宣告无罪" in body
    assert "<title>错误：" in body
    status, body = sent(by, "/external-results/", SEEN, **ENTRY, dossier=bench.scene.dossier.number)
    assert (status, "判决无罪" in body, "还剩30天" in body, "非法律规定" in body) == (302, True, True, True)
    url = f"/external-results/{ExternalResult.objects.unfenced('a test').get().pk}/"
    status, body = sent(by, url, SEEN + 1, do="review", conclusion="fault-possible", review_reason="取证不全")
    assert "指明所依据的行为" in body
    act = str(bench.scene.acts["person.arrived"].id)
    given = {"conclusion": "fault-possible", "review_reason": "取证不全", "acts": [act]}
    status, body = sent(by, url, SEEN + 1, do="review", **given, norm_id="", proposal="固定证据的时限")
    assert status == 302
    assert "可能存在执法过错" in body
    assert "列在“规则”页" in body
    assert "立过错责任案" in body
    _, body = page(bench.scene.bureau.legal_reviewer, "/rulebook/", SEEN + 2)
    assert "固定证据的时限" in body
    status, body = sent(
        bench.scene.bureau.legal_reviewer, url, SEEN + 3, do="settle", norm_id="test.hours", refusal=""
    )
    assert status == 302
    assert "已采纳：test.hours" in body
    _, body = page(by, "/external-results/?state=all", SEEN + 4)
    assert "基数小" in body
    assert "不作为考评指标" in body
    _, body = page(by, "/supervision/", SEEN + 4)
    assert "外部否定结果" in body


def test_the_same_paper_twice_is_told_at_its_field(bench: Bench) -> None:
    entered(bench)
    given = ENTRY | {"kind": "not-prosecuted-insufficient", "organ": "演示市甲区人民检察院"}
    status, body = sent(
        bench.opener, "/external-results/", SEEN, **(given | {"number": "甲检刑不诉(2026)12号"})
    )
    assert status == 200
    assert "已经登记" in body


def test_who_reads_results_and_who_does_not(bench: Bench) -> None:
    url = f"/external-results/{entered(bench).pk}/"
    bureau = bench.scene.bureau
    for by in (bureau.legal_reviewer, bureau.approver, bureau.assessor):
        status, body = page(by, url, SEEN + 1)
        assert status == 200
        assert "提交复盘结论" not in body
        assert sent(by, url, SEEN + 1, do="overturn", paper="x")[0] == 403
        assert sent(by, "/external-results/", SEEN + 1, **ENTRY)[0] == 403
    for by in (bureau.handler, bureau.other_approver, bureau.auditor):
        assert page(by, url, SEEN + 1)[0] == 403


CHAIN = ("行为链与责任", "办案甲", "审核甲", "审批甲", "主要责任", "次要责任", "未核原文", "问题行为已在其中")


def opened_in_the_page(bench: Bench) -> str:
    """From the finding's page to the case with its proposal; the page."""
    _, body = page(bench.opener, f"/findings/{bench.finding.pk}/", SEEN)
    new = f"/accountability/new/?finding={bench.finding.pk}"
    assert new in html.unescape(body)
    _, body = page(bench.opener, new, SEEN)
    assert "规范hours" in body
    assert sent(bench.opener, new, SEEN, do="open", reason="")[0] == 200
    status, body = sent(bench.opener, new, SEEN, do="open", reason="超时")
    assert status == 302
    return body


def attributed_in_the_page(bench: Bench, url: str, body: str) -> None:
    """Two shares changed, first without a reason, then with; nothing typed is lost."""
    given = {"mark": hidden(body, "mark"), "expected": hidden(body, "expected"), "note": "按链划分"}
    given |= {f"share_{n}": s for n, s in enumerate(("main", "secondary", "secondary", "none"))}
    given |= {f"why_{n}": "" for n in range(4)}
    status, body = sent(bench.opener, url, SEEN + 10, do="attribute", **given)
    assert status == 200
    assert "改变建议的，须写明理由" in body
    assert "按链划分" in body
    given |= {"why_1": "只作记录", "why_3": "当日由他人代批"}
    status, body = sent(bench.opener, url, SEEN + 10, do="attribute", **given)
    assert status == 302
    assert "改变建议：当日由他人代批" in body
    assert "尚未陈述" in body


def decided_in_the_page(bench: Bench, url: str) -> None:
    """First without anybody who answers, then with one."""
    _, body = page(bench.decider, url, SEEN + 35)
    ruled = {
        "expected": hidden(body, "expected"),
        "outcome": "fault",
        "reasons": "超时未报告",
        "suggestion": "批评教育",
        **{f"share_{n}": "none" for n in range(3)},
        **{f"degree_{n}": "" for n in range(3)},
    }
    _, body = sent(bench.decider, url, SEEN + 40, do="decide", **ruled)
    assert "须写明各人责任" in body
    ruled |= {"share_0": "main", "degree_0": "negligence"}
    status, body = sent(bench.decider, url, SEEN + 40, do="decide", **ruled)
    assert status == 302
    assert "认定执法过错" in body
    assert "只作记载" in body


def test_a_case_through_the_pages(bench: Bench) -> None:
    bureau = bench.scene.bureau
    body = opened_in_the_page(bench)
    for word in CHAIN:
        assert word in body, word
    url, part = f"/accountability/{bench.case.pk}/", f"/accountability/mine/{bench.case.pk}/"
    attributed_in_the_page(bench, url, body)
    for by in (bureau.handler, bureau.second_handler, bureau.legal_reviewer):
        status, body = page(by, part, SEEN + 15)
        assert status == 200
        assert "对您的划分" in body
        status, _ = sent(by, part, SEEN + 20, do="statement", text="当时警力不足", evidence="")
        assert status == 302
    status, _ = sent(bench.opener, url, SEEN + 30, do="hearing", note="都已陈述", expected="5")
    assert status == 302
    decided_in_the_page(bench, url)
    _, body = page(bureau.handler, part, SEEN + 50)
    assert "主要责任" in body
    assert "过失" in body
    status, body = sent(bureau.handler, part, SEEN + 60, do="objection", objection="不服", evidence="")
    assert status == 302
    assert "我的申诉" in body


def test_one_sees_ones_own_part_and_nobody_elses(bench: Bench) -> None:
    opened(bench)
    attributed(bench)
    bureau = bench.scene.bureau
    part = f"/accountability/mine/{bench.case.pk}/"
    status, body = page(bureau.legal_reviewer, part, SEEN + 12)
    assert status == 200
    assert "审核甲" in body
    for other in ("办案甲", "办案乙", "审批甲"):
        assert other not in body
    assert PartSeen.objects.get(officer=bureau.legal_reviewer).at == at(SEEN + 12)
    for by in (bureau.custody_keeper, bureau.other_handler, bench.opener):
        assert page(by, part, SEEN + 12)[0] == 403
    # Whoever is concerned does not read the whole, whatever role they hold.
    assert page(bureau.approver, f"/accountability/{bench.case.pk}/", SEEN + 12)[0] == 403
    _, body = page(bureau.handler, "/accountability/mine/", SEEN + 12)
    assert "待陈述申辩" in body
    _, body = page(bureau.handler, "/desk/", SEEN + 12)
    assert 'href="/accountability/mine/"' in body
    stated(bench, bureau.handler)
    _, body = page(bureau.handler, "/desk/", SEEN + 25)
    assert 'href="/accountability/mine/"' not in body


def test_the_list_names_nobody(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    for state in ("open", "all", "decided"):
        status, body = page(bench.opener, f"/accountability/?state={state}", SEEN + 50)
        assert status == 200
        assert "过错责任" in body
        assert "办案甲" not in body
    _, body = page(bench.opener, "/accountability/?state=over", SEEN + 50)
    assert "没有符合条件的案件" in body


def test_the_heads_read_it_once_there_is_something_to_decide(bench: Bench) -> None:
    from zhunsheng.people import services as people
    from zhunsheng.people.demo import COUNTY

    with clock.holding(at(1)):
        head = people.officer_create("演3004", "审批戊", unit=COUNTY, by=bench.scene.bureau.founder)
        people.role_grant(head, "approver", COUNTY, by=bench.scene.bureau.founder, reason="-")
    opened(bench)
    attributed(bench)
    url = f"/accountability/{bench.case.pk}/"
    assert page(head, url, SEEN + 12)[0] == 403
    everybody_stated(bench)
    heard(bench)
    before = Reading.objects.count()
    status, body = page(head, url, SEEN + 35)
    assert status == 200
    assert "作出决定" in body
    assert "撤销案件" not in body
    assert Reading.objects.count() == before + 1
    for by in (bench.scene.bureau.assessor, bench.scene.bureau.handler, bench.scene.bureau.other_approver):
        assert page(by, url, SEEN + 35)[0] == 403


def test_working_it_out_again_with_what_the_supervisor_says(bench: Bench) -> None:
    case = opened(bench)
    url = f"/accountability/{case.pk}/"
    ground = case.grounds.get().pk
    _, body = page(bench.opener, f"{url}?effect_{ground}=none", SEEN + 1)
    assert "没有人承担责任" in body
    _, body = page(bench.opener, f"{url}?falsified={bench.handler.number}", SEEN + 1)
    assert "弄虚作假、隐瞒真相，导致审核、审批错误" in body
    assert "审核、审批时无从发现" in body


def test_a_frozen_case_says_so_and_offers_no_step(bench: Bench) -> None:
    case = opened(bench)
    with clock.holding(at(SEEN + 1)):
        findings.contest_file(
            bench.finding.pk, by=bench.handler, ground="facts", reason="漏登", evidence="登记簿"
        )
    _, body = page(bench.opener, "/accountability/", SEEN + 2)
    assert "异议待决，暂停" in body
    _, body = page(bench.opener, "/accountability/?state=fallen", SEEN + 2)
    assert "没有符合条件的案件" in body
    _, body = page(bench.opener, f"/accountability/{case.pk}/", SEEN + 2)
    assert "本案暂停" in body
    assert "确定划分意见" not in body


def test_a_fallen_ground_is_told_and_reconsidered_in_the_page(bench: Bench) -> None:
    result = entered(bench)
    reviewed(bench, result)
    case = opened(bench, SEEN + 6, findings=[], results=[result.pk])
    sent(bench.opener, f"/external-results/{result.pk}/", SEEN + 7, do="overturn", paper="市检撤销")
    url = f"/accountability/{case.pk}/"
    _, body = page(bench.opener, "/accountability/?state=fallen", SEEN + 8)
    assert "依据已变化" in body
    assert f'href="{url}"' in body
    _, body = page(bench.opener, url, SEEN + 8)
    assert "应当重新审查" in body
    ground = hidden(body, "ground")
    status, body = sent(
        bench.opener, url, SEEN + 8, do="reconsider", ground=ground, anew="yes", reason="撤销", expected="1"
    )
    assert status == 302
    assert "第2次划分" in body


def test_in_english_too(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    from tests.supervision.loop.acting import signed_in

    with clock.holding(at(SEEN + DAY)):
        client = signed_in(bench.opener)
        client.cookies.load({"django_language": "en"})
        for url in (
            "/external-results/",
            "/accountability/",
            f"/accountability/{bench.case.pk}/",
        ):
            body = client.get(url, headers={"accept-language": "en"}).content.decode()
            assert "Responsibility" in body or "External" in body


SECRET = "证人住在某某小区三号楼"


def test_of_a_sealed_dossier_neither_paper_nor_chain_tells_facts(bench: Bench) -> None:
    result = entered(bench, reason=SECRET)
    reviewed(bench, result, reason=SECRET)
    opened(bench, results=[result.pk])
    attributed(bench)
    pages = {
        f"/external-results/{result.pk}/": bench.opener,
        f"/accountability/{bench.case.pk}/": bench.opener,
        f"/accountability/mine/{bench.case.pk}/": bench.handler,
    }
    before = [page(by, url, SEEN + 20)[1] for url, by in pages.items()]
    assert SECRET in before[0]
    assert SECRET in before[2]
    assert all("项 到案" in body for body in before)
    fields = {"law": "-", "article": "1", "reason": "-"}
    bench.scene.do("dossier.sealed", SEEN + 25, by=bench.scene.bureau.approver, fields=fields)
    for url, by in pages.items():
        status, body = page(by, url, SEEN + 30)
        assert status == 200, url
        assert SECRET not in body, url
        assert "项 到案" not in body, url
    assert "案情不显示" in page(bench.handler, f"/accountability/mine/{bench.case.pk}/", SEEN + 30)[1]


def test_words_written_of_a_sealed_dossier_go_where_its_facts_go(bench: Bench) -> None:
    """Statement, reasons of a changed share, decision, objection, remedy and notes; the officer still reads what they said."""
    words = {
        name: f"{name}：{SECRET}"
        for name in ("立案", "改变", "陈述", "证据", "听取", "决定", "建议", "申诉", "措施")
    }
    by = bench.opener
    opened(bench, reason=words["立案"])
    above, own = f"/accountability/{bench.case.pk}/", f"/accountability/mine/{bench.case.pk}/"
    parts = services.proposed(bench.case, {}, frozenset()).parts
    other = next(n for n, part in enumerate(parts) if part.officer != bench.handler.number)
    attributed(bench, changes={other: Changed("none", words["改变"])})
    with clock.holding(at(SEEN + 20)):
        services.statement_make(bench.case.pk, by=bench.handler, text=words["陈述"], evidence=words["证据"])
    everybody_stated(bench)
    with clock.holding(at(SEEN + 30)):
        services.hearing_close(bench.case.pk, by=by, note=words["听取"])
    found = ruling(bench).found
    decided(bench, made=Ruling("fault", words["决定"], found, suggestion=words["建议"]))
    with clock.holding(at(SEEN + 45)):
        deciding.objection_make(bench.case.pk, by=bench.handler, text=words["申诉"])
    with clock.holding(at(SEEN + 46)):
        remedies.remedy_order(bench.case.pk, by=by, kind="correct", task=words["措施"], act="1")
    before = page(by, above, SEEN + 50)[1]
    assert [name for name in words if words[name] not in before] == []
    fields = {"law": "-", "article": "1", "reason": "-"}
    bench.scene.do("dossier.sealed", SEEN + 55, by=bench.scene.bureau.approver, fields=fields)
    for reader in (by, bench.above):
        status, body = page(reader, above, SEEN + 60)
        assert status == 200
        assert SECRET not in body
        assert "文字不显示" in body
        assert bench.handler.name in body
        assert "主要责任" in body
    status, body = page(bench.handler, own, SEEN + 60)
    assert status == 200
    shown = {name for name in words if words[name] in body}
    assert shown == {"陈述", "证据", "申诉"}
    assert "理由的文字不显示" in body


def test_a_remedy_s_line_tells_no_more_of_a_sealed_dossier_than_its_facts_do(bench: Bench) -> None:
    to_decision(bench)
    decided(bench)
    more = {"owner": bench.handler.number, "due_at": at(SEEN + 50 * DAY)}
    with clock.holding(at(SEEN + 46)):
        made = remedies.remedy_order(bench.case.pk, by=bench.opener, kind="correct", task=SECRET, **more)
    assert made.line is not None
    urls = (f"/rectification/{made.line.pk}/", "/rectification/?list=task&state=all")
    for reader in (bench.opener, bench.handler):
        assert SECRET in page(reader, urls[0], SEEN + 50)[1]
    assert SECRET in page(bench.opener, urls[1], SEEN + 50)[1]
    fields = {"law": "-", "article": "1", "reason": "-"}
    bench.scene.do("dossier.sealed", SEEN + 55, by=bench.scene.bureau.approver, fields=fields)
    for reader in (bench.opener, bench.above, bench.handler):
        for url in urls:
            status, body = page(reader, url, SEEN + 60)
            assert (status, SECRET in body) == (200, False), url


def test_a_form_that_says_nothing_to_do_does_nothing(bench: Bench) -> None:
    result = entered(bench)
    opened(bench)
    attributed(bench)
    revision = str(bench.case.revision)
    for by, url in (
        (bench.opener, f"/accountability/{bench.case.pk}/"),
        (bench.opener, f"/external-results/{result.pk}/"),
        (bench.handler, f"/accountability/mine/{bench.case.pk}/"),
    ):
        for do in ("", "no-such"):
            status, _ = sent(
                by, url, SEEN + 20, do=do, reason="误点", text="误点", refusal="误点", expected=revision
            )
            assert status == 400, url
    assert bench.case.state == "attributed"
    assert not bench.case.statements.exists()


def test_two_rows_or_five_a_list_asks_the_database_as_often(bench: Bench) -> None:
    lists = ("/external-results/?state=all", "/accountability/?state=all", "/accountability/mine/")
    asked = []
    for more in (2, 3):
        for n in range(more):
            result = entered(bench, number=f"甲检刑不诉〔2026〕{more}{n}号")
            reviewed(bench, result)
            opened(bench, findings=[], results=[result.pk])
            attributed(bench)
        with clock.holding(at(SEEN + 20)):
            for url in lists:
                client = signed_in(bench.handler if url.endswith("mine/") else bench.opener)
                client.get(url)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(url).status_code == 200
                asked.append(len(queries))
    assert asked[:3] == asked[3:]
